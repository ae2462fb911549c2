//! Laws of the machine, on generated deals and journals.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop where something is wrong")]

use counterpart_num::{Date, Exact};
use counterpart_run::Machine;
use counterpart_terms::Deal;
use proptest::prelude::*;
use std::fmt::Write;

const HEAD: &str = "agreement \"Law\"\n  between Lab, Maker\n  effective 2026-01-01\n  currency USD\n\
party Lab\nparty Maker\nmetric sales\n  money\n  reported by Maker each quarter, within 30 days\n";

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

/// The day a quarter of 2026 and later is reported in these tests.
fn reported(quarter: usize) -> String {
    let (year, quarter) = (2026 + quarter / 4, quarter % 4);
    match quarter {
        0 => format!("{year}-04-20"),
        1 => format!("{year}-07-20"),
        2 => format!("{year}-10-20"),
        _ => format!("{}-01-20", year + 1),
    }
}

fn label(quarter: usize) -> String {
    format!("{} Q{}", 2026 + quarter / 4, quarter % 4 + 1)
}

fn journal(sales: &[u64]) -> String {
    let mut out = String::new();
    for (quarter, amount) in sales.iter().enumerate() {
        let _ = writeln!(out, "{} reported sales for {}: USD {amount}", reported(quarter), label(quarter));
    }
    out
}

fn read(text: &str) -> Deal {
    let deal = Deal::read([("agreement.deal".to_string(), text.as_bytes().to_vec())]);
    assert!(deal.problems.is_empty(), "{text}\n{:?}", deal.problems);
    deal
}

/// Earned by each payment of the deal as of a day and known on a day: its name, period and exact amount.
fn earned(deal: &Deal, as_of: &str, known_on: &str) -> Vec<(String, String, Exact)> {
    let machine = Machine::new(deal);
    let statement = machine.statement(None, None, day(as_of), day(known_on));
    let row = |p: &counterpart_run::statement::Payment| {
        let period = p.period.as_ref().map_or(String::new(), |d| d.label.clone());
        (p.payment.to_string(), period, p.earned.as_ref().unwrap().exact.clone())
    };
    statement.payments.iter().map(row).collect()
}

/// A marginal tier table by the book: bounds in dollars, rates in basis points, a sum in dollars.
fn by_the_book(bounds: &[u64], rates: &[u64], sum: u64) -> Exact {
    let mut total = 0u128;
    let mut below = 0u64;
    for (index, rate) in rates.iter().enumerate() {
        let upper = bounds.get(index).copied().unwrap_or(u64::MAX);
        let slice = sum.min(upper).saturating_sub(below);
        total += u128::from(slice) * u128::from(*rate);
        below = upper;
    }
    Exact::ratio(i64::try_from(total).unwrap(), 10_000).unwrap()
}

fn tiers(bounds: &[u64], rates: &[u64], kind: &str) -> String {
    let mut out =
        format!("royalty Running from Maker to Lab\n  on sales\n  {kind} tiers each calendar year\n");
    for (index, rate) in rates.iter().enumerate() {
        let percent = Exact::ratio(*rate as i64, 100).unwrap();
        match bounds.get(index) {
            Some(bound) => {
                let _ = writeln!(out, "    up to USD {bound}  {percent}%");
            }
            None => {
                let _ = writeln!(out, "    above  {percent}%");
            }
        }
    }
    out.push_str("  paid within 45 days of each quarter\n");
    out
}

