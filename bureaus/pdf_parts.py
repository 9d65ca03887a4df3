"""A long paper, laid out in parts: a table of thousands of rows in one piece takes 180 kB for each row.

What comes out is one paper: one tree that is read aloud, pages numbered through, and the marks of PDF/A-3.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from bureaus import pdf

MARGINS = "papers/margins.html"
# What stands in the margins is put on when it is known how many pages there are.
_BARE = "@page { @top-left { content: none } @top-right { content: none } @bottom-right { content: none } }"
_AS_LATER_PAGE = "@page :first { margin-top: 2.6cm }"
_MARKS = ("BDC", "BMC", "EMC")
_CELLS, _BETWEEN = (Name.TD, Name.TH), (Name.NonStruct, Name.Span)


@dataclass(frozen=True)
class Part:
    """A template that extends papers/part.html, and what it shows; begins on a page of its own."""

    template: str
    context: Mapping[str, Any]


def render_long(
    template: str,
    context: Mapping[str, Any],
    *,
    title: str,
    parts: Iterable[Part],
    attachments: Sequence[pdf.Attachment] = (),
) -> bytes:
    """The paper as PDF/A-3a: the template on the letterhead, then each of `parts`, laid out one after the other.

    Give parts of at most 250 rows: 2,000 rows take 40 s and 235 MB. Raises pdf.OutsideFetch, NoBureau.
    """
    press = pdf.Press.of_bureau(title)
    with _opened(press.lay_out(template, context, more_style=_BARE)) as whole:
        for part in parts:
            _append(whole, press.lay_out(part.template, part.context, more_style=_BARE + _AS_LATER_PAGE))
        _put_margins(whole, press.lay_out(MARGINS, {"pages": range(len(whole.pages))}))
        return pdf.finished(whole, attachments)


def _opened(paper: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(paper))


def _append(whole: pikepdf.Pdf, piece: bytes) -> None:
    """The pages, and their tree as a continuation of the tree that is there."""
    part, tree = _opened(_slimmed(piece)), whole.Root.StructTreeRoot
    ways = tree.ParentTree.Nums
    shift = max((int(ways[at]) for at in range(0, len(ways), 2)), default=-1) + 1
    _renumber(part, shift)
    whole.pages.extend(part.pages)
    added = whole.copy_foreign(part.Root.StructTreeRoot)  # after its pages, which it speaks of
    (document,) = tree.K
    for root in added.K:
        for element in root.K:
            element.P = document
            document.K.append(element)
    further = added.ParentTree.Nums
    for at in range(0, len(further), 2):
        ways.append(int(further[at]) + shift)
        ways.append(further[at + 1])


def _slimmed(piece: bytes) -> bytes:
    """The same without what says nothing between a cell and its text: half of the tree of a table."""
    out = io.BytesIO()
    with _opened(piece) as part:
        tree = part.Root.StructTreeRoot
        instead = dict(_take_out_between(tree))
        ways = tree.ParentTree.Nums
        for way in (ways[at] for at in range(1, len(ways), 2) if isinstance(ways[at], Array)):
            for mark, element in enumerate(way):
                way[mark] = instead.get(element.objgen, element)
        part.save(out)
    return out.getvalue()


def _take_out_between(root: Any) -> Iterator[tuple[tuple[int, int], Any]]:
    """Each element that was taken out, and the cell that holds its marks now."""
    waiting = [root]
    while waiting:
        element = waiting.pop()
        kids = [kid for kid in element.get(Name.K, []) if isinstance(kid, Dictionary) and Name.S in kid]
        if element.get(Name.S) in _CELLS:
            _forget_heads(element)
        if element.get(Name.S) in _CELLS and len(kids) == len(element.K) == 1 and kids[0].S in _BETWEEN:
            element.K = kids[0].K
            yield kids[0].objgen, element
        else:
            waiting.extend(kids)


def _forget_heads(cell: Any) -> None:
    """Which heads a cell has is said by numbers that another part uses too; their scope says it as well."""
    for place, key in ((cell, Name.ID), (cell.get(Name.A, Dictionary()), Name.Headers)):
        if key in place:
            del place[key]


def _renumber(part: pikepdf.Pdf, shift: int) -> None:
    """The numbers by which pages and links find their way back to the tree are once each in a paper."""
    for page in part.pages:
        page.obj.StructParents = int(page.obj.StructParents) + shift
        for link in page.obj.get(Name.Annots, Array()):
            if Name.StructParent in link:
                link.StructParent = int(link.StructParent) + shift


def _put_margins(whole: pikepdf.Pdf, sheets: bytes) -> None:
    """Letterhead's name, title and page number on each page, as what is not read aloud."""
    margins = _opened(sheets)
    for page, margin in zip(whole.pages, margins.pages, strict=True):
        commands = [one for one in pikepdf.parse_content_stream(margin) if str(one.operator) not in _MARKS]
        margin.Contents = margins.make_stream(pikepdf.unparse_content_stream(commands))
        name = page.add_resource(whole.copy_foreign(margin.as_form_xobject()), Name.XObject)
        page.contents_add(b"q", prepend=True)  # what is there turns the page upside down and leaves it so
        page.contents_add(f"Q /Artifact BMC q {name} Do Q EMC".encode())
