# What the example scripts share, which source this: the programs, and starting, asking and ending a service of
# one's own.
# shellcheck shell=bash

# HOST:PORT where the service takes records and gives warnings, and its process: set by the script, and by
# start_service.
records='' warnings='' service=''

# Leaves in $programs the folder of the built programs: $TOCSIN_PROGRAMS, or else they are built.
find_programs() {
  programs=${TOCSIN_PROGRAMS:-build/release/bin}
  [[ -z ${TOCSIN_PROGRAMS-} ]] || return 0
  ./examples/install_packages.sh
  cmake --preset release --log-level WARNING && cmake --build --preset release --target tocsin
}

# A port of 127.0.0.1 that nothing listens on, below those that the system gives to clients.
free_port() {
  local port
  for ((;;)); do
    port=$((20000 + RANDOM % 12000))
    nc -z 127.0.0.1 "$port" 2>/dev/null || break
  done
  echo "$port"
}

# start_service LOG COMMAND...: in the background; returns when both $records and $warnings accept, and
# leaves the process id in $service.
start_service() {
  local log=$1 address
  shift
  "$@" >>"$log" 2>&1 &
  service=$!
  for address in "$records" "$warnings"; do
    until nc -z "${address%:*}" "${address##*:}" 2>/dev/null; do
      kill -0 "$service" 2>/dev/null || {
        echo "The service did not start:" >&2
        tail -n 20 "$log" >&2
        return 3
      }
      sleep 0.05
    done
  done
}

# Ends the service cleanly: it finishes its batch and writes a checkpoint.
stop_service() {
  kill -TERM "$service"
  wait "$service"
  service=
}

# The warnings that a stream of messages leaves, one JSON object a line, by id.
fold_messages() {
  jq -nc 'reduce inputs as $m ({};
      if $m.event == "withdrawn" then del(.[$m.warning.id]) else .[$m.warning.id] = $m.warning end)
    | to_entries | sort_by(.key)[] | .value'
}
