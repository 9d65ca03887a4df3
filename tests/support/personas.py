"""A few people, always the same: Alice handles the dossier, Bob does not, Charlie is its client, Diana is directie.

Imported by tests/conftest.py before Django is set up; hence the imports inside. A test file may have its own instead.
"""

from __future__ import annotations

import pytest


@pytest.fixture
def javawest(db):
    from tests.support.people import make_bureau

    return make_bureau()


def _member(bureau, name, role):
    from tests.support.people import make_member

    return make_member(bureau, name, role)


@pytest.fixture
def alice(javawest):
    return _member(javawest, "Alice", "coach")


@pytest.fixture
def bob(javawest):
    return _member(javawest, "Bob", "coach")


@pytest.fixture
def charlie(javawest):
    return _member(javawest, "Charlie", "client")


@pytest.fixture
def diana(javawest):
    return _member(javawest, "Diana", "directie")


@pytest.fixture
def dossier(javawest, alice, charlie):
    from tests.support.dossiers import open_dossier_of

    return open_dossier_of(javawest, alice, client=charlie)


@pytest.fixture
def vera(javawest):
    """Vera's case: client, coach, opdrachtgever and dossier (tests/support/portal.py)."""
    from tests.support.portal import make_case

    return make_case(javawest)
