//! The ranking as data.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test stops where something is wrong"
)]

mod common;

use counterpart_terms::model::Editions;
use counterpart_terms::precedence::{ClauseRef, Ranking, Standing};

fn ranking(text: &str) -> Ranking {
    let deal = common::one(text);
    Ranking::of(Editions::of(&deal).first().margin())
}

const PARTIES: &str = "party Lab of US\nparty Maker of US\npatents Core of Lab\nmetric share\n  percent\n";

#[test]
fn notwithstanding_is_above_and_subject_to_below() {
    let ranking = ranking(&format!(
        "{PARTIES}grant One from Lab to Maker\n  under Core\n  notwithstanding Two\n\
         grant Two from Lab to Maker\n  under Core\n\
         grant Three from Lab to Maker\n  under Core\n  subject to Two\n\
         grant Four from Lab to Maker\n  under Core\n"
    ));
    let named = |n: &str| ClauseRef::named(n);
    assert_eq!(ranking.standing(&named("One"), &named("Two")), Standing::First);
    assert_eq!(ranking.standing(&named("Three"), &named("Two")), Standing::Second);
    // What is above something that is above a third is above the third.
    assert_eq!(ranking.standing(&named("One"), &named("Three")), Standing::First);
    assert_eq!(ranking.standing(&named("One"), &named("Four")), Standing::Equal);
    let path = ranking.path(&named("One"), &named("Three")).unwrap();
    assert_eq!(path.iter().map(|a| a.word).collect::<Vec<_>>(), ["notwithstanding", "subject to"]);
    assert!(ranking.circles().is_empty());
}

#[test]
fn a_ladder_is_another_clause_than_its_grant() {
    let ranking = ranking(&format!(
        "{PARTIES}grant One from Lab to Maker\n  under Core\nladder One by share\n  below 5% non-exclusive\n  from 5% exclusive\n\
         trigger Slow\n  notwithstanding the ladder of One\n  when share < 2%\n  then One becomes sole\n"
    ));
    let slow = ClauseRef::named("Slow");
    assert_eq!(ranking.standing(&slow, &ClauseRef::ladder("One")), Standing::First);
    assert_eq!(ranking.standing(&slow, &ClauseRef::named("One")), Standing::Equal);
}

#[test]
fn a_circle_ranks_nobody() {
    let ranking = ranking(&format!(
        "{PARTIES}grant One from Lab to Maker\n  under Core\n  notwithstanding Two\n\
         grant Two from Lab to Maker\n  under Core\n  notwithstanding Three\n\
         grant Three from Lab to Maker\n  under Core\n  notwithstanding One\n"
    ));
    let named = |n: &str| ClauseRef::named(n);
    assert_eq!(ranking.standing(&named("One"), &named("Three")), Standing::Circular);
    assert_eq!(ranking.circles().len(), 1);
    assert_eq!(ranking.circles()[0].len(), 3);
}
