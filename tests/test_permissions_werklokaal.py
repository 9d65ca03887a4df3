"""The table of test_permissions.py under the reglement of werklokaal."""

from tests.test_permissions import (  # noqa: F401
    _fresh_cache,
    pytest_generate_tests,
    pytestmark,
    shared,
    test_a_list_shows_the_dossier_to_whom_the_table_says,
    test_each_persona_gets_what_the_tables_say,
)

PRESET = "werklokaal"
