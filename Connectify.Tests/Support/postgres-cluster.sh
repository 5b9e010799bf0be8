# A throw-away PostgreSQL cluster on a loopback port. Prints "ready PORT", lives until its standard input
# closes, which the end of the process that started it does too, however that comes, and leaves nothing behind.
# The first argument holds more options of the server, which outdo those here. Takes the commands restart (as after
# a crash), freeze and thaw, a line each, and answers "done".
set -euo pipefail
cd /

bin=$(find /usr/lib/postgresql/*/bin -maxdepth 0 2>/dev/null | sort -V | tail -n 1 || true)
[ -x "$bin/initdb" ] || bin=$(pg_config --bindir 2>/dev/null || true)
[ -x "$bin/initdb" ] || { echo "PostgreSQL's server programs are missing: install Debian's package postgresql" >&2; exit 1; }

home=$(mktemp -d "${TMPDIR:-/tmp}/connectify-postgres.XXXXXX")
stop() {
  all_of_it CONT
  "$bin/pg_ctl" -D "$home/data" -m immediate -s stop >/dev/null 2>&1 || true
  rm -rf "$home"
}
trap stop EXIT

# The postmaster before its children, so that none is born meanwhile.
all_of_it() {
  local first
  first=$(head -n 1 "$home/data/postmaster.pid" 2>/dev/null) || return 0
  kill "-$1" "$first" 2>/dev/null || return 0
  kill "-$1" $(pgrep -P "$first") 2>/dev/null || true
}

restart() { "$bin/pg_ctl" -D "$home/data" -l "$home/log" -m immediate -w -t 60 -s restart </dev/null >/dev/null 2>&1; }

obey() {
  local command
  while read -r command; do
    case $command in
      restart) restart ;;
      freeze) all_of_it STOP ;;
      thaw) all_of_it CONT ;;
    esac
    echo done
  done
}

"$bin/initdb" -D "$home/data" -U postgres -A trust -E UTF8 --locale=C --no-sync >"$home/log" 2>&1 || { cat "$home/log" >&2; exit 1; }

# fsync guards against a crash of the machine only; tests kill processes, which lose nothing without it.
options="-c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=300 -c fsync=off ${1:-}"
for attempt in 1 2 3 4 5; do
  port=$((20000 + RANDOM % 12000))
  if "$bin/pg_ctl" -D "$home/data" -l "$home/log" -o "$options -p $port" -w -t 60 -s start </dev/null >/dev/null 2>&1; then
    echo "ready $port"
    obey
    exit 0
  fi
done
cat "$home/log" >&2
exit 1
