"""Forms of clients, trajecten and opdrachtgevers; each refuses in plain Dutch, beside the field."""

from clients.forms.opdrachtgevers import ContactForm, ContractForm, OpdrachtgeverForm
from clients.forms.people import ClientForm, ContactPersonForm, FindByBSNForm, GemachtigdeForm, RevealForm
from clients.forms.registration import AgreementsForm, DoubleForm, OrderForm, WhoForm
from clients.forms.trajecten import AppointmentForm, AttendanceForm, EndForm, PhaseForm, TrajectFilter, TrajectForm

__all__ = [
    "AgreementsForm",
    "AppointmentForm",
    "AttendanceForm",
    "ClientForm",
    "ContactForm",
    "ContactPersonForm",
    "ContractForm",
    "DoubleForm",
    "EndForm",
    "FindByBSNForm",
    "GemachtigdeForm",
    "OpdrachtgeverForm",
    "OrderForm",
    "PhaseForm",
    "RevealForm",
    "TrajectFilter",
    "TrajectForm",
    "WhoForm",
]
