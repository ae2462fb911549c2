//! The places of the world: ISO 3166 countries and subdivisions, and groups whose members change with time.
//!
//! Codes and names come from `rust_iso3166`; who belonged to the EU, the EEA or the OECD on a day is kept
//! here as data with its sources (`groups.txt`). Territories a deal defines itself are resolved in
//! [`crate::model`], on top of this.

mod laws;

pub use laws::{LICENSES_ALONE, LicensesAlone};

use counterpart_num::Date;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::LazyLock;

static GROUPS: LazyLock<Vec<Group>> = LazyLock::new(|| read_groups(include_str!("groups.txt")));

/// A group of countries.
#[derive(Debug)]
pub struct Group {
    /// Its short name, as `EEA`.
    pub name: String,
    /// Its full name.
    pub title: String,
    /// Where the dates come from.
    pub source: String,
    members: Vec<(String, Date, Option<Date>)>,
}

impl Group {
    /// The countries that belong to it on a day.
    pub fn members_on(&self, day: Date) -> impl Iterator<Item = &str> {
        let in_force = move |from: Date, to: Option<Date>| from <= day && to.is_none_or(|to| day <= to);
        self.members
            .iter()
            .filter(move |(_, from, to)| in_force(*from, *to))
            .map(|(code, _, _)| code.as_str())
    }

    /// The days from which other countries belong to it than the day before, in order.
    pub fn changes(&self) -> Vec<Date> {
        let left = |to: &Option<Date>| to.and_then(Date::next_day);
        let mut days: Vec<Date> =
            self.members.iter().flat_map(|(_, from, to)| [Some(*from), left(to)]).flatten().collect();
        days.sort();
        days.dedup();
        days
    }
}

/// What a word can mean as a place.
#[derive(Debug, Clone, Copy)]
pub enum Place {
    /// Every country.
    World,
    /// A country by its two-letter code.
    Country,
    /// A part of a country, as `US-DE`.
    Subdivision,
    /// A group of countries.
    Group(&'static Group),
}

/// The place a code or group name stands for.
pub fn place(word: &str) -> Option<Place> {
    if word == "World" {
        return Some(Place::World);
    }
    if let Some(group) = group(word) {
        return Some(Place::Group(group));
    }
    if word.len() == 2 && rust_iso3166::from_alpha2(word).is_some() {
        return Some(Place::Country);
    }
    if word.len() > 3
        && word.as_bytes().get(2) == Some(&b'-')
        && rust_iso3166::iso3166_2::from_code(word).is_some()
    {
        return Some(Place::Subdivision);
    }
    None
}

/// Whether two places have a country, or a part of one, in common on any day.
pub fn meet(one: &str, other: &str) -> bool {
    let country = |place: &str| place.split('-').next().unwrap_or_default().to_string();
    let of = |place: &str| match self::place(place) {
        Some(Place::Group(group)) => group.members.iter().map(|(code, ..)| code.clone()).collect(),
        _ => vec![country(place)],
    };
    if one == "World" || other == "World" {
        return true;
    }
    match (self::place(one), self::place(other)) {
        (Some(Place::Subdivision), Some(Place::Subdivision)) => one == other,
        _ => {
            let others = of(other);
            of(one).iter().any(|place| others.contains(place))
        }
    }
}

/// The group of this name.
pub fn group(name: &str) -> Option<&'static Group> {
    GROUPS.iter().find(|g| g.name == name)
}

/// The names of all groups.
pub fn group_names() -> impl Iterator<Item = &'static str> {
    GROUPS.iter().map(|g| g.name.as_str())
}

/// The English name of a country or subdivision.
pub fn title(code: &str) -> Option<String> {
    if code.len() == 2 {
        return rust_iso3166::from_alpha2(code).map(|c| c.name.to_string());
    }
    rust_iso3166::iso3166_2::from_code(code).map(|s| s.name.to_string())
}

/// Offices of several states, by the codes of WIPO ST.3: European, international, Eurasian, African, of the Gulf,
/// of the Union, of the Benelux, of the Nordic states, of the Visegrad states; and those of states there are no more.
const OFFICES: &[&str] =
    &["EP", "WO", "EA", "AP", "OA", "GC", "EM", "BX", "XN", "XV", "IB", "EU", "UP", "SU", "DD", "CS", "YU"];

