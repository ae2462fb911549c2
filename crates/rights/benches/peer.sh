#!/usr/bin/env bash
# A portfolio in the rights map and in PostgreSQL: the same rows, the same answers, timed in turn.
#
# PostgreSQL is asked in four ways (`peer/*.sql`), each on rows of its own; the fastest is what the map is compared with.
# Every clash with its first cell, and the answer to each of 10,000 questions, must be equal in all, or this fails.
# Needs PostgreSQL with its contributed extensions (`apt-get install postgresql`) and Python; starts a server of its own
# on a socket in a folder of its own, and leaves neither behind.
#
# Usage: crates/rights/benches/peer.sh [GRANTS] [RUNS]
set -euo pipefail
cd "$(dirname "$0")/../../.."
grants=${1:-100000} runs=${2:-5}
bin=$(dirname "$(ls /usr/lib/postgresql/*/bin/initdb 2>/dev/null | sort -V | tail -1)")
[ -x "$bin/initdb" ] || { echo "PostgreSQL is missing: apt-get install postgresql" >&2; exit 1; }
here=$PWD/crates/rights/benches/peer
folder=$(mktemp -d)
server() { "$bin/$@"; }
if [ "$(id -u)" = 0 ]; then
  # The server refuses to run as root.
  chown postgres "$folder"
  server() { runuser -u postgres -- "$bin/$1" "${@:2}"; }
fi
finish() { server pg_ctl -D "$folder/data" -m immediate stop >"$folder/stopped" 2>&1 || true; rm -rf "$folder"; }
trap finish EXIT
cargo build --release --quiet -p counterpart-rights --example peer
ours() { "${CARGO_TARGET_DIR:-target}/release/examples/peer" "$folder" "$grants" 3; }
ours

server initdb -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C --no-sync >"$folder/log"
cat >>"$folder/data/postgresql.conf" <<CONF
listen_addresses = ''
unix_socket_directories = '$folder'
# Nothing here outlives the run.
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
# All of it in memory, and every core for every query.
shared_buffers = 1GB
work_mem = 256MB
maintenance_work_mem = 512MB
effective_cache_size = 4GB
random_page_cost = 1.1
max_parallel_workers_per_gather = $(nproc)
parallel_setup_cost = 10
parallel_tuple_cost = 0.001
min_parallel_table_scan_size = 0
jit = off
CONF
server pg_ctl -D "$folder/data" -l "$folder/server.log" -w start >>"$folder/log"
ask() { (cd "$folder" && psql -X -q -v ON_ERROR_STOP=1 -h "$folder" -U postgres "$@"); }
ask -c 'create database rows' -d postgres
ask -d rows -f "$here/rows.sql"
schemas="gist_five gist_three cube keys"
milliseconds() { sed -n 's/^Time: \([0-9.]*\) ms.*/\1/p' | tail -1; }
# One question of one schema: the answer goes into a file, the time is printed.
timed() {
  ask -d "$1" -At -F $'\t' -c '\timing on' -c "\\o $2.$1" -c "select * from $2" | milliseconds
}
for schema in $schemas; do
  ask -d postgres -c "create database $schema template rows"
  begun=$(date +%s%N)
  ask -d "$schema" -f "$here/$schema.sql"
  built=$((($(date +%s%N) - begun) / 1000000))
  clashes=$(timed "$schema" clashes) answers=$(timed "$schema" answers)
  for what in clashes answers; do
    cmp <(sort "$folder/$what.ours") <(sort "$folder/$what.$schema") ||
      { echo "$what: the map and PostgreSQL ($schema) differ" >&2; exit 1; }
  done
  printf '%s\t%s\t%s\t%s\n' "$schema" "$clashes" "$answers" "$built" >>"$folder/schemas"
done
fastest() { sort -t $'\t' -g -k "$1" "$folder/schemas" | head -1 | cut -f1; }
by_clashes=$(fastest 2) by_answers=$(fastest 3)
for _ in $(seq "$runs"); do
  ours
  cat "$folder/times.ours" >>"$folder/times"
  printf '%s\t%s\n' "$(timed "$by_clashes" clashes)" "$(timed "$by_answers" answers)" >>"$folder/theirs"
done
python3 - "$folder" "$by_clashes" "$by_answers" <<'PY'
import statistics, sys
folder, by_clashes, by_answers = sys.argv[1:]
rows = lambda name: [line.rstrip("\n").split("\t") for line in open(f"{folder}/{name}")]
column = lambda name, at: statistics.median(float(row[at]) for row in rows(name))
asked, found = len(rows("answers.ours")), len(rows("clashes.ours"))
print(f"{len(rows('grants.tsv')):,} rows, {found:,} clashes, {asked:,} questions: all answers equal")
for name, clashes, answers, built in rows("schemas"):
    print(f"  PostgreSQL, {name:10}  clashes {float(clashes):9,.1f} ms   question {float(answers) * 1e3 / asked:8,.2f} µs   built in {float(built):6,.0f} ms")
drawn, question, clashes = (column("times", at) / 1e6 for at in (0, 1, 2))
their_clashes, their_question = column("theirs", 0), column("theirs", 1)
print(f"map drawn in {drawn:,.1f} ms")
print(f"clashes:  map {clashes:,.2f} ms, PostgreSQL ({by_clashes}) {their_clashes:,.1f} ms, ratio {their_clashes / clashes:.1f}")
print(f"question: map {question * 1e3 / asked:,.2f} µs, PostgreSQL ({by_answers}) {their_question * 1e3 / asked:,.2f} µs, ratio {their_question / question:.1f}")
PY
