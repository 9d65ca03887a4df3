"""The house stands: a folder imports only from what lies below it, and its rooms keep to their purpose."""

from __future__ import annotations

import ast
import fnmatch
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent
# From the ground up. Who stands on one line doesn't import the other.
FLOORS = (
    {"bureaus"},
    {"journal"},
    {"vault"},
    {"access"},
    {"clients"},
    {"dossiers"},
    {"consent", "retention"},
    {"requests"},
    {"portal", "overviews"},
    {"config"},
)
# Sorted, for two workers of one run must name the same tests in the same order; a set has one of its own in each.
LEVEL = {folder: level for level, floor in enumerate(FLOORS) for folder in sorted(floor)}
# The demo and the tests stand beside the house and may look in at every window; nobody looks out to them.
BESIDE = {"demo", "tests", "scripts"}
NOT_OURS = {".venv", "node_modules", "build", "var", ".git"}
MOST_LINES = 500


def ours(pattern: str = "*.py") -> list[Path]:
    """What is not ours is not even entered: there a server makes and drops folders while this looks."""
    found: list[Path] = []
    for folder, below, names in os.walk(ROOT):
        below[:] = [name for name in below if name not in NOT_OURS]
        found += [Path(folder, name) for name in fnmatch.filter(names, pattern)]
    return sorted(found)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def of_folder(folder: str) -> list[Path]:
    """A folder's Python, its migrations apart: those name other apps by string, as Django wants."""
    return [path for path in sorted((ROOT / folder).rglob("*.py")) if "migrations" not in path.parts]


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Every module that a file imports, also inside a function or for the type checker alone."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*base, *filter(None, [node.module])])
            yield node.lineno, module
            # `from dossiers import models` names a module by its second half.
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)


def test_every_app_of_ours_stands_on_a_floor():
    installed = {config.name for config in apps.get_app_configs() if (ROOT / config.name).is_dir()}
    assert installed - BESIDE == set(LEVEL)


@pytest.mark.parametrize("folder", sorted(LEVEL))
def test_a_folder_imports_only_from_below(folder):
    level = LEVEL[folder]
    wrong = []
    for path in of_folder(folder):
        for line, module in imported(path):
            other = module.partition(".")[0]
            if other == folder:
                continue
            if other in BESIDE or LEVEL.get(other, -1) >= level:
                wrong.append(f"{name_of(path)}:{line} imports {module}")
    assert sorted(set(wrong)) == []


def test_the_installed_apps_stand_in_the_order_of_the_floors():
    """Signals and checks are connected from the ground up."""
    order = [LEVEL[name] for name in settings.INSTALLED_APPS if name in LEVEL]
    assert order == sorted(order)


@pytest.mark.parametrize("pattern", ["*.py", "*.html", "*.js", "*.css"])
def test_no_file_passes_500_lines(pattern):
    long = {
        name_of(path): lines
        for path in ours(pattern)
        if "migrations" not in path.parts and (lines := len(path.read_text().splitlines())) > MOST_LINES
    }
    assert long == {}


def test_no_guard_lives_in_an_assert():
    """`python -O` takes asserts away."""
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path in ours()
        if path.relative_to(ROOT).parts[0] != "tests"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Assert)
    ]
    assert found == []


RULES = [path for folder in LEVEL for path in of_folder(folder) if path.name == "rules.py"]
# What would tie a rule to a database, a request or who is asking.
TIES = ("django.db", "django.http", "django.shortcuts", "django.contrib", "django.core.mail", "celery")


@pytest.mark.parametrize("path", RULES, ids=name_of)
def test_rules_are_pure(path):
    tied = [module for _, module in imported(path) if module.startswith(TIES)]
    nodes = list(ast.walk(ast.parse(path.read_text())))
    names = {node.arg for node in nodes if isinstance(node, ast.arg)}
    queried = [node.lineno for node in nodes if isinstance(node, ast.Attribute) and node.attr == "objects"]
    assert (tied, names & {"request", "user"}, queried) == ([], set(), [])


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


ACTIONS = [
    path for folder in LEVEL for path in of_folder(folder) if path.name == "actions.py" or path.parent.name == "actions"
]


@pytest.mark.parametrize("path", ACTIONS, ids=name_of)
def test_who_acts_is_given_by_name(path):
    """An action's `by` and `reason` can't be mixed up with anything else: they are keyword-only."""
    loose = [
        f"{function.name}({argument.arg})"
        for function in functions(path)
        if not function.name.startswith(("_", "check_", "may_"))
        for argument in [*function.args.posonlyargs, *function.args.args]
        if argument.arg in {"by", "reason"}
    ]
    assert loose == []


@pytest.mark.parametrize("folder", sorted(LEVEL))
def test_every_signature_is_typed(folder):
    bare = [
        f"{name_of(path)}:{function.lineno} {function.name}"
        for path in of_folder(folder)
        for function in functions(path)
        if function.returns is None and function.name != "__init__"
    ]
    assert bare == []


def test_a_task_lives_in_a_file_for_tasks():
    """A task is thin: it finds rows and calls an action."""
    stray = {
        name_of(path)
        for folder in LEVEL
        for path in of_folder(folder)
        for _, module in imported(path)
        if module == "celery.shared_task" and path.name != "tasks.py" and not path.name.endswith("_tasks.py")
    }
    assert stray == set()


def test_no_template_decides_what_somebody_may():
    """A permission asked in a template is one that an endpoint can forget."""
    asks = ("{% load guardian_tags", "get_obj_perms", "{% if perms.", "user.has_perm", "is_superuser")
    found = [name_of(path) for path in ours("*.html") if any(ask in path.read_text() for ask in asks)]
    assert found == []


def test_nothing_of_ours_switches_a_wall_off():
    past = ("SET ROLE", "row_security", "BYPASSRLS", "session_replication_role", "DISABLE TRIGGER")
    found = [
        f"{name_of(path)}: {word}"
        for folder in LEVEL
        for path in of_folder(folder)
        for word in past
        if word in path.read_text()
    ]
    assert found == []


def test_django_itself_warns_of_nothing():
    """An address that is included twice, a table without its own key: `manage.py check` says so."""
    call_command("check", tags=["urls", "models", "templates"], fail_level="WARNING")
