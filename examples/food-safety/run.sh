#!/usr/bin/env bash
# Streams Toronto's inspections through a running service, over TCP, and prints what it warned of beside what
# an independent program found (tests/end_to_end/food_safety_oracle.py).
set -euo pipefail

if (($# != 1)) || [[ $1 == -* ]]; then
  echo "examples/food-safety/run.sh DATA_DIR    # the folder with dinesafe.*.csv.gz or dinesafe.*.csv"
  [[ ${1-} == -h || ${1-} == --help ]] && exit 0
  exit 2
fi
data=$(realpath "$1")
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
source examples/service.sh

shopt -s nullglob
files=("$data"/dinesafe.*.csv.gz "$data"/dinesafe.*.csv)
((${#files[@]})) || { echo "No dinesafe.*.csv.gz in $data" >&2 && exit 1; }

find_programs

work=$(mktemp -d)
trap '[[ -z $service ]] || kill "$service" 2>/dev/null; rm -rf "$work"' EXIT
records=127.0.0.1:$(free_port)
warnings=127.0.0.1:$(free_port)

start_service "$work/log" "$programs/tocsin" run examples/food-safety --data "$work/data" \
  --records "$records" --warnings "$warnings"
echo "Feeding ${#files[@]} files, as they come, to $records"
for file in "${files[@]}"; do
  "$programs/tocsin" feed --as infraction "$file" --source "${file##*/}" --to "$records"
done
"$programs/tocsin" tail "$warnings" --json --once --from start | fold_messages >"$work/warnings.ndjson"
stop_service

printf '\n%-16s %-28s %s\n' rule "found" "expected of the files of 2001-2012, 2020, 2021"
while read -r rule expected; do
  found=$(jq -rs --arg rule "$rule" 'map(select(.rule == $rule))
    | "\(length) warnings, \(map(.subject) | unique | length) shops"' "$work/warnings.ndjson")
  printf '%-16s %-28s %s\n' "$rule" "$found" "$expected"
done <<'END'
repeat_crucial 207 warnings, 101 shops
heavy_fines 58 shops
ignored_notice 107 warnings, 88 shops
END
