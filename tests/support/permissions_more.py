"""What the table of permissions.py says besides: more personas, sending, other reglementen, and what lists show.

Each persona of MORE is `as` one that stands there already, but for the addresses beside it.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.support.permissions import PERSONAS, TABLE
from tests.support.permissions_people import asks_id

Cells = dict[str, int]


def at(status: int, *names: str) -> Cells:
    return dict.fromkeys(names, status)


def of(status: int, *apps: str) -> Cells:
    """Every address of these apps."""
    return at(status, *(name for name in TABLE if name.partition(":")[0] in apps))


# -- the addresses of one dossier --------------------------------------------------------------------------------------
READING = ("clients:detail", "clients:traject", "dossiers:detail", "dossiers:stuk")
CLIENT_WRITING = (
    "clients:edit", "clients:bsn", "clients:invite", "clients:contact_person_add", "clients:contact_person",
    "clients:contact_person_remove", "clients:gemachtigde_add", "clients:gemachtigde", "clients:gemachtigde_end",
    "clients:gemachtigde_invite", "clients:traject_edit", "clients:traject_phase", "clients:traject_end",
    "clients:appointment_add", "clients:appointment", "clients:appointment_attendance", "clients:appointment_cancel",
)  # fmt: skip
DOSSIER_WRITING = (
    "dossiers:new_stuk",
    "dossiers:supplement",
    "dossiers:upload",
    "dossiers:release",
    "dossiers:withdraw",
    "retention:request_stuk",
)
# A concept is its author's; these two are of another traject of the same client.
AUTHORS_OWN = ("dossiers:edit", "dossiers:autosave", "dossiers:finish", "dossiers:discard")
OTHER_TRAJECT = ("dossiers:archive", "dossiers:reopen")
ASKED_BY_ANOTHER = ("access:withdraw_asking", "access:stop_asking")

# What goes out on a request is its handler's; the other coaches of the dossier look along.
ANSWERING = (
    "requests:make_letter", "requests:letter_posted", "requests:ask_copy", "requests:copy_file", "requests:copy_hand",
)  # fmt: skip
ANSWERS = ("requests:letter_file", "requests:copy_progress", *ANSWERING)
# A request is handled by one coach; the other coaches of the dossier look along.
REQUEST_ACTS = (
    "requests:acknowledge", "requests:ask_identity", "requests:show_identity", "requests:extend", "requests:withdraw",
)  # fmt: skip
# A request is handled by its handler alone, and directie; the second coach of the dossier judges and writes.
HANDLING = (
    "requests:assign", "requests:decide", "requests:delete", "requests:shield", "requests:carried_out",
    "requests:told", "requests:close",
)  # fmt: skip
MARKING = ("requests:redact", "requests:redact_page", "requests:unmark")
JUDGING = ("requests:collect", "requests:judge", "requests:second_look", *MARKING)

# Giving something of a dossier to somebody outside: its coaches, and directie who sees it.
PREPARING = ("consent:disclosure_edit", "consent:disclosure_stukken", "consent:disclosure_send")
DISCLOSING = (
    "consent:disclosure_code", "consent:disclosure_package", "consent:disclosure_handed",
    "consent:disclosure_take_back", "consent:disclosure_again",
)  # fmt: skip
DISCLOSED = ("consent:disclosure", "consent:disclosures_of_client")
# Asking, and what goes to or comes from paper, is for who stands in the dossier.
ASKING_CONSENT = ("consent:ask", "consent:answer", "consent:leave", "consent:form")
# Asking somebody outside for something is for who writes in the dossier.
QUESTIONS = ("consent:information", "consent:information_of_client")
ASKING = (
    "consent:information_ask", "consent:information_letter", "consent:information_answer",
    "consent:information_later", "consent:information_close",
)  # fmt: skip
CONSENTS = (*ASKING_CONSENT, "consent:optouts", "consent:list", "consent:detail", "consent:scan")

STARTERS = (
    "consent:starters", "consent:starter", "consent:starter_ask", "consent:starter_asks", "consent:starter_asked",
    "consent:starter_entry", "consent:starter_remove",
)  # fmt: skip

# -- more personas -----------------------------------------------------------------------------------------------------
KEEPING = ("retention:hold_place", "retention:hold_review", "retention:hold_lift")
LET_IN = (
    at(200, *READING, "retention:dossier", "retention:transfer", *DISCLOSED, "consent:list", "consent:detail")
    | at(403, "consent:disclose", "consent:call", *DISCLOSING, "consent:disclosure_paper")
    | at(403, *ASKING_CONSENT, "consent:scan")
    | at(200, *QUESTIONS)
    | at(403, *ASKING, "consent:information_paper")
    | at(200, "consent:optouts")
    | at(403, "dossiers:file", *CLIENT_WRITING, *DOSSIER_WRITING, *KEEPING, "retention:transfer_withdraw")
    | at(403, "consent:starter_entry", "consent:starter_remove")
    | at(404, *ASKED_BY_ANOTHER)
)  # fmt: skip
# Without a second step where one is demanded every page leads to it, but for these.
WITHOUT_FACTOR = {
    "access:mfa_needed", "access:session", "account_logout", "account_reauthenticate", "account_reset_password",
    "account_reset_password_done", "account_reset_password_from_key", "account_reset_password_from_key_done",
    "access:reset_use", "bureau_css", "bureau_logo", "healthz", "readyz",
} | {name for name in TABLE if name.startswith("mfa_")}  # fmt: skip
MORE: dict[str, tuple[str, Cells]] = {
    # the second coach of the traject: as its handler, but for what the handler is writing and the handler's own paper
    "second": (
        "coach",
        at(404, *AUTHORS_OWN, *OTHER_TRAJECT, "consent:research", "access:declaration_file", "retention:transfer_start")
        | at(403, "retention:transfer_withdraw", *ANSWERING, *REQUEST_ACTS, *HANDLING),
    ),
    # a coach whose time ended a second ago
    "expired": ("stranger", at(404, *ASKED_BY_ANOTHER)),
    # a coach whom directie let in, and one in an emergency: they read, and no more than that
    "let_in": ("stranger", LET_IN),
    "emergency": ("stranger", LET_IN),
    # the platform's operator, let in: the dossier that was named, and not the clients
    "support": (
        "stranger",
        LET_IN | of(403, "clients", "consent") | at(403, "access:emergency")
        | at(404, "dossiers:file", "overviews:shelf")
        | at(403, "requests:list", *ANSWERS)
        | at(403, "requests:calendar", "requests:calendar_make", "requests:calendar_withdraw")
        | at(403, "requests:verzoek", "requests:scan", "requests:enter", "requests:enter_for", *REQUEST_ACTS)
        | at(403, "requests:write", *HANDLING, *JUDGING)
        | of(403, "consent") | at(410, "consent:fetch")
        | at(404, "access:declaration", "retention:hold_review", "retention:hold_lift")
        | at(404, "retention:transfer", "retention:transfer_withdraw"),
    ),
    # handles the dossier, and did not sign what the reglement asks: led there from every page about dossiers
    "unsigned": (
        "stranger",
        of(302, "clients", "dossiers", "portal", "overviews", "requests", "retention", "consent")
        | at(302, "access:ask", "access:emergency")
        | at(302, "access:asked", "access:emergency_review", "access:inbox")
        | at(404, *ASKED_BY_ANOTHER),
    ),
    # handled it, left, and still has the cookie
    "revoked": ("nobody", {}),
    # handles it, without a second step where one is demanded
    "no_factor": ("coach", at(302, *(name for name in TABLE if name not in WITHOUT_FACTOR))),
}  # fmt: skip
# Who has these roles at another bureau, there, with the ids of this one: what has an id is not there. Where the role
# alone is refused, it is refused before anything is looked for.
ELSEWHERE = {
    "directie_elsewhere": (
        "directie",
        (*READING, "dossiers:file", *DOSSIER_WRITING, *OTHER_TRAJECT, "requests:write", *ASKING),
    ),
    "administratie_elsewhere": (
        "administratie",
        (*READING, "dossiers:file", *CLIENT_WRITING, *DOSSIER_WRITING, *OTHER_TRAJECT, *ANSWERING, *HANDLING,
         "requests:write", "consent:disclose", *DISCLOSING,
         *JUDGING, *ASKING),
    ),
    "fg_elsewhere": (
        "fg",
        ("access:review_withdraw", "access:review_reopen", "retention:transfer_start", "retention:transfer_withdraw",
         *ANSWERING, *HANDLING, *JUDGING, *DISCLOSING, *ASKING_CONSENT, "consent:scan", "consent:disclosure_paper",
         "consent:handed_scan"),
    ),
}  # fmt: skip
EVERYBODY = (*PERSONAS, *MORE, *ELSEWHERE)

# -- sending -----------------------------------------------------------------------------------------------------------
# What whoever gets the page (200) is answered to an empty form: the form again, or something else; who does not get
# the page gets the same. An address that takes GET and is not here takes no POST: 405 to everybody. An address whose
# row in the table is POST takes no GET.
AGAIN = (
    "account_reauthenticate", "account_change_password", "account_reset_password", "account_reset_password_from_key",
    "account_login", "mfa_authenticate", "mfa_reauthenticate", "mfa_activate_totp", "mfa_deactivate_totp",
    "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_download_recovery_codes", "mfa_add_webauthn",
    "mfa_reauthenticate_webauthn", "mfa_remove_webauthn", "mfa_edit_webauthn", "mfa_login_webauthn",
    "platform:new_bureau", "platform:ask_support", "access:account", "access:session", "access:accept",
    "access:bureau", "access:invite", "access:person", "access:end", "access:reset_ask", "access:reset_decide",
    "access:reset_use", "access:asked", "access:ask", "access:declaration", "access:emergency",
    "access:emergency_review", "access:support_decide", "access:review_close", "access:review_line",
    "access:review_withdraw", "overviews:journal_export", "overviews:signal", "reglement:new", "reglement:adopt",
    "reglement:change",
    "clients:find_by_bsn", "clients:register", "clients:edit", "clients:bsn", "clients:contact_person_add",
    "clients:contact_person", "clients:gemachtigde_add", "clients:gemachtigde", "clients:traject_edit",
    "clients:traject_phase", "clients:traject_end", "clients:appointment_add", "clients:appointment",
    "clients:appointment_attendance", "clients:opdrachtgever_add", "clients:opdrachtgever_edit",
    "clients:contact_add", "clients:contact", "clients:contract_add", "clients:contract", "dossiers:new_stuk",
    "retention:certificate", "retention:paper",
    "retention:hold_place", "retention:hold_review", "retention:hold_lift", "retention:agree", "retention:contract",
    "requests:show_identity", "requests:extend", "requests:enter_for", "requests:letter_text", "requests:copy_hand",
    "consent:handed_payer",
    "consent:starter_ask", "consent:starter_asked", "consent:starter_entry",
    "consent:hand_on_paper", "consent:agreement_new", "consent:agreement_renew", "consent:agreement_end",
    "requests:assign", "requests:judge", "requests:decide", "requests:redact",
    "requests:second_look", "requests:carried_out",
    "retention:request", "retention:request_stuk", "portal:transfer",
    "retention:list_propose", "retention:list_approve", "retention:list_exclude",
    "dossiers:reopen", "dossiers:new_template", "dossiers:template", "dossiers:upload", "dossiers:finish",
    "consent:disclose", "consent:disclosure_edit", "consent:disclosure_stukken", "consent:disclosure_handed",
    "consent:call", "consent:fetch",
    "portal:new_statement", "requests:incident_new", "requests:ask", "requests:incident_edit", "requests:incident_told",
    "consent:information_ask", "consent:information_answer", "consent:information_later", "consent:information_close",
    "consent:optouts", "consent:export", "consent:research_new", "consent:research_decide", "consent:research_export",
    "portal:optouts", "requests:incidents_export", "consent:ask", "consent:answer", "portal:consent",
    # of no bureau, and deaf to the method
    "home", "bureau_css", "healthz", "readyz",
)  # fmt: skip
# What was asked is not decided by who asked it, and the FG decides about directie alone.
SENT_BY: dict[tuple[str, str], int] = {
    ("consent:handed_payer", "fg"): 403,  # looks along
    # who looks enters no verzet
    ("consent:optouts", "fg"): 403, ("consent:optouts", "let_in"): 403, ("consent:optouts", "emergency"): 403,
    ("retention:paper", "fg"): 404,  # within reach to look at alone
    ("access:reset_decide", "fg"): 302, ("access:reset_decide", "beheerder"): 302, ("access:review_line", "fg"): 403,
}  # fmt: skip
# Not ours: who it is comes before what it takes.
LOGIN_FIRST = ("mfa_index", "mfa_list_webauthn")
SENT: Cells = (
    at(200, *AGAIN)
    | at(302, "account_logout", "usersessions_list", "access:support_end", "clients:contact_person_remove")
    | at(302, "reglement:withdraw")
    | at(302, "clients:gemachtigde_end", "dossiers:archive", "dossiers:discard", "dossiers:withdraw")
    | at(302, "retention:list_cancel", "retention:agreement_end")
    | at(302, "requests:ask_identity", "requests:withdraw", "requests:collect")
    | at(302, "retention:transfer_start", "retention:transfer_withdraw")
    | at(302, "requests:incident_close", "requests:my_withdraw", "consent:leave")
    | at(302, "consent:disclosure_send", "consent:disclosure_take_back", "consent:starter_remove")
    | at(409, "dossiers:edit", "dossiers:release")  # of no version, or of none that was previewed
)

# -- the five reglementen ----------------------------------------------------------------------------------------------
# The table is javawest's. Without standing reach a role finds what a coach finds without the dossier: nothing.
# And of what a request asks for they hand over no copy that they may not read themselves.
NO_DIRECTIE = at(
    404,
    *READING,
    "dossiers:file",
    *DOSSIER_WRITING,
    *OTHER_TRAJECT,
    "requests:judge",
    *MARKING,
    "requests:write",
    "consent:disclose",
    "consent:call",
    "consent:disclosures_of_client",
    *PREPARING,
    *CONSENTS,
    *QUESTIONS,
    *ASKING,
    "consent:information_paper",
) | at(403, "requests:copy_file", "consent:disclosure_paper", "consent:handed_scan", *DISCLOSING)
NO_DISCLOSURE = at(404, "consent:disclosure", "consent:disclosure_paper", *DISCLOSING)
NO_ADMINISTRATIE = NO_DIRECTIE | NO_DISCLOSURE | at(404, *CLIENT_WRITING) | at(403, "requests:judge", *MARKING)
# pluspunt 2.1: dossiers on paper.
PAPER = ("retention:papers", "retention:paper")
MAY_ASK = {who: at(200, "access:ask") for who in ("coach", "stranger", "directie", "administratie", "fg", "beheerder")}
WITH_PAPER = {who: at(200, "access:ask", *PAPER) for who in ("administratie", "fg")}
# javawest 8 alone has a register of starters.
NO_STARTERS = {who: at(404, *STARTERS) for who in ("coach", "stranger")}
PRESETS: dict[str, dict[str, Cells]] = {
    "javawest": {},
    "werklokaal": NO_STARTERS,
    "werkid": NO_STARTERS | {"directie": NO_DIRECTIE, "administratie": NO_ADMINISTRATIE},
    "jmwerkt": NO_STARTERS | {"directie": NO_DIRECTIE, "administratie": NO_ADMINISTRATIE},
    "pluspunt": MAY_ASK
    | WITH_PAPER
    | {
        "coach": at(200, "access:ask", "retention:paper") | at(404, *STARTERS),
        "stranger": at(200, "access:ask") | at(404, *STARTERS),
        "directie": NO_DIRECTIE | at(200, "access:ask", *PAPER),
    },
}
# Accounts, second steps, papers and the platform know no reglement: of the other four, these, and who works there.
BY_REGLEMENT = {
    "access:inbox", "access:ask", "access:asked", "access:my_requests", "access:withdraw_asking", "access:stop_asking",
    "access:emergency", "access:emergency_review",
} | set(of(0, "clients", "dossiers", "portal", "overviews", "requests", "retention", "consent"))  # fmt: skip
OF_THE_BUREAU = ("coach", "second", "stranger", "let_in", "directie", "administratie", "fg", "client", "payer")


def expected(preset: str, name: str, who: str, method: str) -> int:
    """The status that somebody gets, said by the table and what stands above."""
    row_method, *row = TABLE[name].split()
    if method != row_method:
        return _other_method(preset, name, who, method, row_method)
    if who in ELSEWHERE:
        role, gone = ELSEWHERE[who]
        status = _cell(preset="javawest", name=name, who=role, row=row)
        return 404 if name == "bureau_logo" or name in gone or (asks_id(name) and status != 403) else status
    return _cell(preset, name, who, row)


def _cell(preset: str, name: str, who: str, row: list[str]) -> int:
    if who in PERSONAS:
        own = PRESETS[preset].get(who, {})
        return own.get(name, int(row[PERSONAS.index(who)]))
    like, cells = MORE[who]
    # An unsigned hand that sends is told so on the spot.
    status = cells.get(name, _cell(preset, name, like, row))
    return 403 if who == "unsigned" and status == 302 and TABLE[name].startswith("POST") else status


def _other_method(preset: str, name: str, who: str, method: str, row_method: str) -> int:
    if who == "no_factor" and name not in WITHOUT_FACTOR:
        return 302
    if name in LOGIN_FIRST and who in ("nobody", "revoked"):
        return 302
    if method == "POST" and name in SENT:
        status = expected(preset, name, who, row_method)
        if who == "unsigned" and name in MORE["unsigned"][1] and status == 302:
            return 403
        return SENT_BY.get((name, who), SENT[name]) if status == 200 else status
    if who == "unsigned" and name in MORE["unsigned"][1] and MORE["unsigned"][1][name] == 302:
        return 403 if method == "POST" else 302
    return 405


# -- what lists and searches show --------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Finds:
    """An address that answers more people than may see Vera's dossier: in whose answer it is to be found.

    `standing` names the roles that are among them where the reglement lets them read without asking.
    """

    what: str
    path: str
    mark: str
    who: str
    standing: str = "directie administratie"

    def finders(self, preset: str) -> set[str]:
        reads = {role for role in self.standing.split() if READING[0] not in PRESETS[preset].get(role, {})}
        return set(self.who.split()) | reads


COACHES = "coach second let_in emergency"
FINDS = (
    Finds("the list of clients", "/clienten/", "/clienten/{client}/", COACHES),
    Finds("a search by name", "/clienten/?q={name}", "/clienten/{client}/", COACHES),
    Finds("a search by number", "/clienten/?q={number}", "/clienten/{client}/", COACHES),
    Finds("the list of trajecten", "/trajecten/?staat=alle", "/trajecten/{traject}/", COACHES),
    Finds("what waits for a decision", "/goedkeuringen/", "{number}", "directie fg", standing=""),
    Finds("what somebody asked", "/inzage/", "{number}", "stranger", standing=""),
    Finds("the log of the bureau", "/logboek/", "{number}", "directie fg", standing=""),
    Finds("the client's own dossier", "/mijn/dossier/", "/mijn/stukken/{stuk}/", "client gemachtigde", standing=""),
    Finds("what is new for the client", "/mijn/", "/mijn/stukken/{stuk}/", "client gemachtigde", standing=""),
    Finds("the trajecten of the opdrachtgever", "/opdracht/", "/opdracht/{traject}/", "payer", standing=""),
    Finds("a search of the opdrachtgever", "/opdracht/?q={name}", "/opdracht/{traject}/", "payer", standing=""),
)
