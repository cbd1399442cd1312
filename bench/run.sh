#!/usr/bin/env bash
# Measures the whole way of records through `tocsin replay`, as a multiple of the time that parsing alone
# takes, and then each part alone. See README.md for what the figures mean.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
  cat <<'END'
bench/run.sh [--records N] [--rules N] [--threads N] [--end-to-end]
  --records N    length of the stream (default: 500000)
  --rules N      size of the policy (default: 100)
  --threads N    threads of the engine (default: 1)
  --end-to-end   leave out the parts
END
}

records=500000 rules=100 threads=1 parts=yes
while (($#)); do
  case $1 in
    --records) records=${2:?--records needs a number} && shift 2 ;;
    --rules) rules=${2:?--rules needs a number} && shift 2 ;;
    --threads) threads=${2:?--threads needs a number} && shift 2 ;;
    --end-to-end) parts='' && shift ;;
    -h | --help) usage && exit 0 ;;
    *) usage >&2 && exit 2 ;;
  esac
done

./examples/install_packages.sh
cmake --preset bench --log-level WARNING
cmake --build --preset bench
programs=build/bench/bin

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$programs/tocsin-workload" --records "$records" >"$work/records.ndjson"
"$programs/tocsin-workload" --rules "$rules" --seed 7 >"$work/bench.rules"

floor=$("$programs/tocsin-parse-floor" "$work/records.ndjson")
begin=$EPOCHREALTIME
"$programs/tocsin" replay "$work/bench.rules" "$work/records.ndjson" --threads "$threads" \
  >"$work/messages.ndjson" 2>"$work/summary"
end=$EPOCHREALTIME
awk -v floor="$floor" -v begin="$begin" -v end="$end" -v records="$records" -v rules="$rules" \
  -v threads="$threads" -v messages="$(wc -l <"$work/messages.ndjson")" 'BEGIN {
    seconds = end - begin
    printf "%d records, %d rules, %d threads: %d messages\n", records, rules, threads, messages
    printf "parsing alone %.3f s, end to end %.3f s: %.1f times; %.0f records a second\n",
      floor, seconds, seconds / floor, records / seconds
  }'
[[ -z $parts ]] || "$programs/tocsin-bench" --benchmark_counters_tabular=true
