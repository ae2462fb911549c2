//! What an owner may grant only once it has offered it to whoever has a first right: refusal, negotiation, offer or look.
//!
//! Over what a first right is may be told in names, which are a part of the space, or in words, of which only a reader can say
//! what they reach.

use crate::engine::Run;
use crate::options::exercised_name;
use crate::unknown::Unknown;
use counterpart_num::Date;
use counterpart_rights::Region;
use counterpart_syntax::{Form, Label};
use counterpart_terms::value::Name;

/// A first right that stands on a day.
pub(super) struct First {
    name: Name,
    /// Who must offer.
    from: Vec<Name>,
    /// To whom.
    to: Vec<Name>,
    /// Over what, where names say so.
    region: Option<Region>,
    /// Over what in words.
    words: Vec<String>,
    /// Why it cannot be said whether it stands, or over what.
    unknown: Option<Unknown>,
}

/// A part of what is free to grant, with those to whom it must be offered first.
pub(super) struct Part<'f> {
    pub region: Region,
    firsts: Vec<&'f First>,
    /// Why it cannot be said whether it must be.
    pub unknown: Option<String>,
}

impl Run<'_> {
    /// The first rights that stand on a day: what they are over may be dealt with only once it has been offered.
    pub(super) fn to_offer_first(&self, on: Date) -> Vec<First> {
        let mut out = Vec::new();
        for (name, _) in self.with_courses().into_iter().filter(|(_, kind)| kind.is_first()) {
            let records = self.model_on(on).records.of(Form::FileFirstRight);
            let Some(record) = records.into_iter().find(|r| r.name(Label::Name) == Some(&name)) else {
                continue;
            };
            let stands = self.course_of(&name).and_then(|course| {
                let (there, free, had) =
                    (course.days("there"), course.days("free"), course.days("effective"));
                there.and(free.not()).and(had.not()).on(on)
            });
            let mut unknown = match stands {
                Ok(false) => continue,
                Ok(true) => None,
                Err(why) => Some(why),
            };
            let space = self.space();
            let reach = self.reach(&space);
            let given = exercised_name(&name);
            let mut region = self.grants().contains_key(&given).then(|| self.life_of(&given).about.clone());
            let mut words = Vec::new();
            for line in record.all_below(Form::OptionOver) {
                words.extend(line.text(Label::Text).or(line.text(Label::Title)).map(str::to_string));
                let names = line.names(Label::Names);
                if names.is_empty() {
                    continue;
                }
                match reach.names(&Region::from(space.everything()), &names) {
                    Ok(part) => region = Some(region.unwrap_or_default().or(&part)),
                    Err(_) => {
                        let why =
                            format!("over what `{name}` is, is redacted, open or no part of the rights");
                        unknown = unknown.or(Some(Unknown::new(why)));
                        region = Some(Region::from(space.everything()));
                    }
                }
            }
            let (from, to) = (record.names(Label::From), record.names(Label::To));
            out.push(First { name, from, to, region, words, unknown });
        }
        out
    }
}

/// A region of what some owners are free to grant, part by part with those to whom each must be offered first.
pub(super) fn offered_first<'f>(region: Region, first: &'f [First], owners: &[Name]) -> Vec<Part<'f>> {
    let mut parts = vec![Part { region, firsts: Vec::new(), unknown: None }];
    let theirs = |one: &&First| one.from.iter().any(|from| from.is_blank() || owners.contains(from));
    for one in first.iter().filter(theirs) {
        let mut next = Vec::new();
        for part in parts {
            let (inside, outside) = match &one.region {
                Some(region) => (part.region.both(region), part.region.without(region)),
                // Which part of it the words reach, a reader must say.
                None => (part.region, Region::default()),
            };
            let why = one.unknown.as_ref().map(|why| why.reason.clone());
            let firsts = part.firsts.iter().copied().chain([one]).collect();
            next.push(Part { region: inside, firsts, unknown: part.unknown.clone().or(why) });
            next.push(Part { region: outside, ..part_of(part.firsts, part.unknown) });
        }
        parts = next;
    }
    parts.retain(|part| !part.region.is_empty());
    parts
}

fn part_of(firsts: Vec<&First>, unknown: Option<String>) -> Part<'_> {
    Part { region: Region::default(), firsts, unknown }
}

impl Part<'_> {
    /// To whom it must be offered first, in words; nothing where to nobody.
    pub fn words(&self) -> String {
        if self.firsts.is_empty() {
            return String::new();
        }
        let each = self.firsts.iter().map(|first| {
            let to = Name::list(&first.to);
            let over = match (&first.region, first.words.is_empty()) {
                (None, false) => format!(" where it is “{}”", first.words.join("”, “")),
                _ => String::new(),
            };
            format!("to {to} under {}{over}", first.name)
        });
        format!(", once offered {}", each.collect::<Vec<_>>().join(" and "))
    }
}
