"""What a client asks, how it is answered and by when, and what is sent about it."""

from requests.models.answers import Bundle, Letter, LetterTemplate
from requests.models.handling import FollowUp, Judgement, Verdict
from requests.models.incidents import Incident
from requests.models.marks import Mark
from requests.models.verzoek import (
    ANSWERED,
    GRANTING,
    LIVING,
    RUNNING,
    Change,
    Channel,
    Decision,
    Identity,
    Kind,
    Pause,
    Reminder,
    State,
    Step,
    Verzoek,
)

__all__ = [
    "ANSWERED",
    "GRANTING",
    "LIVING",
    "RUNNING",
    "Bundle",
    "Change",
    "Channel",
    "Decision",
    "FollowUp",
    "Identity",
    "Incident",
    "Judgement",
    "Kind",
    "Letter",
    "LetterTemplate",
    "Mark",
    "Pause",
    "Reminder",
    "State",
    "Step",
    "Verdict",
    "Verzoek",
]
