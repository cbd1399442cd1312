#!/usr/bin/env bash
# Builds everything and runs every test, the end-to-end ones over real sockets included.
# The last line is "N passed, N failed", with ", N skipped" when data was not there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
  cat <<'END'
tests/run.sh [--preset dev|asan|tsan] [--only REGEX]
  --preset P   which build (default: dev), in build/P or in $TOCSIN_BUILD
  --only R     only tests whose names match, such as 'end_to_end' or 'Journal'
The Toronto data is looked for in ../shared, or in $TOCSIN_SHARED.
END
}

preset=dev only=.
while (($#)); do
  case $1 in
    --preset) preset=${2:?--preset needs a name} && shift 2 ;;
    --only) only=${2:?--only needs a regular expression} && shift 2 ;;
    -h | --help) usage && exit 0 ;;
    *) usage >&2 && exit 2 ;;
  esac
done

build=${TOCSIN_BUILD:-build/$preset}
export ASAN_OPTIONS=${ASAN_OPTIONS:-strict_string_checks=1:detect_stack_use_after_return=1}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}
export TSAN_OPTIONS=${TSAN_OPTIONS:-suppressions=$PWD/tests/tsan.supp:halt_on_error=1}

./examples/install_packages.sh
cmake --preset "$preset" -B "$build" --log-level WARNING
cmake --build "$build"

results=$PWD/$build/results.xml
[[ $build == /* ]] && results=$build/results.xml
# What passed is only counted; what failed is shown with all it said.
ctest --test-dir "$build" --parallel "$(nproc)" --tests-regex "$only" --output-on-failure \
  --output-junit "$results" | grep -vE '^ *Start +[0-9]+:| Passed +[0-9.]+ sec$' || true

# The suite comes first in the file, so its own figures are the first of their names.
count() { grep -m 1 -oE "\\b$1=\"[0-9]+\"" "$results" | grep -m 1 -oE '[0-9]+'; }
total=$(count tests) failed=$(count failures) skipped=$(count skipped)
((total > 0)) || { echo "No test matches '$only'" >&2 && exit 2; }
summary="$((total - failed - skipped)) passed, $failed failed"
((skipped == 0)) || summary+=", $skipped skipped"
echo "$summary"
((failed == 0))
