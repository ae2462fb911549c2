//! `counterpart costs`: what is shared between the parties, who bears it, and who owes whom what evens it out.

use crate::args::{HELP, Session};
use crate::command::statement::text::row;
use crate::exit::{Outcome, Trouble};
use crate::terminal::{Ink, Look};
use crate::text::{closest, count, table, to_the_right, visible};
use crate::world;
use counterpart_num::Date;
use counterpart_run::Machine;
use counterpart_run::costs::{CostBlock, CostOwed, CostStatement, CostsAsked, PairTotal};
use counterpart_run::statement::Line;
use counterpart_terms::value::Name;
use std::fmt::Write;
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "Examples:
  counterpart costs acme                  all that is shared, and what is open
  counterpart costs Type-approval acme    of one milestone, programme or set of patents
  counterpart costs acme --party Acme --until 2029-12-31";

/// The arguments of `costs`.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, help_template = HELP, override_usage = "counterpart costs [OPTIONS] [NAME] [DEAL]")]
pub struct Args {
    /// What the costs are of, and the folder of a deal or a file; `-` reads standard input. Without a deal, the one here.
    #[arg(value_name = "NAME] [DEAL", num_args = 0..=2)]
    words: Vec<String>,
    /// Only what this party spent, bears or owes, or is owed.
    #[arg(long, value_name = "PARTY")]
    party: Option<String>,
    /// Only what was told, or is evened out, on this day or later.
    #[arg(long, value_name = "DATE", value_parser = crate::args::date)]
    from: Option<Date>,
    /// Only what was told, or is evened out, by this day.
    #[arg(long, value_name = "DATE", value_parser = crate::args::date)]
    until: Option<Date>,
}

/// Tells what is shared.
///
/// # Errors
/// When the deal cannot be read or does not compile, a name is unknown, or the output cannot be written.
pub fn run(args: &Args, session: &mut Session) -> Outcome {
    let (name, path) = args.split();
    let deal = world::find_one(&path)?.read_sound()?;
    let machine = Machine::new(&deal);
    let as_of = session.global.day();
    let known_on = session.global.known_on.unwrap_or(Date::MAX);
    if let Some(party) = &args.party {
        crate::command::due::known(&machine, party)?;
    }
    if let Some(name) = &name {
        known(&machine.cost_names(as_of, known_on), name, as_of)?;
    }
    let asked = CostsAsked {
        name: name.as_deref().map(Name::from),
        party: args.party.as_deref().map(Name::from),
        from: args.from,
        until: args.until,
    };
    let told = machine.costs(&asked, as_of, known_on);
    if session.global.json {
        session.print_answer("counterpart/costs/1", serde_json::to_value(&told).unwrap_or_default())?;
        return Ok(crate::app::unused_entries(&machine, session));
    }
    let look = session.terminal.look;
    session.terminal.print(&text(&told, look))?;
    session.terminal.say(&match told.costs.len() {
        0 => format!("no shared cost is told, as of {as_of}"),
        some => format!("{}, as of {as_of}", count(some, "shared cost")),
    });
    crate::app::not_begun(&machine, as_of, session);
    Ok(crate::app::unused_entries(&machine, session))
}

impl Args {
    /// What is asked about, and the deal: of two words the one that is no file or folder is the name.
    fn split(&self) -> (Option<String>, PathBuf) {
        let is_path = |word: &str| word == "-" || Path::new(word).exists();
        match self.words.as_slice() {
            [one] if is_path(one) => (None, PathBuf::from(one)),
            [one] => (Some(one.clone()), PathBuf::from(".")),
            [path, name] if is_path(path) && !is_path(name) => (Some(name.clone()), PathBuf::from(path)),
            [name, path] => (Some(name.clone()), PathBuf::from(path)),
            _ => (None, PathBuf::from(".")),
        }
    }
}

fn known(names: &[Name], name: &str, as_of: Date) -> Result<(), Trouble> {
    if names.iter().any(|known| known.as_str() == name) {
        return Ok(());
    }
    let said = format!("no costs of `{}` are shared, as far as is told by {as_of}", visible(name));
    let trouble = Trouble::unreadable(said);
    let names: Vec<&str> = names.iter().map(Name::as_str).collect();
    Err(match closest(name, names.iter().copied()) {
        Some(near) => trouble.with_help(format!("did you mean `{near}`?")),
        None if names.is_empty() => {
            trouble.with_help("a clause such as `share costs of Type-approval` shares them")
        }
        None => trouble.with_help(format!("shared are those of {}", names.join(", "))),
    })
}

