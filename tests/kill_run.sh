#!/usr/bin/env bash
# Kills the service 200 times in a row on one data folder, at random moments, while it is fed and heard; then
# proves that nothing acknowledged is lost, nothing confirmed came twice, and the net result is exact.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [[ ${1:-} == -h || ${1:-} == --help ]]; then
  echo "tests/kill_run.sh [--kills N] [--seed S]   (200 and 1; another seed kills at other moments)"
  echo "Uses the programs in \$TOCSIN_PROGRAMS, or builds preset dev."
  exit 0
fi
if [[ -z ${TOCSIN_PROGRAMS:-} ]]; then
  ./examples/install_packages.sh
  cmake --preset dev --log-level WARNING
  cmake --build build/dev --target tocsin tocsin-simulator
fi
exec python3 -B tests/end_to_end/kill_run.py "$@"
