"""Tables for a spreadsheet: as Dutch Excel reads them, and without a cell that it would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

# Dutch Excel asks for it at the beginning of a file; and for semicolons.
BOM = b"\xef\xbb\xbf"
# Of a cell that begins so, a spreadsheet makes a formula; of one that begins a line or a column, it may.
_FORMULA, _BREAKS = ("=", "+", "-", "@", "＝", "＋", "－", "＠"), ("\t", "\r", "\n")


def rows(cells: Iterable[Sequence[str]]) -> bytes:
    """These rows, without a BOM: a file may be written in parts."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerows([harmless(cell) for cell in row] for row in cells)
    return text.getvalue().encode()


def harmless(cell: str) -> str:
    """A cell that a spreadsheet shows and never runs."""
    return f"'{cell}" if cell.startswith(_BREAKS) or cell.lstrip().startswith(_FORMULA) else cell
