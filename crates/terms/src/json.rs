//! The model as JSON, and back.
