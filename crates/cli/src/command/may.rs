//! `counterpart may`: whether a party may do something, and by which clause.

use crate::args::{HELP, Session};
use crate::draw::tree;
use crate::exit::{Exit, Outcome, Trouble};
use crate::terminal::{Ink, Look};
use crate::text::{closest, hanging};
use crate::world;
use counterpart_num::Date;
use counterpart_rights::Side;
use counterpart_run::Machine;
use counterpart_run::questions::{Answer, AnswerPart, AnswerStanding, Verdict};
use counterpart_terms::value::{Acts, Name, Scope, Set, Territory};
use std::fmt::Write;
use std::path::PathBuf;

const EXAMPLES: &str = "Examples:
  counterpart may Borealis sell acme --field grid --in DE --on 2031-12-31
  counterpart may Helios make,sell acme --asset Electrolyte  everywhere
  counterpart may Borealis sell acme --in US --why           every clause and entry";

/// The form of the answer for a program.
pub const FORM: &str = "counterpart/answer/1";

/// The arguments of `may`.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, help_template = HELP)]
pub struct Args {
    /// Who: a party, or anybody the deal names; `anybody else` for the rest of the world.
    party: String,
    /// What is to be done: make, use, sell, offer, import or another act of the deal; several with commas between them.
    act: String,
    /// The folder of a deal, or a file; `-` reads standard input.
    #[arg(default_value = ".")]
    path: PathBuf,
    #[command(flatten)]
    part: Part,
    /// On this day; without it, the day of `--as-of`, or today.
    #[arg(long, value_name = "DATE", value_parser = |text: &str| Date::parse(text).map_err(|e| e.to_string()))]
    on: Option<Date>,
    /// Open every reason down to its clauses and entries.
    #[arg(long)]
    why: bool,
}

/// A part of the rights space, as options name it.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Part {
    /// Under these assets; without it, those the product practises, or those the party has to do with.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    asset: Vec<String>,
    /// For these fields of use, or names of another dimension.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    field: Vec<String>,
    /// With these products.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    product: Vec<String>,
    /// In these places: countries, groups of them, or territories of the deal.
    #[arg(long = "in", value_name = "PLACES", value_delimiter = ',')]
    place: Vec<String>,
    /// For these customers.
    #[arg(long = "for", value_name = "NAMES", value_delimiter = ',')]
    customer: Vec<String>,
}

impl Part {
    /// The part as a scope, for some acts.
    ///
    /// # Errors
    /// When a name stands nowhere in the deal.
    pub fn scope(&self, machine: &Machine<'_>, acts: Vec<Name>) -> Result<Scope, Trouble> {
        let space = machine.run(Date::MAX, Date::MAX).space();
        let names =
            |given: &[String], sides: &dyn Fn(&Side) -> bool, what: &str| -> Result<Vec<Name>, Trouble> {
                let known = |name: &Name| {
                    (0..space.dimensions()).any(|d| {
                        space.side(d).is_some_and(sides)
                            && space.tree(d).is_some_and(|t| t.set(name).is_some())
                    })
                };
                let names: Vec<Name> = given.iter().map(|text| Name::from(text.trim())).collect();
                for name in &names {
                    if !known(name) {
                        let all: Vec<Name> = (0..space.dimensions())
                            .filter(|d| space.side(*d).is_some_and(sides))
                            .filter_map(|d| space.tree(d))
                            .flat_map(|tree| tree.told_all())
                            .cloned()
                            .collect();
                        return Err(unknown(name, what, &all));
                    }
                }
                Ok(names)
            };
        let set =
            |names: Vec<Name>| (!names.is_empty()).then_some(Set { all: false, names, except: Vec::new() });
        let market = &machine.editions.last().market;
        let places: Vec<Name> = self.place.iter().map(|text| Name::from(text.trim())).collect();
        for place in &places {
            if !market.is_place(place) {
                let help =
                    "write a code such as DE or US-CA, a group such as EEA, or a territory of the deal";
                let said = format!("`{}` is no place", crate::text::visible(place.as_str()));
                return Err(Trouble::unreadable(said).with_help(help));
            }
        }
        let fields = |side: &Side| matches!(side, Side::Fields | Side::Own(_));
        let acts = match acts.iter().any(|act| act.as_str() == "all") {
            true => Acts::All,
            false => {
                let given: Vec<String> = acts.iter().map(ToString::to_string).collect();
                Acts::These(names(&given, &|side| *side == Side::Acts, "act")?)
            }
        };
        // Customers are parties, or members of a dimension of the deal's own.
        let customers =
            names(&self.customer, &|side| matches!(side, Side::Customers | Side::Own(_)), "customer")?;
        let is_party = |name: &Name| {
            (0..space.dimensions()).any(|d| {
                space.side(d) == Some(&Side::Customers)
                    && space.tree(d).is_some_and(|t| t.set(name).is_some())
            })
        };
        let (customers, members): (Vec<Name>, Vec<Name>) = customers.into_iter().partition(is_party);
        let mut in_fields = names(&self.field, &fields, "field")?;
        in_fields.extend(members);
        Ok(Scope {
            acts: Some(acts),
            assets: set(names(&self.asset, &|side| *side == Side::Assets, "asset")?),
            fields: set(in_fields),
            products: names(&self.product, &|side| *side == Side::Products, "product")?,
            territory: (!places.is_empty()).then_some(Territory::of(places)),
            customers,
        })
    }
}

