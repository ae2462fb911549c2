//! The model as JSON: every deal goes out as the published schema has it, and comes back equal.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test stops where something is wrong"
)]

mod common;

use counterpart_terms::Deal;
use counterpart_terms::json::{Document, from_json, schema, to_json};

#[test]
fn every_deal_goes_out_and_comes_back() {
    let validator = jsonschema::validator_for(&schema()).expect("the schema is one");
    for (name, files) in common::deals() {
        let deal = Deal::read(files);
        let json = to_json(&deal);
        if let Some(error) = validator.iter_errors(&json).next() {
            panic!("{name}: {error} at {}", error.instance_path());
        }
        let back = from_json(&json.to_string()).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert!(back == Document::of(&deal), "{name} changed on the way");
    }
}

#[test]
fn the_published_schema_is_this_one() {
    let text = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    common::same_as_file(&common::root().join("docs/schema/deal.json"), &text);
}

#[test]
fn what_is_not_in_the_schema_is_refused() {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    let good = to_json(&common::one("party Lab of US\n"));
    assert!(validator.is_valid(&good));
    let change = |pointer: &str, value: serde_json::Value| {
        let mut json = good.clone();
        *json.pointer_mut(pointer).unwrap() = value;
        json
    };
    for wrong in [
        change("/clauses/0/clause", "file.nothing".into()),
        change("/clauses/0/at/line", "one".into()),
        change("/edition", serde_json::Value::Null),
    ] {
        assert!(!validator.is_valid(&wrong), "{wrong}");
        assert!(from_json(&wrong.to_string()).is_err(), "{wrong}");
    }
}
