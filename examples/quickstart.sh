#!/usr/bin/env bash
# The whole road once: a service that warns while records of invented companies stream in, stopped and
# started again. Under 4 minutes on a fresh Debian 12, seconds after that.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source examples/service.sh

usage() {
  cat <<'END'
examples/quickstart.sh [--records N] [--port P] [--warnings-port P] [--keep] [--programs DIR]
  --records N         length of the stream (default: 20000)
  --port P            where records go in (default: a free port)
  --warnings-port P   where warnings come out (default: a free port)
  --keep              leave the service running and its data in place
  --programs DIR      use the programs in DIR instead of building them
END
}

count=20000 port='' warnings_port='' keep='' programs=''
while (($#)); do
  case $1 in
    --records) count=${2:?--records needs a number} && shift 2 ;;
    --port) port=${2:?--port needs a number} && shift 2 ;;
    --warnings-port) warnings_port=${2:?--warnings-port needs a number} && shift 2 ;;
    --programs) programs=${2:?--programs needs a folder} && shift 2 ;;
    --keep) keep=yes && shift ;;
    -h | --help) usage && exit 0 ;;
    *) usage >&2 && exit 2 ;;
  esac
done

step() { printf '\n\033[1m%s\033[0m\n' "$*"; }

if [[ -z $programs ]]; then
  step "Building (release)"
  ./examples/install_packages.sh
  programs=build/release/bin
  cmake --preset release --log-level WARNING
  cmake --build --preset release --target tocsin tocsin-simulator
fi
tocsin=$programs/tocsin policy=examples/starter
records=127.0.0.1:${port:-$(free_port)}
warnings=127.0.0.1:${warnings_port:-$(free_port)}

work=$(mktemp -d)
subscriber=''
clean_up() {
  [[ -z $subscriber ]] || kill "$subscriber" 2>/dev/null || true
  [[ -z $service ]] || kill "$service" 2>/dev/null || true
  wait
  rm -rf "$work"
}
trap clean_up EXIT

start() {
  start_service "$work/log" "$tocsin" run "$policy" --data "$work/data" \
    --records "$records" --warnings "$warnings"
}
messages() { "$tocsin" tail "$warnings" --json --once --from start; }
feed() { "$tocsin" feed "$1" --source simulator --to "$records" "${@:2}"; }

step "The policy's own tests"
"$tocsin" test "$policy"

step "A stream of $count records: companies, inspections, penalties, complaints, commitments"
"$programs/tocsin-simulator" --records "$count" >"$work/stream.ndjson"
head -n $((count / 2)) "$work/stream.ndjson" >"$work/half.ndjson"
head -n 2 "$work/stream.ndjson"

step "The service, a subscriber, and the first half of the stream"
start
"$tocsin" tail "$warnings" --from start 2>/dev/null > >(head -n 20) &
subscriber=$!
feed "$work/half.ndjson" --rate $((count / 4))
seq_before=$(messages | tail -n 1 | jq .seq)
kill "$subscriber" 2>/dev/null || true
subscriber=''

step "Stopped after message $seq_before, started again, and the whole stream offered: it goes on where it was"
stop_service
start
feed "$work/stream.ndjson"
messages >"$work/messages.ndjson"
seq_after=$(tail -n 1 "$work/messages.ndjson" | jq .seq)
received=$(wc -l <"$work/messages.ndjson")

# The service, restart and all, must end where one run over the file ends.
normal='[.rule, .key, .subject, .level, .raised, .cleared, .trigger]'
fold_messages <"$work/messages.ndjson" | jq -c "$normal" | sort >"$work/delivered"
"$tocsin" replay "$policy" "$work/stream.ndjson" --net 2>/dev/null | jq -c "$normal" | sort >"$work/replayed"
if [[ $received != "$seq_after" ]] || ! cmp -s "$work/delivered" "$work/replayed"; then
  echo "The service and a replay of the same stream differ: this is a bug" >&2
  diff "$work/delivered" "$work/replayed" | head -n 20 >&2
  exit 1
fi
echo "Messages 1 to $seq_after, each once; $(wc -l <"$work/delivered") warnings, as in a replay of the file: nothing was lost."

step "What was found"
fold_messages <"$work/messages.ndjson" | jq -r '"\(.title)  (\(.rule))"' | sort | uniq -c | sort -rn

step "What to try next"
cat <<END
  $tocsin check $policy                      # change a rule first: what does it say to a mistake?
  $tocsin run $policy --data /tmp/tocsin-data
  $programs/tocsin-simulator --seed 2 | $tocsin feed - --source two --to 127.0.0.1:7401
  $tocsin tail 127.0.0.1:7402                # or: nc 127.0.0.1 7402, and send {"subscribe":{"from":"open"}}
  less rules-dsl/README.md                   # the language
END
if [[ -n $keep ]]; then
  trap - EXIT
  echo
  echo "Still running (process $service): records to $records, warnings from $warnings, data in $work/data"
fi
