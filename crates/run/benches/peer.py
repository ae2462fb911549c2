"""The ten-year statement of `goals.rs` as a royalty accountant's script: sales in two currencies, month-end means,
tiers by calendar year, a minimum. Same figures, no trace. Reads the journal the benchmark writes."""

import re
import sys
from collections import defaultdict
from fractions import Fraction

TIERS = [(Fraction(10_000_000), Fraction(4, 100)), (Fraction(50_000_000), Fraction(5, 100)), (None, Fraction(6, 100))]
MINIMUM = Fraction(500_000)


def tiered(total):
    owed, below = Fraction(0), Fraction(0)
    for bound, rate in TIERS:
        upper = total if bound is None else min(total, bound)
        if upper > below:
            owed += (upper - below) * rate
            below = upper
    return owed


def main(path):
    rates, sales, period = defaultdict(list), defaultdict(list), None
    for line in open(path, encoding="utf-8"):
        if found := re.match(r"(\d{4})-(\d{2})-\d{2} rate ECB +EUR = USD ([\d.]+)", line):
            rates[int(found[1]), (int(found[2]) + 2) // 3].append(Fraction(found[3]))
        elif found := re.match(r"\S+ reported sales for (\d{4}) Q(\d)", line):
            period = int(found[1]), int(found[2])
        elif found := re.match(r" +(US|DE) +(USD|EUR) ([\d,]+)", line):
            sales[period].append((found[2], Fraction(found[3].replace(",", ""))))
    total, year, so_far, earned_year = Fraction(0), None, Fraction(0), Fraction(0)
    for (y, q), lines in sorted(sales.items()):
        if y != year:
            year, so_far, earned_year = y, Fraction(0), Fraction(0)
        mean = sum(rates[y, q]) / len(rates[y, q])
        base = sum(amount * (mean if currency == "EUR" else 1) for currency, amount in lines)
        earned = tiered(so_far + base) - tiered(so_far)
        so_far += base
        earned_year += earned
        owed = earned + (max(MINIMUM - earned_year, Fraction(0)) if q == 4 else 0)
        total += owed
        print(f"{y} Q{q} {float(base):15,.2f} {float(owed):12,.2f}")
    print(f"total {float(total):,.2f}")


main(sys.argv[1])
