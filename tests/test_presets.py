"""The five presets say what the five reglementen say (DOMAIN 1 and 3); the schema refuses what none may say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from pydantic import BaseModel

from bureaus import presets, schema
from bureaus.colour import dark_enough
from bureaus.schema import Action, DataClass, Level, OpdrachtgeverKind, Rules, StukKind, Trigger, ViewField
from bureaus.schema.base import Part

EVERY = pytest.mark.parametrize("name", presets.NAMES)


def rules(name: str) -> Rules:
    return presets.load(name).rules


def changed(name: str, path: str, value: Any) -> dict[str, Any]:
    """A preset's parameters with one of them changed, or with `...` removed."""
    parameters: dict[str, Any] = deepcopy(presets.load(name).parameters)
    *groups, last = path.split(".")
    at = parameters
    for group in groups:
        at = at.setdefault(group, {})
    if value is ...:
        del at[last]
    else:
        at[last] = value
    return parameters


def refusal(parameters: dict[str, Any]) -> list[str]:
    with pytest.raises(schema.ReglementInvalid) as refused:
        schema.parse(parameters)
    return [str(problem) for problem in refused.value.problems]


@EVERY
def test_a_preset_survives_being_stored_and_read(name: str) -> None:
    preset = presets.load(name)
    assert schema.parse(preset.parameters) == preset.rules
    assert dark_enough(preset.bureau["colour"])


def test_a_preset_that_does_not_exist_is_named_and_the_others_offered() -> None:
    with pytest.raises(presets.NoSuchPreset, match=r"geen voorbeeldreglement 'x'. Kies uit: javawest"):
        presets.load("x")


# --- DOMAIN 1: words ---
@pytest.mark.parametrize(
    ("name", "client", "opdrachtgever", "coach"),
    [
        pytest.param("javawest", "cliënt", "klant", "coach", marks=pytest.mark.article("javawest", "1")),
        pytest.param("werkid", "cliënt", "opdrachtgever", "jobcoach", marks=pytest.mark.article("werkid", "1")),
        pytest.param(
            "pluspunt", "cliënt", "opdrachtgever", "casemanager", marks=pytest.mark.article("pluspunt", "4.3")
        ),
        pytest.param(
            "jmwerkt", "betrokkene", "opdrachtgever", "medewerker", marks=pytest.mark.article("jmwerkt", "1.3")
        ),
        pytest.param("werklokaal", "klant", "opdrachtgever", "adviseur", marks=pytest.mark.article("werklokaal", "1c")),
    ],
)
def test_each_bureau_speaks_its_own_words(name: str, client: str, opdrachtgever: str, coach: str) -> None:
    words = rules(name).words
    said = (words.of("client").said(), words.of("opdrachtgever").said(), words.of("coach").said())
    assert said == (client, opdrachtgever, coach)


def test_a_word_can_be_said_with_article_plural_and_capital() -> None:
    word = schema.Word(singular="traject", plural="trajecten", article="het")
    assert word.said(article=True) == "het traject"
    assert word.said(article=True, plural=True, capital=True) == "De trajecten"
    assert schema.Word(singular="élève", plural="élèves").said(capital=True) == "Élève"


# --- DOMAIN 3: how long ---
@pytest.mark.parametrize(
    ("name", "term", "trigger", "action", "article"),
    [
        ("javawest", "P5Y", Trigger.TRAJECT_ENDED, Action.DESTROY_PV, "javawest 7"),
        ("werkid", "P5Y", Trigger.SERVICE_CLOSED, Action.DESTROY_PV, "werkid 13.2"),
        ("pluspunt", "P5Y", Trigger.SERVICE_CLOSED, Action.DESTROY_PV_CERTIFICATE, "pluspunt 3.5"),
        ("jmwerkt", "P2Y", Trigger.CONTRACT_ENDED, Action.DESTROY_PV, "jmwerkt 8.1.2"),
        ("werklokaal", "transfer", Trigger.TRANSFER_RECEIVED, Action.TRANSFER, "werklokaal 7"),
    ],
)
def test_each_bureau_keeps_the_dossier_as_its_reglement_says(
    name: str, term: str, trigger: Trigger, action: Action, article: str
) -> None:
    rule = rules(name).retention.rule(DataClass.DOSSIER)
    assert (rule.term, rule.trigger, rule.action, rule.article) == (term, trigger, action, article)