/// Whether a patent office is none of a single country that there is: what it grants is a patent in several, or in others.
pub fn is_office_of_several(code: &str) -> bool {
    OFFICES.contains(&code)
}

/// Codes that are written for a country and are not those of ISO 3166.
const OTHER_CODES: &[(&str, &str)] =
    &[("uk", "GB"), ("el", "GR"), ("england", "GB"), ("uae", "AE"), ("prc", "CN")];

/// The code of the country with this English name, three-letter code or other usual code, for suggestions.
pub fn code_of(name: &str) -> Option<&'static str> {
    let lower = name.to_lowercase();
    if let Some((_, code)) = OTHER_CODES.iter().find(|(other, _)| *other == lower) {
        return Some(code);
    }
    rust_iso3166::ALL
        .iter()
        .find(|c| c.name.to_lowercase() == lower || c.alpha3.to_lowercase() == lower)
        .map(|c| c.alpha2)
}

/// Every country.
pub fn countries() -> impl Iterator<Item = &'static str> {
    rust_iso3166::ALL_ALPHA2.iter().copied()
}

/// The parts of a country, by their codes.
pub fn subdivisions(country: &str) -> impl Iterator<Item = &'static str> {
    let parts = rust_iso3166::iso3166_2::SUBDIVISION_COUNTRY_MAP.get(country).copied().unwrap_or_default();
    parts.iter().map(|part| part.code)
}

/// A set of countries and parts of countries.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlaceSet {
    include: Codes,
    exclude: Codes,
}

/// Codes of countries and parts of countries.
type Codes = BTreeSet<Cow<'static, str>>;

impl PlaceSet {
    /// Adds what a place means on a day.
    pub fn add(&mut self, word: &str, day: Date) {
        expand(word, day, &mut self.include);
    }

    /// Takes out what a place means on a day.
    pub fn remove(&mut self, word: &str, day: Date) {
        expand(word, day, &mut self.exclude);
    }

    /// Adds everything of another set.
    pub fn add_all(&mut self, other: &PlaceSet) {
        self.include.extend(other.include.iter().filter(|c| !other.exclude.contains(*c)).cloned());
    }

    /// Takes out everything of another set.
    pub fn remove_all(&mut self, other: &PlaceSet) {
        self.exclude.extend(other.include.iter().filter(|c| !other.exclude.contains(*c)).cloned());
    }

    /// Whether a country or part of a country lies in it.
    pub fn contains(&self, code: &str) -> bool {
        let country = code.split('-').next().unwrap_or(code);
        let within = |set: &Codes| set.contains(code) || set.contains(country);
        within(&self.include) && !within(&self.exclude)
    }

    /// Whether a country or part of a country is taken out of it.
    fn leaves_out(&self, code: &str) -> bool {
        let country = code.split('-').next().unwrap_or(code);
        !self.exclude.is_empty() && (self.exclude.contains(code) || self.exclude.contains(country))
    }

    /// A country or part of one that lies in both.
    pub fn shared<'s>(&'s self, other: &'s PlaceSet) -> Option<&'s str> {
        let mine = self.codes().find(|code| other.contains(code));
        mine.or_else(|| other.codes().find(|code| self.contains(code)))
    }

    /// Whether everything in it lies in another.
    pub fn is_within(&self, other: &PlaceSet) -> bool {
        // A part taken out of a country that is in both is missing from the other only.
        let missing = |code: &Cow<'_, str>| self.contains(code);
        self.codes().all(|code| other.contains(code)) && !other.exclude.iter().any(missing)
    }

    /// What lies in both.
    pub fn and(&self, other: &PlaceSet) -> PlaceSet {
        let both = |a: &PlaceSet, b: &PlaceSet| -> Codes {
            a.include.iter().filter(|code| a.contains(code) && b.contains(code)).cloned().collect()
        };
        let include = both(self, other).union(&both(other, self)).cloned().collect();
        PlaceSet { include, exclude: self.exclude.union(&other.exclude).cloned().collect() }
    }

