"""A request of a client: what was asked, by when it is answered, and what happened with it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Now

from bureaus.tenancy import TenantManager, TenantModel, TenantQuerySet
from vault.fields import SealedTextField


class Kind(models.TextChoices):
    INZAGE = "inzage", "inzage"
    AFSCHRIFT = "afschrift", "afschrift"
    CORRECTIE = "correctie", "correctie"
    VERNIETIGING = "vernietiging", "vernietiging"
    OVERDRACHT = "overdracht", "overdraagbaarheid"
    BEPERKING = "beperking", "beperking"
    BEZWAAR = "bezwaar", "bezwaar"
    KLACHT = "klacht", "klacht"


class Change(models.TextChoices):
    """What a correctie asks (werkid 11.1, pluspunt 4.3, AVG 16)."""

    IMPROVE = "verbeteren", "verbeteren"
    ADD = "aanvullen", "aanvullen"
    DELETE = "verwijderen", "verwijderen"
    SHIELD = "afschermen", "afschermen"


class Channel(models.TextChoices):
    PORTAL = "portaal", "in het portaal"
    LETTER = "brief", "per brief"
    MAIL = "mail", "per e-mail"
    DESK = "balie", "aan de balie"
    # No information is given by telephone (pluspunt 4.1): that somebody called and asked is the request.
    PHONE = "telefoon", "na een geweigerd telefoongesprek"


class Identity(models.TextChoices):
    """How it was shown that they are who they say, or may ask for them (jmwerkt 5.1.3). Never a copy or a number."""

    PORTAL = "portaal", "ingelogd met een tweede stap"
    SEEN = "gezien", "identiteitsbewijs gezien"
    KNOWN = "bekend", "persoonlijk bekend bij wie het aannam"
    MANDATE = "machtiging", "machtiging en identiteitsbewijs gezien"
    SKIPPED = "overgeslagen", "overgeslagen, met reden"


class State(models.TextChoices):
    OPEN = "open", "in behandeling"
    SECOND_LOOK = "tweede_blik", "ligt bij de directie"
    DECIDED = "besloten", "besloten, wordt uitgevoerd"
    CLOSED = "afgesloten", "afgesloten"
    WITHDRAWN = "ingetrokken", "ingetrokken"
    JOINED = "samengevoegd", "samengevoegd"


class Decision(models.TextChoices):
    GRANTED = "toegewezen", "toegewezen"
    PARTLY = "deels", "deels toegewezen"
    REFUSED = "afgewezen", "afgewezen"
    # Of a complaint.
    FOUNDED = "gegrond", "gegrond"
    PARTLY_FOUNDED = "deels_gegrond", "deels gegrond"
    UNFOUNDED = "ongegrond", "ongegrond"
    INADMISSIBLE = "niet_ontvankelijk", "niet in behandeling genomen"


# Not answered yet: a clock runs.
LIVING = (State.OPEN, State.SECOND_LOOK)
ANSWERED = (State.DECIDED, State.CLOSED)
# Something is still to be done: answered, or carried out.
RUNNING = (*LIVING, State.DECIDED)
# What was asked is given, whole or in part.
GRANTING = (Decision.GRANTED, Decision.PARTLY)


class VerzoekQuerySet(TenantQuerySet["Verzoek"]):
    def living(self) -> VerzoekQuerySet:
        """Those of which the clock runs or stands still: not decided, withdrawn or joined."""
        return self.filter(state__in=LIVING)

    def watched(self) -> VerzoekQuerySet:
        """Those with a last day to come: to answer, or once that is yes to carry it out (werkid 14)."""
        done = Step.objects.filter(verzoek_id=OuterRef("pk"), kind=Step.Kind.EXECUTED)
        undone = Q(~Exists(done), state=State.DECIDED, ends_done=True, decision__in=GRANTING)
        return self.filter(Q(state__in=LIVING) | undone)

    def with_pause(self) -> VerzoekQuerySet:
        """With `paused_on`: since when the clock stands still, None while it runs."""
        pause = Pause.objects.filter(verzoek_id=OuterRef("pk"), ended_on=None).values("began_on")
        return self.annotate(paused_on=Subquery(pause[:1]))


class Verzoek(TenantModel):
    """What a client asks of the bureau under the AVG or the reglement, a complaint included.

    It goes with the dossier that it is about, or with the client where it is about all of them. Its words are sealed
    under the client's key. The terms are those of the day of receipt and stay so: a later reglement moves nothing.
    """

    number = models.CharField("ontvangstnummer", max_length=20)  # V2026-0007: per bureau and year, without gaps
    kind = models.CharField("soort", max_length=12, choices=Kind.choices)
    change = models.CharField("wat er moet gebeuren", max_length=12, choices=Change.choices, blank=True)
    channel = models.CharField("hoe het binnenkwam", max_length=10, choices=Channel.choices)
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="verzoeken")
    dossier = models.ForeignKey(
        "dossiers.Dossier", null=True, blank=True, on_delete=models.PROTECT, related_name="verzoeken"
    )
    # Without a foreign key: the request about a stuk that was deleted outlives it.
    stuk_id = models.UUIDField(null=True, blank=True)
    asked_by = models.ForeignKey(  # the client or a gemachtigde, in the portal
        "access.Membership", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    words = SealedTextField(subject="client_id")
    # What the text of the stuk should be (werkid 11.1: the request holds the changes asked).
    proposed = SealedTextField(subject="client_id", null=True, blank=True)
    # About whom a complaint is; that person can't handle it.
    about_member = models.ForeignKey(
        "access.Membership", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    received_on = models.DateField("ontvangen op")
    entered_by_name = models.CharField(max_length=120)
    entered_at = models.DateTimeField(db_default=Now())
    # The letter itself, scanned: a sealed file under the client's key.
    scan_file = models.CharField(max_length=120, blank=True)
    scan_name = models.CharField(max_length=255, blank=True)
    scan_size = models.PositiveBigIntegerField(default=0)

    identity = models.CharField(max_length=14, choices=Identity.choices, blank=True)
    identity_reason = SealedTextField(subject="client_id", null=True, blank=True)  # only where it was skipped
    identity_by_name = models.CharField(max_length=120, blank=True)
    identity_at = models.DateTimeField(null=True, blank=True)

    # The clocks, as they were at receipt; `due_on` is what binds now, pauses and extension counted in.
    acknowledge_by = models.DateField()
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    term = models.CharField("term of the reglement, ISO 8601", max_length=20, blank=True)
    article = models.CharField(max_length=60, blank=True)
    ends_done = models.BooleanField("by the day it is carried out, not just decided", default=False)
    term_due_on = models.DateField(null=True, blank=True)
    month_due_on = models.DateField("AVG 12.3", null=True, blank=True)
    due_on = models.DateField()
    paused_days = models.PositiveIntegerField(default=0)
    extended_on = models.DateField(null=True, blank=True)
    extension_reason = SealedTextField(subject="client_id", null=True, blank=True)

    handler = models.ForeignKey("access.Membership", null=True, on_delete=models.PROTECT, related_name="verzoeken")
    decision = models.CharField(max_length=18, choices=Decision.choices, blank=True)
    reason_code = models.CharField(max_length=80, blank=True)  # a ground that the reglement names
    reason = SealedTextField(subject="client_id", null=True, blank=True)
    proposed_by = models.ForeignKey(  # whose refusal lies with directie
        "access.Membership", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_by_name = models.CharField(max_length=120, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    joined_to = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="joined")

    objects: ClassVar[TenantManager] = TenantManager.of(VerzoekQuerySet)

    class Meta(TenantModel.Meta):
        ordering = ("due_on", "id")
        constraints = (
            models.UniqueConstraint(fields=("bureau", "number"), name="requests_verzoek_number"),
            # Nothing leaves and nothing is decided before it is known who asks; a complaint asks no proof.
            models.CheckConstraint(
                condition=Q(decided_at=None) | Q(kind="klacht") | Q(identity_at__isnull=False)
                | Q(decision="afgewezen"),
                name="requests_verzoek_identity_first",
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None) | ~Q(decision=""), name="requests_verzoek_decision_said"
            ),
            models.CheckConstraint(
                condition=~Q(state="samengevoegd") | Q(joined_to__isnull=False), name="requests_verzoek_joined_to"
            ),
            models.CheckConstraint(
                condition=Q(handler=None) | Q(about_member=None) | ~Q(handler=F("about_member")),
                name="requests_verzoek_not_ones_own",
            ),
        )  # fmt: skip
        indexes = (
            models.Index(
                fields=("bureau", "due_on"), condition=Q(state__in=("open", "tweede_blik")), name="requests_due"
            ),
            models.Index(fields=("bureau", "client"), name="requests_of_client"),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def of_data(self) -> bool:
        """A correctie of the data that the bureau keeps of the client, and of no stuk."""
        return self.kind == Kind.CORRECTIE and self.stuk_id is None


class Pause(TenantModel):
    """The clock stood still while it was asked who they are (DOMAIN 4). The day it began and the day it goes on."""

    verzoek = models.ForeignKey(Verzoek, on_delete=models.CASCADE, related_name="pauses")
    began_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    by_name = models.CharField(max_length=120)

    class Meta(TenantModel.Meta):
        ordering = ("began_on", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("bureau", "verzoek"), condition=Q(ended_on=None), name="requests_one_pause_open"
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("began_on")), name="requests_pause_forward"
            ),
        )


class Reminder(TenantModel):
    """That a reminder was given: each kind once for each day that it speaks of, whatever restarts."""

    class Kind(models.TextChoices):
        ACKNOWLEDGE = "bevestigen", "bevestig de ontvangst"
        HALF = "helft", "de helft van de tijd is om"
        SEVEN = "zeven", "nog zeven dagen"
        THREE = "drie", "nog drie dagen"
        ONE = "een", "nog een dag"
        DUE = "vandaag", "vandaag is de laatste dag"
        OVERDUE = "te_laat", "te laat"

    verzoek = models.ForeignKey(Verzoek, on_delete=models.CASCADE, related_name="reminders")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    due_on = models.DateField()  # an extension begins a new row of them
    sent_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("bureau", "verzoek", "kind", "due_on"), name="requests_reminded_once"),
        )


class Step(TenantModel):
    """One thing that happened with a request, as the client may read it too, the oldest first."""

    class Kind(models.TextChoices):
        RECEIVED = "ontvangen", "Ontvangen"
        JOINED = "samengevoegd", "Samengevoegd met een eerder verzoek"
        ACKNOWLEDGED = "bevestigd", "Ontvangst bevestigd"
        IDENTITY_ASKED = "identiteit_gevraagd", "Gevraagd om te laten zien wie u bent"
        IDENTITY_SHOWN = "identiteit_getoond", "Duidelijk wie het vraagt"
        EXTENDED = "verlengd", "Meer tijd genomen"
        HANDED = "overgedragen", "Een ander behandelt het"
        SUBMITTED = "voorgelegd", "Voorgelegd aan de directie"
        RETURNED = "teruggegeven", "Terug van de directie"
        DECIDED = "besloten", "Besloten"
        EXECUTED = "uitgevoerd", "Uitgevoerd"
        RECIPIENT_TOLD = "ingelicht", "Ontvanger ingelicht"
        BUNDLE_READY = "kopie_klaar", "De kopie staat klaar"
        BUNDLE_FETCHED = "kopie_opgehaald", "De kopie is opgehaald"
        LETTER = "brief", "Brief gemaakt"
        WITHDRAWN = "ingetrokken", "Ingetrokken"
        CLOSED = "afgesloten", "Afgesloten"

    verzoek = models.ForeignKey(Verzoek, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    at = models.DateTimeField(db_default=Now())
    by_name = models.CharField(max_length=120)
    # Words for the client as well; '' where the kind says it all.
    note = SealedTextField(subject="client_id", null=True, blank=True)
    client_id = models.UUIDField(editable=False)

    class Meta(TenantModel.Meta):
        ordering = ("at", "id")
