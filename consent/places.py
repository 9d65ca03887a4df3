"""Where a consent has its pages, for mails and ways back."""

from __future__ import annotations

from django.urls import reverse

from consent.models import Consent


def own_page(consent: Consent) -> str:
    """Of the client, in the portal, which is floors higher."""
    return reverse("portal:consent", args=[consent.pk])
