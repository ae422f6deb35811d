"""The catalogues: whole, and true to the placeholders and the tags of the source."""

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
PLURAL_FORMS = {"ar": 6, "ka": 2}
PLACEHOLDER = re.compile(r"%\([a-z_]+\)[a-z]|%%|\{[a-z_]*\}")
ARABIC_PERCENT = "\N{ARABIC PERCENT SIGN}"
TAG = re.compile(r"</?[a-z][^>]*>")
READ_BY_GETTEXT = {".py", ".html", ".txt"}
NOT_OURS = {"static", "docs", "locale", *re.findall(r"--ignore (\S+)", (ROOT / "Makefile").read_text())}

without_gettext = pytest.mark.skipif(
    not shutil.which("xgettext"), reason="gettext is not installed: nobody checked that the catalogues know every text"
)


def read_catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def catalogue(language: str) -> Catalog:
    return read_catalogue(ROOT / "locale" / language / "LC_MESSAGES" / "django.po")


def entries(messages: Catalog) -> list[Message]:
    return [message for message in messages if message.id]


def both(text: str | tuple | list) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def key(message: Message) -> tuple:
    return message.context, both(message.id)[0]


def flaws(message: Message, plural_forms: int) -> list[str]:
    """What is wrong with a translated entry, in words; empty if nothing is."""
    source, texts = both(message.id), both(message.string)
    if message.fuzzy:
        return ["is fuzzy"]
    if not all(texts) or len(texts) != (plural_forms if message.pluralizable else 1):
        return ["is not translated, or not in every plural form"]
    found = [f"has other tags: {text}" for text in texts if sorted(TAG.findall(text)) != sorted(TAG.findall(source[0]))]
    wanted = placeholders(source[-1])
    found += [f"has other placeholders: {text}" for text in texts[:-1] if not are_kept(wanted, placeholders(text))]
    return found + ([] if placeholders(texts[-1]) == wanted else [f"has other placeholders: {texts[-1]}"])


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text.replace(ARABIC_PERCENT, "%%")))


def are_kept(wanted: set[str], given: set[str]) -> bool:
    """A plural's forms before the last may leave the number out, as "one question" and Arabic "two questions" do."""
    return given <= wanted and len(wanted - given) <= 1


@pytest.mark.parametrize("language", PLURAL_FORMS)
def test_every_entry_is_translated_and_keeps_placeholders_and_tags(language):
    messages = catalogue(language)
    assert messages.num_plurals == PLURAL_FORMS[language]
    found = {message.id: wrong for message in entries(messages) if (wrong := flaws(message, messages.num_plurals))}
    assert found == {}


def test_georgian_has_no_capitals():
    texts = [text for message in entries(catalogue("ka")) for text in both(message.string)]
    assert [text for text in texts if re.search("[\u1c90-\u1cbf]", text)] == []


@pytest.mark.parametrize(
    ("source", "text", "flags"),
    [
        ("Hello", "", ()),
        ("Hello", "გამარჯობა", ("fuzzy",)),
        ("Hello, %(name)s", "გამარჯობა", ()),
        ("%(percent)s%% done", "დასრულებულია %(percent)s", ()),
        ("<b>New</b>", "<i>ახალი</i>", ()),
        (("%(count)d step", "%(count)d steps"), ("%(count)d ნაბიჯი", ""), ()),
        (("%(count)d step", "%(count)d steps"), ("%(number)d ნაბიჯი", "%(count)d ნაბიჯი"), ()),
        (("%(count)d step", "%(count)d steps"), ("%(count)d ნაბიჯი", "რამდენიმე ნაბიჯი"), ()),
    ],
)
def test_a_flaw_is_found(source, text, flags):
    assert flaws(Message(source, text, flags=flags), 2)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<b>%(percent)s%%</b> done", "<b>%(percent)s٪</b>"),
        (("%(count)d step", "%(count)d steps"), ("ერთი ნაბიჯი", "%(count)d ნაბიჯი")),
    ],
)
def test_what_is_no_flaw_is_let_be(source, text):
    assert flaws(Message(source, text), 2) == []


@without_gettext
def test_the_catalogues_know_every_text_of_the_sources(tmp_path):
    texts = {key(message) for message in entries(fresh_texts(tmp_path / "project"))}
    assert len(texts) > 500
    unknown = {language: texts - {key(m) for m in entries(catalogue(language))} for language in ("en", *PLURAL_FORMS)}
    assert not any(unknown.values()), f"Run `make messages` and translate: {unknown}"


def fresh_texts(project: Path) -> Catalog:
    """What makemessages finds in a copy of the sources: it writes beside them as it works."""
    shutil.copytree(ROOT, project, ignore=but_for_the_sources)
    (project / "locale").mkdir()
    makemessages = [sys.executable, "-m", "django", "makemessages", "--locale", "en", "--no-location"]
    without_settings = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    subprocess.run(makemessages, cwd=project, env=without_settings, check=True, capture_output=True)
    return read_catalogue(project / "locale" / "en" / "LC_MESSAGES" / "django.po")


def but_for_the_sources(folder: str, names: list[str]) -> list[str]:
    def is_source(name: str) -> bool:
        path = Path(folder, name)
        if path.is_dir():
            return name not in NOT_OURS and not name.startswith((".", "__"))
        return path.suffix in READ_BY_GETTEXT

    return [name for name in names if not is_source(name)]


def outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    """What runs when the module is imported."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.Lambda):
            yield child
            yield from outside_functions(child)


def filled_in_too_early(tree: ast.Module) -> Iterator[int]:
    """The lines that fill in a lazy text with % at the import: that translates it then, into no reader's language."""
    named = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name in ("gettext_lazy", "ngettext_lazy", "pgettext_lazy")
    }
    for node in outside_functions(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) and isinstance(node.left, ast.Call):
            if isinstance(node.left.func, ast.Name) and node.left.func.id in named:
                yield node.lineno


def test_a_lazy_text_stays_lazy_until_somebody_reads_it():
    early = "from x import gettext_lazy as _\nclass A:\n    a = _('%s') % 1\ndef b():\n    return _('%s') % 1"
    assert list(filled_in_too_early(ast.parse(early))) == [3]
    sources = [
        path for path in ROOT.glob("*/**/*.py") if path.relative_to(ROOT).parts[0] not in (".venv", "var", "tests")
    ]
    found = [f"{path}:{line}" for path in sources for line in filled_in_too_early(ast.parse(path.read_text()))]
    assert not found
