"""Clients, who pays for them, and the trajecten in between."""

from __future__ import annotations

from typing import ClassVar

from django.apps import apps
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now

from access.models import User
from access.reach import behind_visible
from bureaus.schema import StukKind
from bureaus.tenancy import TenantManager, TenantModel, TenantQuerySet
from bureaus.words import word
from clients.rules import display_name, fold, listed_name, sort_name
from vault.fields import SealedTextField


class ClientQuerySet(TenantQuerySet["Client"]):
    def visible_to(self, user: User) -> ClientQuerySet:
        """Clients of whom this person may see at least one dossier."""
        return self.filter(behind_visible(user, what="client_id"))

    def search(self, text: str) -> ClientQuerySet:
        """Every word typed is found somewhere in the name, accents and case aside."""
        found = self
        for part in fold(text).split():
            found = found.filter(search_name__contains=part)
        return found


class Client(TenantModel):
    """The person the traject is for. The name is in parts, because Dutch names sort on the achternaam."""

    initials = models.CharField("voorletters", max_length=20, blank=True)
    first_name = models.CharField("voornaam", max_length=80, blank=True)
    tussenvoegsel = models.CharField("tussenvoegsel", max_length=30, blank=True)
    last_name = models.CharField("achternaam", max_length=120)
    # Stored, because the embedded server has no ICU to sort or fold with.
    sort_name = models.CharField(max_length=250, editable=False)
    search_name = models.CharField(max_length=250, editable=False)
    birth_date = models.DateField("geboortedatum", null=True, blank=True)
    bsn = SealedTextField(subject="id", null=True, blank=True)
    bsn_index = models.BinaryField(max_length=32, null=True, editable=False)
    email = models.EmailField("e-mailadres", blank=True)
    phone = models.CharField("telefoon", max_length=30, blank=True)
    street = models.CharField("straat en huisnummer", max_length=150, blank=True)
    postcode = models.CharField("postcode", max_length=10, blank=True)
    city = models.CharField("plaats", max_length=80, blank=True)
    language = models.CharField("taal", max_length=60, blank=True, help_text="Als Nederlands lezen lastig is.")
    membership = models.OneToOneField(
        "access.Membership", null=True, blank=True, on_delete=models.SET_NULL, related_name="client"
    )
    created_at = models.DateTimeField(db_default=Now())

    objects: ClassVar[TenantManager] = TenantManager.of(ClientQuerySet)

    class Meta(TenantModel.Meta):
        ordering = ("sort_name", "id")
        constraints = (
            models.UniqueConstraint("bureau", "bsn_index", name="clients_client_bsn_once"),
            models.CheckConstraint(condition=~Q(last_name=""), name="clients_client_has_name"),
        )
        indexes = (models.Index(fields=("bureau", "sort_name"), name="clients_client_sort"),)

    def __str__(self) -> str:
        return display_name(self.first_name or self.initials, self.tussenvoegsel, self.last_name)

    @property
    def listed_name(self) -> str:
        """`Berg, Jan van den`: as it stands in a list that sorts on the achternaam."""
        return listed_name(self.first_name or self.initials, self.tussenvoegsel, self.last_name)

    def save(self, *args: object, **kwargs: object) -> None:
        self.set_names()
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def set_names(self) -> None:
        """Fill the stored names that sorting and searching use; a bulk insert calls this itself."""
        # Folding may lengthen a name (one sign can be a word in Unicode), hence the cut.
        self.sort_name = sort_name(self.first_name or self.initials, self.tussenvoegsel, self.last_name)[:250]
        self.search_name = fold(f"{self.first_name} {self.initials} {self.tussenvoegsel} {self.last_name}")[:250]


class ContactPerson(TenantModel):
    """Someone around the client; has no dossier of their own (pluspunt 3.3)."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="contact_persons")
    name = models.CharField("naam", max_length=120)
    relation = models.CharField("relatie", max_length=80)
    phone = models.CharField("telefoon", max_length=30, blank=True)
    email = models.EmailField("e-mailadres", blank=True)
    # pluspunt 3.3: left out of the client's copy unless the client gave it.
    given_by_client = models.BooleanField("door de cliënt zelf opgegeven", default=False)

    class Meta(TenantModel.Meta):
        ordering = ("name",)
        indexes = (models.Index(fields=("bureau", "client"), name="clients_contact_client"),)


class Gemachtigde(TenantModel):
    """Acts for the client, in so far and as long as the machtiging says."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="gemachtigden")
    name = models.CharField("naam", max_length=120)
    scope = models.CharField("waarvoor", max_length=200)
    email = models.EmailField("e-mailadres", blank=True)
    phone = models.CharField("telefoon", max_length=30, blank=True)
    valid_from = models.DateField("vanaf")
    valid_until = models.DateField("tot en met", null=True, blank=True)
    membership = models.ForeignKey(
        "access.Membership", null=True, blank=True, on_delete=models.SET_NULL, related_name="machtigingen"
    )

    class Meta(TenantModel.Meta):
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")), name="clients_gemachtigde_period"
            ),
        )
        indexes = (models.Index(fields=("bureau", "client"), name="clients_gemachtigde_client"),)


