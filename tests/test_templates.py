"""House rules of what is sent to the browser: the security policy allows nothing inline, and pages read both ways."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
INLINE = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>|<style\b|\sstyle=|\son[a-z]+=[\"']")
PHYSICAL = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border|inset)-(?:left|right)[\w-]*|left|right)\s*:|text-align\s*:\s*(?:left|right)"
)


# No browser of ours shows these, and mail programs read no style sheet: tests/people/test_mail.py looks at them.
MAILS = ROOT / "templates" / "mail"


def found_in(pattern: re.Pattern, folder: str, suffix: str) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in sorted((ROOT / folder).rglob(f"*{suffix}"))
        if MAILS not in path.parents
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if pattern.search(line)
    ]


def test_no_template_holds_a_script_a_style_or_a_handler():
    assert found_in(INLINE, "templates", ".html") == []


def test_the_style_sheets_know_no_left_and_no_right():
    assert found_in(PHYSICAL, "static", ".css") == []


@pytest.mark.parametrize(
    "text", ["<script>", '<p style="a">', '<a onclick="b()">', "<style>", '<script type="module">']
)
def test_what_is_inline_is_found(text):
    assert INLINE.search(text)


@pytest.mark.parametrize("text", ['<script src="a.js" defer>', '<p class="style">', '<meta name="description">'])
def test_what_is_not_inline_is_let_be(text):
    assert not INLINE.search(text)


@pytest.mark.parametrize("text", ["margin-left: 1px", "right:0", "text-align: right", "border-left-color: red"])
def test_a_physical_side_is_found(text):
    assert PHYSICAL.search(text)


def lost_names(source: str) -> set[str]:
    """The names that one block sets with "as" and another one uses, where they are empty."""
    blocks = re.split(r"{% (?:block|partialdef) ", re.sub(r"{#.*?#}", "", source))
    set_in: dict[str, set[int]] = {}
    for number, block in enumerate(blocks):
        for name in re.findall(r"{%[^%]* as (\w+) ?%}", block):
            set_in.setdefault(name, set()).add(number)
    return {
        name
        for name, numbers in set_in.items()
        for number, block in enumerate(blocks)
        if not numbers & {0, number} and re.search(rf"(?:{{{{ ?|[ =|(]){name}\b(?!=)", block)
    }


def test_a_name_is_used_in_the_block_that_sets_it():
    assert lost_names("{% block a %}{% url 'x' as there %}{% block b %}{{ there }}") == {"there"}
    assert lost_names("{% block a %}{% url 'x' as there %}{{ there }}{% block b %}{{ other }}") == set()
    assert {
        str(path): lost for path in (ROOT / "templates").rglob("*.html") if (lost := lost_names(path.read_text()))
    } == {}