    /// The countries and parts in it, in order.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.put_in().filter(|code| !self.leaves_out(code))
    }

    /// The countries and parts it is made of, in order, whether or not they are taken out again.
    pub fn put_in(&self) -> impl Iterator<Item = &str> {
        self.include.iter().map(|code| &**code)
    }

    /// The countries and parts taken out of what is in it, in order.
    pub fn taken_out(&self) -> impl Iterator<Item = &str> {
        self.exclude.iter().map(|code| &**code)
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.codes().next().is_none()
    }
}

/// Whether a place means a country or part of one on a day, as [`PlaceSet::add`] takes it.
pub(crate) fn means(place: &str, code: &str, day: Date) -> bool {
    match self::place(place) {
        Some(Place::World) => countries().any(|country| country == code),
        Some(Place::Group(group)) => group.members_on(day).any(|member| member == code),
        _ => place == code,
    }
}

fn expand(word: &str, day: Date, out: &mut Codes) {
    match place(word) {
        // Many at once are put in their order first.
        Some(Place::World) => out.append(&mut countries().map(Cow::Borrowed).collect()),
        Some(Place::Group(group)) => out.append(&mut group.members_on(day).map(Cow::Borrowed).collect()),
        _ => {
            out.insert(Cow::Owned(word.to_string()));
        }
    }
}

/// Reads the table; a line it cannot read is left out, which the test below would show.
fn read_groups(text: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for line in text.lines().filter(|l| !l.is_empty() && !l.starts_with('#')) {
        let quoted = || line.split('"').nth(1).unwrap_or_default().to_string();
        if let Some(rest) = line.strip_prefix("group ") {
            let name = rest.split_whitespace().next().unwrap_or_default().to_string();
            groups.push(Group { name, title: quoted(), source: String::new(), members: Vec::new() });
        } else if let Some(group) = groups.last_mut() {
            if line.starts_with("source ") {
                group.source = quoted();
                continue;
            }
            let (codes, days): (Vec<&str>, Vec<&str>) = line.split_whitespace().partition(|w| w.len() == 2);
            let mut days = days.iter().filter_map(|d| Date::parse(d).ok());
            if let Some(from) = days.next() {
                let to = days.next();
                group.members.extend(codes.into_iter().map(|c| (c.to_string(), from, to)));
            }
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(group_name: &str, day: &str) -> usize {
        group(group_name).unwrap().members_on(Date::parse(day).unwrap()).count()
    }

    #[test]
    fn groups_have_the_published_number_of_members() {
        // EU: 6 founders, 9, 12, 15, 25, 27, 28, and 27 since the United Kingdom left.
        let eu = [
            "1958-01-01",
            "1973-01-01",
            "1986-01-01",
            "1995-01-01",
            "2004-05-01",
            "2007-01-01",
            "2013-07-01",
            "2020-02-01",
        ];
        assert_eq!(eu.map(|d| on("EU", d)), [6, 9, 12, 15, 25, 27, 28, 27]);
        assert_eq!(on("EEA", "2026-01-01"), 30);
        assert_eq!(on("EFTA", "2026-01-01"), 4);
        assert_eq!(on("OECD", "2026-01-01"), 38);
        assert_eq!(on("EPC", "2026-01-01"), 39);
        assert_eq!(on("UPC", "2026-01-01"), 18);
        assert_eq!(on("ASEAN", "2026-01-01"), 11);
        assert_eq!(on("GCC", "2026-01-01"), 6);
    }

    #[test]
    fn every_member_is_a_country() {
        for group in GROUPS.iter() {
            assert!(!group.source.is_empty(), "{} has no source", group.name);
            for (code, _, _) in &group.members {
                assert!(matches!(place(code), Some(Place::Country)), "{code} in {}", group.name);
            }
        }
    }

    #[test]
    fn a_part_of_a_country_lies_in_the_country() {
        let day = Date::parse("2027-01-01").unwrap();
        let mut set = PlaceSet::default();
        set.add("EEA", day);
        set.add("US", day);
        set.remove("US-CA", day);
        assert!(set.contains("NO") && set.contains("US-DE") && set.contains("US"));
        assert!(!set.contains("GB") && !set.contains("US-CA"));
    }
}