/// The statement as text: a block for each of the costs, then what is open between each two parties.
fn text(told: &CostStatement, look: Look) -> String {
    let mut out = String::new();
    let named = |block: &CostBlock| (block.name.clone(), block.kind.clone(), block.period.clone());
    for block in &told.costs {
        // Costs that are repaid one by one are told apart by the entry.
        let alike = told.costs.iter().filter(|other| named(other) == named(block)).count() > 1;
        let entry = block.entries.first().filter(|_| alike && block.entries.len() == 1);
        let apart = entry.map(|entry| match &entry.amount {
            Some(amount) => format!(", {amount} {}", entry.what),
            None => format!(", {}", entry.what),
        });
        self::block(&mut out, block, &apart.unwrap_or_default(), look);
        out.push('\n');
    }
    if !told.totals.is_empty() {
        out.push_str(&totals(&told.totals, look));
    }
    out
}

fn block(out: &mut String, block: &CostBlock, apart: &str, look: Look) {
    let period = block.period.as_ref().map_or(String::new(), |days| format!(" for {}", days.label));
    let head = look.paint(Ink::Name, &format!("{}{period}{}", visible(&block.name), visible(apart)));
    let _ = writeln!(out, "{head}  {}  ({})", block.kind, block.clause);
    for entry in &block.entries {
        self::entry(out, entry, 1, look);
    }
    if let Some(spent) = block.spent.as_ref().filter(|_| block.entries.len() > 1) {
        row(out, 1, "spent in all", spent, "", look);
    }
    if !block.shares.is_empty() {
        let mut rows = vec![["", "spent", "bears", ""].map(str::to_string).to_vec()];
        rows.extend(block.shares.iter().map(|one| {
            let bears = one.bears.clone().unwrap_or_else(|| "not known".to_string());
            vec![one.party.clone(), one.spent.clone(), bears, one.arithmetic.clone()]
        }));
        to_the_right(&mut rows, &[1, 2]);
        out.push_str(&table("", &rows, look));
    }
    for one in &block.owed {
        owed(out, one, look);
    }
    for why in &block.unknown {
        let _ = writeln!(out, "  {} not computed: {}", look.paint(Ink::Doubtful, "!"), visible(why));
    }
    if let Some(day) = block.open_until {
        let _ = writeln!(out, "  – evened out on {day}: until then nobody owes any of it");
    }
}

fn entry(out: &mut String, line: &Line, depth: usize, look: Look) {
    let day = line.on.filter(|day| !line.what.contains(&day.to_string()));
    let day = day.map_or(String::new(), |day| format!("{day}  "));
    let how = if line.arithmetic.is_empty() { String::new() } else { format!(": {}", line.arithmetic) };
    let what = visible(&format!("{day}{}{how}", line.what));
    let clause = line.clause.as_deref().unwrap_or("");
    row(out, depth, &what, line.amount.as_deref().unwrap_or(""), clause, look);
    if let Some(note) = &line.note {
        let _ = writeln!(out, "{}{}", "  ".repeat(depth + 1), visible(note));
    }
    for part in line.lines.iter().filter(|_| depth < 2) {
        entry(out, part, depth + 1, look);
    }
}

fn owed(out: &mut String, one: &CostOwed, look: Look) {
    let due = one.due.map_or(String::new(), |day| format!(", due {day}"));
    let amount = one.amount.as_deref().unwrap_or("not known");
    row(out, 1, &format!("{} owes {}{due}", one.from, one.to), amount, "", look);
    // What is borne alone is in the table above.
    if one.arithmetic.contains(',') || one.arithmetic.contains("less") {
        let _ = writeln!(out, "    {}", visible(&one.arithmetic));
    }
    if let Some(paid) = &one.paid {
        row(out, 2, "paid", paid, "", look);
        let left = one.left.as_deref().unwrap_or("not known");
        row(out, 2, "still to be paid", left, "", look);
    }
    if let Some(why) = &one.unknown {
        let _ = writeln!(out, "    {} {}", look.paint(Ink::Doubtful, "!"), visible(why));
    }
}

fn totals(totals: &[PairTotal], look: Look) -> String {
    let mut rows = vec![["", "", "owes", "owed back", "left", ""].map(str::to_string).to_vec()];
    for one in totals {
        let without = match one.without.as_slice() {
            [] => String::new(),
            some => look.paint(Ink::Doubtful, &format!("! without {}, not known", some.join(", "))),
        };
        rows.push(vec![
            one.from.clone(),
            format!("to {}", one.to),
            one.owes.clone(),
            one.owed_back.clone(),
            one.left.clone(),
            without,
        ]);
    }
    to_the_right(&mut rows, &[2, 3, 4]);
    table("Between the parties", &rows, look)
}
