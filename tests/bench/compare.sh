#!/usr/bin/env bash
# Every figure of docs/performance.md in one run on one machine: ours, what it is compared with, the ratio, the goal.
#   usage: compare.sh BUILD_DIR [--no-npm] [--full]
#   --no-npm  without the job queues that come from npm
#   --full    with ten million finished payments instead of one (10 GB, six minutes) and the soak of ten minutes
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
build=$(readlink -f "$1")
with_npm=1
finished=1000000
soak_seconds=
for option in "${@:2}"; do
  case $option in
    --no-npm) with_npm= ;;
    --full) finished=10000000 soak_seconds=600 ;;
    *)
      echo "compare.sh: there is no option $option; there are --no-npm and --full" >&2
      exit 2
      ;;
  esac
done
# shellcheck source=tests/bench/throwaway_postgres.sh
source "$here/throwaway_postgres.sh"

work=$build/bench
rm -rf "$work"
mkdir -p "$work"
chmod 755 "$work"
trap 'stop_postgres || true' EXIT
results=$work/results.jsonl
cd "$work"
export TMPDIR=$work # a file system in memory would have nothing to sync

step() { echo "== $*" >&2; }
flow() { "$build/bin/smmhost_flow_bench" "$@" | tee -a "$results" >&2; }
# Each thing that is measured has a server of its own: nobody pays for vacuuming what another one left behind.
fresh_postgres() {
  stop_postgres || true
  rm -rf "${POSTGRES_DATA:-}"
  start_postgres "$work/$1"
}
# The median of that name's figures; empty where it was not measured.
figure() {
  jq -rs --arg name "$1" 'map(select(.name == $name).value) | sort | .[length / 2 | floor] // empty' "$results"
}
record() {
  [[ -n $2 ]] || {
    echo "not measured: $1" >&2
    return 0
  }
  jq -nc --arg name "$1" --argjson value "$2" --arg unit "$3" '{$name, $value, $unit}' | tee -a "$results" >&2
}
# micro PROGRAM FILTER: the benchmarks of that name as lines "name, nanoseconds", each recorded under its own name.
micro() {
  "$build/bin/$1" --benchmark_filter="$2" --benchmark_format=json 2>/dev/null |
    jq -r '.benchmarks[] | select(.error_occurred | not) | [(.name | split("/")[0]), (.p50_us // (.real_time / 1000))] | @tsv' |
    while IFS=$'\t' read -r name micros; do record "$name" "$micros" us; done
}

