"""What differs from the reglement's terms, and what keeps a dossier from being destroyed."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from bureaus.schema import Action, DataClass, Trigger
from bureaus.schema.keeping import TRANSFER
from bureaus.tenancy import TenantManager, TenantModel, TenantQuerySet
from bureaus.terms import parse_term
from vault.fields import SealedTextField

AGREED = (DataClass.DOSSIER, DataClass.LEGALLY_REQUIRED)


class TermAgreement(TenantModel):
    """A term that was agreed below the reglement: in the contract with an opdrachtgever, or for one traject (DOMAIN 3).

    The most specific one holds (`retention.rules.most_specific`). An agreement is replaced, never changed.
    """

    contract = models.ForeignKey(
        "clients.Contract", null=True, blank=True, on_delete=models.PROTECT, related_name="term_agreements"
    )
    traject = models.ForeignKey(
        "clients.Traject", null=True, blank=True, on_delete=models.PROTECT, related_name="term_agreements"
    )
    data_class = models.CharField("soort gegevens", max_length=20, choices=[(one.value, one.label) for one in AGREED])
    term = models.CharField("termijn", max_length=20)  # ISO 8601, such as P5Y
    trigger = models.CharField("te rekenen vanaf", max_length=20, choices=[(one.value, one.label) for one in Trigger])
    action = models.CharField("wat er dan gebeurt", max_length=30, choices=[(one.value, one.label) for one in Action])
    basis = models.CharField("waar het staat", max_length=120)
    made_by = models.ForeignKey("access.Membership", on_delete=models.PROTECT, related_name="+")
    made_by_name = models.CharField(max_length=120)
    made_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by_name = models.CharField(max_length=120, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ("-made_at", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(contract=None, traject__isnull=False) | Q(contract__isnull=False, traject=None),
                name="retention_agreement_of_one",
            ),
            models.UniqueConstraint(
                fields=("bureau", "contract", "data_class"),
                condition=Q(ended_at=None, contract__isnull=False),
                name="retention_agreement_contract_once",
            ),
            models.UniqueConstraint(
                fields=("bureau", "traject", "data_class"),
                condition=Q(ended_at=None, traject__isnull=False),
                name="retention_agreement_traject_once",
            ),
        )

    @property
    def in_words(self) -> str:
        """`5 jaar na einde traject`; 'transfer' ends with the opdrachtgever's receipt."""
        start = Trigger(self.trigger).label
        return f"na {start}" if self.term == TRANSFER else f"{parse_term(self.term)} na {start}"


class DueDate(TenantModel):
    """Until when a dossier is kept, as it was last computed: what the watchlist shows and the nightly round selects on.

    Never a ground to destroy by: what proposes and what executes compute the date again (`retention.terms`).
    """

    dossier = models.OneToOneField("dossiers.Dossier", on_delete=models.CASCADE, related_name="due_date")
    # The first day on which the term has passed; None while a date is missing, and then nothing is ever due.
    due_on = models.DateField(null=True, blank=True)
    # The triggers without a date, apart by commas; '' where `due_on` is known.
    missing = models.CharField(max_length=100, blank=True)
    explanation = models.CharField(max_length=300)
    action = models.CharField(max_length=30, choices=[(one.value, one.label) for one in Action])
    # A day from which the dossier is to be handed over (werklokaal 7).
    transfer_from = models.DateField(null=True, blank=True)
    computed_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        ordering = ("due_on", "id")
        indexes = (models.Index(fields=("bureau", "due_on"), name="retention_due_on"),)


class HoldKind(models.TextChoices):
    REQUEST = "verzoek", "er loopt een verzoek"
    COMPLAINT = "klacht", "er loopt een klacht"
    LAWSUIT = "rechtszaak", "er loopt een rechtszaak"
    INTEREST = "belang", "aanmerkelijk belang van een ander"
    HOURS = "uren", "uren zijn nog niet verrekend"
    OTHER = "anders", "een andere reden"


class HoldQuerySet(TenantQuerySet["Hold"]):
    def living(self) -> HoldQuerySet:
        """Holds that keep their dossier at this moment, by the database's clock."""
        return self.filter(Q(until=None) | Q(until__gte=Now()), lifted_at=None)

    def to_review(self, today: date) -> HoldQuerySet:
        """Living holds of which the day to look again has come, the oldest first."""
        return self.living().filter(review_on__lte=today).order_by("review_on", "id")


class Hold(TenantModel):
    """Why a dossier is kept although its term has passed (werkid 14: a considerable interest of another).

    `review_on`: by then somebody looks whether it is still right; it does not end by itself on that day. `until`: it
    does end then. One that the system placed for what happens elsewhere (an open request) names that in `source`.
    """

    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="holds")
    kind = models.CharField("soort", max_length=12, choices=HoldKind.choices)
    reason = SealedTextField(subject="dossier_id")
    source = models.CharField(max_length=80, blank=True)
    placed_by = models.ForeignKey("access.Membership", null=True, on_delete=models.PROTECT, related_name="+")
    placed_by_name = models.CharField(max_length=120)
    placed_at = models.DateTimeField(db_default=Now())
    until = models.DateTimeField(null=True, blank=True)
    review_on = models.DateField("opnieuw bekijken op")
    reviewed_by_name = models.CharField(max_length=120, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        "access.Membership", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    lifted_by_name = models.CharField(max_length=120, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lift_reason = SealedTextField(subject="dossier_id", null=True, blank=True)

    objects: ClassVar[TenantManager] = TenantManager.of(HoldQuerySet)

    class Meta(TenantModel.Meta):
        ordering = ("-placed_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("bureau", "dossier", "source"),
                condition=Q(lifted_at=None) & ~Q(source=""),
                name="retention_hold_source_once",
            ),
        )
        indexes = (
            models.Index(fields=("bureau", "dossier"), condition=Q(lifted_at=None), name="retention_hold_living"),
            models.Index(fields=("bureau", "review_on"), condition=Q(lifted_at=None), name="retention_hold_review"),
        )