fn table() -> impl Strategy<Value = (Vec<u64>, Vec<u64>)> {
    (proptest::collection::btree_set(1_000u64..90_000_000, 1..4), proptest::collection::vec(0u64..3_000, 4))
        .prop_map(|(bounds, mut rates)| {
            let bounds: Vec<u64> = bounds.into_iter().collect();
            rates.truncate(bounds.len() + 1);
            (bounds, rates)
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// What the quarters of a year earn is what the year's sum earns, tier by tier.
    #[test]
    fn tier_totals_equal_the_sum_of_the_slices(
        (bounds, rates) in table(),
        sales in proptest::collection::vec(0u64..60_000_000, 1..9),
    ) {
        let deal = read(&format!("{HEAD}{}{}", tiers(&bounds, &rates, "marginal"), journal(&sales)));
        let found = earned(&deal, "2030-01-01", "2030-01-01");
        prop_assert_eq!(found.len(), sales.len());
        for (year, chunk) in sales.chunks(4).enumerate() {
            let total: Exact = found.iter().skip(year * 4).take(4).map(|(_, _, e)| e.clone()).sum();
            prop_assert_eq!(total, by_the_book(&bounds, &rates, chunk.iter().sum()));
        }
    }

    /// What is divided is what was earned, whatever limits the payees have and whoever is left the rest.
    #[test]
    fn the_shares_of_the_payees_are_the_royalty(
        sales in proptest::collection::vec(0u64..60_000_000, 1..6),
        share in 1u64..99,
        most in 1u64..4_000_000,
        mark in 1u64..30_000_000,
        form in 0usize..6,
    ) {
        let rest = 100 - share;
        let payees = match form {
            0 => format!("  to Lab {rest}%, Third {share}% at most USD {most}\n"),
            1 => format!("  to Lab {rest}%, Third {share}% until USD {most}\n"),
            2 => format!("  to Third {share}% at most USD {most}, rest to Lab\n"),
            3 => format!("  to Third {share}% until USD {most}, Heir {rest}% at most USD {mark}\n"),
            4 => format!("  to Third until USD {most}, rest to Heir\n"),
            _ => format!(
                "  split\n    up to USD {mark}: Lab {rest}%, Third {share}% at most USD {most}\n    above: Heir\n"
            ),
        };
        let head = format!("{HEAD}party Third\nparty Heir\nroyalty Running from Maker to Lab\n  on sales\n  10%\n");
        let deal = read(&format!("{head}{payees}{}", journal(&sales)));
        let machine = Machine::new(&deal);
        let statement = machine.statement(None, None, day("2030-01-01"), Date::MAX);
        prop_assert_eq!(statement.payments.len(), sales.len());
        for payment in &statement.payments {
            let shares = payment.payees.iter().map(|p| p.amount.as_ref().unwrap().exact.clone());
            prop_assert_eq!(shares.sum::<Exact>(), payment.earned.as_ref().unwrap().exact.clone());
        }
    }

    /// More sales never earn less, where each slice has its own rate.
    #[test]
    fn marginal_tiers_never_fall_with_sales(
        (bounds, rates) in table(),
        sales in 0u64..100_000_000,
        more in 0u64..100_000_000,
    ) {
        let of = |sales: u64| {
            let deal = read(&format!("{HEAD}{}{}", tiers(&bounds, &rates, "marginal"), journal(&[sales])));
            earned(&deal, "2030-01-01", "2030-01-01").remove(0).2
        };
        prop_assert!(of(sales) <= of(sales + more));
    }

    /// Whole tiers: the year earns the rate of the tier it ends in, on everything.
    #[test]
    fn whole_tiers_charge_the_whole_year(
        (bounds, rates) in table(),
        sales in proptest::collection::vec(1u64..60_000_000, 4),
    ) {
        let deal = read(&format!("{HEAD}{}{}", tiers(&bounds, &rates, "whole"), journal(&sales)));
        let total: Exact = earned(&deal, "2030-01-01", "2030-01-01").into_iter().map(|(_, _, e)| e).sum();
        let sum: u64 = sales.iter().sum();
        let tier = bounds.iter().position(|b| sum <= *b).unwrap_or(bounds.len());
        let expected = Exact::ratio(sum as i64, 1).unwrap() * Exact::ratio(rates[tier] as i64, 10_000).unwrap();
        prop_assert_eq!(total, expected);
    }

    /// What became known late changes only answers asked as of later knowledge.
    #[test]
    fn late_knowledge_changes_only_later_answers(
        sales in proptest::collection::vec(1u64..60_000_000, 4),
        quarter in 0usize..4,
        correct in 1u64..60_000_000,
        lag in 1i64..300,
    ) {
        let terms = format!("{HEAD}{}{}", tiers(&[10_000_000], &[400, 600], "marginal"), journal(&sales));
        let happened = day(&reported(quarter));
        let known = day("2027-02-01").add_days(lag).unwrap();
        let corrected = format!(
            "{terms}{happened} corrected sales for {}: USD {correct} known {known}\n", label(quarter),
        );
        let (before, after) = (read(&terms), read(&corrected));
        let eve = known.prev_day().unwrap().to_string();
        prop_assert_eq!(earned(&before, "2030-01-01", &eve), earned(&after, "2030-01-01", &eve));
        let mut told = sales.clone();
        told[quarter] = correct;
        let fresh = read(&format!("{HEAD}{}{}", tiers(&[10_000_000], &[400, 600], "marginal"), journal(&told)));
        let known = known.to_string();
        prop_assert_eq!(earned(&after, "2030-01-01", &known), earned(&fresh, "2030-01-01", &known));
    }

    /// The order of entries in the file does not matter: they are ordered by their days.
    #[test]
    fn entries_are_ordered_by_their_days(
        sales in proptest::collection::vec(1u64..60_000_000, 2..8),
        seed in any::<u64>(),
    ) {
        let terms = format!("{HEAD}{}", tiers(&[10_000_000], &[400, 600], "marginal"));
        let mut lines: Vec<String> = journal(&sales).lines().map(str::to_string).collect();
        let ordered = read(&format!("{terms}{}\n", lines.join("\n")));
        let length = lines.len();
        for index in 0..length {
            lines.swap(index, (seed as usize).wrapping_mul(index + 7) % length);
        }
        let shuffled = read(&format!("{terms}{}\n", lines.join("\n")));
        prop_assert_eq!(earned(&ordered, "2030-01-01", "2030-01-01"), earned(&shuffled, "2030-01-01", "2030-01-01"));
    }

    /// The same question has the same answer, byte for byte.
    #[test]
    fn the_same_input_gives_the_same_bytes(sales in proptest::collection::vec(1u64..60_000_000, 1..8)) {
        let text = format!("{HEAD}{}{}", tiers(&[10_000_000], &[400, 600], "marginal"), journal(&sales));
        let answer = || {
            let deal = read(&text);
            let statement = Machine::new(&deal).statement(None, None, day("2030-01-01"), Date::MAX);
            serde_json::to_string(&statement).unwrap()
        };
        prop_assert_eq!(answer(), answer());
    }
}
