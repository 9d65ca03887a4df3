"""A bureau with very many granted dossiers, and what its lists cost beside the SQL that one would write by hand."""

from __future__ import annotations

import statistics
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.core.paginator import Paginator
from django.db import connection

from access.models import Membership, Role, RoleGroup
from access.reach import CHANGE, VIEW, permission_id
from bureaus.models import Bureau
from bureaus.tenancy import current, in_bureau
from dossiers.models import Dossier
from tests.support.people import acting, make_member

# So many of the dossiers have the first coach, so many the second; the rest is of the others.
FEW, MANY = 181, 22_000
OTHERS = 20

FILL = (
    """INSERT INTO clients_opdrachtgever (id, bureau_id, kind, name, sort_name, kvk, street, postcode, city)
    VALUES (%(payer)s, %(bureau)s, 'uwv', 'UWV Groningen', 'uwv groningen', '', '', '', '')""",
    """CREATE TEMP TABLE made AS
    SELECT n, uuidv7() AS client, uuidv7() AS traject, uuidv7() AS dossier,
        CASE WHEN n %% (%(count)s / %(few)s) = 0 THEN %(coach_few)s::uuid
             WHEN n %% 100 < %(percent)s THEN %(coach_many)s::uuid
             ELSE (%(coaches)s::uuid[])[1 + n %% array_length(%(coaches)s::uuid[], 1)] END AS handler
    FROM generate_series(1, %(count)s::int) n""",
    """INSERT INTO clients_client (id, bureau_id, initials, first_name, tussenvoegsel, last_name, sort_name,
        search_name, email, phone, street, postcode, city, language)
    SELECT client, %(bureau)s, '', 'Persoon', '', name, name || ', persoon', 'persoon ' || name, '', '', '', '', '', ''
    FROM made, LATERAL (SELECT 'naam' || lpad((n * 7919 %% 1000003)::text, 7, '0') AS name) named""",
    """INSERT INTO clients_traject (id, bureau_id, client_id, opdrachtgever_id, kind, ordernummer, handler_id,
        registered_on, phase, end_reason, result, traject_ended_on, consent_stated)
    SELECT traject, %(bureau)s, client, %(payer)s, 'werkfit', '', handler, DATE '2020-01-01' + n %% 2000,
        CASE WHEN n %% 3 = 0 THEN 'beeindigd' ELSE 'begeleiding' END, CASE WHEN n %% 3 = 0 THEN 'doel' ELSE '' END, '',
        CASE WHEN n %% 3 = 0 THEN DATE '2026-01-01' END, true FROM made""",
    """INSERT INTO clients_trajectphase (id, bureau_id, traject_id, phase, "order")
    SELECT uuidv7(), %(bureau)s, traject, phase, place FROM made,
        unnest(ARRAY['aangemeld', 'intake', 'plan', 'begeleiding']) WITH ORDINALITY AS one (phase, place)""",
    """INSERT INTO clients_appointment (id, bureau_id, traject_id, kind, starts_at, minutes, place, coach_id,
        attendance, hours, present_names)
    SELECT uuidv7(), %(bureau)s, traject, 'gesprek', now() - n * interval '1 minute', 60, '', handler, 'aanwezig', 1, ''
    FROM made""",
    """INSERT INTO dossiers_dossier (id, bureau_id, number, client_id, traject_id, opened_at)
    SELECT dossier, %(bureau)s, 'D-' || lpad(n::text, 7, '0'), client, traject, now() - n * interval '1 minute'
    FROM made""",
    """INSERT INTO access_dossiergrant (id, bureau_id, content_object_id, group_id, permission_id, ground, reason,
        granted_by_name)
    SELECT uuidv7(), %(bureau)s, dossier, m.private_group_id, one, 'behandelaar', '', 'Meting'
    FROM made JOIN access_membership m ON m.id = handler, unnest(ARRAY[%(view)s, %(change)s]::int[]) one""",
    """INSERT INTO access_dossiergrant (id, bureau_id, content_object_id, group_id, permission_id, ground, reason,
        granted_by_name)
    SELECT uuidv7(), %(bureau)s, dossier, g, %(view)s, 'rol', '', 'Meting' FROM made, unnest(%(roles)s::int[]) g""",
    "DROP TABLE made",
)


