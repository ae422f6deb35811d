#!/usr/bin/env bash
# Runs a command with DATABASE_URL naming a throw-away PostgreSQL, which is gone when the command ends.
#
#   scripts/with-postgres.sh make run
#   scripts/with-postgres.sh --durable python bench/training_day.py    (fsync stays on, as in production)
#
# Where DATABASE_URL is set already, the command simply runs with it. The server comes from Debian's
# postgresql package, listens on loopback only, asks for a random password and never runs as root.
set -euo pipefail

settings=(-c fsync=off -c synchronous_commit=off -c full_page_writes=off)
if [[ ${1:-} == --durable ]]; then
    settings=(-c shared_buffers=512MB)
    shift
fi
if [[ $# -eq 0 ]]; then
    echo "usage: with-postgres.sh [--durable] COMMAND..." >&2
    exit 2
fi
if [[ -n ${DATABASE_URL:-} ]]; then
    exec "$@"
fi

programs=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort --version-sort | tail -n 1 || true)
if [[ ! -x $programs/initdb ]]; then
    echo "No PostgreSQL server found: install Debian's postgresql package, or set DATABASE_URL." >&2
    exit 1
fi

folder=$(mktemp -d "${TMPDIR:-/tmp}/lodestar-postgres.XXXXXX")
password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
server=
stop() {
    if [[ -n $server ]] && kill -INT "$server" 2>/dev/null; then
        wait "$server" || true
    fi
    rm -rf "$folder"
}
trap stop EXIT
trap 'exit 143' TERM
trap 'exit 130' INT

as=(setpriv)
if [[ $(id -u) -eq 0 ]]; then
    owner=$(id -un postgres 2>/dev/null || echo nobody)
    as+=("--reuid=$owner" "--regid=$(id -gn "$owner")" --clear-groups)
fi
echo "$password" >"$folder/password"
chown -R "${owner:-$(id -un)}" "$folder"

cd_here=$PWD
cd "$folder"
"${as[@]}" "$programs/initdb" --pgdata="$folder/data" --username=lodestar --pwfile="$folder/password" \
    --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$folder/log" 2>&1 ||
    { cat "$folder/log" >&2; exit 1; }

# A port may be taken between the choice and the start: try a few.
export PGPASSWORD=$password
for _ in 1 2 3 4 5; do
    port=$((20000 + RANDOM % 12000))
    # Its own session, so that Ctrl-C reaches the command first; it dies with this script whatever ends it.
    setsid "${as[@]}" --pdeathsig=INT "$programs/postgres" -D "$folder/data" -p "$port" \
        -c listen_addresses=127.0.0.1 -c "unix_socket_directories=$folder" -c max_connections=200 \
        "${settings[@]}" >>"$folder/log" 2>&1 &
    server=$!
    while kill -0 "$server" 2>/dev/null; do
        if "$programs/createdb" -h 127.0.0.1 -p "$port" -U lodestar lodestar 2>/dev/null; then
            break 2
        fi
        sleep 0.1
    done
    server=
done
if [[ -z $server ]]; then
    cat "$folder/log" >&2
    exit 1
fi
unset PGPASSWORD

cd "$cd_here"
export DATABASE_URL="postgres://lodestar:$password@127.0.0.1:$port/lodestar"
"$@"
