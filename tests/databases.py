"""Test databases that are copies of a template.

Migrating Wagtail and the seven rooms takes many seconds, a copy takes milliseconds. So the migrated database is
built once for a given state of the migrations and kept: on SQLite as a file in var/testdb/, on PostgreSQL as a
database of the server. Each test process works on its own copy. A test that commits (a TransactionTestCase, a race,
the browser story) is followed by a fresh copy instead of Django's flush, so that the rows which migrations and
`manage.py setup` made (the site, the locales, the root pages, the groups) are there for the next one.

There are two templates: "bare" (migrated and set up) and "demo" (the demo loaded on top, for the story only).
"""

import fcntl
import functools
import gc
import hashlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection, connections

from lms.site import ensure_site

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ["people", "strategy", "knowledge", "quizzes", "courses", "certifications", "lms"]
FOLDER = ROOT / "var" / "testdb"
KEPT_TEMPLATES = 3


@functools.cache
def digest(kind: str) -> str:
    """Names the state of the sources that decide what the template of this kind holds."""
    bare = [ROOT / "requirements.txt", ROOT / "lms/settings.py", ROOT / "lms/site.py", Path(__file__)]
    paths = bare + [path for room in ROOMS for path in (ROOT / room).glob("migrations/*.py")]
    paths += ROOT.glob("locale/*/LC_MESSAGES/django.mo")
    seen = hashlib.sha256(kind.encode())
    if kind == "demo":
        paths += [path for room in ROOMS for path in (ROOT / room).rglob("*") if path.suffix != ".pyc"]
        seen.update(date.today().isoformat().encode())
    for path in sorted(set(paths)):
        if path.is_file():
            seen.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return seen.hexdigest()[:12]


@contextmanager
def only_one_process(act: str) -> Iterator[None]:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / f"{act}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def fill_bare() -> None:
    call_command("migrate", verbosity=0, interactive=False)
    ensure_site()


def fill_demo() -> None:
    call_command("demo", stdout=StringIO())


class TestDatabases:
    """The databases of one test process; `restore` gives it a fresh copy of a template."""

    __test__ = False

    def __init__(self, process: str) -> None:
        self.process = process
        self.media = Path(tempfile.mkdtemp(prefix="lodestar-media-"))
        settings.MEDIA_ROOT = str(self.media)

    def restore(self, kind: str = "bare") -> None:
        self.prepare(kind)
        self.copy(self.template_name(kind))
        self.restore_media(kind)
        ContentType.objects.clear_cache()
        for cache in caches.all():
            cache.clear()

    def prepare(self, kind: str) -> None:
        """Builds the template of this kind unless it exists; a process that needs it too waits."""
        if self.exists(self.template_name(kind)):
            return
        with only_one_process(f"build-{kind}"):
            if self.exists(self.template_name(kind)):
                return
            if kind == "demo":
                self.prepare("bare")
                self.build(kind, fill_demo, start=self.template_name("bare"))
            else:
                self.build(kind, fill_bare)

    def template_name(self, kind: str) -> str:
        return f"lodestar_{kind}_{digest(kind)}"

    def use(self, name: str) -> None:
        """Points Django, and every process that the tests start, at the database of this name."""
        connections.close_all()
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name

    def kept_media(self, kind: str) -> Path:
        return FOLDER / f"{self.template_name(kind)}-{connection.vendor}-media"

    def restore_media(self, kind: str) -> None:
        shutil.rmtree(self.media, ignore_errors=True)
        kept = self.kept_media(kind)
        if kept.is_dir():
            shutil.copytree(kept, self.media)
        self.media.mkdir(exist_ok=True)

    def keep_media(self, kind: str) -> None:
        kept = self.kept_media(kind)
        shutil.rmtree(kept, ignore_errors=True)
        if any(self.media.iterdir()):
            shutil.copytree(self.media, kept)

    def close(self) -> None:
        connections.close_all()
        shutil.rmtree(self.media, ignore_errors=True)


