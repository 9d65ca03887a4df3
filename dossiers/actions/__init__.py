"""Every write of this app. Each journals in its own transaction."""

from dossiers.actions.documents import FilesRefused, add_document
from dossiers.actions.drafts import Conflict, discard_draft, find_draft, save_draft
from dossiers.actions.opening import archive_dossier, open_dossier, reopen_dossier, sync_grants
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
    "check_release",
    "discard_draft",
    "end_barred_release",
    "end_barred_releases",
    "find_draft",
    "living_release",
    "make_default_templates",
    "mark_read",
    "may_release",
    "open_dossier",
    "release",
    "reopen_dossier",
    "save_draft",
    "save_template",
    "start_aanvulling",
    "start_stuk",
    "switch_template",
    "sync_grants",
    "vaststellen",
    "withdraw_release",
]
