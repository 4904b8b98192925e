# shellcheck shell=bash
# A PostgreSQL of its own for a benchmark, gone when the script that sources this ends. Sets POSTGRES_URL.
# It syncs to the disk as a real one does; everything else is PostgreSQL's default.

postgres_bin() {
  local newest
  newest=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -1)
  [[ -x $newest/initdb ]] || {
    echo "PostgreSQL's server is not installed: apt-get install postgresql" >&2
    return 1
  }
  echo "$newest"
}

# PostgreSQL refuses to run as root.
as_postgres() {
  if ((EUID == 0)); then runuser -u postgres -- "$@"; else "$@"; fi
}

start_postgres() {
  local bin folder=$1 port
  bin=$(postgres_bin)
  port=$(shuf -i 20000-39999 -n 1)
  mkdir -p "$folder"
  ((EUID == 0)) && chown postgres "$folder"
  as_postgres "$bin/initdb" -D "$folder/data" -A trust -U bench --no-instructions >"$folder/initdb.log"
  as_postgres "$bin/pg_ctl" -D "$folder/data" -w -l "$folder/server.log" \
    -o "-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories='' -c max_connections=200" start >/dev/null
  POSTGRES_DATA=$folder/data
  export POSTGRES_URL=postgresql://bench@127.0.0.1:$port/postgres
}

stop_postgres() {
  [[ -n ${POSTGRES_DATA:-} ]] && as_postgres "$(postgres_bin)/pg_ctl" -D "$POSTGRES_DATA" -m immediate stop >/dev/null
}