class OpdrachtgeverKind(models.TextChoices):
    UWV = "uwv", "UWV"
    GEMEENTE = "gemeente", "gemeente"
    VERZEKERAAR = "verzekeraar", "verzekeraar"
    WERKGEVER = "werkgever", "werkgever"
    PARTICULIER = "particulier", "particulier"


class OpdrachtgeverQuerySet(TenantQuerySet["Opdrachtgever"]):
    def known_to(self, user: User) -> OpdrachtgeverQuerySet:
        """Organisations are of the whole bureau. A particulier is a person, often the client: known to whoever
        reaches a dossier that they pay for (werkid 4)."""
        reached = behind_visible(user, what="traject__opdrachtgever_id")
        return self.filter(~Q(kind=OpdrachtgeverKind.PARTICULIER) | reached)


class Opdrachtgever(TenantModel):
    """Who pays for a traject."""

    kind = models.CharField("soort", max_length=20, choices=OpdrachtgeverKind.choices)
    name = models.CharField("naam", max_length=150)
    sort_name = models.CharField(max_length=150, editable=False)
    kvk = models.CharField("KvK-nummer", max_length=8, blank=True)
    street = models.CharField("straat en huisnummer", max_length=150, blank=True)
    postcode = models.CharField("postcode", max_length=10, blank=True)
    city = models.CharField("plaats", max_length=80, blank=True)

    objects: ClassVar[TenantManager] = TenantManager.of(OpdrachtgeverQuerySet)

    class Meta(TenantModel.Meta):
        ordering = ("sort_name", "id")
        constraints = (
            # Two people may have one name, and a refusal would tell that the other is known here.
            models.UniqueConstraint(
                fields=("bureau", "kind", "name"),
                condition=~Q(kind="particulier"),
                name="clients_opdrachtgever_once",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.sort_name = fold(self.name)[:150]
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class OpdrachtgeverContact(TenantModel):
    """A person at the opdrachtgever; with an account they follow the trajecten that name them."""

    opdrachtgever = models.ForeignKey(Opdrachtgever, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField("naam", max_length=120)
    function = models.CharField("functie", max_length=120, blank=True)
    email = models.EmailField("e-mailadres", blank=True)
    phone = models.CharField("telefoon", max_length=30, blank=True)
    membership = models.OneToOneField(
        "access.Membership", null=True, blank=True, on_delete=models.SET_NULL, related_name="opdrachtgever_contact"
    )

    class Meta(TenantModel.Meta):
        ordering = ("name",)
        indexes = (models.Index(fields=("bureau", "opdrachtgever"), name="clients_ogcontact_og"),)

    def __str__(self) -> str:
        return self.name


class Contract(TenantModel):
    """The agreement with an opdrachtgever under which trajecten run (its end is a trigger: jmwerkt 8.1.2)."""

    opdrachtgever = models.ForeignKey(Opdrachtgever, on_delete=models.PROTECT, related_name="contracts")
    number = models.CharField("contractnummer", max_length=60)
    starts_on = models.DateField("begin")
    ends_on = models.DateField("einde", null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ("-starts_on",)
        constraints = (
            models.UniqueConstraint("bureau", "opdrachtgever", "number", name="clients_contract_once"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="clients_contract_period"
            ),
        )

    def __str__(self) -> str:
        return self.number


class Phase(models.TextChoices):
    REGISTERED = "aangemeld", "aangemeld"
    INTAKE = "intake", "intake"
    PLAN = "plan", "plan van aanpak"
    COACHING = "begeleiding", "begeleiding"
    PLACEMENT = "plaatsing", "plaatsing"
    AFTERCARE = "nazorg", "nazorg"
    ENDED = "beeindigd", "beëindigd"


class EndReason(models.TextChoices):
    GOAL = "doel", "doel bereikt"
    TERM = "termijn", "afgesproken duur voorbij"
    CLIENT = "client", "op verzoek van de cliënt"
    OPDRACHTGEVER = "opdrachtgever", "op verzoek van de opdrachtgever"
    ILLNESS = "uitval", "langdurige uitval"
    OTHER = "anders", "anders"


def end_reasons() -> list[tuple[str, str]]:
    """Why a traject may end, in the bureau's own words."""
    own = {
        EndReason.CLIENT: f"op verzoek van {word('client', article=True)}",
        EndReason.OPDRACHTGEVER: f"op verzoek van {word('opdrachtgever', article=True)}",
    }
    return [(one.value, own.get(one, str(one.label))) for one in EndReason]


def change_reasons() -> list[tuple[str, str]]:
    """Why what was agreed changes. A list, no words of one's own: it stays in the log when the dossier is gone."""
    payer, client, coach = word("opdrachtgever", article=True), word("client", article=True), word("coach")
    said = (
        f"andere {coach}", f"andere afspraak met {payer}", f"op verzoek van {client}", "verlenging",
        "afwezigheid of vertrek van een medewerker", "verbetering van een fout",
    )  # fmt: skip
    return [(one, one) for one in said]


def bsn_reasons() -> list[tuple[str, str]]:
    """What the whole number may be needed for; a list, for the same reason."""
    payer, client = word("opdrachtgever", article=True), word("client", article=True)
    said = (
        f"formulier van {payer}", "formulier van UWV of gemeente", "contact over een uitkering",
        "aanvraag van een voorziening", "controle van de gegevens", f"op verzoek van {client}",
    )  # fmt: skip
    return [(one, one) for one in said]


class Result(models.TextChoices):
    JOB = "werk", "betaald werk"
    SELF_EMPLOYED = "zelfstandig", "eigen bedrijf"
    TRAINING = "scholing", "opleiding"
    VOLUNTEER = "vrijwillig", "vrijwilligerswerk"
    KEPT = "behoud", "behoud van werk"
    READY = "werkfit", "klaar om te werken"
    NONE = "geen", "geen resultaat"


class TrajectQuerySet(TenantQuerySet["Traject"]):
    def visible_to(self, user: User) -> TrajectQuerySet:
        """Trajecten whose dossier this person may see."""
        return self.filter(behind_visible(user, what="traject_id"))

    def running(self) -> TrajectQuerySet:
        return self.exclude(phase=Phase.ENDED)


class Traject(TenantModel):
    """One assignment for one client. Its dossier has the same life; the four trigger dates are stored here."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="trajecten")
    opdrachtgever = models.ForeignKey(Opdrachtgever, on_delete=models.PROTECT, related_name="trajecten")
    contact = models.ForeignKey(
        OpdrachtgeverContact, null=True, blank=True, on_delete=models.SET_NULL, related_name="trajecten"
    )
    contract = models.ForeignKey(Contract, null=True, blank=True, on_delete=models.PROTECT, related_name="trajecten")
    kind = models.CharField("soort traject", max_length=40, help_text="Uit de lijst van het reglement.")
    ordernummer = models.CharField("ordernummer", max_length=60, blank=True)
    handler = models.ForeignKey("access.Membership", on_delete=models.PROTECT, related_name="trajecten")
    second_coach = models.ForeignKey(
        "access.Membership", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    registered_on = models.DateField("aangemeld op")
    agreed_start = models.DateField("afgesproken begin", null=True, blank=True)
    planned_end = models.DateField("gepland einde", null=True, blank=True)
    hours_granted = models.DecimalField("toegekende uren", max_digits=6, decimal_places=2, null=True, blank=True)
    phase = models.CharField("fase", max_length=20, choices=Phase.choices, default=Phase.REGISTERED)
    end_reason = models.CharField("reden van einde", max_length=20, choices=EndReason.choices, blank=True)
    result = models.CharField("resultaat", max_length=20, choices=Result.choices, blank=True)
    # pluspunt 3.4: the opdrachtgever states that the client agreed to the sharing.
    consent_stated = models.BooleanField("opdrachtgever verklaart toestemming", default=False)
    # The four trigger dates of DOMAIN 3; transfer_received is the opdrachtgever's receipt (werklokaal 7).
    traject_ended_on = models.DateField("traject beëindigd op", null=True, blank=True)
    service_closed_on = models.DateField("dienstverlening afgesloten op", null=True, blank=True)
    contract_ended_on = models.DateField("overeenkomst beëindigd op", null=True, blank=True)
    transfer_received_on = models.DateField("overdracht ontvangen op", null=True, blank=True)

    objects: ClassVar[TenantManager] = TenantManager.of(TrajectQuerySet)

    class Meta(TenantModel.Meta):
        ordering = ("-registered_on", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(planned_end=None) | Q(agreed_start=None) | Q(planned_end__gte=F("agreed_start")),
                name="clients_traject_period",
            ),
            models.CheckConstraint(
                condition=~Q(phase="beeindigd") | (~Q(end_reason="") & Q(traject_ended_on__isnull=False)),
                name="clients_traject_end_known",
            ),
            models.CheckConstraint(
                condition=Q(hours_granted=None) | Q(hours_granted__gte=0), name="clients_traject_hours"
            ),
        )
        indexes = (
            models.Index(fields=("bureau", "client"), name="clients_traject_client"),
            models.Index(fields=("bureau", "opdrachtgever"), name="clients_traject_og"),
            models.Index(fields=("bureau", "handler", "phase"), name="clients_traject_handler"),
        )

    @property
    def is_running(self) -> bool:
        return self.phase != Phase.ENDED

    @property
    def end_reason_text(self) -> str:
        return dict(end_reasons()).get(self.end_reason, "")


class TrajectPhase(TenantModel):
    """One phase of a traject, planned and real; the doorlooptijd is the days between (pluspunt 2.2)."""

    traject = models.ForeignKey(Traject, on_delete=models.CASCADE, related_name="phases")
    phase = models.CharField(max_length=20, choices=Phase.choices)
    order = models.PositiveSmallIntegerField()
    planned_start = models.DateField(null=True, blank=True)
    planned_end = models.DateField(null=True, blank=True)
    started_on = models.DateField(null=True, blank=True)
    finished_on = models.DateField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ("order",)
        constraints = (
            models.UniqueConstraint("bureau", "traject", "phase", name="clients_phase_once"),
            models.CheckConstraint(
                condition=Q(finished_on=None) | Q(started_on=None) | Q(finished_on__gte=F("started_on")),
                name="clients_phase_period",
            ),
        )


class AppointmentKind(models.TextChoices):
    INTAKE = "intake", "intakegesprek"
    TALK = "gesprek", "gesprek"
    PHONE = "telefoon", "telefonisch gesprek"
    VISIT = "bedrijfsbezoek", "bedrijfsbezoek"
    EVALUATION = "evaluatie", "evaluatie"
    WORKSHOP = "workshop", "workshop of training"
    INZAGE = "inzage", "inzage in het dossier"


class Attendance(models.TextChoices):
    PLANNED = "gepland", "gepland"
    PRESENT = "aanwezig", "aanwezig"
    EXCUSED = "afgemeld", "afgemeld"
    ABSENT = "afwezig", "niet verschenen"
    CANCELLED = "vervallen", "vervallen"


class AppointmentQuerySet(TenantQuerySet["Appointment"]):
    def visible_to(self, user: User) -> AppointmentQuerySet:
        return self.filter(behind_visible(user, what="traject_id", outer="traject_id"))

    def without_verslag(self) -> AppointmentQuerySet:
        """Held, and no stuk of it that was vastgesteld. Looking into the dossier asks for none (javawest 4.2a)."""
        stukken = apps.get_model("dossiers", "Stuk").objects.filter(appointment_id=OuterRef("pk"))
        written = stukken.exclude(state="concept").exclude(kind=StukKind.WERKAANTEKENING)
        held = self.filter(attendance=Attendance.PRESENT).exclude(kind=AppointmentKind.INZAGE)
        return held.filter(~Exists(written))


class Appointment(TenantModel):
    """A formal contact. One that was held wants a verslag (javawest 4.2a)."""

    traject = models.ForeignKey(Traject, on_delete=models.CASCADE, related_name="appointments")
    kind = models.CharField("soort", max_length=20, choices=AppointmentKind.choices)
    starts_at = models.DateTimeField("begin")
    minutes = models.PositiveSmallIntegerField("duur in minuten", default=60)
    place = models.CharField("plaats", max_length=120, blank=True)
    coach = models.ForeignKey("access.Membership", on_delete=models.PROTECT, related_name="appointments")
    attendance = models.CharField("opkomst", max_length=20, choices=Attendance.choices, default=Attendance.PLANNED)
    # Hours that count for the order, travel left out.
    hours = models.DecimalField("uren", max_digits=5, decimal_places=2, null=True, blank=True)
    # javawest 6.2: at an inzage, who was there.
    present_names = models.CharField("wie waren erbij", max_length=300, blank=True)

    objects: ClassVar[TenantManager] = TenantManager.of(AppointmentQuerySet)

    class Meta(TenantModel.Meta):
        ordering = ("-starts_at",)
        indexes = (
            models.Index(fields=("bureau", "traject", "starts_at"), name="clients_appt_traject"),
            models.Index(fields=("bureau", "coach", "starts_at"), name="clients_appt_coach"),
        )