@pytest.mark.parametrize(
    ("name", "term", "verified"),
    [("javawest", "P7Y", False), ("werkid", "P7Y", False), ("pluspunt", "P7Y", False), ("jmwerkt", "P10Y", True),
     ("werklokaal", "P7Y", False)],
)  # fmt: skip
def test_what_the_law_keeps_has_its_own_term(name: str, term: str, verified: bool) -> None:
    rule = rules(name).retention.rule(DataClass.LEGALLY_REQUIRED)
    assert (rule.term, rule.verified) == (term, verified)


# --- DOMAIN 3: who reads ---
@pytest.mark.parametrize(
    ("name", "administratie", "directie"),
    [
        pytest.param("javawest", "view", "view", marks=pytest.mark.article("javawest", "6.1")),
        pytest.param("werkid", "none", "none", marks=pytest.mark.article("werkid", "4")),
        pytest.param("pluspunt", "view", "none", marks=pytest.mark.article("pluspunt", "4.1")),
        pytest.param("jmwerkt", "none", "none", marks=pytest.mark.article("jmwerkt", "3.1.1")),
        pytest.param("werklokaal", "view", "view", marks=pytest.mark.article("werklokaal", "6a")),
    ],
)
def test_who_reads_without_asking_follows_the_reglement(name: str, administratie: str, directie: str) -> None:
    standing = rules(name).access.standing
    assert (standing.handler, standing.second_coach) == (Level.WRITE, Level.WRITE)
    assert (standing.of_role("administratie"), standing.of_role("directie")) == (administratie, directie)
    assert standing.of_role("coach") == standing.of_role("fg") == standing.of_role("beheerder") == Level.NONE


@pytest.mark.article("pluspunt", "4.1")
def test_only_at_pluspunt_others_may_ask_and_directie_decides_for_a_while() -> None:
    assert [name for name in presets.NAMES if rules(name).access.asking.allowed] == ["pluspunt"]
    asking = rules("pluspunt").access.asking
    assert (asking.decided_by, asking.running_only) == ("directie", True)
    assert asking.default_hours <= asking.max_hours == 72


@pytest.mark.parametrize(("name", "days"), [("werkid", 14), ("jmwerkt", 14), ("javawest", 0), ("pluspunt", 0)])
def test_who_took_the_aanmelding_keeps_it_for_a_while_where_access_is_need_to_know(name: str, days: int) -> None:
    assert rules(name).access.aanmelder_days == days


@pytest.mark.parametrize(
    ("name", "reads"),
    [("javawest", "stukken"), ("werkid", "progress"), ("pluspunt", "progress"), ("jmwerkt", "progress"),
     ("werklokaal", "stukken")],
)  # fmt: skip
def test_the_opdrachtgever_reads_what_the_reglement_lets_out(name: str, reads: str) -> None:
    view = rules(name).opdrachtgever_view
    assert view.reads == reads
    assert view.may_release("uwv", StukKind.VOORTGANGSRAPPORTAGE)
    assert view.may_release("uwv", StukKind.CV) is (reads == "stukken")


@EVERY
def test_no_preset_lets_out_what_may_never_leave(name: str) -> None:
    view = rules(name).opdrachtgever_view
    for kind in OpdrachtgeverKind:
        for stuk in (StukKind.PERSOONLIJKE_OMSTANDIGHEDEN, StukKind.WERKAANTEKENING, StukKind.GESPREKSVERSLAG):
            assert not view.may_release(kind, stuk)
    assert not any(view.may_release("werkgever", stuk, health=True) for stuk in StukKind)
    assert ViewField.BSN not in view.of("werkgever").fields


# --- DOMAIN 3: requests ---
@pytest.mark.parametrize(
    ("name", "term", "ends_with", "identity", "appointment"),
    [
        pytest.param("javawest", "P3M", "done", "default_on", True, marks=pytest.mark.article("javawest", "6.2")),
        pytest.param("werkid", "P3M", "done", "default_on", False, marks=pytest.mark.article("werkid", "14")),
        pytest.param("pluspunt", "P4W", "decision", "default_on", False, marks=pytest.mark.article("pluspunt", "4.3")),
        pytest.param("jmwerkt", "P4W", "decision", "required", False, marks=pytest.mark.article("jmwerkt", "5.1.3")),
        pytest.param("werklokaal", "P3M", "done", "default_on", True, marks=pytest.mark.article("werklokaal", "6a")),
    ],
)
def test_requests_follow_the_reglement(name: str, term: str, ends_with: str, identity: str, appointment: bool) -> None:
    asked = rules(name).requests
    assert asked.correction.term == "P4W"
    assert (asked.destruction.term, asked.destruction.ends_with) == (term, ends_with)
    assert (asked.identity.check, asked.inzage.by_appointment) == (identity, appointment)
    complaint = asked.complaint
    assert (complaint.acknowledge, complaint.not_admissible, complaint.done) == ("P2W", "P4W", "P6W")


