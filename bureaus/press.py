"""WeasyPrint at work for bureaus.pdf, with what it may fetch; imported by who makes a paper, for it is slow to load."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path
from typing import Any

import weasyprint
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from fontTools.ttLib import woff2
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from bureaus.pdf import FONTS, OutsideFetch

_FONT_TYPE = {"Content-Type": "font/ttf"}


class House(URLFetcher):
    """Finds the fonts and the logo under `huis:`, and what stands in the paper itself under `data:`."""

    def __init__(self, logo: bytes | None) -> None:
        super().__init__(allowed_protocols=("data",), allow_redirects=False, fail_on_errors=True)
        self._logo = logo
        self.refused: list[str] = []

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        if url == "huis:logo" and self._logo is not None:
            return URLFetcherResponse(url, self._logo, {"Content-Type": "image/png"})
        name = url.removeprefix("huis:")
        if url.startswith("huis:") and name in FONTS:
            return URLFetcherResponse(url, _font(name), _FONT_TYPE)
        if not url.startswith("data:"):
            self.refused.append(url)
        return super().fetch(url, headers)


@cache
def _font(name: str) -> bytes:
    """A font that the pages use too, unpacked once: WeasyPrint would take half a second for it at each paper."""
    file = f"vendor/{name}.woff2"
    out = io.BytesIO()
    woff2.decompress(io.BytesIO(Path(finders.find(file) or staticfiles_storage.path(file)).read_bytes()), out)
    return out.getvalue()


def lay_out(html: str, style: str, house: House) -> bytes:
    """As WeasyPrint makes it. Raises OutsideFetch."""
    fonts = FontConfiguration()
    try:
        sheet = weasyprint.CSS(string=style, url_fetcher=house, font_config=fonts)
        paper = weasyprint.HTML(string=html, url_fetcher=house, base_url="huis:")
        made: bytes = paper.write_pdf(stylesheets=[sheet], font_config=fonts, pdf_variant="pdf/a-3a")
    except FatalURLFetchingError as refusal:  # no Exception: it would pass every handler up to the server
        raise OutsideFetch(str(refusal)) from None
    if house.refused:  # a picture within a picture: WeasyPrint leaves it out and goes on
        raise OutsideFetch(", ".join(house.refused))
    return made
