"""The path of a category as Moodle writes it: `$course$/top/Returns/Damaged`; a slash in a name is doubled."""

import re

_SLASH = re.compile(r"(?<!/)/(?!/)")
_CONTEXT = re.compile(r"\$\w+\$")
TOP = "$course$/top/"


def names_in(path: str) -> tuple[str, ...]:
    """The names from the top of the bank down, without Moodle's words for its course and its top."""
    names = [" ".join(name.replace("//", "/").split()) for name in _SLASH.split(path.strip())]
    if names and _CONTEXT.fullmatch(names[0]):
        names = names[2:] if names[1:2] == ["top"] else names[1:]
    return tuple(name for name in names if name)


def path_of(names: tuple[str, ...]) -> str:
    return TOP + "/".join(map(_segment, names))


def _segment(name: str) -> str:
    doubled = name.replace("/", "//")
    return (" " if name.startswith("/") else "") + doubled + (" " if name.endswith("/") else "")
