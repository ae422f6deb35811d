"""What `make run` and `make demo` do once the requirements are there, in one process: it starts only once.

`make run RELOAD=1` restarts the server when a source file changes, and takes a second or two longer to start.
"""

import io
import os
import socket
import sys
from pathlib import Path

import django
from django.core.management import CommandError, call_command

ADDRESS = "127.0.0.1"


def migrate_where_needed() -> None:
    """Migrating with nothing to do still takes seconds, for it looks at every permission."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        print("Preparing the database: this takes half a minute, once.", flush=True)
        call_command("migrate", verbosity=0, interactive=False)


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return probe.connect_ex((ADDRESS, port)) != 0


def prepare(demo: list[str]) -> None:
    migrate_where_needed()
    call_command("setup", stdout=io.StringIO())
    call_command("demo", *demo)
    call_command("demo", "--people")


def serve(port: int) -> None:
    print(f"\nLodestar is at http://localhost:{port} (Ctrl-C stops it)\n", flush=True)
    reload = os.environ.get("RELOAD", "") not in ("", "0")
    os.environ["DJANGO_RUNSERVER_HIDE_WARNING"] = "true"
    call_command("runserver", f"{ADDRESS}:{port}", use_reloader=reload, skip_checks=True)


def main(demo: list[str]) -> None:
    """Prepares the database and serves it; with arguments for the demo, it loads that and does not serve."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    port = int(os.environ.get("PORT") or 8000)
    if port != 8000:
        os.environ.setdefault("SITE_URL", f"http://localhost:{port}")
    restarted = os.environ.get("RUN_MAIN") == "true"
    if not (demo or restarted or port_is_free(port)):
        sys.exit(f"Port {port} is taken. Choose another: make run PORT={port + 1}")
    django.setup()
    if not restarted:
        try:
            prepare(demo or ["--if-empty"])
        except CommandError as error:
            sys.exit(str(error))
    if not demo:
        serve(port)


if __name__ == "__main__":
    main(sys.argv[1:])