@dataclass
class Crowd:
    """Who looks: directie by role-group grants on all, a coach with few and one with many of their own."""

    bureau: Bureau
    count: int
    people: dict[str, Membership] = field(default_factory=dict)


def make_crowd(admin: psycopg.Connection, bureau: Bureau, count: int, many: int = MANY) -> Crowd:
    """`count` dossiers, each of a client and traject of its own, granted to its coach and to two roles."""
    crowd = Crowd(bureau, count)
    crowd.people = {
        "directie": make_member(bureau, "Diana", Role.DIRECTIE),
        "coach, many": make_member(bureau, "Veel", Role.COACH),
        "coach, few": make_member(bureau, "Weinig", Role.COACH),
    }
    others = [make_member(bureau, f"Coach{at}", Role.COACH) for at in range(OTHERS)]
    with in_bureau(bureau):
        roles = RoleGroup.objects.filter(role__in=(Role.DIRECTIE, Role.ADMINISTRATIE)).values_list(
            "group_id", flat=True
        )
        values = {
            "bureau": bureau.pk, "count": count, "few": FEW, "percent": round(100 * many / count),
            "coach_few": crowd.people["coach, few"].pk, "coach_many": crowd.people["coach, many"].pk,
            "coaches": [one.pk for one in others], "view": permission_id(VIEW), "change": permission_id(CHANGE),
            "roles": list(roles), "payer": uuid.uuid4(),
        }  # fmt: skip
    with admin.transaction():
        # Made to fit together: the keys need not be looked up one by one.
        admin.execute("SET LOCAL session_replication_role = replica")
        for statement in FILL:
            admin.execute(statement, values if "%(" in statement else None)
    admin.execute("ANALYZE")
    return crowd


# -- the SQL that a list needs -----------------------------------------------------------------------------------------
REACHED = """EXISTS (SELECT FROM access_dossiergrant g WHERE g.content_object_id = d.id AND g.bureau_id = {bureau}
    AND g.permission_id = {view} AND g.group_id = ANY ('{mine}') AND g.starts_at <= statement_timestamp()
    AND (g.expires_at IS NULL OR g.expires_at > statement_timestamp()))"""
OF_CLIENT = "EXISTS (SELECT FROM dossiers_dossier d WHERE d.client_id = c.id AND d.bureau_id = {bureau} AND {reached})"
DOSSIERS = "FROM dossiers_dossier d WHERE d.bureau_id = {bureau} AND {reached}"
CLIENTS = "FROM clients_client c WHERE c.bureau_id = {bureau} AND {of_client}"
# A traject has one dossier.
TRAJECTEN = """FROM clients_traject t JOIN clients_client c ON c.id = t.client_id
    JOIN dossiers_dossier d ON d.traject_id = t.id
    JOIN clients_opdrachtgever o ON o.id = t.opdrachtgever_id JOIN access_membership m ON m.id = t.handler_id
WHERE t.bureau_id = {bureau} AND {reached}"""
HOURS = """(SELECT sum(a.hours) FROM clients_appointment a WHERE a.traject_id = t.id AND a.bureau_id = {bureau})"""
# The other way to write it: the ids that are reached found once, before the rows. Which of the two is faster hangs on
# how many there are; the list has to hold out against the faster.
FOUND_FIRST = """= ANY (ARRAY(SELECT {what}
    FROM access_dossiergrant g JOIN dossiers_dossier x ON x.id = g.content_object_id
    WHERE g.bureau_id = {bureau} AND x.bureau_id = {bureau} AND g.permission_id = {view}
    AND g.group_id = ANY ('{mine}') AND g.starts_at <= statement_timestamp()
    AND (g.expires_at IS NULL OR g.expires_at > statement_timestamp())))"""
