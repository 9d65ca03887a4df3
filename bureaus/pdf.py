"""Papers in the bureau's house style: PDF/A-3 that lasts, tagged so that it can be read aloud.

A template extends papers/base.html. Nothing is fetched from outside: a paper has `data:` and the few things of the
house itself (`huis:`), and whatever else a template asks for is an error, loud.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pikepdf
from django.template.loader import render_to_string
from django.utils import timezone
from pikepdf import Dictionary, Name
from pikepdf.models.metadata import encode_pdf_date

from bureaus import colour, logos
from bureaus.models import Bureau
from bureaus.tenancy import current_bureau_id

FONTS = ("inter-latin", "inter-latin-ext", "inter-latin-italic", "inter-latin-ext-italic")
STYLE = "papers/paper.css"


class OutsideFetch(RuntimeError):
    """A paper asked for something that is not of this house; the template is wrong."""


@dataclass(frozen=True)
class Attachment:
    """A file that goes along inside the paper, such as the manifest that it speaks of."""

    name: str
    data: bytes
    mime: str
    description: str


def render(template: str, context: Mapping[str, Any], *, title: str, attachments: Sequence[Attachment] = ()) -> bytes:
    """The paper as PDF/A-3a, on the letterhead of the current bureau.

    About 0.2 s for two pages, 5 s and 190 MB for 66; a long table is for bureaus.pdf_parts. Raises OutsideFetch,
    NoBureau.
    """
    laid_out = Press.of_bureau(title).lay_out(template, context)
    with pikepdf.open(io.BytesIO(laid_out)) as paper:
        return finished(paper, attachments)


@dataclass(frozen=True)
class Press:
    """Lays out the pages of one paper of a bureau."""

    bureau: Bureau
    title: str
    logo: bytes | None

    @classmethod
    def of_bureau(cls, title: str) -> Press:
        """For the current bureau. Raises NoBureau."""
        bureau = Bureau.objects.get(pk=current_bureau_id())
        return cls(bureau, title, logos.read(bureau.logo) if bureau.logo else None)

    def lay_out(self, template: str, context: Mapping[str, Any], *, more_style: str = "") -> bytes:
        """As WeasyPrint makes it: without attachments, and with margins that are in no tree. Raises OutsideFetch."""
        from bureaus import press  # WeasyPrint takes a second to load: for who makes a paper, not at every start

        words = {**context, "bureau": self.bureau, "title": self.title, "has_logo": self.logo is not None}
        sheet = {"colour": colour.darkened(self.bureau.colour.lower()), "fonts": FONTS}
        style = render_to_string(STYLE, sheet) + more_style
        return press.lay_out(render_to_string(template, words), style, press.House(self.logo))


def finished(paper: pikepdf.Pdf, attachments: Sequence[Attachment] = ()) -> bytes:
    """The bytes of a paper that was laid out: what is silent marked as such, and its attachments in it."""
    _mark_artifacts(paper)
    _say_what_heads(paper)
    for one in attachments:
        _attach(paper, one)
    out = io.BytesIO()
    paper.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def _attach(paper: pikepdf.Pdf, one: Attachment) -> None:
    """PDF/A-3 wants to know how a file belongs to the paper, and to have it named from the catalogue."""
    made = encode_pdf_date(timezone.now())
    spec = pikepdf.AttachedFileSpec(
        paper, one.data, filename=one.name, mime_type=one.mime, description=one.description,
        creation_date=made, mod_date=made,
    )  # fmt: skip
    spec.obj.AFRelationship = Name.Data
    paper.attachments[one.name] = spec
    held = list(paper.Root.get(Name.AF, []))
    paper.Root.AF = pikepdf.Array([*held, paper.attachments[one.name].obj])


def _mark_artifacts(paper: pikepdf.Pdf) -> None:
    """WeasyPrint gives the words in the margins a mark that hangs in no tree: say that they are no content."""
    spoken = _spoken(paper)
    for page in paper.pages:
        commands = [
            _artifact(command) if _is_silent(command, spoken.get(page.obj.objgen, set())) else command
            for command in pikepdf.parse_content_stream(page)
        ]
        page.Contents = paper.make_stream(pikepdf.unparse_content_stream(commands))
    _drop_silent_parents(paper, spoken)


def _say_what_heads(paper: pikepdf.Pdf) -> None:
    """Of each head of a table whether it is of a column or of a row: WeasyPrint leaves it to be guessed."""
    waiting: list[tuple[Any, Any]] = [(paper.Root.StructTreeRoot, Name.Row)]
    while waiting:
        element, heads = waiting.pop()
        if element.get(Name.S) == Name.TH:
            element.A = Dictionary({**element.get(Name.A, {}), "/O": Name.Table, "/Scope": heads})
        heads = Name.Column if element.get(Name.S) == Name.THead else heads
        kids = element.get(Name.K, [])
        inside = kids if isinstance(kids, pikepdf.Array) else [kids]
        waiting += [(kid, heads) for kid in inside if isinstance(kid, Dictionary) and Name.S in kid]


def _is_silent(command: Any, spoken: set[int]) -> bool:
    if str(command.operator) != "BDC" or Name.MCID not in command.operands[1]:
        return False
    return int(command.operands[1].MCID) not in spoken


def _artifact(_: Any) -> pikepdf.ContentStreamInstruction:
    return pikepdf.ContentStreamInstruction([Name.Artifact], pikepdf.Operator("BMC"))


def _spoken(paper: pikepdf.Pdf) -> dict[tuple[int, int], set[int]]:
    """Of each page, the marks that hang in the tree that is read aloud."""
    found: dict[tuple[int, int], set[int]] = {}
    for page, mark in _marks(paper.Root.StructTreeRoot):
        found.setdefault(page, set()).add(mark)
    return found


def _marks(root: Any) -> Iterator[tuple[tuple[int, int], int]]:
    waiting = [root]
    while waiting:
        element = waiting.pop()
        kids = element.get(Name.K, [])
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, int):
                yield element.Pg.objgen, kid
            elif isinstance(kid, Dictionary) and kid.get(Name.Type) == Name.StructElem:
                waiting.append(kid)


def _drop_silent_parents(paper: pikepdf.Pdf, spoken: Mapping[tuple[int, int], set[int]]) -> None:
    """The way back from a mark to the tree, for marks that are in none."""
    nums = paper.Root.StructTreeRoot.ParentTree.Nums
    ways = {int(nums[at]): nums[at + 1] for at in range(0, len(nums), 2)}
    for number, page in enumerate(paper.pages):
        heard = spoken.get(page.obj.objgen, set())
        way = ways.get(int(page.obj.get(Name.StructParents, number)))
        if isinstance(way, pikepdf.Array):
            for mark in set(range(len(way))) - heard:
                way[mark] = None