step "group commit, SQLite"
"$build/bin/smmhost_bench" --benchmark_filter='group_commit_(store|raw)' --benchmark_format=json 2>/dev/null >groups.json
for kind in store raw; do
  record "SQLite group commit, $kind" \
    "$(jq "[.benchmarks[] | select(.name | startswith(\"group_commit_$kind\")) | .items_per_second] | max" groups.json)" 1/s
done

pgbench_rate() { pgbench -n -M prepared -j 2 "$@" "$POSTGRES_URL" 2>/dev/null | sed -n 's/^tps = \([0-9.]*\).*/\1/p'; }
# What is compared closely is measured in turn, three times: a shared machine changes its pace.
for round in 1 2 3; do
  step "PostgreSQL, round $round: one row an insert, 32 clients (pgbench), and group commit, 32 producers"
  fresh_postgres "ingest_$round"
  psql -q "$POSTGRES_URL" -f "$here/pgbench_schema.sql"
  # Before ours and behind it: who comes first finds an empty server.
  before=$(pgbench_rate -c 32 -T 4 -f "$here/pgbench_insert.sql")
  psql -q "$POSTGRES_URL" -c "create database ingest" # on the same server: the two are compared row by row
  SMMHOST_BENCH_POSTGRES=${POSTGRES_URL%/*}/ingest "$build/bin/smmhost_bench" \
    --benchmark_filter='group_commit_postgres' --benchmark_format=json 2>/dev/null >postgres.json
  record "PostgreSQL group commit" "$(jq '[.benchmarks[].items_per_second] | max' postgres.json)" 1/s
  after=$(pgbench_rate -c 32 -T 4 -f "$here/pgbench_insert.sql")
  record "pgbench single-row insert" "$(jq -n "[$before, $after] | add / 2")" 1/s
done

step "microbenchmarks"
micro smmhost_bench '^(verify_signature|read_order|claim_among_finished/1024.*)$'
micro smmhost_plugin_bench '^(build|parse)_(in_process|jailed)/'

step "the whole program, SQLite"
flow ingest --orders 20000
flow pickup --orders 2000

step "job queues and workflow engines from npm, no-op jobs and steps"
cp "$here"/queues/* .
if [[ -n $with_npm ]] && ! npm install --silent --no-audit --no-fund --no-package-lock >/dev/null; then
  echo "npm could not install them, or is not installed: they are left out" >&2
  with_npm=
fi
queue() {
  [[ -n $with_npm ]] || return 0
  fresh_postgres "$1"
  local where=$POSTGRES_URL
  [[ $1 != restate ]] || where=$work/restate_data # its database is its own
  timeout 180 node --no-deprecation "$1.js" "$where" 5000 2>/dev/null | grep '^{' | tee -a "$results" >&2 ||
    echo "$1 did not run here: it is left out" >&2
}
queue pg_boss

flow_on_postgres() {
  fresh_postgres "flow_$1"
  "$build/bin/smmhost_flow_bench" "$1" --orders "$2" --store "$POSTGRES_URL" |
    jq -c '.name += ", PostgreSQL"' | tee -a "$results" >&2
}
for round in 1 2 3; do
  step "placements, round $round"
  flow place --orders 5000
  queue graphile_worker
  flow_on_postgres place 5000
done
# What the database manages by itself, in the tables that these purchases left behind.
psql -q "$POSTGRES_URL" -f "$here/purchase_rows_schema.sql"
record "rows of a purchase, pgbench" "$(pgbench_rate -c 16 -T 10 -f "$here/purchase_rows.sql")" 1/s

for round in 1 2 3; do
  step "order lives, round $round"
  flow life --orders 5000
  queue dbos
  queue restate
  flow_on_postgres life 5000
done

step "the whole program, PostgreSQL"
flow_on_postgres ingest 20000
flow_on_postgres pickup 2000

# The last line of that name that smmhost_scale_bench prints is the ratio to the first count.
scale() {
  "$build/bin/smmhost_scale_bench" "$1" 10000 "$finished" | tee "$work/scale-$2.txt" >&2
  record "claim, $finished against 10000 finished$3" "$(awk '$1 == "claim" { ratio = $NF } END { print ratio }' "$work/scale-$2.txt")" ""
}
step "the same with $finished finished payments"
scale "sqlite:$work/scale.db" sqlite ""
rm -f "$work"/scale.db_*
fresh_postgres scale
scale "$POSTGRES_URL" postgres ", PostgreSQL"

soaked=
if [[ -n $soak_seconds ]]; then
  step "a soak of $soak_seconds s at half of the peak rate"
  soaked=kept
  flow soak --seconds "$soak_seconds" --rate "$(jq -n "$(figure "order lives") / 2")" || soaked="NOT KEPT"
fi

# name, our figure, what it is compared with, its figure, the goal for ours / theirs
line() {
  local name=$1 ours=$2 against=$3 theirs=$4 goal=$5
  [[ -n $ours && -n $theirs ]] || {
    printf '%-44s %10s  %-44s %10s %7s  %-9s %s\n' "$name" "${ours:--}" "$against" "${theirs:--}" - "$goal" "not measured"
    return
  }
  jq -nr --arg name "$name" --argjson ours "$ours" --arg against "$against" --argjson theirs "$theirs" \
    --arg goal "$goal" '
    def pad(n): . + (" " * ([n - length, 0] | max));
    def lpad(n): (" " * ([n - length, 0] | max)) + .;
    def figure: if . >= 100 then round else (. * 100 | round / 100) end | tostring;
    ($ours / $theirs) as $ratio
    | ($goal | ltrimstr("<=") | ltrimstr(">=") | ltrimstr(">") | tonumber) as $limit
    | (if ($goal | startswith("<=")) then $ratio <= $limit
       elif ($goal | startswith(">=")) then $ratio >= $limit else $ratio > $limit end) as $met
    | ($name | pad(44)) + " " + ($ours | figure | lpad(10)) + "  " + ($against | pad(44)) + " "
      + ($theirs | figure | lpad(10)) + " " + ($ratio * 100 | round / 100 | tostring | lpad(7)) + "  "
      + ($goal | pad(9)) + " " + (if $met then "met" else "NOT MET" end)'
}

echo
echo "machine: $(nproc) cores, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(uname -sr)"
echo "1/s is more when better; ms and MiB are less when better"
printf '%-44s %10s  %-44s %10s %7s  %-9s %s\n' what ours against theirs ratio goal ""
line "durable ingest, PostgreSQL, 1/s" "$(figure "PostgreSQL group commit")" "pgbench, one row an insert, 32 clients" \
  "$(figure "pgbench single-row insert")" ">=1.0"
line "durable ingest, SQLite, 1/s" "$(figure "SQLite group commit, store")" "raw group commit, 64 producers" \
  "$(figure "SQLite group commit, raw")" ">=0.6"
for store in "" ", PostgreSQL"; do
  line "placements${store:-, SQLite}, 1/s" "$(figure "placements$store")" "graphile-worker 0.18, no-op" "$(figure graphile-worker)" ">1"
  line "placements${store:-, SQLite}, 1/s" "$(figure "placements$store")" "pg-boss 12, no-op, batch 1" "$(figure pg-boss)" ">1"
  line "order lives${store:-, SQLite}, 1/s" "$(figure "order lives$store")" "DBOS, workflows of one step" "$(figure DBOS)" ">1"
  line "order lives${store:-, SQLite}, 1/s" "$(figure "order lives$store")" "Restate, invocations of one step" "$(figure Restate)" ">1"
  line "pickup p50${store:-, SQLite}, ms" "$(figure "pickup p50$store")" "the goal" 5 "<=1"
  line "pickup p99${store:-, SQLite}, ms" "$(figure "pickup p99$store")" "the goal" 20 "<=1"
  line "memory at rest${store:-, SQLite}, MiB" "$(figure "memory at rest$store")" "the goal" 25 "<=1"
  line "memory under load${store:-, SQLite}, MiB" "$(figure "memory under load$store")" "the goal" 64 "<=1"
done
for store in "" ", PostgreSQL"; do
  line "claim, $finished finished${store:-, SQLite}" "$(figure "claim, $finished against 10000 finished$store")" "10000 finished" 1 "<=1.2"
done
line "plugin call, jailed, p50 us" "$(figure build_jailed)" "the goal" 30 "<=1"
echo "PostgreSQL alone, both cores, one order a statement: $(figure "rows of a purchase, pgbench") times a second the rows of a purchase"
[[ -z $soaked ]] || echo "memory and descriptors flat over $soak_seconds s at half of the peak rate: $soaked"
echo "one call, us: signature $(figure verify_signature), reading an order of two lines $(figure read_order), claim (SQLite) $(figure claim_among_finished), plugin build $(figure build_in_process), parse $(figure parse_in_process)"
echo "for comparison: graphile-worker's pickup p50 $(figure "graphile-worker pickup p50") ms, p99 $(figure "graphile-worker pickup p99") ms (no-op)"
echo "webhooks over HTTP, load and host on the same cores: SQLite $(figure "webhooks over HTTP"), PostgreSQL $(figure "webhooks over HTTP, PostgreSQL") a second"
