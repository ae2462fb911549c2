//! `docs/demo.svg`: the picture in the README, drawn from what `counterpart demo` prints.

use counterpart_cli::command::demo;
use counterpart_cli::terminal::Look;

/// The picture.
pub fn demo() -> String {
    let look = Look { colour: true, width: Some(110) };
    let (text, _) = demo::text((None, None), true, look);
    let shown = format!("$ counterpart demo\n{text}");
    anstyle_svg::Term::new().render_svg(&shown)
}
