"""Every write of this app. Each is atomic, asks who may, and journals in its own transaction."""

from clients.actions.accounts import account_state, invite_client, invite_contact, invite_gemachtigde
from clients.actions.appointments import (
    appointments_without_verslag,
    cancel_appointment,
    change_appointment,
    plan_appointment,
    record_attendance,
)
from clients.actions.bsn import reveal_bsn
from clients.actions.opdrachtgevers import save_contact, save_contract, save_opdrachtgever
from clients.actions.people import (
    change_client,
    remove_contact_person,
    remove_gemachtigde,
    save_contact_person,
    save_gemachtigde,
)
from clients.actions.registration import NewTraject, Person, register_client_and_traject
from clients.actions.trajecten import change_traject, correct_end, end_traject, note_transfer_received, set_phase

__all__ = [
    "NewTraject",
    "Person",
    "account_state",
    "appointments_without_verslag",
    "cancel_appointment",
    "change_appointment",
    "change_client",
    "change_traject",
    "correct_end",
    "end_traject",
    "invite_client",
    "invite_contact",
    "invite_gemachtigde",
    "note_transfer_received",
    "plan_appointment",
    "record_attendance",
    "register_client_and_traject",
    "remove_contact_person",
    "remove_gemachtigde",
    "reveal_bsn",
    "save_contact",
    "save_contact_person",
    "save_contract",
    "save_gemachtigde",
    "save_opdrachtgever",
    "set_phase",
]
