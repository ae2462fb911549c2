//! Of a right in force, the parts that stand otherwise than the rest: lost, resting or of another grade, each with the day since
//! which it does and why.

use super::timeline::moved;
use super::words::Over;
use crate::engine::Run;
use crate::rights::Life;
use crate::statement::Line;
use counterpart_num::Date;
use counterpart_rights::{DAYS, Ranges, Region, date, day, within};
use counterpart_terms::At;
use counterpart_terms::value::Name;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A part of a right that stands otherwise than the rest of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PartStatus {
    /// `not in force`, or how exclusive it is there.
    pub state: String,
    /// Which part.
    pub over: Over,
    /// Since when.
    pub since: Date,
    /// Why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub because: Vec<Line>,
}

/// A part as it came to stand on a day: of a grade, or not held any more.
struct Piece {
    since: u32,
    grade: Option<String>,
    region: Region,
}

impl Run<'_> {
    /// The parts of a right that stand otherwise on a day than what it gave first, oldest first.
    pub(super) fn other_parts(&self, name: &Name, at: At, life: &Life, on: Date) -> Vec<PartStatus> {
        let pieces = pieces_on(life, day(on), &self.unsaid(name));
        let Some(first) = pieces.iter().filter(|piece| piece.grade.is_some()).map(|piece| piece.since).min()
        else {
            return Vec::new();
        };
        let main = pieces.iter().find(|piece| piece.since == first && piece.grade.is_some());
        let main = main.and_then(|piece| piece.grade.clone());
        let Some(whole) = life.about.hull() else { return Vec::new() };
        let others = pieces.into_iter().filter(|piece| piece.grade != main);
        let part = |piece: Piece| {
            let grade = piece.grade.as_deref();
            PartStatus {
                state: piece.grade.clone().unwrap_or_else(|| "not in force".to_string()),
                over: self.over_words(&piece.region, &whole, on),
                since: date(piece.since),
                because: match piece.since == first {
                    true => Vec::new(),
                    false => self.why_turned(name, (life, piece.since), at, grade),
                },
            }
        };
        others.map(part).collect()
    }
}

/// What a right gives on a day and what it gave before, in parts that share no cell, each from the day since which it stands so.
fn pieces_on(life: &Life, on: u32, unsaid: &str) -> Vec<Piece> {
    let mut days: Vec<u32> = Vec::new();
    for held in &life.held {
        let sides = held.region.boxes().iter().filter_map(|b| b.side(DAYS));
        days.extend(sides.flat_map(|side| side.iter()).flat_map(|(from, to)| [from, to]));
    }
    days.retain(|day| *day <= on);
    days.sort_unstable();
    days.dedup();
    if days.len() < 2 && life.held.len() < 2 {
        return Vec::new();
    }
    let mut pieces: Vec<Piece> = Vec::new();
    for since in days {
        let mut now: BTreeMap<String, Region> = BTreeMap::new();
        for held in &life.held {
            let region = within(&held.region, DAYS, &Ranges::one(since));
            if !region.is_empty() {
                let grade = held.grade.as_ref().map_or_else(|| unsaid.to_string(), super::why::graded);
                let part = now.entry(grade).or_default();
                *part = std::mem::take(part).or(&moved(&region));
            }
        }
        let mut fresh: Vec<Piece> = Vec::new();
        for piece in &mut pieces {
            let same = piece.grade.as_ref().and_then(|grade| now.get(grade));
            // What was not held and is not held now stands as it did.
            let (kept, left) = match (&piece.grade, same) {
                (None, _) => {
                    let kept = now.values().fold(piece.region.clone(), |left, held| left.without(held));
                    (kept, Region::default())
                }
                (Some(_), None) => (Region::default(), piece.region.clone()),
                (Some(_), Some(same)) => {
                    let left = piece.region.without(same);
                    (piece.region.without(&left), left)
                }
            };
            let gone = now.values().fold(left, |left, held| left.without(held));
            if !gone.is_empty() {
                fresh.push(Piece { since, grade: None, region: gone });
            }
            piece.region = kept;
        }
        for (grade, region) in now {
            let old = pieces.iter().filter(|piece| piece.grade.as_ref() == Some(&grade));
            let new = old.fold(region, |left, piece| left.without(&piece.region));
            fresh.push(Piece { since, grade: Some(grade), region: new });
        }
        pieces.extend(fresh);
        pieces.retain(|piece| !piece.region.is_empty());
    }
    pieces
}
