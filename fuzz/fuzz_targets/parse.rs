//! Any bytes parse and print back the same; the formatter settles at once.
#![no_main]

use counterpart_syntax::format;
use counterpart_syntax::parse;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let (tree, _) = parse(bytes);
    assert_eq!(tree.bytes(), bytes);
    let printed: String = tree.tokens().map(|(_, text)| text).collect();
    assert_eq!(printed, tree.text());
    let once = format(&tree);
    let (again, _) = parse(&once);
    assert_eq!(format(&again), once);
});