# For each list: how many there are, one page, and what hangs on the rows of that page.
BY_HAND = {
    "dossiers": (
        f"SELECT count(*) {DOSSIERS}",
        f"SELECT d.id, d.* {DOSSIERS} ORDER BY d.opened_at DESC, d.id LIMIT 50",
    ),
    "clients:list": (
        f"SELECT count(*) {CLIENTS}",
        f"SELECT c.id, c.* {CLIENTS} ORDER BY c.sort_name, c.id LIMIT 50",
        f"SELECT t.*, o.*, m.*, d.* {TRAJECTEN} AND t.client_id = ANY (%s) ORDER BY t.registered_on DESC, t.id",
    ),
    "clients:trajecten": (
        """SELECT count(*) FROM clients_traject t JOIN dossiers_dossier d ON d.traject_id = t.id
        WHERE t.bureau_id = {bureau} AND t.phase <> 'beeindigd' AND {reached}""",
        f"SELECT t.id, t.*, c.*, o.*, m.*, d.*, {HOURS} {TRAJECTEN} AND t.phase <> 'beeindigd'"
        " ORDER BY c.sort_name, t.registered_on DESC, t.id LIMIT 50",
        """SELECT * FROM clients_trajectphase p WHERE p.bureau_id = {bureau} AND p.traject_id = ANY (%s)
        ORDER BY p."order", p.id""",
    ),
}  # fmt: skip
ADDRESSES = {"clients:list": "/clienten/", "clients:trajecten": "/trajecten/"}


def hand_written(name: str, member: Membership) -> tuple[float, float]:
    """Milliseconds of the database for the statements of BY_HAND, written in both ways, through the same walls."""
    with acting(member), connection.cursor() as cursor:
        mine = "{" + ",".join(str(group) for group in current().principals) + "}"
        terms = {"bureau": member.bureau_id, "view": permission_id(VIEW), "mine": mine}
        each_row = {"reached": REACHED.format(**terms)}
        each_row["of_client"] = OF_CLIENT.format(**terms, **each_row)
        first = {
            "reached": "d.id " + FOUND_FIRST.format(what="x.id", **terms),
            "of_client": "c.id " + FOUND_FIRST.format(what="x.client_id", **terms),
        }
        return _timed(cursor, name, terms | each_row), _timed(cursor, name, terms | first)


def _timed(cursor: Any, name: str, terms: dict[str, Any]) -> float:
    took = 0.0
    ids: list[Any] = []
    for statement in BY_HAND[name]:
        began = time.perf_counter()
        cursor.execute(statement.format(**terms), [ids] if "%s" in statement else None)
        took += time.perf_counter() - began
        ids = [row[0] for row in cursor.fetchall()]
    return took * 1000


def of_product(name: str, member: Membership, browser: Any) -> float:
    """Milliseconds of the database for the same list as the product shows it: the page, or its queryset."""
    with counting() as spent:
        if name in ADDRESSES:
            answer = browser.get(ADDRESSES[name])
            assert answer.status_code == 200, (name, answer.status_code)
        else:
            with acting(member):
                list(Paginator(Dossier.objects.all().visible_to(member.user), 50).get_page(1))
    return sum(spent) * 1000


@contextmanager
def counting() -> Iterator[list[float]]:
    """Seconds of each statement about clients, trajecten and dossiers."""
    spent: list[float] = []

    def wrapper(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, *rest)
        finally:
            if "clients_" in sql or "dossiers_" in sql:
                spent.append(time.perf_counter() - began)

    with connection.execute_wrapper(wrapper):
        yield spent


@dataclass(frozen=True)
class Figure:
    """Medians: in milliseconds, `hand` of the faster of the two ways; and of the ratio in each run. The best runs of
    both besides."""

    name: str
    who: str
    product: float
    hand: float
    ratio: float
    least_product: float
    least_hand: float


def measure(crowd: Crowd, who: str, browser: Any, runs: int, names: Iterable[str] = ()) -> list[Figure]:
    """In turn, so that what else the machine does is the same for all; the first two are not counted."""
    member, figures = crowd.people[who], []
    for name in names or BY_HAND:
        rows = [(of_product(name, member, browser), *hand_written(name, member)) for _ in range(runs + 2)][2:]
        product, *ways = zip(*rows, strict=True)
        hand = min(ways, key=statistics.median)
        ratios = [ours / theirs for ours, theirs in zip(product, hand, strict=True)]
        numbers = [*map(statistics.median, (product, hand, ratios)), min(product), min(map(min, ways))]
        figures.append(Figure(name, who, *numbers))
    return figures