@pytest.mark.article("pluspunt", "4.4")
def test_the_term_for_going_to_court_is_the_bureaus_own_figure() -> None:
    assert rules("pluspunt").requests.court_weeks == 8
    assert rules("werkid").requests.court_weeks == 6
    assert not rules("pluspunt").requests.court_weeks_verified


@pytest.mark.article("werkid", "11.1")
def test_at_werkid_correction_comes_after_inzage() -> None:
    assert [name for name in presets.NAMES if rules(name).requests.correction.only_after_inzage] == ["werkid"]


@pytest.mark.article("jmwerkt", "6.1.4")
def test_what_is_deleted_leaves_a_tombstone() -> None:
    assert rules("jmwerkt").requests.correction.tombstone
    assert rules("jmwerkt").requests.correction.source("tombstone") == "jmwerkt 6.1.4"


# --- what a dossier holds, consents, declarations ---
@pytest.mark.article("javawest", "4.1")
@EVERY
def test_every_kind_that_is_on_says_what_it_is_kept_for(name: str) -> None:
    kinds = rules(name).dossier.kinds_on()
    assert StukKind.GESPREKSVERSLAG in kinds
    assert all(len(rule.purpose) > 10 for rule in kinds.values())


@pytest.mark.article("javawest", "4.1")
def test_a_kind_without_a_purpose_cant_be_switched_on() -> None:
    [said] = refusal(changed("javawest", "dossier.kinds.cv.purpose", ""))
    assert said.startswith("dossier.kinds.cv: een soort dossierstuk zonder doel kan niet aan staan (javawest 4.1)")


@pytest.mark.article("javawest", "4.2b")
@pytest.mark.article("werklokaal", "4b")
def test_personal_circumstances_are_a_restricted_kind() -> None:
    for name in ("javawest", "werklokaal"):
        assert rules(name).dossier.kinds_on()[StukKind.PERSOONLIJKE_OMSTANDIGHEDEN].restricted
    path = "dossier.kinds.persoonlijke_omstandigheden.restricted"
    assert "altijd afgeschermd" in refusal(changed("javawest", path, False))[0]


@pytest.mark.article("pluspunt", "2.1")
def test_the_checklist_of_pluspunt_names_the_parts_of_a_dossier() -> None:
    dossier = rules("pluspunt").dossier
    assert dossier.paper
    assert {"opdrachtformulier", "intakeformulier", "persoonsprofiel", "diploma", "cv"} <= set(dossier.checklist)
    assert dossier.label(StukKind.PLAN) == "training- en begeleidingsplan"


@pytest.mark.article("jmwerkt", "3.1.3")
def test_jmwerkt_asks_three_separate_consents() -> None:
    asked = rules("jmwerkt").consents.asked_now()
    assert {"cvs", "third_party_view", "satisfaction_survey"} <= set(asked)
    assert all("nee zeggen" in rule.text for rule in asked.values())


@pytest.mark.article("javawest", "5.2")
@pytest.mark.article("werklokaal", "5b")
def test_the_authorisations_have_a_direction() -> None:
    assert set(rules("javawest").consents.asked["machtiging"].direction) == {"use", "ask", "share"}
    assert set(rules("werklokaal").consents.asked["toestemmingsformulier"].direction) == {"use", "ask"}


@pytest.mark.article("javawest", "2")
@pytest.mark.article("javawest", "10.3")
@EVERY
def test_everybody_who_works_there_signs_before_a_dossier_opens(name: str) -> None:
    for role in schema.StaffRole:
        asked = rules(name).declarations.asked_of((role,))
        assert set(asked) == {"geheimhouding", "reglement"}
        assert all(rule.blocks_dossiers for rule in asked.values())


@pytest.mark.article("werkid", "12")
@pytest.mark.article("pluspunt", "3.6")
@pytest.mark.article("javawest", "8")
def test_grounds_for_disclosure_are_those_of_the_text() -> None:
    assert set(rules("werkid").disclosure.grounds) == {"consent", "law", "necessary_helper", "overmacht"}
    assert {"vital_interest", "court_order"} <= set(rules("pluspunt").disclosure.grounds)
    assert rules("pluspunt").disclosure.naw_files_unless_opted_out
    assert rules("javawest").disclosure.starters_register
    assert not rules("jmwerkt").disclosure.starters_register


