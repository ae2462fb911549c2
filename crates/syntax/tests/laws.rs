//! Laws that hold for any bytes at all, tried on random ones.

mod common;

use common::laws::check;
use common::mutate::{Dice, soup, spoil};
use counterpart_syntax::{format, parse};
use proptest::prelude::*;

/// The tour is written in house style.
#[test]
fn the_tour_is_formatted() {
    for (name, text) in common::tour() {
        let (tree, problems) = parse(text.as_bytes());
        assert!(problems.is_empty(), "{name}: {problems:?}");
        assert_eq!(String::from_utf8_lossy(&format(&tree)), text, "{name}");
        check(text.as_bytes());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        check(&bytes);
    }

    #[test]
    fn any_text(text in "(\\PC|[ \t\r\n\"#,:;0-9a-zA-Z]){0,200}") {
        check(text.as_bytes());
    }

    #[test]
    fn soups(seed in any::<u64>(), length in 0usize..120) {
        check(soup(&mut Dice::new(seed), length).as_bytes());
    }

    #[test]
    fn spoilt_deals(seed in any::<u64>(), edits in 0usize..12) {
        let tour = common::tour();
        let mut dice = Dice::new(seed);
        let good = &tour[dice.below(tour.len())].1;
        check(&spoil(&mut dice, good, edits));
    }
}

/// A line that is moved below another in reading must not become part of it in printing.
#[test]
fn nothing_is_moved_below_a_comma() {
    check(b"  as B1,\n      with First-rate 4.5%\n 2030-02-06Until 2035-12-31 by Helios,\n royaltyagreed Borealis\n");
    check(b"trigger T\n  when Unit is not met by 2028-06-30\n  then\nMid-term opens\n");
}
