//! Numbers, money, percentages and formulas.

use super::{Reader, plain};
use crate::names::{Expect, MEASURED, STREAMS, SymbolKind};
use crate::value::{Amount, Known, Measure, Op, Quantity, Sign};
use counterpart_num::{Currency, Exact};
use counterpart_syntax::{Diagnostic, Label, Node, Rule};

/// A number has at most this many digits.
const MAX_DIGITS: usize = 60;

impl Reader<'_> {
    /// A number with its `k`, `m` or `bn`.
    pub(crate) fn number(&mut self, node: Node<'_>) -> Exact {
        let text = node.text();
        parse_number(text).unwrap_or_else(|| {
            let grouped = text.trim_end_matches(char::is_alphabetic).replace(',', "");
            let large = grouped.split('.').next().is_some_and(|whole| whole.len() > MAX_DIGITS);
            let problem = Diagnostic::error(
                "bad-number",
                node.span(),
                format!("`{}` is {}", cut(text), if large { "too large" } else { "not a number" }),
            )
            .in_file(self.file);
            self.problems.push(match large {
                true => problem.with_help(format!("a number has at most {MAX_DIGITS} digits")),
                false if text.contains(',') => problem.with_help(
                    "commas stand between groups of three digits, as in `1,250,000.50`; between numbers of a list \
                     a space follows them",
                ),
                false => problem.with_help(format!("write it with at most {MAX_DIGITS} digits")),
            });
            Exact::zero()
        })
    }

    /// The currency code, checked against ISO 4217.
    pub(crate) fn currency_word(&mut self, node: Node<'_>) -> String {
        self.currency(node).code().to_string()
    }

    pub(crate) fn currency(&mut self, node: Node<'_>) -> Currency {
        Currency::parse(node.text()).unwrap_or_else(|| {
            if self.missing.is_new(format!("currency {}", node.text())) {
                self.problems.push(
                    Diagnostic::error(
                        "unknown-currency",
                        node.span(),
                        format!("no currency has the code `{}`", node.text()),
                    )
                    .in_file(self.file)
                    .with_help("use a code of ISO 4217, such as USD, EUR or JPY"),
                );
            }
            Currency::USD
        })
    }

    fn known_number(&mut self, node: Node<'_>) -> Known<Exact> {
        if let Some(number) = node.get(Label::Number) {
            return Known::Given(self.number(number));
        }
        match node.get(Label::Unknown).map(|u| self.unknown_of(u)) {
            Some(Known::Open(hint)) => Known::Open(hint),
            Some(Known::Redacted(hint)) => Known::Redacted(hint),
            _ => Known::Open(None),
        }
    }

    /// A percentage as a fraction of one.
    pub(crate) fn percent(&mut self, node: Node<'_>) -> Known<Exact> {
        match self.known_number(node) {
            Known::Given(number) => Known::Given(&number * &Exact::percent(1)),
            unknown => unknown,
        }
    }

    /// Any amount node.
    pub(crate) fn amount(&mut self, node: Node<'_>) -> Amount {
        match node.kind() {
            Some(Rule::Money) => {
                let currency = node.get(Label::Currency).map_or(Currency::USD, |c| self.currency(c));
                Amount::Money(currency, self.known_number(node))
            }
            // Of a value that is not given, the kind is not given either.
            Some(Rule::Percent | Rule::Withheld) => Amount::Percent(self.percent(node)),
            Some(Rule::SomeMoney) if node.has(Label::Unknown) => Amount::Percent(self.percent(node)),
            Some(Rule::Measure | Rule::HiddenMeasure | Rule::HiddenPart) => {
                Amount::Measure(Box::new(self.measure(node)))
            }
            Some(Rule::Amount) => {
                let terms: Vec<Amount> = node.all(Label::Term).map(|t| self.amount(t)).collect();
                let signs = node
                    .all(Label::Op)
                    .map(|o| if matches!(o.text(), "plus" | "+") { Sign::Plus } else { Sign::Less });
                let signs: Vec<Sign> = std::iter::once(Sign::Plus).chain(signs).collect();
                one_or(terms, |terms| Amount::Sum(signs.into_iter().zip(terms).collect()))
            }
            Some(Rule::Product) => {
                let factors: Vec<Amount> = node.all(Label::Factor).map(|t| self.amount(t)).collect();
                let ops = node
                    .all(Label::Op)
                    .map(|o| if matches!(o.word(), "times" | "*") { Op::Times } else { Op::By });
                let ops: Vec<Op> = std::iter::once(Op::Times).chain(ops).collect();
                one_or(factors, |factors| Amount::Product(ops.into_iter().zip(factors).collect()))
            }
            _ => self.factor(node),
        }
    }

    fn factor(&mut self, node: Node<'_>) -> Amount {
        if let Some(inner) = node.get(Label::Inner) {
            return self.amount(inner);
        }
        if let Some(pick) = node.get(Label::Pick) {
            let of: Vec<Amount> = node.all(Label::Of).map(|a| self.amount(a)).collect();
            let greatest = matches!(
                pick.text(),
                "greater" | "greatest" | "higher" | "highest" | "longer" | "longest" | "later" | "latest"
            );
            return if greatest { Amount::Greatest(of) } else { Amount::Least(of) };
        }
        if let (Some(factor), Some(over)) = (node.get(Label::Factor), node.get(Label::Over)) {
            return Amount::Excess(Box::new(self.amount(factor)), Box::new(self.amount(over)));
        }
        if let (Some(share), Some(factor)) = (node.get(Label::Share), node.get(Label::Factor)) {
            // `redacted of Major`: a metric that is kept secret, of a product or another part of the market.
            if share.has(Label::Unknown) && !share.words().any(|word| word == "%") && self.is_part(factor) {
                return Amount::Percent(self.percent(share));
            }
            return Amount::Share(self.percent(share), Box::new(self.amount(factor)));
        }
        if let Some(duration) = node.get(Label::Duration) {
            return Amount::Duration(self.duration(duration));
        }
        if let Some(number) = node.get(Label::Quantity) {
            let value = self.number(number);
            return match node.get(Label::Unit) {
                Some(unit) => Amount::Quantity(value, plain::words(unit)),
                None => Amount::Number(value),
            };
        }
        node.nodes().next().map_or(Amount::Number(Exact::zero()), |inner| self.amount(inner))
    }

    /// Whether an amount is no more than a name, and that of a part of the market.
    fn is_part(&self, amount: Node<'_>) -> bool {
        let symbol = self.symbols.get(amount.text()).map(|s| s.kind);
        matches!(
            symbol,
            Some(SymbolKind::Product | SymbolKind::Field | SymbolKind::Member | SymbolKind::Dimension)
        )
    }

    pub(crate) fn measure(&mut self, node: Node<'_>) -> Measure {
        let quantity = node.get(Label::Quantity).map(|q| quantity(q.text()));
        let (names, of) = match quantity {
            // A product has a price as well as a payment has.
            Some(Quantity::Price) => (self.listed(node, Label::Stream, Expect::Any), Vec::new()),
            Some(_) => (self.listed(node, Label::Stream, STREAMS), Vec::new()),
            None => {
                let metric = node.get(Label::Metric).map(|m| self.name(m, MEASURED));
                (metric.into_iter().collect(), self.listed(node, Label::Of, Expect::Any))
            }
        };
        Measure {
            quantity,
            names,
            of,
            by: self.listed(node, Label::By, Expect::Any),
            fields: self.listed(node, Label::For, Expect::Any),
            territory: node.get(Label::In).map(|t| self.territory(t)),
            window: node.get(Label::Window).map(|w| self.window(w)),
        }
    }
}

