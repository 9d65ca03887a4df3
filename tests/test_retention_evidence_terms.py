"""The terms of processen-verbaal, lists and hand-overs: what goes, when, how whole, and by nothing else."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from access.models import Role
from bureaus.tenancy import Context, Reach, in_bureau
from journal.labels import act_label
from journal.models import Line
from retention import ledger
from retention.actions import evidence_terms
from retention.actions.pv import _next_number
from retention.actions.replaying import Replayed, replay
from retention.actions.transfers import withdraw_transfer
from retention.models import (
    Certificate,
    DestructionList,
    ItemResult,
    ListItem,
    ListStatus,
    ProcesVerbaal,
    Transfer,
)
from retention.rounds import go_round
from tests.support.ages import adopted, back, by_force, long_in_force, silenced, state, state_term
from tests.support.carried_out import carried_out, proven, pv_of
from tests.support.faults import store_that
from tests.support.lists import cancelled, night, overdue, people
from tests.support.people import acting, make_bureau, make_member
from tests.support.transfers import begun, handed_over, over, werklokaal
from vault.actions import create_key
from vault.files import exists_sealed, save_sealed
from vault.keyring import keyring
from vault.models import WrappedKey

pytestmark = pytest.mark.django_db(transaction=True)
YEAR = 365.25
EVIDENCE = (DestructionList, ListItem, ItemResult, ProcesVerbaal, Certificate, Transfer)


@pytest.fixture
def dirk():
    return make_member(make_bureau("javawest", "javawest"), "Dirk", Role.DIRECTIE)


def evening(bureau) -> int:
    return evidence_terms.drop_evidence(bureau.pk, "werker")


def counts(bureau) -> dict[str, int]:
    with in_bureau(bureau):
        return {model.__name__: model.objects.count() for model in EVIDENCE}


def paper_of(by, numbers: int = 2, **item) -> ProcesVerbaal:
    """A list that was carried out, with its proces-verbaal and what the ledger notes of it."""
    row = carried_out(by.bureau, numbers, by=by, status=ListStatus.DONE, **item)
    made = pv_of(by.bureau, row)
    with in_bureau(by.bureau):
        ledger.write(row)
    return made


def drop(bureau, list_id, reach: Reach = Reach.SYSTEM) -> None:
    with in_bureau(bureau, reach=reach), connection.cursor() as cursor:
        cursor.execute("SELECT retention_drop_evidence(%s)", [list_id])


def acts(bureau, act: str) -> list[dict]:
    with in_bureau(bureau):
        return [line.facts for line in Line.objects.filter(act=act).order_by("seq")]


# -- by the term ---------------------------------------------------------------------------------------------------
@pytest.mark.article("javawest", "7")
def test_ten_years_after_it_was_made_a_proces_verbaal_goes_with_its_list_papers_and_keys(servers, dirk):
    bureau = dirk.bureau
    with in_bureau(bureau):
        made, waits = proven(dirk)
        proof = Certificate.objects.get()
        ledger.write(made.destruction_list)
    files, subjects = [made.file, made.annex_file, proof.file], [made.pk, proof.pk, made.destruction_list_id]
    back(servers, made, round(9.9 * YEAR))
    assert evening(bureau) == 0
    back(servers, made, round(0.2 * YEAR))
    assert evening(bureau) == 1
    assert counts(bureau) == {
        "DestructionList": 1, "ListItem": 1, "ItemResult": counts(bureau)["ItemResult"], "ProcesVerbaal": 0,
        "Certificate": 0, "Transfer": 0,
    }  # fmt: skip
    with in_bureau(bureau):
        assert DestructionList.objects.get() == waits
        assert not ItemResult.objects.exclude(item__destruction_list=waits).exists()
        assert not any(exists_sealed(name) for name in files)
        assert not WrappedKey.objects.filter(subject_id__in=subjects).exists()
    told = {"list": str(made.destruction_list), "dossiers": 1, "number": "2026-0001", "transfers": 0}
    assert acts(bureau, "proces_verbaal.gewist") == [told]
    assert act_label("proces_verbaal.gewist") == "Proces-verbaal gewist na de bewaartermijn"
    assert evening(bureau) == 0
    assert len(acts(bureau, "proces_verbaal.gewist")) == 1


def test_its_notes_in_the_keyring_go_and_its_number_is_never_given_again(servers, dirk):
    bureau = dirk.bureau
    first, second = paper_of(dirk), paper_of(dirk, first=10)
    for one in (first, second):
        back(servers, one, 4000)
    back(servers, first, -3600)
    assert evening(bureau) == 1
    with in_bureau(bureau):
        names = keyring().names()
        assert f"gone-{bureau.pk}-{second.destruction_list_id.hex}" not in names
        assert [one.list_id for one in ledger.entries(bureau.pk)] == [first.destruction_list_id]
        kept, past = ledger.evidence(bureau.pk)
        assert (kept.is_past, past.is_past, past.rows, past.keys) == (False, True, {}, {})
        assert _next_number(second.made_at) == {"year": second.year, "number": 3}
        ledger.write(first.destruction_list)
        assert [one.is_past for one in ledger.evidence(bureau.pk)] == [False, True]
    assert replay(bureau.pk) == Replayed()


def test_what_the_paper_says_and_what_the_reglement_says_both_hold(servers, dirk):
    shorter, longer = paper_of(dirk), paper_of(dirk, first=10)
    back(servers, longer, round(10.5 * YEAR))
    state_term(servers, dirk.bureau, "proces_verbaal", "P12Y")
    assert evening(dirk.bureau) == 0
    state_term(servers, dirk.bureau, "proces_verbaal", "P5Y")
    back(servers, shorter, round(6 * YEAR))
    assert evening(dirk.bureau) == 1
    with in_bureau(dirk.bureau):
        assert ProcesVerbaal.objects.get() == shorter


def test_never_while_a_backup_may_hold_what_was_destroyed(servers, dirk):
    state_term(servers, dirk.bureau, "proces_verbaal", "P5Y")
    made = paper_of(dirk)
    today, expire = made.made_at.date(), ["destruction", "backups_expire_after"]
    with by_force(servers) as admin:
        admin.execute("UPDATE retention_procesverbaal SET keep_until = %s", [today - timedelta(days=1)])
        admin.execute("UPDATE retention_procesverbaal SET made_at = made_at - interval '6 years'")
        admin.execute("UPDATE retention_procesverbaal SET backups_expire_on = %s", [today - timedelta(days=1)])
    state(servers, dirk.bureau, expire, "P7Y")
    assert evening(dirk.bureau) == 0
    state(servers, dirk.bureau, expire, "P35D")
    with by_force(servers) as admin:
        admin.execute("UPDATE retention_procesverbaal SET backups_expire_on = %s", [today + timedelta(days=2)])
    assert evening(dirk.bureau) == 0
    back(servers, made, 3)
    assert evening(dirk.bureau) == 1


def test_a_reglement_that_is_adopted_since_shortens_no_term_that_runs(servers, dirk):
    made = paper_of(dirk)
    long_in_force(servers, dirk.bureau)
    with by_force(servers) as admin:
        admin.execute("UPDATE retention_procesverbaal SET keep_until = current_date - 9")  # as if the paper said so
        admin.execute("UPDATE retention_procesverbaal SET made_at = made_at - interval '9 years'")
        admin.execute("UPDATE retention_procesverbaal SET backups_expire_on = current_date - 9")
    adopted(dirk.bureau, "proces_verbaal", "P5Y")
    assert evening(dirk.bureau) == 0
    back(servers, made, 370)
    assert evening(dirk.bureau) == 1


def test_and_none_at_all_makes_it_shorter_than_five_years(servers, dirk):
    made = paper_of(dirk)
    state_term(servers, dirk.bureau, "proces_verbaal", "P1D")  # the app itself refuses it
    with by_force(servers) as admin:
        admin.execute("UPDATE retention_procesverbaal SET keep_until = current_date, backups_expire_on = current_date")
    back(servers, made, round(4.9 * YEAR))
    assert evening(dirk.bureau) == 0
    back(servers, made, round(0.2 * YEAR))
    assert evening(dirk.bureau) == 1


def test_a_list_that_was_taken_back_goes_from_that_day(servers):
    house = people()
    (dossier,) = overdue(house)
    (row,) = night(house.bureau)
    row = cancelled(row, house.fleur)
    back(servers, row, round(9.9 * YEAR))
    assert evening(house.bureau) == 0
    back(servers, row, round(0.2 * YEAR))
    assert evening(house.bureau) == 1
    assert set(counts(house.bureau).values()) == {0}
    assert acts(house.bureau, "vernietiging.gewist") == [{"list": str(row), "dossiers": 1}]
    with in_bureau(house.bureau):
        assert type(dossier).objects.filter(pk=dossier.pk).exists()


def test_a_list_that_is_not_at_its_end_stays_however_old(servers, dirk):
    for status in (ListStatus.PROPOSED, ListStatus.APPROVED, ListStatus.RUNNING, ListStatus.PAPER, ListStatus.DONE):
        row = carried_out(dirk.bureau, 1, by=dirk, status=status)
        back(servers, row, 9000)
        with by_force(servers) as admin:
            admin.execute("UPDATE retention_listitem SET state = 'vernietigd'")
    assert evening(dirk.bureau) == 0
    assert counts(dirk.bureau)["DestructionList"] == 5


@pytest.mark.article("werklokaal", "7")
def test_a_hand_over_goes_with_the_proces_verbaal_of_its_dossier_or_from_its_withdrawal(servers):
    bureau = werklokaal()
    done, undone = over(bureau, full=False), over(bureau, full=False)
    row = handed_over(done)
    with acting(undone.coach):
        taken_back = withdraw_transfer(transfer=begun(undone), by=undone.coach)
    by = make_member(bureau, "Dirk", Role.DIRECTIE)
    made = paper_of(by, 1, dossier_id=done.dossier.pk)
    back(servers, taken_back, 4000)
    assert evening(bureau) == 1
    assert acts(bureau, "overdracht.gewist") == [{"count": 1}]
    with in_bureau(bureau):
        assert Transfer.objects.get() == row
        with silenced():
            ListItem.objects.update(state="vernietigd")
    back(servers, made, 4000)
    assert evening(bureau) == 1
    with in_bureau(bureau):
        assert not Transfer.objects.exists()
        assert not WrappedKey.objects.filter(subject_id=row.pk).exists()
        assert not exists_sealed(row.file)
    assert acts(bureau, "proces_verbaal.gewist")[0]["transfers"] == 1


def test_another_bureau_keeps_all_of_it(servers, dirk):
    other = make_member(make_bureau("werkid", "werkid"), "Ella", Role.DIRECTIE)
    for one in (dirk, other):
        back(servers, paper_of(one), 4000)
    before = counts(other.bureau)
    assert evening(dirk.bureau) == 1
    assert counts(other.bureau) == before


def test_the_nightly_round_does_it_and_a_second_one_nothing(servers, dirk):
    back(servers, paper_of(dirk), 4000)
    assert go_round(dirk.bureau.pk).wiped == 1
    assert go_round(dirk.bureau.pk).is_nothing


# -- killed, and storage that does not answer --------------------------------------------------------------------------
def test_killed_before_the_end_the_next_night_completes_it(servers, dirk, monkeypatch):
    made = paper_of(dirk)
    back(servers, made, 4000)
    with monkeypatch.context() as patch:

        def killed(*_, **__):
            raise KeyboardInterrupt

        patch.setattr(ledger, "forget", killed)
        with pytest.raises(KeyboardInterrupt):
            evening(dirk.bureau)
    assert counts(dirk.bureau)["ProcesVerbaal"] == 1
    with in_bureau(dirk.bureau):
        assert not exists_sealed(made.file)
    assert acts(dirk.bureau, "proces_verbaal.gewist") == []
    assert evening(dirk.bureau) == 1
    assert set(counts(dirk.bureau).values()) == {0}


def test_a_paper_that_storage_keeps_holds_up_its_own_list_alone(servers, dirk):
    made = paper_of(dirk)
    back(servers, made, 4000)
    with store_that(keeps=True):
        assert evening(dirk.bureau) == 0
    assert counts(dirk.bureau)["ProcesVerbaal"] == 1
    assert evening(dirk.bureau) == 1


# -- and by nothing else -----------------------------------------------------------------------------------------------
def test_the_function_is_for_a_worker_in_its_own_bureau_and_past_the_term(servers, dirk):
    made, other = paper_of(dirk), make_bureau("werkid", "werkid")
    with pytest.raises(DatabaseError, match="by its term alone"):
        drop(dirk.bureau, made.destruction_list_id)
    back(servers, made, 4000)
    with pytest.raises(DatabaseError, match="by its term alone"):
        drop(other, made.destruction_list_id)
    with pytest.raises(DatabaseError, match="worker alone"):
        drop(dirk.bureau, made.destruction_list_id, reach=Reach.STAFF)
    with acting(dirk), connection.cursor() as cursor, pytest.raises(DatabaseError, match="worker alone"):
        cursor.execute("SELECT retention_drop_transfers(9)")
    assert counts(dirk.bureau)["ProcesVerbaal"] == 1


@pytest.mark.parametrize("model", EVIDENCE)
def test_the_app_role_deletes_none_of_it_in_any_reach(dirk, model):
    paper_of(dirk)
    refused = pytest.raises(DatabaseError, match="permission denied")
    with in_bureau(dirk.bureau), connection.cursor() as cursor, refused, transaction.atomic():
        cursor.execute(f"DELETE FROM {model._meta.db_table}")


@pytest.mark.parametrize("table", ["retention_procesverbaal", "retention_listitem"])
def test_before_its_term_the_owner_takes_none_away_either(servers, dirk, table):
    paper_of(dirk)
    with psycopg.connect(servers.environment()["OWNER_DATABASE_URL"]) as owner:
        for name, value in Context(bureau_id=dirk.bureau.pk).settings().items():
            owner.execute("SELECT set_config(%s, %s, false)", [name, value])
        with pytest.raises(psycopg.errors.IntegrityConstraintViolation):
            owner.execute(f"DELETE FROM {table}")


@pytest.mark.parametrize("change", ["made_at", "keep_until", "backups_expire_on"])
def test_what_its_term_counts_from_lies_fast(dirk, change):
    made = paper_of(dirk)
    refused = pytest.raises(DatabaseError, match="stays as it is")
    with in_bureau(dirk.bureau), refused, transaction.atomic():
        ProcesVerbaal.objects.filter(pk=made.pk).update(**{change: getattr(made, change) - timedelta(days=4000)})


def test_the_day_of_a_withdrawal_is_the_day_itself_and_stands(servers):
    house = people()
    overdue(house)
    (row,) = night(house.bureau)
    refused = pytest.raises(DatabaseError, match="withdrawal stands")
    rows = DestructionList.objects
    with in_bureau(house.bureau), refused, transaction.atomic():
        rows.filter(pk=row.pk).update(cancelled_at=row.proposed_at - timedelta(days=4000))
    row = cancelled(row, house.fleur)
    for value in (None, row.cancelled_at - timedelta(days=4000)):
        with in_bureau(house.bureau), refused, transaction.atomic():
            rows.filter(pk=row.pk).update(cancelled_at=value)


def test_a_key_and_a_file_that_are_not_of_it_stay(servers, dirk):
    made = paper_of(dirk)
    with in_bureau(dirk.bureau):
        subject = Line.objects.order_by("seq").values_list("pk", flat=True)[0]
        create_key(subject_id=subject)
        kept = save_sealed(subject_id=subject, chunks=[b"iets anders"]).name
    back(servers, made, 4000)
    assert evening(dirk.bureau) == 1
    with in_bureau(dirk.bureau):
        assert exists_sealed(kept)
        assert WrappedKey.objects.filter(subject_id=subject).exists()
