"""The register of starters: what others can learn of a (starting) small business, without whose it is (javawest 8)."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, CharField, Count, F, IntegerField, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Now

from bureaus.tenancy import TenantManager, TenantModel, TenantQuerySet
from vault.fields import SealedTextField

# From so many entries of one sector in one region on, the region is shown: of fewer it says who it is (ADR 0030).
TOGETHER = 3


class Business(models.TextChoices):
    SHOP = "winkel", "winkel"
    WEBSHOP = "webwinkel", "webwinkel"
    HOME_SERVICE = "particulier", "dienst voor particulieren"
    OFFICE_SERVICE = "zakelijk", "dienst voor bedrijven"
    CRAFT = "ambacht", "iets maken of repareren"
    FOOD = "eten", "eten en drinken"
    TEACHING = "lessen", "lessen of begeleiding"
    OTHER = "anders", "iets anders"


class Sector(models.TextChoices):
    LAND = "land", "landbouw, groen en dieren"
    INDUSTRY = "industrie", "industrie en techniek"
    BUILDING = "bouw", "bouw en onderhoud"
    TRADE = "handel", "handel"
    TRANSPORT = "vervoer", "vervoer en logistiek"
    HORECA = "horeca", "horeca en toerisme"
    ICT = "ict", "ICT en media"
    BUSINESS = "diensten", "zakelijke diensten"
    EDUCATION = "onderwijs", "onderwijs en training"
    CARE = "zorg", "zorg en welzijn"
    CULTURE = "cultuur", "kunst, cultuur en sport"
    PERSONAL = "verzorging", "persoonlijke verzorging"


class StarterPhase(models.TextChoices):
    IDEA = "idee", "heeft een idee"
    PLAN = "plan", "maakt een ondernemingsplan"
    FIRST_YEAR = "eerste", "is korter dan een jaar bezig"
    RUNNING = "loopt", "is langer dan een jaar bezig"
    STOPPED = "gestopt", "is gestopt"


class Region(models.TextChoices):
    DRENTHE = "dr", "Drenthe"
    FLEVOLAND = "fl", "Flevoland"
    FRYSLAN = "fr", "Fryslân"
    GELDERLAND = "ge", "Gelderland"
    GRONINGEN = "gr", "Groningen"
    LIMBURG = "li", "Limburg"
    BRABANT = "nb", "Noord-Brabant"
    NORTH_HOLLAND = "nh", "Noord-Holland"
    OVERIJSSEL = "ov", "Overijssel"
    UTRECHT = "ut", "Utrecht"
    ZEELAND = "ze", "Zeeland"
    SOUTH_HOLLAND = "zh", "Zuid-Holland"


class Turnover(models.TextChoices):
    """In a year."""

    NONE = "geen", "nog geen omzet"
    LOW = "10", "tot € 10.000"
    MIDDLE = "25", "€ 10.000 tot € 25.000"
    HIGH = "50", "€ 25.000 tot € 50.000"
    HIGHEST = "meer", "€ 50.000 of meer"


class Investment(models.TextChoices):
    """To begin."""

    NONE = "geen", "niets"
    LOW = "2", "tot € 2.500"
    MIDDLE = "10", "€ 2.500 tot € 10.000"
    HIGH = "25", "€ 10.000 tot € 25.000"
    HIGHEST = "meer", "€ 25.000 of meer"


class Hours(models.TextChoices):
    """In a week."""

    FEW = "12", "tot 12 uur"
    HALF = "24", "12 tot 24 uur"
    MOST = "36", "24 tot 36 uur"
    FULL = "meer", "36 uur of meer"


class Learned(models.TextChoices):
    CUSTOMERS = "klanten", "klanten vinden"
    PRICE = "prijs", "een prijs bepalen"
    MONEY = "geld", "geld lenen of subsidie krijgen"
    BENEFIT = "uitkering", "ondernemen naast een uitkering"
    ACCOUNTS = "boekhouding", "boekhouding en belasting"
    RULES = "regels", "vergunningen en regels"
    ENERGY = "energie", "werk en gezondheid in balans"
    ALONE = "alleen", "niet alles alleen doen"
    STOPPING = "stoppen", "op tijd stoppen"


class Tells(models.TextChoices):
    """What who asks may hear of who is behind it, where that one agrees."""

    NAME = "naam", "naam"
    EMAIL = "e-mail", "e-mailadres"
    PHONE = "telefoon", "telefoonnummer"
    BUSINESS = "bedrijf", "naam van het bedrijf"


class StarterLink(TenantModel):
    """Whose an entry is. The database shows it to the system's own acts alone: no page of anybody reads this table."""

    # Says nothing of when it was made, as an id by time would.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.OneToOneField("clients.Client", on_delete=models.PROTECT, related_name="starter_link")
    business_name = SealedTextField(subject="client_id", null=True, blank=True)
    made_by_name = models.CharField(max_length=120)
    made_at = models.DateTimeField(db_default=Now())

    class Meta(TenantModel.Meta):
        pass

    def __str__(self) -> str:
        return "van wie een voorbeeld is"


