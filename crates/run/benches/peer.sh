#!/usr/bin/env bash
# The ten-year statement: `counterpart` with its full trace against a script in Python, whole processes in turn.
# Usage: crates/run/benches/peer.sh [RUNS]
set -euo pipefail
cd "$(dirname "$0")/../../.."
runs=${1:-30}
cargo build --release --quiet
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 - "$folder" <<'PY'
import calendar, sys
terms = """agreement "Ten years"
  between Lab, Maker
  effective 2026-01-01
  currency USD
  exchange "ECB", mean of month-end rates in the period

party Lab
party Maker

metric sales "Net sales"
  money, by country
  reported by Maker each quarter, within 30 days

royalty Running from Maker to Lab
  on sales
  marginal tiers each calendar year
    up to USD 10m  4%
    up to USD 50m  5%
    above  6%
  at least USD 500k each year
    creditable within the year
  paid within 45 days of each quarter
"""
lines = []
for year in range(2026, 2036):
    for quarter in range(1, 5):
        for month in range(quarter * 3 - 2, quarter * 3 + 1):
            day = calendar.monthrange(year, month)[1]
            lines.append(f"{year}-{month:02}-{day} rate ECB  EUR = USD 1.{5 + month:02}")
        y, m = (year + 1, 1) if quarter == 4 else (year, quarter * 3 + 1)
        lines.append(f"{y}-{m:02}-20 reported sales for {year} Q{quarter}")
        lines.append(f"  US  USD {2 + quarter},250,000")
        lines.append(f"  DE  EUR {1 + quarter},100,000")
open(f"{sys.argv[1]}/agreement.deal", "w").write(terms)
open(f"{sys.argv[1]}/journal.deal", "w").write("\n".join(lines) + "\n")
PY
ours() { target/release/counterpart statement "$folder" --json --as-of 2036-03-01; }
theirs() { python3 crates/run/benches/peer.py "$folder/journal.deal"; }
# Both must owe the same before anybody is timed.
a=$(ours | python3 -c 'import json,sys; print(round(sum(float(p["amount"]["rounded"]) for p in json.load(sys.stdin)["payments"])))')
b=$(theirs | tail -1 | tr -d 'total ,' | python3 -c 'print(round(float(input())))')
[ "$a" = "$b" ] || { echo "the two differ: $a and $b" >&2; exit 1; }
python3 - "$runs" "$folder" <<'PY'
import statistics, subprocess, sys, time
runs, folder = int(sys.argv[1]), sys.argv[2]
ours = ["target/release/counterpart", "statement", folder, "--json", "--as-of", "2036-03-01"]
theirs = ["python3", "crates/run/benches/peer.py", f"{folder}/journal.deal"]
def once(command):
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - begun
pairs = [(once(ours), once(theirs)) for _ in range(runs + 2)][2:]
a, b = (statistics.median(p[i] for p in pairs) * 1000 for i in (0, 1))
print(f"counterpart {a:.1f} ms, python {b:.1f} ms, ratio {statistics.median(x / y for x, y in pairs):.2f}")
PY
