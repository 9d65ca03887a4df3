"""Screens of the table of permissions, walked in a real browser by whom they are for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.support.axe import check_page


def window_of(world: Any, who: str, live_url: Any, new_page: Any, size: tuple[int, int]) -> tuple[Any, str]:
    """A window of this persona, who logged in already."""
    page = new_page(size)
    slug = {"operator": "", "elsewhere": "werkid"}.get(who, "javawest")
    home = live_url(slug, "/")
    cookies = world.browsers[who].cookies
    if cookies:
        page.context.add_cookies([{"name": name, "value": one.value, "url": home} for name, one in cookies.items()])
    return page, slug


def stand_well(
    world: Any, live_url: Any, new_page: Any, size: tuple[int, int], screens: Iterable[tuple[str, str]]
) -> None:
    """Each of these, persona and name of the address, is a page on which axe finds nothing; one window a persona."""
    windows: dict[str, Any] = {}
    faults: list[str] = []
    for who, name in screens:
        page, slug = windows.get(who) or windows.setdefault(who, window_of(world, who, live_url, new_page, size))
        answer = page.goto(live_url(slug, world.path(name, {})))
        assert answer.status == 200, f"{name} for {who}: {answer.status}"
        try:
            check_page(page)
        except AssertionError as fault:
            faults.append(f"{name} ({who}): {fault}")
    assert windows
    assert not faults, "\n".join(faults)