class StarterEntryQuerySet(TenantQuerySet["StarterEntry"]):
    def shown(self) -> StarterEntryQuerySet:
        """With `shown_region`: empty where fewer than TOGETHER entries share sector and region. Whoever filters by
        region filters by what is shown."""
        alike = StarterEntry.objects.filter(sector=OuterRef("sector"), region=OuterRef("region")).order_by()
        many = Coalesce(
            Subquery(alike.values("sector").annotate(many=Count("pk")).values("many"), output_field=IntegerField()), 0
        )
        region = Case(When(alike__gte=TOGETHER, then=F("region")), default=Value(""), output_field=CharField())
        return self.annotate(alike=many).annotate(shown_region=region)


class StarterEntry(TenantModel):
    """What somebody did, in choices and bands: no name of a person or business, no day, no maker."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    behind = models.OneToOneField(StarterLink, on_delete=models.PROTECT, related_name="entry")
    kind = models.CharField("soort bedrijf", max_length=12, choices=Business.choices)
    sector = models.CharField("branche", max_length=12, choices=Sector.choices)
    phase = models.CharField("fase", max_length=12, choices=StarterPhase.choices)
    region = models.CharField("provincie", max_length=2, choices=Region.choices)
    turnover = models.CharField("omzet per jaar", max_length=4, choices=Turnover.choices)
    investment = models.CharField("nodig om te beginnen", max_length=4, choices=Investment.choices)
    hours = models.CharField("uren per week", max_length=4, choices=Hours.choices)
    learned = ArrayField(models.CharField(max_length=12), default=list, blank=True)  # Learned
    lessons = SealedTextField(subject="id", null=True, blank=True)  # under a key of its own

    objects: ClassVar[TenantManager] = TenantManager.of(StarterEntryQuerySet)

    class Meta(TenantModel.Meta):
        ordering = ("id",)
        indexes = (models.Index(fields=("bureau", "sector", "region"), name="consent_starter_together"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.get_sector_display()}"


class StarterAsk(TenantModel):
    """'Who is this?', asked for a client of one's own.

    Of who is behind it only the number of the question that was put to them (a plain id: it goes with that client,
    and then this row points at nothing).
    """

    for_client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="starter_asks")
    entry_id = models.UUIDField("voorbeeld")
    consent_id = models.UUIDField("vraag om toestemming")
    tells = ArrayField(models.CharField(max_length=12))  # Tells
    asked_by_name = models.CharField(max_length=120)
    asked_at = models.DateTimeField(db_default=Now())
    shown_at = models.DateTimeField("voor het eerst getoond", null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ("-asked_at", "-id")
        constraints = (
            # A no is not asked again for the same client, and a second click is the same question.
            models.UniqueConstraint(fields=("bureau", "for_client", "entry_id"), name="consent_starter_asked_once"),
            models.CheckConstraint(condition=~Q(tells=[]), name="consent_starter_tells_something"),
        )

    def __str__(self) -> str:
        return f"vraag van {self.asked_by_name}"
