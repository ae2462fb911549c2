//! Every code the checks of this crate can report: why it matters, a clause that fires it, one that does
//! not. The pages of the rules are made from this list, and a test runs every example.

use counterpart_syntax::Severity;

/// What there is to know about a code.
#[derive(Debug, Clone, Copy)]
pub struct Finding {
    /// The code.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Why it matters.
    pub why: &'static str,
    /// Clauses that fire it, below [`PREAMBLE`].
    pub fires: &'static str,
    /// Clauses like them that are fine.
    pub clean: &'static str,
}

/// The agreement the examples belong to.
pub const PREAMBLE: &str = "\
agreement \"Example\"
  between Lab, Maker
  effective 2026-01-01
  currency USD
party Lab of US
party Maker of US
patents Core of Lab
metric sales
  money
  reported by Maker each quarter
metric pieces
  units
  reported by Maker each quarter
metric share
  percent
  reported by Maker each year
metric delay
  days
";

/// Every finding of the checks.
pub fn findings() -> &'static [Finding] {
    FINDINGS
}

const FINDINGS: &[Finding] = &[
    Finding {
        code: "unit-mismatch",
        severity: Severity::Error,
        why: "Amounts of different kinds have no sum and no order: the clause has no value.",
        fires: "pay Fee from Maker to Lab\n  USD 5m plus EUR 3m on effective date\n",
        clean: "pay Fee from Maker to Lab\n  USD 5m plus USD 3m on effective date\n",
    },
    Finding {
        code: "durations-do-not-compare",
        severity: Severity::Error,
        why: "A month has 28 to 31 days: which of one month and thirty days is longer depends on when they run.",
        fires: "event Slow\n  happens when delay > the longer of 1 month, 30 days\n",
        clean: "event Slow\n  happens when delay > the longer of 4 weeks, 30 days\n",
    },
    Finding {
        code: "percent-too-large",
        severity: Severity::Error,
        why: "A share of a whole cannot be more than the whole.",
        fires: "royalty Running from Maker to Lab\n  on sales\n  4%\n  sublicence income 120%\n",
        clean: "royalty Running from Maker to Lab\n  on sales\n  4%\n  sublicence income 20%\n",
    },
    Finding {
        code: "negative-amount",
        severity: Severity::Error,
        why: "Nobody can pay less than nothing; the other side pays instead.",
        fires: "pay Fee from Maker to Lab\n  USD 1m less USD 2m on effective date\n",
        clean: "pay Fee from Maker to Lab\n  USD 2m less USD 1m on effective date\n",
    },
    Finding {
        code: "shares-do-not-add-up",
        severity: Severity::Error,
        why: "What the shares leave belongs to nobody, or is given twice.",
        fires: "share costs of Core\n  Lab 40%, Maker 50%\n",
        clean: "share costs of Core\n  Lab 40%, Maker 60%\n",
    },
    Finding {
        code: "ends-before-it-starts",
        severity: Severity::Warning,
        why: "No day lies between, so the clause never applies.",
        fires: "royalty Running from Maker to Lab\n  on sales\n  4% from 2029-01-01 until 2024-03-31\n",
        clean: "royalty Running from Maker to Lab\n  on sales\n  4% from 2029-01-01 until 2029-03-31\n",
    },
    Finding {
        code: "tiers-do-not-rise",
        severity: Severity::Error,
        why: "Nothing can fall between a bound and a lower one.",
        fires: "royalty Running from Maker to Lab\n  on sales\n  marginal tiers each calendar year\n    up to USD 50m 4%\n    up to USD 20m 5%\n    above 6%\n",
        clean: "royalty Running from Maker to Lab\n  on sales\n  marginal tiers each calendar year\n    up to USD 20m 4%\n    up to USD 50m 5%\n    above 6%\n",
    },
    Finding {
        code: "tiers-unsaid",
        severity: Severity::Note,
        why: "The two readings of a tier table differ by the whole of the lower tiers.",
        fires: "royalty Running from Maker to Lab\n  on sales\n  tiers each calendar year\n    up to USD 20m 4%\n    above 6%\n",
        clean: "royalty Running from Maker to Lab\n  on sales\n  whole tiers each calendar year\n    up to USD 20m 4%\n    above 6%\n",
    },
    Finding {
        code: "total-differs",
        severity: Severity::Warning,
        why: "The instalments decide what falls due; somebody may have counted on the total.",
        fires: "pay Fee from Maker to Lab\n  USD 1m on effective date\n  USD 1m on 2027-01-01\n  in all USD 3m\n",
        clean: "pay Fee from Maker to Lab\n  USD 1m on effective date\n  USD 2m on 2027-01-01\n  in all USD 3m\n",
    },
    Finding {
        code: "price-gap",
        severity: Severity::Warning,
        why: "On the uncovered days the right exists, and what it costs is unsaid.",
        fires: "royalty Running from Maker to Lab\n  on sales\n  4%\nbuy-out Exit of Running by Maker\n  price USD 9m in the first 2 years\n  price USD 6m after 3 years after effective date\n",
        clean: "royalty Running from Maker to Lab\n  on sales\n  4%\nbuy-out Exit of Running by Maker\n  price USD 9m in the first 2 years\n  price USD 6m after 2 years after effective date\n",
    },
    Finding {
        code: "statements-differ",
        severity: Severity::Warning,
        why: "Two statements of one thing give two answers; unless one prevails, either side may hold to its own.",
        fires: "royalty Running from Maker to Lab\n  on sales\n  4%\n  paid within 30 days of each quarter\n  paid within 45 days of each quarter\n",
        clean: "royalty Running from Maker to Lab\n  on sales\n  4%\n  paid within 30 days of each quarter\n",
    },
    Finding {
        code: "precedence-tie",
        severity: Severity::Error,
        why: "Two clauses of equal rank give two answers for the same day; there is no silent winner.",
        fires: "royalty Running from Maker to Lab\n  on sales\n  4%\n  at least USD 5k in 2029\n  at least USD 7k in 2029\n",
        clean: "royalty Running from Maker to Lab\n  on sales\n  4%\n  at least USD 5k in 2029\n  at least USD 7k in 2030\n",
    },
    Finding {
        code: "precedence-cycle",
        severity: Severity::Warning,
        why: "Where each of two clauses prevails over the other, neither does.",
        fires: "grant One from Lab to Maker\n  under Core\n  exclusive\n  notwithstanding Two\ngrant Two from Lab to Maker\n  under Core\n  exclusive\n  notwithstanding One\n",
        clean: "grant One from Lab to Maker\n  under Core\n  exclusive\n  notwithstanding Two\ngrant Two from Lab to Maker\n  under Core\n  exclusive\n",
    },
];
