"""axe-core over a page: no violation of WCAG 2.2 A and AA, nor of axe's own best practices."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Error
from playwright.sync_api import TimeoutError as TookTooLong

AXE = Path(__file__).resolve().parents[2] / "build" / "test" / "axe.min.js"


@cache
def _source() -> str:
    return AXE.read_text()


def faults(page: Any) -> list[str]:
    """One line for each. Once more where the page made way for the next while it was looked at."""
    settle(page)
    try:
        return _look(page)
    except Error:
        settle(page)
        return _look(page)


def settle(page: Any) -> None:
    """Until the page is loaded, with its scripts. After a download the driver may wait for an event that was long ago:
    then the page itself says how it stands."""
    try:
        page.wait_for_load_state(timeout=5_000)
    except TookTooLong:
        if page.evaluate("document.readyState") != "complete":
            page.wait_for_load_state()


def _look(page: Any) -> list[str]:
    """Evaluated by the debugger, which the page's CSP does not bind."""
    page.evaluate(_source())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    said = [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]]
    return said + [f"the page is {wide} px wider than the window"] * (wide > 0)


def check_page(page: Any) -> None:
    """Fails with axe's findings, and where the page is wider than the window."""
    found = faults(page)
    assert not found, f"{page.url}:\n" + "\n".join(found)
