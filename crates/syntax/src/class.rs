//! Token classes: what a pattern may ask of a word beyond being a certain keyword.

use crate::grammar::{AFTER_COMMA, Class, WHOLE_AFTER_COMMA};
use crate::lexer::{Token, TokenKind, Traits};
use crate::matcher::Line;
use counterpart_num::Currency;

impl Class {
    /// How the reference shows it.
    pub(crate) fn shown(self) -> &'static str {
        match self {
            Class::Name => "NAME",
            Class::String => "\"text\"",
            Class::Number => "NUMBER",
            Class::Date => "YYYY-MM-DD",
            Class::Currency => "CUR",
            Class::Year => "YYYY",
            Class::Part => "(Q1 | Q2 | Q3 | Q4 | H1 | H2)",
            Class::Month => "YYYY-MM",
            Class::Fiscal => "FYYYYY",
            Class::Patent => "PATENT-NUMBER",
        }
    }

    /// What an error calls it.
    pub(crate) fn human(self) -> &'static str {
        match self {
            Class::Name => "a name",
            Class::String => "a text in quotes",
            Class::Number => "a number",
            Class::Date => "a date such as `2027-01-31`",
            Class::Currency => "a currency such as `USD`",
            Class::Year => "a year such as `2029`",
            Class::Part => "`Q1`, `Q2`, `Q3`, `Q4`, `H1` or `H2`",
            Class::Month => "a month such as `2029-03`",
            Class::Fiscal => "a fiscal year such as `FY2029`",
            Class::Patent => "a patent number",
        }
    }

    /// How many words the class takes here; 0 if it does not fit.
    ///
    /// An `item` stands after a comma of a list, where a word that goes on with the clause is no name.
    pub(crate) fn take(self, line: Line<'_>, at: u32, item: bool) -> u32 {
        let Some((index, token)) = line.token(at) else { return 0 };
        let four_digits = |text: &str| text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
        let fits = match self {
            Class::Name => token.kind == TokenKind::Word && is_name(line, at, token, item),
            Class::String => token.kind == TokenKind::Text,
            Class::Number => token.kind == TokenKind::Number,
            Class::Date => token.kind == TokenKind::Date,
            Class::Month => token.kind == TokenKind::Month,
            Class::Currency => token.traits == Traits::Currency,
            Class::Year => token.kind == TokenKind::Number && four_digits(line.text_of(index)),
            Class::Part => matches!(line.text_of(index), "Q1" | "Q2" | "Q3" | "Q4" | "H1" | "H2"),
            Class::Fiscal => line.text_of(index).strip_prefix("FY").is_some_and(four_digits),
            Class::Patent => return patent(line, at, index, token),
        };
        u32::from(fits)
    }
}

fn is_name(line: Line<'_>, at: u32, token: Token, item: bool) -> bool {
    match token.traits {
        Traits::Reserved => false,
        // A currency code with a number behind it is an amount, not a name. A party called ETI is no
        // currency; one called SEK had better be renamed.
        Traits::Currency => {
            let amount = line
                .token(at + 1)
                .is_some_and(|(_, next)| next.kind == TokenKind::Number || next.traits == Traits::Unknown);
            !(amount && Currency::parse(line.word(at)).is_some())
        }
        // A word that goes on with the clause only together with others is a name where none follow.
        _ if item && AFTER_COMMA.binary_search(&token.key).is_ok() => {
            let last = line.token(at + 1).is_none_or(|(_, next)| next.traits == Traits::Comma);
            last && WHOLE_AFTER_COMMA.binary_search(&token.key).is_err()
        }
        _ => true,
    }
}

/// `8715269`, `8,715,269`, `10/123,456`, `PCT/US2005/012345`: pieces without spaces between.
fn patent(line: Line<'_>, at: u32, index: usize, token: Token) -> u32 {
    let has_digit = |index| line.text_of(index).bytes().any(|b| b.is_ascii_digit());
    let is_piece =
        |kind| matches!(kind, TokenKind::Number | TokenKind::Word | TokenKind::Month | TokenKind::Date);
    if !is_piece(token.kind) || token.traits == Traits::Reserved {
        return 0;
    }
    let (mut taken, mut digits) = (1, has_digit(index));
    while let Some((next, token)) = line.token(at + taken) {
        let sign = token.kind == TokenKind::Sign && !matches!(line.text_of(next), "," | ":" | ";");
        if next != index + taken as usize || !(is_piece(token.kind) || sign) {
            break;
        }
        digits |= has_digit(next);
        taken += 1;
    }
    if digits { taken } else { 0 }
}
