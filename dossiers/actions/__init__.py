"""Every write of this app. Each journals in its own transaction."""

from dossiers.actions.documents import FilesRefused, add_document
from dossiers.actions.drafts import Conflict, discard_draft, find_draft, save_draft
from dossiers.actions.following import follow_dossiers, sync_grants, take_back_releases
from dossiers.actions.opening import archive_dossier, close_dossier, open_dossier, reopen_dossier
from dossiers.actions.read_marks import mark_read
from dossiers.actions.releases import (
    check_release,
    end_barred_release,
    end_barred_releases,
    living_release,
    may_release,
    release,
    withdraw_release,
)
from dossiers.actions.runs import begin_run, fail_run, leave_run, step_run, take_run
from dossiers.actions.shielding import shield
from dossiers.actions.statements import add_statement
from dossiers.actions.stukken import aanvullen, start_aanvulling, start_stuk, vaststellen
from dossiers.actions.templates import make_default_templates, save_template, switch_template

__all__ = [
    "Conflict",
    "FilesRefused",
    "aanvullen",
    "add_document",
    "add_statement",
    "archive_dossier",
    "begin_run",
    "check_release",
    "close_dossier",
    "discard_draft",
    "end_barred_release",
    "end_barred_releases",
    "fail_run",
    "find_draft",
    "follow_dossiers",
    "leave_run",
    "living_release",
    "make_default_templates",
    "mark_read",
    "may_release",
    "open_dossier",
    "release",
    "reopen_dossier",
    "save_draft",
    "save_template",
    "shield",
    "start_aanvulling",
    "start_stuk",
    "step_run",
    "switch_template",
    "sync_grants",
    "take_back_releases",
    "take_run",
    "vaststellen",
    "withdraw_release",
]