fn quantity(word: &str) -> Quantity {
    match word {
        "minimum" => Quantity::Minimum,
        "cap" => Quantity::Cap,
        "rate" => Quantity::Rate,
        "price" => Quantity::Price,
        "paid" => Quantity::Paid,
        "balance" => Quantity::Balance,
        "recouped" => Quantity::Recouped,
        "unrecouped" => Quantity::Unrecouped,
        "shortfall" => Quantity::Shortfall,
        word if word.starts_with("first") => Quantity::FirstRate,
        _ => Quantity::Earned,
    }
}

fn one_or(mut amounts: Vec<Amount>, many: impl FnOnce(Vec<Amount>) -> Amount) -> Amount {
    if amounts.len() == 1 { amounts.remove(0) } else { many(amounts) }
}

/// A number as written, `k`, `m` and `bn` included.
pub(crate) fn parse_number(text: &str) -> Option<Exact> {
    let (digits, scale) = match text {
        t if t.ends_with("bn") => (t.strip_suffix("bn")?, 1_000_000_000),
        t if t.ends_with('m') => (t.strip_suffix('m')?, 1_000_000),
        t if t.ends_with('k') => (t.strip_suffix('k')?, 1_000),
        t => (t, 1),
    };
    Some(&Exact::parse(digits)? * &Exact::from_int(scale))
}

fn cut(text: &str) -> String {
    text.chars().take(24).collect()
}
