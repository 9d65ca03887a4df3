"""Whatever happens in whatever order to terms, holds, lists and time: nothing goes without approval of exactly that by
another, before its date or under a hold; and nothing is kept past its date in silence.

The rules are said a second time in plain Python (tests/support/retention_machine.py), beside the rows.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.support.retention_machine import Course

# More of them for whoever changed what lists follow from: RETENTION_EXAMPLES=100.
EXAMPLES = int(os.environ.get("RETENTION_EXAMPLES", "8"))
STEPS = int(os.environ.get("RETENTION_STEPS", "25"))

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(1800)]


@pytest.fixture(autouse=True)
def _plain(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.mark.article("javawest", "7")
def test_nothing_goes_too_soon_or_unapproved_and_nothing_is_kept_in_silence():
    run_state_machine_as_test(
        Course,
        settings=settings(
            max_examples=EXAMPLES, stateful_step_count=STEPS, derandomize=True, deadline=None, database=None,
            phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck), print_blob=False,
        ),
    )  # fmt: skip
