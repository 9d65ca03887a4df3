"""No list holds a client without a valid ground at that moment: for random histories, and while one is being made."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from django.db import connections, transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from access.models import Role
from access.rules import RuleBroken
from bureaus.reglement import forget
from bureaus.tenancy import in_bureau
from consent import export_selection
from consent.actions.consents import withdraw
from consent.actions.optouts import opt_in, opt_out
from consent.export_rules import LEAST
from consent.models import Consent, ExportedClient, ExportKind, OptOut, OptOutKind, ResearchAsk, State
from tests.support.consent_rows import answered, asked_row, withdrawn
from tests.support.consents import answer, given
from tests.support.exported import DAY, PERIOD, ended, lines_of, made
from tests.support.people import acting, make_bureau, make_member
from tests.support.portal import in_force_with, make_case
from tests.support.waiting import until_somebody_waits
from vault.actions import create_key

SURVEY, RESEARCH = "satisfaction_survey", "research"
ROUNDS = 4
# As jmwerkt would have it; it names no party, so that each list here may be of another receiver.
ASKED = {
    "title": "Meedoen aan onderzoek", "direction": ["share"], "text": "U doet mee.", "names_party": False,
    "article": "werkid 9",
}  # fmt: skip
# Nobody tells these apart: each traject took between one and two years.
BEGAN = {"registered_on": "2025-01-01", "agreed_start": "2025-01-01"}


# -- random histories --------------------------------------------------------------------------------------------------
class Histories(RuleBasedStateMachine):
    """What happens to a few clients, kept in plain sets here; after every step each list is held against them.

    To three of them. Four more are in every research: without any of the three the group is too small.
    """

    WHO = st.integers(0, 2)
    PURPOSE = st.sampled_from([SURVEY, RESEARCH])

    @initialize()
    def begin(self) -> None:
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.bureau = make_bureau("jmwerkt", "jmwerkt")
        self.diana = make_member(self.bureau, "Diana", Role.DIRECTIE)
        lists = ("naw_files_unless_opted_out", "survey_export", "research_decided_by_directie")
        in_force_with(self.bureau, disclosure=dict.fromkeys(lists, True), consents={"asked": {RESEARCH: ASKED}})
        names = ("Anna", "Bert", "Cato", "Daan", "Els", "Fred", "Guus")
        self.cases = [make_case(self.bureau, name, **BEGAN) for name in names]
        with in_bureau(self.bureau):
            for one in self.cases:
                create_key(subject_id=one.client.pk)
        # The day from which it holds no more, by purpose and client; only of what was agreed to.
        self.agreed: dict[tuple[str, int], date] = {}
        self.against: set[tuple[int, str]] = set()
        self.ended: set[int] = set()
        self.number = 0
        for who in range(len(self.cases)):
            self.is_asked(who, RESEARCH, "yes")
            self.ends(who, DAY)

    def teardown(self) -> None:
        if hasattr(self, "undo"):
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)
            forget()

    @rule(who=WHO, purpose=PURPOSE, said=st.sampled_from(["asked", "yes", "no", "over", "ends_later"]))
    def is_asked(self, who: int, purpose: str, said: str) -> None:
        """By hand, so that a term may have passed; a later answer takes the place of an earlier one."""
        self.number += 1
        today = timezone.localdate()
        ends = {"yes": None, "over": today, "ends_later": today + timedelta(days=1)}
        with in_bureau(self.bureau):
            client = self.cases[who].client
            for old in Consent.objects.filter(client=client, purpose=purpose, state__in=(State.ASKED, State.GIVEN)):
                withdrawn(old)
            row = asked_row(client, f"T2026-{self.number:04}", purpose, scope="Werkt het?")
            if said == "no":
                answered(row, State.REFUSED)
            elif said != "asked":
                answered(row, State.GIVEN, ends_on=ends[said])
        self.agreed[purpose, who] = (ends[said] or date.max) if said in ends else date.min

    @rule(who=WHO, purpose=PURPOSE)
    def withdraws(self, who: int, purpose: str) -> None:
        case = self.cases[who]
        with in_bureau(self.bureau):
            row = Consent.objects.filter(client=case.client, purpose=purpose, state=State.GIVEN).first()
        if row is not None:
            answer(case, withdraw, row)
        self.agreed[purpose, who] = date.min

    def agree_to(self, purpose: str, today: date) -> set[int]:
        return {who for who in range(len(self.cases)) if self.agreed.get((purpose, who), date.min) > today}

    @rule(who=WHO, kind=st.sampled_from(OptOutKind.values))
    def makes_verzet(self, who: int, kind: str) -> None:
        case = self.cases[who]
        with acting(case.member):
            opt_out(client=case.client, kind=kind, by=case.member)
        self.against.add((who, kind))

    @rule(who=WHO, kind=st.sampled_from(OptOutKind.values))
    def takes_it_back(self, who: int, kind: str) -> None:
        case = self.cases[who]
        with acting(case.coach):
            opt_in(client=case.client, kind=kind, by=case.coach, how="brief")
        self.against.discard((who, kind))

    @rule(who=WHO, day=st.sampled_from([DAY, PERIOD["starts_on"], PERIOD["ends_on"], date(2025, 12, 31)]))
    def ends(self, who: int, day: date) -> None:
        ended(self.cases[who], day)
        inside = PERIOD["starts_on"] <= day <= PERIOD["ends_on"]
        (self.ended.add if inside else self.ended.discard)(who)

    @invariant()
    def no_list_holds_anybody_else(self) -> None:
        if not hasattr(self, "cases"):
            return
        every, today = set(range(len(self.cases))), timezone.localdate()
        survey = {who for who in every if (who, "enquetes") not in self.against}
        wanted = {
            ExportKind.SURVEY: survey & self.ended,
            ExportKind.SATISFACTION: survey & self.agree_to(SURVEY, today),
            ExportKind.NAW: {who for who in every if not {(who, "naw"), (who, "aanbod")} & self.against},
        }
        for kind, people in wanted.items():
            try:
                found = {line[0] for line in lines_of(made(self.diana, kind, again=True))}
            except RuleBroken:
                found = set()
            if timezone.localdate() == today:  # else midnight came between the two
                assert found == {str(self.cases[who].client) for who in people}, kind

    @invariant()
    def no_research_holds_anybody_else(self) -> None:
        """By whose row it is: its lines name nobody. Each time for another, who has no list to lay beside it."""
        if not hasattr(self, "cases"):
            return
        self.number += 1
        today = timezone.localdate()
        with in_bureau(self.bureau):
            ask = ResearchAsk.objects.create(
                title="Werkt het?", receiver=f"Hogeschool {self.number}", asked_by=self.cases[0].coach,
                asked_by_name="x", allowed=True, decided_by=self.diana, decided_by_name="x",
                decided_at=timezone.now(), **PERIOD,
            )  # fmt: skip
        agreed = self.ended & self.agree_to(RESEARCH, today)
        wanted = {who for who in agreed if (who, "onderzoek") not in self.against}
        try:
            export = made(self.diana, ExportKind.RESEARCH, research=ask).row.pk
        except RuleBroken:
            export = None
        with in_bureau(self.bureau):
            found = set(ExportedClient.objects.filter(export=export).values_list("client_id", flat=True))
        if timezone.localdate() == today:
            assert found == ({self.cases[who].client.pk for who in wanted} if len(wanted) >= LEAST else set())


@pytest.mark.timeout(600)
@pytest.mark.django_db
@pytest.mark.article("jmwerkt", "3.1.3")
@pytest.mark.article("javawest", "8")
@pytest.mark.article("pluspunt", "3.6")
@pytest.mark.article("werkid", "9")
def test_for_random_histories_no_list_holds_a_client_without_a_valid_ground():
    few = settings(max_examples=12, stateful_step_count=8, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Histories, settings=few)


# -- at the same moment ------------------------------------------------------------------------------------------------
def together(*acts) -> list[object]:
    start, came = threading.Barrier(len(acts)), [None] * len(acts)

    def one(at: int) -> None:
        try:
            start.wait(30)
            came[at] = acts[at]()
        except RuleBroken as refusal:
            came[at] = refusal
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(at,)) for at in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return came


@pytest.mark.timeout(300)
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["withdrawal", "verzet"])
def test_while_a_list_is_made_a_withdrawal_waits_and_comes_after_it(monkeypatch, what):
    """Held halfway: between who may stand on it and its being written nobody gets in between."""
    bureau = make_bureau("jmwerkt", "jmwerkt")
    case, diana = make_case(bureau), make_member(bureau, "Diana", Role.DIRECTIE)
    row = given(case, SURVEY)
    chosen, go_on, order = threading.Event(), threading.Event(), []
    plain = export_selection._held

    def slowly(asked):
        found = plain(asked)
        chosen.set()
        assert go_on.wait(55)
        order.append("chosen")
        return found

    monkeypatch.setattr(export_selection, "_held", slowly)

    def withdrawing():
        assert chosen.wait(30)
        if what == "withdrawal":
            answer(case, withdraw, row)
        else:
            with acting(case.member):
                opt_out(client=case.client, kind=OptOutKind.SURVEYS, by=case.member)
        order.append("gone")

    def letting_go():
        assert chosen.wait(30)
        until_somebody_waits(20)
        go_on.set()

    done, *_ = together(lambda: made(diana, ExportKind.SATISFACTION), withdrawing, letting_go)
    assert order == ["chosen", "gone"]
    assert [line[0] for line in lines_of(done)] == [str(case.client)]
    with in_bureau(bureau):
        gone = OptOut.objects.get().made_at if what == "verzet" else Consent.objects.get().withdrawn_at
        assert ExportedClient.objects.get().sent_at <= gone
    with pytest.raises(RuleBroken, match="niemand"):
        made(diana, ExportKind.SATISFACTION, again=True)


@pytest.mark.timeout(300)
@pytest.mark.django_db(transaction=True)
@pytest.mark.article("jmwerkt", "3.1.3")
def test_a_withdrawal_at_the_same_moment_comes_before_or_after_and_never_between():
    bureau = make_bureau("jmwerkt", "jmwerkt")
    diana = make_member(bureau, "Diana", Role.DIRECTIE)
    stays = make_case(bureau, "Wim")
    given(stays, SURVEY)
    for at in range(ROUNDS):
        case = make_case(bureau, f"Vera{at}")
        row = given(case, SURVEY)
        done, _ = together(
            lambda: made(diana, ExportKind.SATISFACTION, again=True),
            lambda case=case, row=row: answer(case, withdraw, row),
        )
        with in_bureau(bureau):
            gone = Consent.objects.get(pk=row.pk)
            told = ExportedClient.objects.filter(client=case.client, export=done.row.pk).first()
        names = [line[0] for line in lines_of(done)]
        assert gone.state == State.WITHDRAWN
        assert str(stays.client) in names
        assert (str(case.client) in names) == (told is not None)
        assert told is None or told.sent_at <= gone.withdrawn_at


@pytest.mark.timeout(300)
@pytest.mark.django_db(transaction=True)
def test_of_two_clicks_at_once_one_makes_it_and_the_other_is_told():
    bureau = make_bureau("javawest", "javawest")
    case, diana = make_case(bureau), make_member(bureau, "Diana", Role.DIRECTIE)
    ended(case)
    came = together(*[lambda: made(diana, ExportKind.SURVEY)] * 2)
    assert sorted(isinstance(one, RuleBroken) for one in came) == [False, True]
