"""Whatever happens in whatever order: the product shows each person the dossiers that the rules say, everywhere alike.

The rules are said a second time in plain Python (tests/support/oracle.py). After each step of a random course the
queryset, raw SQL in that person's session, the pages, the lists and the search are held beside it, in two bureaus.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.support.oracle_machine import Course, prepared

# More of them for whoever changed what grants follow from: ORACLE_EXAMPLES=50.
EXAMPLES = int(os.environ.get("ORACLE_EXAMPLES", "3"))
STEPS = 12

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(900)]


@pytest.fixture(autouse=True)
def _plain(settings):
    settings.MFA_REQUIRED = False


def test_what_each_person_sees_is_what_the_rules_say_after_every_step():
    """Not made smaller when it fails: a step costs a second, and the steps are printed as they were."""
    with prepared():
        run_state_machine_as_test(
            Course,
            settings=settings(
                max_examples=EXAMPLES, stateful_step_count=STEPS, derandomize=True, deadline=None, database=None,
                phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck), print_blob=False,
            ),
        )  # fmt: skip
