"""The database, the cache and the browser of the tests."""

import os

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import TransactionTestCase
from django.utils import timezone, translation
from hypothesis import settings as hypothesis_settings

from scripts.chromium import chromium_path, open_chromium
from tests.databases import databases_of

NO_BROWSER = "no Chromium on this machine: install Debian's chromium package, or set CHROMIUM to its path"

# A slow machine is no failure, and CI tries the same examples each time: the search for new ones is a developer's.
hypothesis_settings.register_profile("lodestar", deadline=None, derandomize="CI" in os.environ)
hypothesis_settings.load_profile("lodestar")


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker):
    """A copy of the migrated template for this process, and a fresh one after each test that commits."""
    with django_db_blocker.unblock():
        databases = databases_of(os.environ.get("PYTEST_XDIST_WORKER", "main"))
        databases.restore()
        # Django asks SQLite once a connection whether it knows JSON: not a query of the first test that counts.
        type(connection.features).supports_json_field = connection.features.supports_json_field
        flush = TransactionTestCase._fixture_teardown
        TransactionTestCase._fixture_teardown = lambda self: databases.restore()
        yield databases
        TransactionTestCase._fixture_teardown = flush
        databases.close()


@pytest.fixture
def demo_database(transactional_db, django_db_setup):
    """The demo, loaded once for a state of the sources and copied for each test that asks for it."""
    django_db_setup.restore("demo")


@pytest.fixture(autouse=True)
def nothing_left_behind():
    """Neither what a test cached, nor the language and the time zone of the last person who asked for a page."""
    yield
    for cache in caches.all():
        cache.clear()
    translation.deactivate()
    timezone.deactivate()


@pytest.fixture(scope="module")
def browser():
    if chromium_path() is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(NO_BROWSER)
    # Playwright's synchronous interface runs an event loop in this thread, which Django would take for async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with open_chromium() as chromium:
        yield chromium
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def new_page(browser, live_server):
    """Opens a window on the live server: `new_page(color_scheme="dark", viewport={"width": 390, "height": 844})`."""
    contexts = []

    def open_page(**options):
        contexts.append(browser.new_context(base_url=live_server.url, **options))
        contexts[-1].set_default_timeout(10_000)
        return contexts[-1].new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """The browser story takes longest: it starts first, so that it does not run alone at the end."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is None)


def pytest_terminal_summary(terminalreporter):
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if NO_BROWSER in str(report.longrepr)]
    if skipped:
        terminalreporter.write_sep(
            "!", f"THE BROWSER STORY DID NOT RUN: {len(skipped)} tests skipped", red=True, bold=True
        )
        terminalreporter.write_line(NO_BROWSER, red=True)
