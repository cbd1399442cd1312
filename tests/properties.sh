#!/usr/bin/env bash
# The long run of the properties: generated policies and records, engine against naive evaluator.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
  cat <<'END'
tests/properties.sh [--cases N] [--seed N] [--preset dev|asan|tsan]
  --cases N    of each property (default: 20000; the tests run 500)
  --seed N     where the random numbers begin (default: any; it is printed)
  --preset P   which build (default: dev), in build/P or in $TOCSIN_BUILD
A counterexample is shrunk and written to a folder that `tocsin replay` reproduces.
END
}

cases=20000 seed=$((RANDOM * 32768 + RANDOM)) preset=dev
while (($#)); do
  case $1 in
    --cases) cases=${2:?--cases needs a number} && shift 2 ;;
    --seed) seed=${2:?--seed needs a number} && shift 2 ;;
    --preset) preset=${2:?--preset needs a name} && shift 2 ;;
    -h | --help) usage && exit 0 ;;
    *) usage >&2 && exit 2 ;;
  esac
done

build=${TOCSIN_BUILD:-build/$preset}
./examples/install_packages.sh
cmake --preset "$preset" -B "$build" --log-level WARNING > /dev/null
cmake --build "$build" --target engine_tests
echo "$cases cases of each property, seed $seed"
# A process for each core, each with its share of the properties.
jobs=$(nproc)
export TOCSIN_CASES=$cases RC_PARAMS="seed=$seed" GTEST_TOTAL_SHARDS=$jobs
running=()
for ((i = 0; i < jobs; i++)); do
  GTEST_SHARD_INDEX=$i "$build/bin/engine_tests" --gtest_filter='*Property*' &
  running+=($!)
done
failed=0
for process in "${running[@]}"; do wait "$process" || failed=1; done
exit $failed
