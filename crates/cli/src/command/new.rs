//! `counterpart new`: a folder with a deal to start from.

use crate::args::{HELP, Session};
use crate::exit::{Exit, Outcome, Stop, Trouble};
use crate::terminal::Ink;
use crate::text::typed;
use crate::world::shown;
use serde_json::json;
use std::io::Write;
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "Examples:
  counterpart new acme                          a patent licence with royalties
  counterpart new acme --template cross         two companies licensing each other
  counterpart new deals/needle -t university    a university and a start-up";

mod embedded {
    include!(concat!(env!("OUT_DIR"), "/templates.rs"));
}

/// The arguments of `new`.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, help_template = HELP)]
pub struct Args {
    /// The folder to make; its last part becomes the title of the agreement.
    name: PathBuf,
    /// The deal to start from.
    #[arg(short, long, value_enum, default_value_t)]
    template: Template,
}

/// The deals there are to start from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Template {
    /// A non-exclusive patent licence with a running royalty.
    #[default]
    Patent,
    /// An exclusive licence in one field and territory, with diligence and minimums.
    Exclusive,
    /// A cross-licence of two portfolios with a balancing royalty.
    Cross,
    /// A university licensing an invention to a start-up.
    University,
}

impl Template {
    /// Every template.
    pub const ALL: [Template; 4] =
        [Template::Patent, Template::Exclusive, Template::Cross, Template::University];

    /// Its name in `templates/`.
    pub fn word(self) -> &'static str {
        match self {
            Template::Patent => "patent",
            Template::Exclusive => "exclusive",
            Template::Cross => "cross",
            Template::University => "university",
        }
    }

    /// The files of a deal of this title: their names, and their text.
    pub fn files(self, title: &str) -> Vec<(&'static str, String)> {
        let text = |name: String| {
            let file = embedded::TEMPLATES.iter().find(|(path, _)| *path == name);
            file.map_or_else(String::new, |(_, bytes)| String::from_utf8_lossy(bytes).into_owned())
        };
        let agreement = text(format!("{}.deal", self.word()));
        // The first text in quotes behind `agreement` is the title.
        let titled = match agreement.split_once("\nagreement \"") {
            Some((before, after)) => {
                let rest = after.split_once('"').map_or("", |(_, rest)| rest);
                format!("{before}\nagreement \"{title}\"{rest}")
            }
            None => agreement,
        };
        vec![("agreement.deal", titled), ("journal.deal", text(format!("{}.journal.deal", self.word())))]
    }
}

/// Makes the folder.
///
/// # Errors
/// When something of that name is there already, or it cannot be written.
pub fn run(args: &Args, session: &mut Session) -> Outcome {
    let title = title(&args.name)?;
    make_folder(&args.name)?;
    let mut written = Vec::new();
    for (name, text) in args.template.files(&title) {
        let path = args.name.join(name);
        write(&path, &text)?;
        written.push(shown(&path));
    }
    let folder = shown(&args.name);
    if session.global.json {
        session.terminal.print_form(
            "counterpart/new/1",
            json!({
                "template": args.template.word(),
                "folder": folder,
                "files": written,
            }),
        )?;
        return Ok(Exit::Done);
    }
    for path in &written {
        session.terminal.print(&format!("{path}\n"))?;
    }
    let look = session.terminal.err_look;
    let line =
        format!("{}: a deal from the template `{}`", look.paint(Ink::Good, "made"), args.template.word());
    session.terminal.say(&line);
    session.terminal.say(&format!(
        "next: put your own parties and terms into it, then `counterpart check {}`",
        typed(&folder)
    ));
    Ok(Exit::Done)
}

/// `deals/acme-cells` becomes `Acme cells`.
fn title(path: &Path) -> Result<String, Trouble> {
    let name = path.file_name().map(|n| n.to_string_lossy().replace(['-', '_'], " ")).unwrap_or_default();
    let mut chars = name.trim().chars();
    let title =
        chars.next().map(|first| first.to_uppercase().chain(chars).collect::<String>()).unwrap_or_default();
    if title.is_empty() || title.chars().any(|c| c == '"' || c.is_control()) {
        return Err(Trouble::unreadable(format!("`{}` cannot be the name of a deal", shown(path)))
            .with_help("use a plain word, such as `acme`"));
    }
    Ok(title)
}

/// Makes the folder; one that holds something already is left alone.
fn make_folder(path: &Path) -> Result<(), Stop> {
    let filled = match std::fs::read_dir(path) {
        Ok(mut entries) => entries.next().is_some(),
        Err(_) => path.exists(),
    };
    if filled {
        let trouble =
            Trouble::new(Exit::Conflict, format!("there is something in `{}` already", shown(path)));
        return Err(trouble.with_help("choose another name; nothing was changed").into());
    }
    std::fs::create_dir_all(path).map_err(|e| {
        Trouble::unreadable(format!("`{}` cannot be made: {}", shown(path), crate::world::plainly(&e))).into()
    })
}

/// Writes a file that is not there yet.
fn write(path: &Path, text: &str) -> Result<(), Trouble> {
    std::fs::File::create_new(path).and_then(|mut file| file.write_all(text.as_bytes())).map_err(|e| {
        Trouble::unreadable(format!("`{}` cannot be written: {}", shown(path), crate::world::plainly(&e)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use counterpart_terms::Deal;

    #[test]
    fn every_template_is_clean() {
        for template in Template::ALL {
            let files = template.files("A “new” deal");
            assert!(files.iter().all(|(_, text)| !text.is_empty()), "{} lacks a file", template.word());
            let deal =
                Deal::read(files.into_iter().map(|(name, text)| (name.to_string(), text.into_bytes())));
            let problems: Vec<String> =
                deal.problems.iter().map(|p| format!("{}: {}", p.code, p.message)).collect();
            assert_eq!(problems, Vec::<String>::new(), "{}", template.word());
            assert!(deal.records.len() > 10);
        }
    }

    #[test]
    fn the_folder_names_the_agreement() {
        assert_eq!(title(Path::new("deals/acme-cells")).unwrap(), "Acme cells");
        assert!(title(Path::new("..")).is_err());
        let (_, text) = Template::Patent.files("Acme cells").remove(0);
        assert!(text.contains("\nagreement \"Acme cells\"\n"));
    }
}
