//! The formatter: one house style, every comment kept, no meaning changed.
