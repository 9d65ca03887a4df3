"""Debian's Chromium, driven by playwright.

A page that logs an error, fails a script or trips the CSP fails its test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# The first opens no windows, not even for itself: it takes a third less of the machine for the same pages.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
# Flags: root may not use the sandbox, and a closed network is asked nothing in the background.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
DESKTOP, PHONE = (1280, 900), (390, 844)
# In milliseconds. What a press brings may come after the press returns: so a test expects it, and never just looks.
PATIENCE = 15_000


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the session."""
    from playwright.sync_api import expect, sync_playwright

    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.fail("no chromium found; `bin/bootstrap` installs it or says how")
    # playwright's sync API keeps an event loop in this thread, which Django would take for async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE")


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """`new_page(size=PHONE)` opens a window of its own: own cookies, Dutch, Amsterdam time.

    `page.allowed_errors` is a list of texts that a console line may hold (a 404 that the test asks for).
    """
    contexts: list[Any] = []
    troubles: list[str] = []

    def open_page(size: tuple[int, int] = DESKTOP, **options: Any) -> Page:
        settings = {"locale": "nl-NL", "timezone_id": "Europe/Amsterdam", "has_touch": size == PHONE}
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, **(settings | options))
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        watch(page, troubles)
        return page

    yield open_page
    for context in contexts:
        context.close()
    if troubles:
        pytest.fail("the browser's console was not silent:\n" + "\n".join(troubles))


def watch(page: Any, troubles: list[str]) -> None:
    """Collect errors and warnings of the console, and exceptions nobody caught."""
    page.allowed_errors = []

    def note(text: str) -> None:
        if not any(allowed in text for allowed in page.allowed_errors):
            troubles.append(f"{page.url}: {text}")

    page.on("console", lambda line: note(f"{line.type}: {line.text}") if line.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: note(f"exception: {error}"))


@pytest.fixture
def browser_page(new_page: Callable[..., Page]) -> Page:
    """A page of desktop size."""
    return new_page()
