"""The steps of an aanmelding: which one is shown, with what was typed so far.

Nothing is kept between the steps but in the page itself, as hidden fields that are checked again each time: a
session would hold personal data in plain. The token of the last step is signed for the one who fills the form in.
"""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.core import signing
from django.http import Http404, QueryDict
from django.utils.formats import date_format, localize

from access.fields import add_refusal
from access.models import Membership
from clients import access
from clients.actions.registration import KNOWN, NewTraject, Person
from clients.forms.registration import NEW, AgreementsForm, DoubleForm, OrderForm, WhoForm
from clients.models import Client, Traject
from clients.rules import Refused
from clients.selections import Doubles, doubles_of
from journal.actions import record
from journal.models import Result
from vault.rules import mask_bsn

WHO, DOUBLE, ORDER, AGREEMENTS, CHECK = "wie", "dubbel", "opdracht", "begeleiding", "controle"
SALT = "clients.aanmelding"
TITLES = {WHO: "Wie", ORDER: "Opdracht", AGREEMENTS: "Begeleiding", CHECK: "Controleren"}
# The steps that a rule's refusal sends back to, by the field it names.
FIELD_STEPS = {
    "bsn": WHO, "kind": ORDER, "consent_stated": ORDER, "name": ORDER, "handler": AGREEMENTS,
    "second_coach": AGREEMENTS, "planned_end": AGREEMENTS, "contact": AGREEMENTS, "contract": AGREEMENTS,
}  # fmt: skip