@pytest.mark.article("pluspunt", "4.2")
def test_no_reglement_couples_the_dossiers_to_another_register() -> None:
    assert [name for name in presets.NAMES if rules(name).disclosure.couplings] == []


@pytest.mark.article("werkid", "5")
@pytest.mark.article("werklokaal", "9b")
def test_the_reglement_is_handed_out_within_a_working_day() -> None:
    assert rules("werkid").handout.to_client_within_working_days == 1
    assert rules("werklokaal").handout.confirmed_by_client


# --- every source is a source ---
def sources(part: BaseModel) -> Iterator[str]:
    """Every article that a parameter names, at any depth."""
    values = [getattr(part, field) for field in type(part).model_fields]
    if isinstance(part, Part):
        yield from part.articles.values()
    if not isinstance(part, schema.Word) and isinstance(getattr(part, "article", None), str):
        yield getattr(part, "article", "")
    for value in values:
        for inner in value.values() if isinstance(value, dict) else [value]:
            if isinstance(inner, BaseModel):
                yield from sources(inner)


@EVERY
def test_a_preset_cites_its_own_reglement_or_a_law(name: str) -> None:
    cited = [one for text in sources(rules(name)) for one in text.split(", ") if one]
    assert len(cited) > 15
    assert [one for one in cited if not re.match(rf"({name}|AVG|UAVG|AWR) [0-9]", one)] == []


@EVERY
def test_four_eyes_is_on_and_claims_no_article(name: str) -> None:
    destruction = rules(name).retention.destruction
    assert destruction.four_eyes
    assert destruction.source("four_eyes") == ""


# --- what no reglement may say ---
@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("words.client_word", ..., "words.client_word: ontbreekt"),
        ("words.client_word.singular", " ", "words.client_word.singular: mag niet leeg zijn"),
        ("words.client_word.singular", 5, "words.client_word.singular: moet tekst zijn"),
        ("acces", {}, "acces: is geen bekende parameter"),
        (
            "access.standing.directie",
            "alles",
            "access.standing.directie: 'alles' kan hier niet; kies uit: none, view, write",
        ),
        ("access.standing.fg", "write", "access.standing.fg: 'write' kan hier niet; kies uit: none, view"),
        ("access.standing.platform", "view", "access.standing.platform: is geen bekende parameter"),
        ("access.search_beyond_caseload", True, "access.search_beyond_caseload"),
        ("access.emergency_hours", 0, "access.emergency_hours: moet ten minste 1 zijn"),
        ("access.aanmelder_days", "14", "access.aanmelder_days: moet een heel getal zijn"),
        ("access.articles", {"nope": "1"}, "articles noemt iets dat hier geen parameter is: nope"),
        ("retention.rules.dossier.term", "5 jaar", "retention.rules.dossier.term: '5 jaar' is geen termijn"),
        ("retention.rules.dossier.term", "transfer", "term 'transfer' en action 'transfer' horen bij elkaar"),
        ("retention.rules.dossier.trigger", "recorded", "rules.dossier.trigger: kies uit traject_ended"),
        ("retention.rules.dossier.action", "erase", "verdwijnt nooit zonder proces-verbaal"),
        ("retention.rules.journal", ..., "geen bewaartermijn voor journal"),
        ("retention.rules.journal.term", "P4Y", "rules.journal.term: het logboek blijft ten minste 5 jaar bewaard"),
        ("retention.rules.journal.term", "P260W", "het logboek blijft ten minste 5 jaar bewaard"),
        ("retention.rules.proces_verbaal.term", "P4Y", "een proces-verbaal blijft ten minste 5 jaar bewaard"),
        ("retention.rules.dossier.action", "destroy_pv_certificate", "een certificaat hoort bij papieren dossiers"),
        ("retention.per_traject_kind", {"vissen": {}}, "onbekende soorten traject: vissen"),
        ("requests.identity.check", "off", "requests.identity.check: 'off' kan hier niet"),
        ("requests.complaint.acknowledge", "P8W", "niet in volgorde van tijd"),
        ("requests.correction.term", None, "requests.correction.term: moet tekst zijn"),
        ("disclosure.grounds", {}, "zonder grondslag kan er niets worden verstrekt"),
        ("disclosure.grounds", {"zin": ""}, "onbekende grondslagen: zin"),
        ("dossier.kinds.roman", {"purpose": "Lezen op zondag."}, "kinds.roman is geen bekende soort dossierstuk"),
        ("dossier.checklist", ["persoonsprofiel"], "checklist noemt een soort die niet aan staat: persoonsprofiel"),
        ("dossier.kinds.gespreksverslag.purpose", "a\x00b, langer dan tien", "een teken dat niet bewaard kan worden"),
        ("consents.asked.photo.direction", [], "zeg wat de toestemming toestaat"),
        ("consents.asked", {"Foto!": {}}, "mag alleen kleine letters"),
        ("sessions.mfa", False, "sessions.mfa"),
        ("sessions.per_role", {"client": {}}, "sessions.per_role"),
        ("sessions.per_role", {"fg": {"idle_minutes": 0}}, "sessions.per_role.fg.idle_minutes"),
        ("sessions.per_role", {"fg": {"absolute_hours": 25}}, "sessions.per_role.fg.absolute_hours"),
        ("words", [], "words: moet een groep parameters zijn"),
    ],
)
def test_a_wrong_parameter_is_refused_in_plain_dutch_with_its_path(path: str, value: Any, said: str) -> None:
    assert any(said in line for line in refusal(changed("javawest", path, value)))


