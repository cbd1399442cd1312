#!/usr/bin/env bash
# Builds the fuzzers and lets each look for trouble, as many at once as there are cores. Exit status 1, and the file that
# causes it, when there is some. The last line is "N passed, N failed".
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
  cat <<'END_OF_USAGE'
tests/fuzz.sh [--seconds N] [--target NAME]
  --seconds N   how long each target runs (default: 30)
  --target T    only this one, such as 'policy'; see tests/fuzz/README.md
Builds in build/fuzz, or in $TOCSIN_BUILD. What was learnt is kept there and used again the next time.
END_OF_USAGE
}

seconds=30 only=
while (($#)); do
  case $1 in
    --seconds) seconds=${2:?--seconds needs a number} && shift 2 ;;
    --target) only=${2:?--target needs a name} && shift 2 ;;
    -h | --help) usage && exit 0 ;;
    *) usage >&2 && exit 2 ;;
  esac
done

# `timeout` in seconds for one input, by the clock: half a second's work takes many on a machine that is busy
# otherwise. The memory is that of one process.
limits=(-timeout=60 -rss_limit_mb=2048 -max_len=4096)
build=${TOCSIN_BUILD:-build/fuzz}
targets=(tests/fuzz/corpus/*/)
targets=("${targets[@]%/}")
targets=("${targets[@]##*/}")
if [[ -n $only ]]; then
  [[ -d tests/fuzz/corpus/$only ]] || { echo "No target '$only'; there are: ${targets[*]}" >&2 && exit 2; }
  targets=("$only")
fi

./examples/install_packages.sh fuzz
cmake --preset fuzz -B "$build" --log-level WARNING
cmake --build "$build" --target "${targets[@]/#/fuzz_}"

# Fuzzes one target; what it says goes to a log, the essence is shown.
fuzz() {
  local target=$1 work=$build/fuzzing/$1
  local learnt=$work/learnt findings=$work/findings log=$work/log
  local inputs seeds=("tests/fuzz/corpus/$target") options=("${limits[@]}")
  [[ $target != policy ]] || seeds+=(tests/rules-dsl/diagnostics examples/starter examples/food-safety)
  [[ ! -f tests/fuzz/$target.dict ]] || options+=("-dict=tests/fuzz/$target.dict")
  rm -rf "$findings"
  mkdir -p "$learnt" "$findings"
  if "$build/bin/fuzz_$target" "${options[@]}" -max_total_time="$seconds" -print_final_stats=1 \
    -artifact_prefix="$findings/" "$learnt" "${seeds[@]}" &>"$log" &&
    inputs=$(grep -oP 'number_of_executed_units: *\K[1-9].*' "$log"); then
    echo "$target: $inputs inputs, nothing found"
    return
  fi
  tail -n 60 "$log"
  echo "$target: FOUND $(ls "$findings"/* 2>/dev/null || echo "trouble, see $log")"
  return 1
}

failed=0 running=0
for target in "${targets[@]}"; do
  fuzz "$target" &
  ((++running < $(nproc))) && continue
  wait -n || ((++failed))
  ((running--))
done
while ((running-- > 0)); do wait -n || ((++failed)); done
echo "$((${#targets[@]} - failed)) passed, $failed failed"
((failed == 0))
