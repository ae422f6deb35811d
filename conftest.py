"""Lays out the environment of the tests, and only then loads Django: no `.env` and no shell decides a result."""

import os

os.environ.update(
    DEBUG="1",
    SECRET_KEY="for-tests-only",
    ALLOWED_HOSTS="testserver,localhost",
    SITE_URL="http://testserver",
    CACHE_URL="locmemcache://",
    EMAIL_URL="memorymail://",
    DJANGO_SETTINGS_MODULE="lms.settings",
)
os.environ.setdefault("DATABASE_URL", "sqlite:///never-opened.sqlite3")

import django  # noqa: E402
from django.conf import settings  # noqa: E402

# Query counts are those of an installation without a shared cache.
settings.SESSION_ENGINE = "people.sessions"
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Finds a static file when it is asked for, instead of reading all of them for each new test client.
settings.WHITENOISE_USE_FINDERS = False
settings.WHITENOISE_AUTOREFRESH = True

django.setup()