/// A name the deal does not have.
pub fn unknown(name: &Name, what: &str, known: &[Name]) -> Trouble {
    let trouble =
        Trouble::unreadable(format!("this deal has no {what} `{}`", crate::text::visible(name.as_str())));
    match closest(name.as_str(), known.iter().map(Name::as_str)) {
        Some(near) => trouble.with_help(format!("did you mean `{near}`?")),
        None => {
            let few: Vec<&str> = known.iter().map(Name::as_str).take(12).collect();
            let more = if known.len() > few.len() { ", …" } else { "" };
            trouble.with_help(format!("it has {}{more}", few.join(", ")))
        }
    }
}

/// A party of the deal, or anybody it names.
///
/// # Errors
/// When the deal names nobody so.
pub fn party(machine: &Machine<'_>, text: &str) -> Result<Name, Trouble> {
    let name = Name::from(text.trim());
    let run = machine.run(Date::MAX, Date::MAX);
    let space = run.space();
    let tree = space.tree(counterpart_rights::PARTIES);
    if tree.is_some_and(|tree| tree.set(&name).is_some()) {
        return Ok(name);
    }
    let all: Vec<Name> = tree.into_iter().flat_map(|tree| tree.told_all()).cloned().collect();
    Err(unknown(&name, "party", &all))
}

/// Answers the question.
///
/// # Errors
/// When the deal cannot be read or does not compile, a name is unknown, or the output cannot be written.
pub fn run(args: &Args, session: &mut Session) -> Outcome {
    let deal = world::find_one(&args.path)?.read_sound()?;
    let machine = Machine::new(&deal);
    let on = args.on.unwrap_or_else(|| session.global.day());
    let as_of = session.global.as_of.or(session.global.known_on).unwrap_or(on);
    let known_on = session.global.known_on.unwrap_or(Date::MAX);
    let who = party(&machine, &args.party)?;
    let acts = args.act.split(',').map(|act| Name::from(act.trim())).collect();
    let what = args.part.scope(&machine, acts)?;
    let answer =
        machine.run(as_of, known_on).may(&who, &what, on).map_err(|why| Trouble::unreadable(why.reason))?;
    if session.global.json {
        let mut body = serde_json::to_value(&answer).unwrap_or_default();
        if let Some(body) = body.as_object_mut() {
            body.insert("as_of".into(), serde_json::json!(as_of));
        }
        session.print_answer(FORM, body)?;
    } else {
        let text = told(&answer, args.why, session.terminal.look);
        session.terminal.print(&text)?;
    }
    crate::app::unused_entries(&machine, session);
    Ok(if answer.verdict == Verdict::Yes { Exit::Done } else { Exit::Findings })
}

/// The answer as text.
pub fn told(answer: &Answer, why: bool, look: Look) -> String {
    let ink = match answer.verdict {
        Verdict::Yes => Ink::Good,
        Verdict::No => Ink::Bad,
        Verdict::InPart | Verdict::Unknown => Ink::Doubtful,
    };
    let mut out = String::new();
    let verdict = look.paint(ink, answer.verdict.word());
    // The sentence says the same as the word before it.
    let asked = match answer.verdict {
        Verdict::No => answer.asked.replacen(" may ", " may not ", 1),
        Verdict::Unknown => format!("whether {}", answer.asked),
        Verdict::Yes | Verdict::InPart => answer.asked.clone(),
    };
    out.push_str(&hanging(&format!("{verdict}: {asked}, on {}", answer.on), 0, look));
    if let Some(under) = &answer.under {
        out.push_str(&hanging(&format!("under {under}"), 2, look));
    }
    for part in &answer.parts {
        out.push('\n');
        self::part(&mut out, part, why, look);
    }
    out
}

fn part(out: &mut String, part: &AnswerPart, why: bool, look: Look) {
    let ink = if part.standing.lets() { Ink::Good } else { Ink::Bad };
    let until = part.until.map_or(String::new(), |day| format!(", until {day}"));
    let only = part.only.phrase();
    let only = if only.is_empty() { only } else { format!(" {only}") };
    let said = format!("{}{until}{only}", look.paint(ink, part.standing.word()));
    out.push_str(&hanging(&said, 2, look));
    if why {
        out.push_str(&tree::trees(&part.because, 4, true, look));
    } else {
        // Of what a grant would give, what keeps it from doing so is the answer.
        let opened = part.standing == AnswerStanding::NotGranted;
        for line in &part.because {
            out.push_str(&tree::flat(std::slice::from_ref(line), 4, look));
            if opened {
                out.push_str(&tree::trees(&line.lines, 6, false, look));
            }
        }
    }
    if part.changes.is_empty() {
        return;
    }
    let _ = writeln!(out, "    {}", look.paint(Ink::Strong, "what would change it"));
    if why {
        out.push_str(&tree::trees(&part.changes, 6, false, look));
    } else {
        out.push_str(&tree::flat(&part.changes, 6, look));
    }
}
