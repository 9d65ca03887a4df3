from __future__ import annotations

from django.urls import path

from clients.views import appointments, opdrachtgevers, people, registration, trajecten

app_name = "clients"
ONE, ORDER, PAYER = (
    "clienten/<uuid:client_id>/",
    "trajecten/<uuid:traject_id>/",
    "opdrachtgevers/<uuid:opdrachtgever_id>/",
)
MEETING = f"{ORDER}afspraken/<uuid:appointment_id>/"
urlpatterns = [
    path("clienten/", people.clients, name="list"),
    path("clienten/zoeken-op-bsn/", people.find_by_bsn, name="find_by_bsn"),
    path("clienten/aanmelden/", registration.register, name="register"),
    path(ONE, people.client, name="detail"),
    path(f"{ONE}wijzigen/", people.edit_client, name="edit"),
    path(f"{ONE}bsn/", people.bsn, name="bsn"),
    path(f"{ONE}uitnodigen/", people.invite, name="invite"),
    path(f"{ONE}contactpersonen/nieuw/", people.contact_person, name="contact_person_add"),
    path(f"{ONE}contactpersonen/<uuid:person_id>/", people.contact_person, name="contact_person"),
    path(
        f"{ONE}contactpersonen/<uuid:person_id>/verwijderen/",
        people.remove_contact_person,
        name="contact_person_remove",
    ),
    path(f"{ONE}gemachtigden/nieuw/", people.gemachtigde, name="gemachtigde_add"),
    path(f"{ONE}gemachtigden/<uuid:gemachtigde_id>/", people.gemachtigde, name="gemachtigde"),
    path(f"{ONE}gemachtigden/<uuid:gemachtigde_id>/intrekken/", people.end_gemachtigde, name="gemachtigde_end"),
    path(f"{ONE}gemachtigden/<uuid:gemachtigde_id>/uitnodigen/", people.invite_gemachtigde, name="gemachtigde_invite"),
    path("trajecten/", trajecten.trajecten, name="trajecten"),
    path(ORDER, trajecten.traject, name="traject"),
    path(f"{ORDER}wijzigen/", trajecten.edit_traject, name="traject_edit"),
    path(f"{ORDER}fase/", trajecten.phase, name="traject_phase"),
    path(f"{ORDER}einde/", trajecten.end, name="traject_end"),
    path(f"{ORDER}afspraken/nieuw/", appointments.plan, name="appointment_add"),
    path(MEETING, appointments.change, name="appointment"),
    path(f"{MEETING}opkomst/", appointments.attendance, name="appointment_attendance"),
    path(f"{MEETING}vervallen/", appointments.cancel, name="appointment_cancel"),
    path("opdrachtgevers/", opdrachtgevers.opdrachtgevers, name="opdrachtgevers"),
    path("opdrachtgevers/nieuw/", opdrachtgevers.edit_opdrachtgever, name="opdrachtgever_add"),
    path(PAYER, opdrachtgevers.opdrachtgever, name="opdrachtgever"),
    path(f"{PAYER}wijzigen/", opdrachtgevers.edit_opdrachtgever, name="opdrachtgever_edit"),
    path(f"{PAYER}contacten/nieuw/", opdrachtgevers.contact, name="contact_add"),
    path(f"{PAYER}contacten/<uuid:contact_id>/", opdrachtgevers.contact, name="contact"),
    path(f"{PAYER}contacten/<uuid:contact_id>/uitnodigen/", opdrachtgevers.invite_contact, name="contact_invite"),
    path(f"{PAYER}contracten/nieuw/", opdrachtgevers.contract, name="contract_add"),
    path(f"{PAYER}contracten/<uuid:contract_id>/", opdrachtgevers.contract, name="contract"),
]
