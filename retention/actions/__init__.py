"""Every write of this app. Each is atomic, asks who may, and journals in its own transaction.

From here are called what moves the date of a dossier (agreements, holds, due dates) and the mails about it. A list, its
execution, its proof, paper and transfers have a module each, and are called by its name: `actions.lists.propose`.
"""

from retention.actions.agreements import agree_term, agreed_now, end_agreement
from retention.actions.digest import send_digest
from retention.actions.due_dates import refresh_due_dates, refresh_whole_bureau
from retention.actions.holds import lift_hold, place_hold, remind_holds, review_hold

__all__ = [
    "agree_term",
    "agreed_now",
    "end_agreement",
    "lift_hold",
    "place_hold",
    "refresh_due_dates",
    "refresh_whole_bureau",
    "remind_holds",
    "review_hold",
    "send_digest",
]