class SQLiteDatabases(TestDatabases):
    def __init__(self, process: str) -> None:
        super().__init__(process)
        self.folder = Path(tempfile.mkdtemp(prefix="lodestar-test-"))
        # Durability costs time, and nobody keeps these files.
        init = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
        connection.settings_dict["OPTIONS"] = connection.settings_dict["OPTIONS"] | {"init_command": init}
        self.use(str(self.folder / "test.sqlite3"))
        os.environ["DATABASE_URL"] = f"sqlite:///{self.folder / 'test.sqlite3'}"

    def exists(self, template: str) -> bool:
        return (FOLDER / f"{template}.sqlite3").exists()

    def build(self, kind: str, fill: Callable[[], None], start: str | None = None) -> None:
        template = self.template_name(kind)
        if start:
            self.copy(start)
        else:
            self.erase()
        fill()
        connection.rollback_exc = None  # a caught IntegrityError holds its cursor, and the cursor the file's lock
        gc.collect()  # it is in a cycle
        connections.close_all()
        with closing(sqlite3.connect(self.folder / "test.sqlite3")) as filled:
            filled.execute("PRAGMA journal_mode=DELETE")
        self.keep_media(kind)
        shutil.copy(self.folder / "test.sqlite3", FOLDER / f"{template}.part")
        (FOLDER / f"{template}.part").rename(FOLDER / f"{template}.sqlite3")
        self.forget_old_templates(kind)

    def copy(self, template: str) -> None:
        """Writes the template's pages over the test database; other open connections see the change."""
        connections.close_all()
        with (
            closing(sqlite3.connect(f"file:{FOLDER / template}.sqlite3?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(self.folder / "test.sqlite3", timeout=20)) as target,
        ):
            source.backup(target)

    def erase(self) -> None:
        connections.close_all()
        for path in self.folder.iterdir():
            path.unlink()

    def forget_old_templates(self, kind: str) -> None:
        templates = sorted(FOLDER.glob(f"lodestar_{kind}_*.sqlite3"), key=lambda path: path.stat().st_mtime)
        for path in templates[:-KEPT_TEMPLATES]:
            path.unlink()
            shutil.rmtree(path.with_name(f"{path.stem}-sqlite-media"), ignore_errors=True)

    def close(self) -> None:
        super().close()
        shutil.rmtree(self.folder, ignore_errors=True)


class PostgreSQLDatabases(TestDatabases):
    def __init__(self, process: str) -> None:
        super().__init__(process)
        original = connection.settings_dict["NAME"]
        self.name = f"test_{original}_{process}"
        connection.settings_dict["CONN_MAX_AGE"] = 0
        url = urlsplit(os.environ["DATABASE_URL"])
        os.environ["DATABASE_URL"] = url._replace(path=f"/{self.name}").geturl()
        self.use(self.name)

    def execute(self, statement: str, *names: str, parameters: tuple = ()) -> list[tuple]:
        """Runs a statement outside the test database, which it may create or drop."""
        quoted = [connection.ops.quote_name(name) for name in names]
        with connection._nodb_cursor() as cursor:
            cursor.execute(statement.format(*quoted), parameters or None)
            return cursor.fetchall() if cursor.description else []

    def exists(self, template: str) -> bool:
        return bool(self.execute("SELECT 1 FROM pg_database WHERE datname = %s", parameters=(template,)))

    def build(self, kind: str, fill: Callable[[], None], start: str = "template0") -> None:
        self.forget_old_templates(kind)
        self.copy(start)
        fill()
        connections.close_all()
        self.keep_media(kind)
        self.execute("ALTER DATABASE {} RENAME TO {}", self.name, self.template_name(kind))

    def copy(self, template: str) -> None:
        """Makes the test database anew from a template, cutting off whoever is still connected to the old one."""
        connections.close_all()
        self.execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name)
        with only_one_process("copy"):
            self.execute("CREATE DATABASE {} TEMPLATE {}", self.name, template)

    def forget_old_templates(self, kind: str) -> None:
        pattern = rf"lodestar\_{kind}\_%"
        for (name,) in self.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", parameters=(pattern,)):
            self.execute("DROP DATABASE {}", name)

    def close(self) -> None:
        connections.close_all()
        self.execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name)
        super().close()


def databases_of(process: str) -> TestDatabases:
    return {"sqlite": SQLiteDatabases, "postgresql": PostgreSQLDatabases}[connection.vendor](process)
