"""Where a request has its pages, for mails and ways back."""

from __future__ import annotations

from django.urls import reverse

from requests.models import Verzoek


def staff_page(verzoek: Verzoek) -> str:
    return reverse("requests:verzoek", args=[verzoek.pk])


def own_page(verzoek: Verzoek) -> str:
    """Of the client, or who asked it for them: the portal is a floor higher and is joined under the same names."""
    return reverse("requests:my_request", args=[verzoek.pk])
