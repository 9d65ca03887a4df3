"""What in a text says who somebody is: the names that are known, and what looks like a name, a number or an address.

No database, no user. Rather a word too many than one too few: who wrote it says it in other words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from clients.rules import fold

ALONE = 3  # letters from which a part of a name counts by itself: 'de' and 'in' are no names
WHOLE = 5  # letters from which a word that only begins with a name counts: 'Jansens', 'Jansenbakkerij'
# Said of every second business: by themselves they name none.
TRADE = frozenset(re.findall(r"\w+", """
    advies administratie atelier auto autos bakker bakkerij bedrijf bloemen boekhouding bouw bureau cafe catering
    coaching consultancy creatief design diensten dier dieren eetcafe eten events fiets fietsen foto fotografie garage
    groen handel hond honden horeca hout huis hulp kapper kapsalon kleding klus klusbedrijf klussen kunst les lessen
    massage media meubel meubels mode montage muziek onderhoud online praktijk salon schilder schilderwerken
    schoonmaak service shop software sport studio taxi techniek timmer timmerwerken training tuin tuinen tuinonderhoud
    voor webdesign webshop webwinkel werk winkel zonen zorg
"""))  # fmt: skip
PARTICLES = frozenset(re.findall(r"\w+", "van von den der de het ten ter te op in en la le el al zu da di du"))
LEGAL = frozenset(re.findall(r"\w+", "bv vof nv cv zzp eenmanszaak stichting"))
# Words of the language that are somebody's whole name as well: a text can't do without them.
SMALL = PARTICLES | frozenset(re.findall(r"\w+", "af al as da er ga ik in is je ja me na nu of om te we ze zo"))
_DIGITS = str.maketrans("013457@$", "oieastas")
_LETTER = r"[^\W\d_]"
_PIECE = re.compile(r"(?:[^\W_]|[@$])+")
_GAP = 3  # signs between two pieces of one word: 'Sm - it'
_APART = re.compile(rf"(?<!\w){_LETTER}(?:[\s.\-_*·/|]{{1,3}}{_LETTER}(?!{_LETTER})){{2,}}")
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("de naam van een account", re.compile(r"(?<!\S)@\w{2,}")),
    ("een e-mailadres", re.compile(r"\S*\w\s?(?:@|\(at\)|\[at\]|\(apenstaartje\))\s?\w\S*", re.IGNORECASE)),
    ("een adres op internet", re.compile(r"(?:https?:|www\.)\S+", re.IGNORECASE)),
    (
        "een adres op internet",
        re.compile(
            r"\b[\w-]{2,}(?:\.|\s?(?:\(punt\)|\[punt\]|\bpunt\b|\bdot\b)\s?)"
            r"(?:nl|com|eu|org|net|be|de|info|shop|online|frl|amsterdam|site|store|app|io)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "een postcode",
        re.compile(r"\b[1-9]\d{3}\s{0,2}(?!(?:op|in|en|is|of|de|te|om|al|nu|zo|we|ik|er|na|ze)\b)[A-Za-z]{2}\b"),
    ),
    ("een nummer", re.compile(r"\d(?:[\s.\-/()+]{0,3}\d){7,}")),
    (
        "een naam",
        re.compile(
            r"\b(?i:mevrouw|mevr|mw|mej|meneer|mijnheer|dhr|de heer|familie|fam)\b\.?\s+(?:[a-z']{1,4}\s){0,2}"
            r"[^\W\d_a-z]\S*"
        ),
    ),
    ("een naam", re.compile(r"(?<!\w)(?:[A-Z]\.\s?){1,5}(?:[a-z']{1,4}\s){0,3}[^\W\d_a-z]\w+")),
)


@dataclass(frozen=True)
class Known:
    """What is known of this client and those around them."""

    people: tuple[str, ...] = ()  # each name part by part: 'Vera', 'van den Berg'
    whole: tuple[str, ...] = ()  # 'Vera van den Berg'; counts with its spaces taken out too
    business: str = ""
    said: tuple[str, ...] = ()  # as it stands: e-mail addresses, numbers, street, town


@dataclass(frozen=True)
class Found:
    word: str  # as it was typed
    what: str  # 'een naam'


def found(text: str, known: Known) -> Found | None:
    """The first thing in the text that says who it is; None where it says nothing of the sort."""
    text = unicodedata.normalize("NFKC", text)  # a letter and its accent are one sign, and 'ﬁ' is 'fi'
    for one in (*_strange(text), *_known(text, known), *_looks(text)):
        return one
    return None


def _strange(text: str) -> Iterator[Found]:
    """What may look like our letters and is none, or breaks a word unseen: no name is found in it."""
    for letter in text:
        category = unicodedata.category(letter)
        if category in ("Cf", "Co", "Cn") or category.startswith("M"):
            yield Found(f"teken {ord(letter)}", "een teken dat niemand ziet")
        elif (letter.isalpha() and not _fold(letter).isascii()) or _drawn(letter, category):
            yield Found(letter, "een letter uit een ander schrift")


def _drawn(letter: str, category: str) -> bool:
    """A letter as a picture: in a black square, or half a flag."""
    name = unicodedata.name(letter, "") if category == "So" else ""
    return "LATIN" in name or "REGIONAL INDICATOR" in name


def _looks(text: str) -> Iterator[Found]:
    for what, pattern in _PATTERNS:
        if hit := pattern.search(text):
            yield Found(hit.group().strip(), what)


def _known(text: str, known: Known) -> Iterator[Found]:
    yield from _as_it_stands(text, known.said)
    parts = _parts(known)
    for typed in _words(text):
        bare = _bare(typed)
        if any(bare == part or (len(part) >= WHOLE and bare.startswith(part)) for part in parts):
            yield Found(typed, "een naam")
    yield from _in_pieces(text, parts)
    yield from _whole(text, {_squeezed(one) for one in (*known.whole, known.business)} - TRADE - SMALL - {""})


def _whole(text: str, wholes: Iterable[str]) -> Iterator[Found]:
    """A long name wherever it is, a short one as words of its own: 'Bo Li' is not in 'symbolisch'."""
    run, plain = _squeezed(text), _fold(text).translate(_DIGITS)
    for one in sorted(wholes, key=len, reverse=True):
        if len(one) > WHOLE and one in run:
            yield Found(_where(text, one), "een naam")
        elif len(one) <= WHOLE and (hit := re.search(rf"(?<!\w){_spread(one)}(?!\w)", plain)):
            yield Found(hit.group(), "een naam")


def _in_pieces(text: str, parts: set[str]) -> Iterator[Found]:
    """A name of which the letters stand together once what is between them is out: 'Sm-it', 'Sm.it', 'Sm it'."""
    longest, pieces = max(map(len, parts), default=0), list(_PIECE.finditer(text))
    bares = [_bare(one.group()) for one in pieces]
    for start, first in enumerate(pieces):
        run = bares[start]
        for end in range(start + 1, len(pieces)):
            run += bares[end]
            if len(run) > longest or pieces[end].start() - pieces[end - 1].end() > _GAP:
                break
            if run in parts and not SMALL.issuperset(bares[start : end + 1]):
                yield Found(text[first.start() : pieces[end].end()], "een naam")


def _parts(known: Known) -> set[str]:
    """What counts by itself, folded: not the 'van den' of a name, not the 'bakkerij' of a business."""
    people = {bare for one in known.people for bare in _bares(one)} - PARTICLES
    trade = set(_bares(known.business)) - PARTICLES - TRADE - LEGAL
    return {one for one in people | trade if len(one) >= ALONE}


def _bares(name: str) -> Iterator[str]:
    return (_bare(one) for one in re.split(r"[\s\-./&,()]+", name) if one)


def _as_it_stands(text: str, said: Iterable[str]) -> Iterator[Found]:
    run = f" {_fold(text)} "
    for one in said:
        plain = _fold(one)
        if len(plain) >= ALONE and re.search(rf"(?<!\w){re.escape(plain)}(?!\w)", run):
            yield Found(one, "een gegeven van deze persoon")


def _words(text: str) -> Iterator[str]:
    """Each word as it was typed, and what was pulled apart ('J a n s e n') put together."""
    yield from re.findall(r"[\w@$'’]+", text)
    yield from (part for one in re.findall(r"[\w\-]+", text) for part in one.split("-") if part)
    yield from (re.sub(r"[\W_]", "", hit.group()) for hit in _APART.finditer(text))


def _bare(word: str) -> str:
    """Folded, digits that stand for a letter read as that letter: 'Jänsen', 'J4nsen' and \"Jansen's\" begin alike."""
    plain = _fold(word)
    if any(one.isalpha() for one in plain):
        plain = plain.translate(_DIGITS)
    return re.sub(r"[\W_]", "", plain)


def _squeezed(text: str) -> str:
    return re.sub(r"[\W_]", "", _fold(text).translate(_DIGITS))


def _where(text: str, squeezed: str) -> str:
    """The stretch of the text that makes this, as it was typed."""
    hit = re.search(_spread(squeezed), _fold(text).translate(_DIGITS))
    return hit.group() if hit else squeezed


def _spread(squeezed: str) -> str:
    """As a pattern: these letters, whatever stands between them."""
    return r"[\W_]*".join(re.escape(one) for one in squeezed)


def _fold(text: str) -> str:
    """As names are folded, where a capital 'Æ' counts as its small one."""
    return fold(text.lower())
