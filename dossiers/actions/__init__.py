"""Every write of this app. Each journals in its own transaction."""

from dossiers.actions.drafts import Conflict, discard_draft, find_draft, save_draft
from dossiers.actions.opening import archive_dossier, open_dossier, reopen_dossier, sync_grants
from dossiers.actions.read_marks import mark_read
from dossiers.actions.statements import add_statement
from dossiers.actions.stukken import aanvullen, start_aanvulling, start_stuk, vaststellen
from dossiers.actions.templates import make_default_templates, save_template, switch_template

__all__ = [
    "Conflict",
    "aanvullen",
    "add_statement",
    "archive_dossier",
    "discard_draft",
    "find_draft",
    "make_default_templates",
    "mark_read",
    "open_dossier",
    "reopen_dossier",
    "save_draft",
    "save_template",
    "start_aanvulling",
    "start_stuk",
    "switch_template",
    "sync_grants",
    "vaststellen",
]
