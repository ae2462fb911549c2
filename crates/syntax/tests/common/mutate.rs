//! Deals as people spoil them: words and lines lost, doubled, swapped, moved; and texts of pure soup.

/// Numbers that look random and are the same in every run (xorshift).
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }

    pub fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }
}

/// Pieces soup is made of.
const PIECES: &[&str] = &[
    "grant",
    "royalty",
    "from",
    "to",
    "Helios",
    "Borealis",
    "under",
    "in",
    "for",
    "exclusive",
    "until",
    "2033-12-31",
    "2027-13-01",
    "USD",
    "5m",
    "4.0%",
    "8",
    "%",
    ",",
    ",",
    ";",
    ":",
    ":",
    "(",
    ")",
    "|",
    ">=",
    "\"text\"",
    "\"open",
    "#",
    "# note",
    " ",
    " ",
    " ",
    "  ",
    "   ",
    "      ",
    "\t",
    "\n",
    "\n",
    "\n\n",
    "\n  ",
    "\n  ",
    "\n    ",
    "\n      ",
    "\n\t",
    "\r\n",
    "\r",
    "\u{feff}",
    "\u{a0}",
    "\u{200b}",
    "\u{2028}",
    "\0",
    "§",
    "é",
    "e\u{301}",
    "漢字",
    "agreement",
    "between",
    "effective",
    "on",
    "date",
    "fields",
    "tiers",
    "up",
    "above",
    "at",
    "least",
    "most",
    "each",
    "year",
    "when",
    "is",
    "not",
    "met",
    "then",
    "becomes",
    "sole",
    "1e999",
    "99999-01-01",
    "FY2029",
    "Q1",
    "redacted",
    "open",
    "+",
    "*",
    "-",
    "/",
    "@",
    "=",
    "a",
    "the",
];

/// A text of random pieces.
pub fn soup(dice: &mut Dice, length: usize) -> String {
    let mut text = String::new();
    for _ in 0..length {
        text.push_str(dice.pick(PIECES));
        if dice.below(3) > 0 {
            text.push(' ');
        }
    }
    text
}

/// A part of a good text with a few things done to it.
pub fn spoil(dice: &mut Dice, good: &str, edits: usize) -> Vec<u8> {
    let mut lines: Vec<String> = good.split_inclusive('\n').map(str::to_string).collect();
    if dice.below(2) == 0 {
        let from = dice.below(lines.len());
        lines = lines.into_iter().skip(from).take(1 + dice.below(40)).collect();
    }
    for _ in 0..edits {
        if lines.is_empty() {
            break;
        }
        let (at, other) = (dice.below(lines.len()), dice.below(lines.len()));
        match dice.below(16) {
            0 => drop(lines.remove(at)),
            1 => lines.insert(at, lines[other].clone()),
            2 => lines.swap(at, other),
            3 => lines[at].insert_str(0, dice.pick(&[" ", "  ", "    ", "\t", "\u{a0}"])),
            4 => lines[at] = lines[at].trim_start().to_string(),
            5 => lines[at] = lines[at].replacen("  ", dice.pick(&["", " ", "\t", "     "]), 1),
            6 => lines.insert(at, format!("{}# {}\n", " ".repeat(dice.below(9)), dice.below(99))),
            7 => {
                lines[at] =
                    lines[at].replace('\n', dice.pick(&["\r\n", "\r", "", "  \n", "\n\n\n", "   # note\n"]))
            }
            8 => lines[at] = lines[at].replacen(", ", dice.pick(&[",", " ,", ",\n      ", ",,", ",    "]), 1),
            9 => lines[at] = lines[at].replacen('"', dice.pick(&["", "'", "\"\""]), 1),
            _ => lines[at] = words(dice, &lines[at]),
        }
    }
    let mut bytes = lines.concat().into_bytes();
    if dice.below(8) == 0 && !bytes.is_empty() {
        let at = dice.below(bytes.len());
        bytes[at] = dice.below(256) as u8;
    }
    bytes
}

/// A line with a word lost, doubled, swapped, replaced or spaced out.
fn words(dice: &mut Dice, line: &str) -> String {
    let mut words: Vec<&str> = line.split_inclusive(' ').collect();
    let (at, other) = (dice.below(words.len()), dice.below(words.len()));
    if words.is_empty() {
        return String::new();
    }
    match dice.below(6) {
        0 => drop(words.remove(at)),
        1 => words.insert(at, words[other]),
        2 => words.swap(at, other),
        3 => words[at] = dice.pick(PIECES),
        4 => words.insert(at, dice.pick(PIECES)),
        _ => words.insert(at, dice.pick(&["   ", " ", "     ", "\t"])),
    }
    words.concat()
}
