"""Tables for a spreadsheet: as Dutch Excel reads them, and without a cell that it would run."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

# Dutch Excel asks for it at the beginning of a file; and for semicolons.
BOM = b"\xef\xbb\xbf"
# Of a cell that begins so, a spreadsheet makes a formula; of one that begins a line or a column, it may.
_SIGNS, _BREAKS = "=+@＝＋－＠-", ("\t", "\r", "\n")
# Spaces, signs without a width, marks of direction, what controls: before a formula they hide it.
_HIDDEN = r"\s\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
_FORMULA = re.compile(rf"[{_HIDDEN}]*[{_SIGNS}]")
# A spreadsheet set for another country parts columns by other signs than ours, and then takes quotes for text, so that
# what stands behind one begins a cell; what stands behind a new line begins a row.
_INSIDE = re.compile(rf"(?<=[,;|\t\r\n])(?=(?:(?![\t\r\n])[{_HIDDEN}\"])*[{_SIGNS}])")
# What XML can't hold, and no cell may.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def rows(cells: Iterable[Sequence[str]]) -> bytes:
    """These rows, without a BOM: a file may be written in parts."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerows([harmless(cell) for cell in row] for row in cells)
    return text.getvalue().encode()


def workbook(cells: Iterable[Sequence[str]], title: str) -> bytes:
    """The same as one sheet of an XLSX, as it was typed: every cell says that it is text, so that none is a formula.

    `title`: at most 31 signs.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    for row in cells:
        sheet.append([_text(sheet, cell) for cell in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _text(sheet: Any, value: str) -> Any:
    """openpyxl takes what begins with = for a formula, so that the type is said."""
    cell = WriteOnlyCell(sheet)
    cell.value = _CONTROL.sub(" ", value)
    cell.data_type = "s"
    cell.number_format = "@"
    return cell


def harmless(cell: str) -> str:
    """A cell of a CSV that a spreadsheet shows and never runs, also where signs that nobody sees stand before it.

    An apostrophe goes before whatever could become a formula, within the text too: a price of 25,- is 25,'- then. In
    the XLSX each text is as it was typed.
    """
    inside = _INSIDE.sub("'", cell)
    return f"'{inside}" if cell.startswith(_BREAKS) or _FORMULA.match(cell) else inside
