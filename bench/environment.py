"""Lays out the environment of a run and loads Django. Import this before anything of the product."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "var" / "bench"
HOST = "127.0.0.1"


def load_django() -> None:
    """As in production, without HTTPS. DATABASE_URL names the database; without it, it is a SQLite file of our own."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{FOLDER / 'training_day.sqlite3'}")
    os.environ.update(
        DJANGO_SETTINGS_MODULE="bench.settings",
        DEBUG="0",
        SECRET_KEY="for-the-bench-only",
        ALLOWED_HOSTS=HOST,
        SITE_URL=f"http://{HOST}",
        SECURE_SSL_REDIRECT="0",
        CONN_MAX_AGE="3600",
        EMAIL_URL="dummymail://",
        LOG_LEVEL="ERROR",
    )
    sys.path.insert(0, str(ROOT))
    os.chdir(ROOT)

    import django

    django.setup()
