//! The lines of a statement lead to its totals: what is added is shown.
//!
//! Over every deal and every money example, the lines of each balance of payments that are set against each other are
//! added again from the statement as JSON, and compared with its total.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test stops with a panic")]

use counterpart_num::{Date, Exact};
use counterpart_run::Machine;
use counterpart_terms::Deal;
use serde_json::Value;
use std::path::{Path, PathBuf};

const FRAME: &str = include_str!("money/frame.deal");

/// Every deal there is, by name, as the files it is made of.
fn deals() -> Vec<(String, Vec<(String, String)>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut out = Vec::new();
    for path in sorted(&root.join("../../deals")) {
        let files = if path.is_dir() { sorted(&path) } else { vec![path.clone()] };
        let mechanisms = path.file_name().is_some_and(|name| name == "mechanisms");
        let all: Vec<(String, String)> = files
            .iter()
            .filter(|f| f.extension().is_some_and(|e| e == "deal"))
            .map(|f| (f.display().to_string(), std::fs::read_to_string(f).expect("the deal can be read")))
            .collect();
        match mechanisms {
            true => out.extend(all.into_iter().map(|file| (file.0.clone(), vec![file]))),
            false => out.push((path.display().to_string(), all)),
        }
    }
    for path in
        sorted(&root.join("tests/money")).into_iter().filter(|p| p.extension().is_some_and(|e| e == "md"))
    {
        let text = std::fs::read_to_string(&path).expect("the document can be read");
        for (at, block) in text.split("\n```deal").skip(1).enumerate() {
            let (info, body) = block.split_once('\n').expect("a fence ends its line");
            let body = body.split("\n```").next().unwrap_or_default();
            let first = if info.contains("whole") { String::new() } else { FRAME.to_string() };
            let mut files = vec![("agreement.deal".to_string(), first)];
            for line in body.lines() {
                match line.strip_prefix("# file: ") {
                    Some(name) => files.push((name.to_string(), String::new())),
                    None => files.last_mut().expect("there is a file").1.push_str(&format!("{line}\n")),
                }
            }
            out.push((format!("{} block {}", path.display(), at + 1), files));
        }
    }
    out
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the folder can be read");
    let mut paths: Vec<PathBuf> = entries.map(|e| e.expect("the folder can be read").path()).collect();
    paths.sort();
    paths
}

/// The number of a line, as `120000` for `USD 120,000.00`.
fn number(line: &Value) -> Option<Exact> {
    let text = line["amount"].as_str()?;
    text.split_whitespace().last()?.replace(',', "").parse().ok()
}

/// What is wrong with the lines of one statement.
fn wrong(statement: &Value) -> Vec<String> {
    let mut out = Vec::new();
    for net in statement["nets"].as_array().into_iter().flatten() {
        let Some(total) = net["amount"]["exact"].as_str().and_then(|n| n.parse::<Exact>().ok()) else {
            continue;
        };
        let lines: Vec<&Value> = net["lines"].as_array().into_iter().flatten().collect();
        let numbers: Option<Vec<Exact>> = lines.iter().map(|line| number(line)).collect();
        let Some(numbers) = numbers else { continue };
        let sum: Exact = numbers.into_iter().sum();
        if (sum.clone() - &total).abs() > Exact::percent(i64::try_from(lines.len()).unwrap_or(1)) {
            out.push(format!("net of {}: lines come to {sum:?}, and it is {total:?}", net["streams"]));
        }
    }
    out
}

/// The lines of a block of which the amount is known: those of its base come to the base, the others to what is to be
/// paid, each sum by itself.
fn wrong_blocks(statement: &Value) -> (usize, Vec<String>) {
    let (mut looked_at, mut out) = (0, Vec::new());
    let exact = |figure: &Value| figure["exact"].as_str().and_then(|n| n.parse::<Exact>().ok());
    for payment in statement["payments"].as_array().into_iter().flatten() {
        let Some(total) = exact(&payment["amount"]) else { continue };
        let lines: Vec<&Value> = payment["lines"].as_array().into_iter().flatten().collect();
        let told: Vec<(bool, Exact)> = lines
            .iter()
            .filter_map(|line| Some((line["of_base"].as_bool().unwrap_or(false), number(line)?)))
            .collect();
        if told.is_empty() {
            continue;
        }
        looked_at += 1;
        let sum = |of: bool| told.iter().filter(|t| t.0 == of).map(|(_, n)| n.clone()).sum::<Exact>();
        // Each line is shown to the cent.
        let half_cents = Exact::percent(i64::try_from(lines.len()).unwrap_or(1)) * &Exact::percent(50);
        let off = |sum: &Exact, of: &Exact| (sum.clone() - of).abs() > half_cents;
        let (of_base, charged) = (sum(true), sum(false));
        let base = exact(&payment["base"]).unwrap_or_else(Exact::zero);
        if off(&of_base, &base) || off(&charged, &total) {
            let shown: Vec<String> = lines
                .iter()
                .map(|l| format!("    {}: {} = {}", l["what"], l["arithmetic"], l["amount"]))
                .collect();
            out.push(format!(
                "{} {}: base {base:?}, total {total:?}, lines {of_base:?} and {charged:?}\n{}",
                payment["payment"],
                payment["period"]["label"],
                shown.join("\n")
            ));
        }
    }
    (looked_at, out)
}

/// What is wrong in the statements of all deals, by a rule that says what of one it looked at and found.
fn found_in_all(rule: impl Fn(&Value) -> (usize, Vec<String>)) -> (usize, Vec<String>) {
    let day = Date::new(2045, 1, 1).expect("a day");
    let (mut looked_at, mut found) = (0, Vec::new());
    for (name, files) in deals() {
        let deal = Deal::read(files.into_iter().map(|(name, text)| (name, text.into_bytes())));
        let machine = Machine::new(&deal);
        let statement = machine.statement(None, None, day, Date::MAX);
        let json = serde_json::to_value(&statement).expect("a statement is JSON");
        let (seen, wrong) = rule(&json);
        looked_at += seen;
        found.extend(wrong.into_iter().map(|what| format!("{name}: {what}")));
    }
    (looked_at, found)
}

#[test]
fn the_lines_of_a_payment_come_to_it() {
    let (looked_at, found) = found_in_all(wrong_blocks);
    assert!(looked_at > 1000, "only {looked_at} payments");
    assert!(found.is_empty(), "{} wrong of {looked_at}:\n{}\n", found.len(), found.join("\n"));
}

#[test]
fn the_lines_of_a_balance_come_to_it() {
    let (looked_at, found) = found_in_all(|json| (json["nets"].as_array().map_or(0, Vec::len), wrong(json)));
    assert!(looked_at > 20, "only {looked_at} balances");
    assert!(found.is_empty(), "{} wrong:\n{}\n", found.len(), found.join("\n"));
}
