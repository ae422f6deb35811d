"""Which format a file is in, by its name and, where that says little, by how it begins."""

import re

_BY_SUFFIX = {".gift": "gift", ".xml": "moodle-xml", ".csv": "csv", ".tsv": "csv", ".aiken": "aiken"}
_AIKEN_ANSWER = re.compile(rb"^[ \t]*ANSWER[ \t]*:[ \t]*[A-Za-z][ \t]*$", re.MULTILINE | re.IGNORECASE)
_BRACE = re.compile(rb"[{}]")
LOOKED_AT = 64 * 1024  # bytes


def guess_format(file_name: str, data: bytes) -> str | None:
    """A name of READERS; None where neither name nor content tells. A `.txt` file may be GIFT or Aiken."""
    dot = file_name.rfind(".")
    if found := _BY_SUFFIX.get(file_name[dot:].lower() if dot >= 0 else ""):
        return found
    start = data[:LOOKED_AT].replace(b"\0", b"").replace(b"\r", b"\n")
    if start.lstrip(b"\xef\xbb\xbf\xff\xfe \n\t").startswith(b"<"):
        return "moodle-xml"
    if _AIKEN_ANSWER.search(start):
        return "aiken"
    return "gift" if _BRACE.search(start) else None
