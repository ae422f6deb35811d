"""The import rule: a room imports the rooms below it and none above it."""

import ast
from pathlib import Path

import pytest

ROOMS = ["people", "strategy", "knowledge", "quizzes", "courses", "certifications", "lms"]
ROOT = Path(__file__).resolve().parent.parent


def forbidden_imports(source: str, room: str) -> list[str]:
    """The modules that a source text of this room imports, at its top or inside a function, from rooms above."""
    modules = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            modules += [name.name for name in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            modules.append(node.module)
    above = ROOMS[ROOMS.index(room) + 1 :]
    return [module for module in modules if module.split(".")[0] in [*above, "tests", "scripts", "bench"]]


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_the_rooms_below_it(room):
    found = {
        str(path.relative_to(ROOT)): forbidden
        for path in (ROOT / room).rglob("*.py")
        if (forbidden := forbidden_imports(path.read_text(), room))
    }
    assert found == {}


@pytest.mark.parametrize(
    "source",
    [
        "import lms.settings",
        "from certifications import awards",
        "from certifications.models import Award as Prize",
        "def grant():\n    from certifications.awards import grant_award",
    ],
)
def test_a_forbidden_import_is_found(source):
    assert forbidden_imports(source, "courses")
    assert forbidden_imports(source, "lms") == []


def test_there_is_no_other_top_level_app():
    apps = {path.parent.name for name in ("apps.py", "models.py", "migrations") for path in ROOT.glob(f"*/{name}")}
    assert apps <= set(ROOMS)


def test_migrations_have_names():
    assert [path.name for room in ROOMS for path in (ROOT / room).glob("migrations/*_auto_*.py")] == []
