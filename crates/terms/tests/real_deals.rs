//! What the checks say of the deals of the project: no errors anywhere, and exactly the defects that the
//! filed agreements have.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test stops where something is wrong"
)]

mod common;

use counterpart_syntax::Severity;
use counterpart_terms::Deal;

#[test]
fn no_errors_and_known_warnings() {
    let mut said = String::new();
    for (name, files) in common::deals() {
        let deal = Deal::read(files);
        for problem in &deal.problems {
            assert!(problem.severity != Severity::Error, "{name}: {}", common::show(&deal, problem));
            said.push_str(&format!("{name}/{}", common::show(&deal, problem)));
        }
    }
    common::same_as_file(&common::root().join("crates/terms/tests/real_deals.txt"), &said);
}