@pytest.mark.parametrize(
    "stuk", ["gespreksverslag", "belastbaarheid", "persoonlijke_omstandigheden", "werkaantekening"]
)
def test_no_reglement_can_let_a_werkgever_read_what_it_never_may(stuk: str) -> None:
    [said] = refusal(changed("javawest", "opdrachtgever_view.werkgever.stukken", [stuk]))
    assert said.startswith("opdrachtgever_view: werkgever.stukken: ")
    assert "mag nooit naar opdrachtgever werkgever" in said


def test_no_reglement_can_let_a_werkgever_read_about_health_by_another_road() -> None:
    assert "limits" not in rules("javawest").opdrachtgever_view.werkgever.fields
    said = refusal(changed("javawest", "opdrachtgever_view.werkgever.fields", ["naw", "limits"]))
    assert "beperkingen zijn gegevens over gezondheid" in said[0]
    marked = changed("javawest", "dossier.kinds.scholing.health", True)
    assert "'scholing' gaat over gezondheid en mag nooit naar een werkgever" in refusal(marked)[0]
    assert "altijd over gezondheid" in refusal(changed("javawest", "dossier.kinds.belastbaarheid.health", False))[0]


def test_who_reads_progress_gets_reports_and_nothing_else() -> None:
    [said] = refusal(changed("werkid", "opdrachtgever_view.uwv.stukken", ["plan", "cv"]))
    assert "krijgt alleen rapportages; niet: cv" in said


def test_what_is_released_must_be_a_kind_that_is_on() -> None:
    [said] = refusal(changed("javawest", "opdrachtgever_view.uwv.stukken", ["persoonsprofiel"]))
    assert "noemt wat niet aan staat: persoonsprofiel" in said


@pytest.mark.article("pluspunt", "3.5")
def test_a_kind_of_traject_can_have_its_own_term_but_not_past_the_maximum() -> None:
    own = {"term": "P3Y", "trigger": "service_closed", "action": "destroy_pv_certificate"}
    path = "retention.per_traject_kind.werkfit"
    retention = schema.parse(changed("pluspunt", path, {"dossier": own})).retention
    assert retention.rule("dossier", "werkfit").term == "P3Y"
    assert retention.rule("dossier", "loopbaan").term == "P5Y"
    assert (
        "langer dan de hoogste termijn P5Y" in refusal(changed("pluspunt", path, {"dossier": own | {"term": "P6Y"}}))[0]
    )


def test_several_mistakes_are_told_at_once() -> None:
    parameters = changed("javawest", "words.client_word", ...)
    parameters["requests"]["court_weeks"] = 0
    assert len(refusal(parameters)) == 2


@pytest.mark.parametrize("strange", [{"words": {1, 2}}, {"words": float("nan")}, {}])
def test_what_is_no_reglement_at_all_is_refused_in_words(strange: dict[str, Any]) -> None:
    assert refusal(strange)


def test_rules_cant_be_changed_by_who_reads_them() -> None:
    read = rules("javawest")
    with pytest.raises(ValueError, match="frozen"):
        read.access.aanmelder_days = 5  # type: ignore[misc]
    with pytest.raises(TypeError, match="verandert niet"):
        read.retention.rules["dossier"] = read.retention.rules["journal"]