class Registering:
    """One look at the form. `step` is what to show, `form` what to fill in there, `hidden` what goes along."""

    def __init__(self, member: Membership, data: QueryDict, known_id: str = "") -> None:
        self.member, self.data = member, data
        self.known = self._known(data.get("bekend") or known_id)
        self.token = self._token(data.get("token", ""))
        self.doubles = Doubles()
        self.step = ORDER if self.known else WHO
        self.form: forms.Form | None = None
        self._forms: dict[str, forms.Form] = {}

    def go(self) -> bool:
        """Decide which step is shown; True when all is right and the last step was sent."""
        at = self.data.get("stap", "")
        if at not in {*TITLES, DOUBLE}:
            self._show(self.step)
        elif self.data.get("ga") == "terug":
            self._show(self._before(at))
        elif not self._wrong_until(at):
            if at == CHECK:
                return True
            self._show(self._after(at))
        return False

    def made(self) -> Traject | None:
        """What this form made already: it was sent twice."""
        found: Traject | None = Traject.objects.select_related("dossier").filter(pk=self.token).first()
        return found

    def client(self) -> Client | Person:
        """Known already, or new. Only after `go` was True."""
        return self._chosen() or Person(**self._bound(WHO).cleaned_data)

    def order(self) -> NewTraject:
        given = self._bound(ORDER).cleaned_data | self._bound(AGREEMENTS).cleaned_data
        return NewTraject(**given)

    def refuse(self, refusal: Refused) -> None:
        """A rule refused at the very end: back to the step of its field."""
        field = {"name": "new_name"}.get(refusal.field, refusal.field)
        self.step = FIELD_STEPS.get(refusal.field, AGREEMENTS)
        self.form = self._bound(self.step)
        add_refusal(self.form, Refused(str(refusal), field))

    def steps(self) -> list[dict[str, Any]]:
        """The line of steps above the form."""
        shown = WHO if self.step == DOUBLE else self.step
        places = list(TITLES)
        done = places.index(shown)
        return [
            {"title": title, "current": name == shown, "done": places.index(name) < done}
            for name, title in TITLES.items()
        ]

    @property
    def is_first(self) -> bool:
        return self.step == (ORDER if self.known else WHO)

    def hidden(self) -> list[tuple[str, str]]:
        """What the other steps hold, to go along in the page."""
        kept = [("stap", self.step), ("token", signing.dumps(self._stamp(), salt=SALT))]
        if self.known:
            kept.append(("bekend", str(self.known.pk)))
        for name in (WHO, DOUBLE, ORDER, AGREEMENTS):
            if name != self.step:
                kept += [(key, str(value)) for key, value in self.data.items() if key.startswith(f"{name}-")]
        return kept

    def summary(self) -> list[dict[str, Any]]:
        """What will be recorded, a card for each step."""
        cards = [{"title": "Opdracht", "rows": _rows(self._bound(ORDER))}]
        cards.append({"title": "Begeleiding", "rows": _rows(self._bound(AGREEMENTS))})
        chosen = self._chosen()
        who = [("Al bekend", str(chosen))] if chosen else _rows(self._bound(WHO))
        return [{"title": "Wie", "rows": who}, *cards]

    def _wrong_until(self, at: str) -> bool:
        """Check this step and those before it; the first that is wrong is shown, with what is wrong."""
        return any(self._is_wrong(name, at) for name in self._path(at))

    def _is_wrong(self, name: str, at: str) -> bool:
        if name == DOUBLE:
            return self._double_is_open(at)
        form = self._bound(name)
        if not form.is_valid() or (name == WHO and self._known_elsewhere(form)):
            self.step, self.form = name, form
            return True
        return False

    def _known_elsewhere(self, form: forms.Form) -> bool:
        given = form.cleaned_data
        self.doubles = doubles_of(
            self.member, last_name=given["last_name"], birth_date=given["birth_date"], bsn=given["bsn"]
        )
        if self.doubles.elsewhere:
            # Told as a question, and journaled: a BSN is not to be tried out here.
            record(act="bsn.herkend", result=Result.REFUSED)
            form.add_error("bsn", KNOWN)
        return self.doubles.elsewhere

    def _double_is_open(self, at: str) -> bool:
        """Someone alike is known, and it was not yet said whether it is the same person."""
        if not self.doubles.found:
            return False
        form = self._double_form(self.data if at != WHO else None)
        if form.is_valid():
            return False
        self.step, self.form = DOUBLE, form
        return True

    def _double_form(self, data: QueryDict | None) -> DoubleForm:
        return DoubleForm(data, found=self.doubles.found, same_bsn=self.doubles.same_bsn)

    def _chosen(self) -> Client | None:
        if self.known or not self.doubles.found:
            return self.known
        picked = self.data.get(f"{DOUBLE}-client", "")
        return None if picked == NEW else self._known(picked)

    def _show(self, step: str) -> None:
        """A step as it was left, without remarks on what is not filled in yet."""
        self.step = step
        if step == CHECK:
            self.form = None
            return
        prefix = f"{step}-"
        typed = {key.removeprefix(prefix): value for key, value in self.data.items() if key.startswith(prefix)}
        self.form = self._form(step, None, initial=typed)

    def _bound(self, name: str) -> forms.Form:
        """A step with what was typed, checked; made once."""
        if name not in self._forms:
            self._forms[name] = self._form(name, self.data)
            self._forms[name].is_valid()
        return self._forms[name]

    def _form(self, name: str, data: QueryDict | None, **options: Any) -> forms.Form:
        if name == AGREEMENTS:
            order = self._bound(ORDER)
            return AgreementsForm(data, payer=order.cleaned_data.get("opdrachtgever"), **options)
        if name == ORDER:
            return OrderForm(data, member=self.member, **options)
        return WhoForm(data, **options)

    def _path(self, at: str) -> list[str]:
        names = [WHO, DOUBLE, ORDER, AGREEMENTS] if not self.known else [ORDER, AGREEMENTS]
        return names[: names.index(at) + 1] if at in names and at != WHO else names[:2] if at == WHO else names

    def _after(self, at: str) -> str:
        return {WHO: ORDER, DOUBLE: ORDER, ORDER: AGREEMENTS, AGREEMENTS: CHECK}[at]

    def _before(self, at: str) -> str:
        first = ORDER if self.known else WHO
        return {DOUBLE: WHO, AGREEMENTS: ORDER, CHECK: AGREEMENTS}.get(at, first)

    def _known(self, client_id: str) -> Client | None:
        """A client within reach. Raises Http404 for any other."""
        if not client_id:
            return None
        try:
            return access.client_of(self.member, uuid.UUID(client_id))
        except ValueError:
            raise Http404 from None

    def _stamp(self) -> list[str]:
        return [str(self.member.pk), str(self.token)]

    def _token(self, signed: str) -> uuid.UUID:
        """The id of the traject to be: drawn once for a form, signed for who fills it in."""
        try:
            owner, token = signing.loads(signed, salt=SALT)
            if owner == str(self.member.pk):
                return uuid.UUID(token)
        except (signing.BadSignature, ValueError, TypeError):
            pass
        return uuid.UUID(str(Traject().pk))


def _rows(form: forms.Form) -> list[tuple[str, str]]:
    """Label and value of what was filled in."""
    rows = []
    for name, field in form.fields.items():
        value = form.cleaned_data.get(name)
        if value not in (None, "", False):
            rows.append((str(field.label), _said(name, field, value)))
    return rows


def _said(name: str, field: forms.Field, value: Any) -> str:
    if name == "bsn":
        return mask_bsn(value)
    if isinstance(field, forms.DateField):
        return date_format(value, "j F Y")
    if isinstance(field, forms.BooleanField):
        return "ja"
    if isinstance(field, forms.ModelChoiceField):
        return field.label_from_instance(value)
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get(value, value))  # type: ignore[arg-type]
    return str(localize(value))
