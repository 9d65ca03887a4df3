"""What these screens share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from access.fields import add_refusal
from access.rules import RuleBroken

PER_PAGE = 50


def done(form: forms.Form, act: Callable[..., Any]) -> bool:
    """Whether the form was sent, was right and the act was done; a refusal stands in the form."""
    if not form.is_bound or not form.is_valid():
        return False
    try:
        act(**form.cleaned_data)
    except RuleBroken as refusal:
        add_refusal(form, refusal)
        return False
    return True


def form_page(request: HttpRequest, form: forms.Form, title: str, cancel_url: str, **more: Any) -> HttpResponse:
    """A form on a page of its own; `crumbs` are pairs of label and address."""
    crumbs = [{"label": label, "url": url} for label, url in more.pop("crumbs", [])]
    context = {"form": form, "title": title, "cancel_url": cancel_url, "crumbs": crumbs, **more}
    return render(request, "clients/form.html", context)


def confirm_page(
    request: HttpRequest, title: str, cancel_url: str, consequences: list[str], **more: Any
) -> HttpResponse:
    """What can't be undone."""
    context = {"title": title, "cancel_url": cancel_url, "consequences": consequences, "danger": True, **more}
    return render(request, "confirm.html", context)
