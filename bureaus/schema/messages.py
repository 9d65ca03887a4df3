"""The schema's errors in plain Dutch, each with the path of its field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails


@dataclass(frozen=True)
class Problem:
    """`path` is 'retention.rules.dossier.term'; '' is the reglement as a whole."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class ReglementInvalid(ValueError):
    """Parameters that are no reglement. `problems` holds every field that is wrong."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("; ".join(str(problem) for problem in problems))


_TEXTS = {
    "missing": "ontbreekt",
    "extra_forbidden": "is geen bekende parameter",
    "string_type": "moet tekst zijn",
    "bool_type": "moet true of false zijn",
    "int_type": "moet een heel getal zijn",
    "float_type": "moet een getal zijn",
    "dict_type": "moet een groep parameters zijn",
    "model_type": "moet een groep parameters zijn",
    "model_attributes_type": "moet een groep parameters zijn",
    "tuple_type": "moet een lijst zijn",
    "string_too_short": "mag niet leeg zijn",
    "string_too_long": "mag hoogstens {max_length} tekens hebben",
    "string_pattern_mismatch": "mag alleen kleine letters, cijfers en _ hebben, te beginnen met een letter",
    "greater_than": "moet meer zijn dan {gt}",
    "greater_than_equal": "moet ten minste {ge} zijn",
    "less_than_equal": "mag hoogstens {le} zijn",
}


def problems(error: ValidationError) -> list[Problem]:
    """One problem for each field, in the order of the schema."""
    return list(dict.fromkeys(_problem(detail) for detail in error.errors(include_url=False)))


def _problem(detail: ErrorDetails) -> Problem:
    path = ".".join(str(step) for step in detail["loc"] if not _is_branch(step))
    return Problem(path, _message(detail))


def _message(detail: ErrorDetails) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])
    if kind in ("enum", "literal_error"):
        return f"'{detail['input']}' kan hier niet; kies uit: {_choices(str(context['expected']))}"
    return _TEXTS.get(kind, "heeft een waarde die hier niet kan").format(**context)


def _choices(expected: str) -> str:
    names = expected.replace("'", "").replace(" or ", ", ").split(", ")
    return ", ".join(_plain(name) for name in names)


def _plain(name: str) -> str:
    """'<Level.VIEW: view>' as 'view'."""
    return name.rsplit(": ", 1)[-1].rstrip(">") if name.startswith("<") else name


def _is_branch(step: Any) -> bool:
    """Pydantic names the branch of a union, or '[key]', in the path; people don't need that."""
    return isinstance(step, str) and (step == "[key]" or "[" in step or step == "literal")
