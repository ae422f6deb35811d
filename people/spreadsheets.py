"""The one writer of exported tables. What a spreadsheet would take for a formula is made plain text (promise 23)."""

import csv
import re
from collections.abc import Iterable, Iterator

_FORMULA = re.compile(r"'*[=+\-@\t\r]")


def neutralised(cell: str) -> str:
    """The cell with an apostrophe before a character that would start a formula, or before such an apostrophe."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def restored(cell: str) -> str:
    """What a neutralised cell was."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


class _Echo:
    """A file for csv.writer that hands back what is written."""

    def write(self, line: str) -> str:
        return line


def csv_lines(rows: Iterable[list[str]]) -> Iterator[str]:
    """CSV with a byte-order mark, so that spreadsheets read Arabic and Georgian right."""
    writer = csv.writer(_Echo())
    yield "\ufeff"
    for row in rows:
        yield writer.writerow([neutralised(str(cell)) for cell in row])
