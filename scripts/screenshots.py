"""Photographs one of each kind of page of the demo, on a database of its own, into var/screenshots/.

    make screenshots
    make screenshots ARGS="home lesson --languages ar --schemes dark --widths 390"

Each picture is named page-language-scheme-width.png. What a picture hides is said in the terminal: an answer other
than 200, a message in the browser's console (a broken content security policy is one), a page wider than the window.
"""

import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.chromium import open_chromium  # noqa: E402

HEIGHTS = {390: 844, 1280: 900}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Photograph the pages of the demo.")
    parser.add_argument("pages", nargs="*", help="names in `manage.py demo --json`; all of them by default")
    parser.add_argument("--languages", nargs="+", default=["en", "ar"])
    parser.add_argument("--schemes", nargs="+", default=["light", "dark"])
    parser.add_argument("--widths", nargs="+", type=int, default=[390, 1280])
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--folder", type=Path, default=ROOT / "var" / "screenshots")
    return parser.parse_args()


def load_demo(folder: Path, port: int) -> dict:
    """Loads the demo into a new SQLite file in the folder and returns what it says about itself."""
    os.environ.update(
        DEBUG="1",
        DJANGO_SETTINGS_MODULE="lms.settings",
        DJANGO_ALLOW_ASYNC_UNSAFE="1",
        DATABASE_URL=f"sqlite:///{folder / 'demo.sqlite3'}",
        MEDIA_ROOT=str(folder / "media"),
        SITE_URL=f"http://localhost:{port}",
    )
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("setup", stdout=StringIO())
    call_command("demo", stdout=StringIO())
    said = StringIO()
    call_command("demo", "--json", stdout=said)
    return json.loads(said.getvalue())


@contextmanager
def server(port: int) -> Iterator[str]:
    address = f"http://localhost:{port}"
    command = [sys.executable, "manage.py", "runserver", "--noreload", "--skip-checks", f"127.0.0.1:{port}"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(address, process)
        yield address
    finally:
        process.terminate()
        process.wait()


def wait_for(address: str, process: subprocess.Popen) -> None:
    for _ in range(150):
        if process.poll() is not None:
            raise SystemExit(f"The server at {address} did not start: is the port free?")
        try:
            urllib.request.urlopen(address, timeout=1)
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.2)
    raise SystemExit(f"The server at {address} did not answer within 30 s.")


def session_cookie(email: str, address: str) -> dict:
    from django.conf import settings
    from django.test import Client

    from people.models import User

    visitor = Client()
    visitor.force_login(User.objects.get(email=email), backend=settings.AUTHENTICATION_BACKENDS[0])
    return {
        "name": settings.SESSION_COOKIE_NAME,
        "value": visitor.cookies[settings.SESSION_COOKIE_NAME].value,
        "url": address,
    }


def photograph(page, path: str, target: Path) -> list[str]:
    """Takes the picture and returns what is wrong with the page."""
    wrong = []
    page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    response = page.goto(path, wait_until="load")
    if response.status != 200:
        wrong.append(f"answered {response.status}")
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        wrong.append("is wider than the window")
    page.screenshot(path=target, full_page=True)
    return wrong


def shots(stops: list[dict], options: argparse.Namespace) -> Iterator[tuple[dict, str, str, int]]:
    """Every picture to take, by language: the language of a signed-in person is in the database."""
    from people.models import User

    pages = [stop for stop in stops if not stop["address"].endswith("/pdf/")]  # the browser would only download it
    wanted = [stop for stop in pages if not options.pages or stop["name"] in options.pages]
    for language in options.languages:
        User.objects.update(language=language)
        for stop, scheme, width in itertools.product(wanted, options.schemes, options.widths):
            yield stop, language, scheme, width


def photograph_all(stops: list[dict], options: argparse.Namespace) -> int:
    """Takes all the pictures and returns how many show a page with something wrong."""
    bad = 0
    with server(options.port) as address, open_chromium() as browser:
        for stop, language, scheme, width in shots(stops, options):
            context = browser.new_context(
                base_url=address,
                locale=language,
                color_scheme=scheme,
                reduced_motion="reduce",
                viewport={"width": width, "height": HEIGHTS.get(width, 900)},
            )
            if stop["email"]:
                context.add_cookies([session_cookie(stop["email"], address)])
            name = f"{stop['name']}-{language}-{scheme}-{width}.png"
            wrong = photograph(context.new_page(), stop["address"], options.folder / name)
            context.close()
            print(name, *wrong, sep="\n    ", flush=True)
            bad += bool(wrong)
    return bad


def main() -> int:
    options = arguments()
    options.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        demo = load_demo(Path(folder), options.port)
        return 1 if photograph_all(demo["pages"], options) else 0


if __name__ == "__main__":
    sys.exit(main())
