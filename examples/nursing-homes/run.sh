#!/usr/bin/env bash
# Replays what inspectors of US nursing homes found, in the files' own order, and prints what tocsin warned of
# beside what an independent program found (tests/end_to_end/nursing_homes_oracle.py).
set -euo pipefail

if (($# != 1)) || [[ $1 == -* ]]; then
  echo "examples/nursing-homes/run.sh DATA_DIR    # the folder with deficiencies.csv.gz and facilities.csv.gz"
  [[ ${1-} == -h || ${1-} == --help ]] && exit 0
  exit 2
fi
data=$(realpath "$1")
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
source examples/service.sh

for file in deficiencies facilities; do
  [[ -f $data/$file.csv.gz ]] || { echo "No $file.csv.gz in $data" >&2 && exit 1; }
done

find_programs

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$programs/tocsin" replay examples/nursing-homes --net --until 2026-01-22 --as deficiency "$data/deficiencies.csv.gz" \
  --as facility "$data/facilities.csv.gz" >"$work/warnings.ndjson"

printf '\n%-20s %-28s %s\n' rule "found" "expected of the release of February 2026"
while read -r rule expected; do
  found=$(jq -rs --arg rule "$rule" 'map(select(.rule == $rule))
    | "\(length) warnings, \(map(.key) | unique | length) keys"' "$work/warnings.ndjson")
  printf '%-20s %-28s %s\n' "$rule" "$found" "$expected"
done <<'END'
immediate_jeopardy 2846 warnings, 2050 keys
group_in_jeopardy 221 warnings, 35 keys
not_corrected 1469 warnings, 622 keys
END
