"""The building blocks of every screen; docs/ui.md shows each. Looks only: no permission is decided here."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from bureaus import pictures

register = template.Library()

# tone → icon that goes with it; a state is always a word and an icon (WCAG 2.2, 1.4.1).
TONES = {
    "neutral": "circle",
    "busy": "progress",
    "good": "circle-check",
    "warn": "alert-triangle",
    "bad": "alert-circle",
    "locked": "lock",
}
# Django's message levels → tone.
LEVELS = {"debug": "neutral", "info": "busy", "success": "good", "warning": "warn", "error": "bad"}


def _tone(tone: str) -> str:
    if tone not in TONES:
        raise template.TemplateSyntaxError(f"unknown tone '{tone}'; there are {', '.join(TONES)}")
    return tone


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon from the sprite; without a label it is decoration and hidden from screen readers."""
    href = f"{static('vendor/icons.svg')}#{name}"
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"></use></svg>', label, href)
    return format_html('<svg class="icon" aria-hidden="true" focusable="false"><use href="{}"></use></svg>', href)


@register.simple_tag
def state(word: Any, tone: str = "neutral", icon_name: str = "") -> SafeString:
    """A state as a word with an icon: `{% state stuk.get_state_display "good" %}`."""
    return format_html('<span class="state state-{}">{}{}</span>', _tone(tone), icon(icon_name or TONES[tone]), word)


@register.simple_tag
def when(moment: datetime.date | datetime.datetime | None, time: bool = False, empty: str = "") -> SafeString | str:
    """A date in words with its machine form: 3 mei 2026; with `time=True` also the hour, Amsterdam time."""
    if moment is None:
        return empty
    if isinstance(moment, datetime.datetime) and timezone.is_aware(moment):
        moment = timezone.localtime(moment)
    text = formats.date_format(moment, "j F Y, H:i" if time else "j F Y")
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), text)


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, large: bool = False) -> dict[str, Any]:
    """One field: label above, help below, error beside it."""
    return {"field": bound, "errors": bound.errors, "large": large, "kind": _kind(bound)}


def _kind(bound: BoundField) -> str:
    """How the control looks: a tick, a group of choices, or a box to fill."""
    kind = getattr(bound.field.widget, "input_type", "")
    if kind == "checkbox" and not bound.use_fieldset:
        return "tick"
    return "choices" if bound.use_fieldset and kind in {"radio", "checkbox"} else "box"


@register.filter
def field_kind(bound: BoundField) -> str:
    return _kind(bound)


@register.inclusion_tag("components/fields.html")
def fields(form: BaseForm, *names: str) -> dict[str, Any]:
    """All visible fields of a form (or only those named), its hidden ones, and on top what was wrong."""
    shown = [form[name] for name in names] if names else form.visible_fields()
    return {"form": form, "shown": shown, "hidden": [] if names else form.hidden_fields()}


@register.inclusion_tag("components/form_errors.html")
def form_errors(form: BaseForm) -> dict[str, Any]:
    """What was wrong, with links to the fields; nothing when all is well."""
    wrong = [bound for bound in form if bound.errors] if form.is_bound else []
    return {"form": form, "wrong": wrong, "general": form.non_field_errors() if form.is_bound else []}


@register.inclusion_tag("components/breadcrumb.html")
def breadcrumb(*pairs: str) -> dict[str, Any]:
    """`{% breadcrumb "Cliënten" url "Dossier" %}`: word and address in turn, the last word is the place itself.

    A word whose address is empty is no link: for who may not go there.
    """
    steps = [{"label": pairs[at], "url": pairs[at + 1]} for at in range(0, len(pairs) - 1, 2)]
    return {"steps": steps, "here": pairs[-1] if len(pairs) % 2 else ""}


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: template.Context, page: Page[Any], name: str = "pagina", label: str = "Bladeren") -> dict[str, Any]:
    """Previous and next of a Django page (`?pagina=2`); keeps the other filters. A second one has its own label."""
    before = _page_url(context, name, page.previous_page_number()) if page.has_previous() else ""
    after = _page_url(context, name, page.next_page_number()) if page.has_next() else ""
    return {"page": page, "before": before, "after": after, "label": label}


def _page_url(context: template.Context, name: str, number: int) -> str:
    request = context.get("request")
    query = request.GET.copy() if request else QueryDict(mutable=True)
    query[name] = str(number)
    return f"?{query.urlencode()}"


@register.inclusion_tag("components/files.html")
def files(items: Iterable[Any]) -> dict[str, Any]:
    """Files to fetch: each has `url`, `name` and, where known, `size` (bytes), `note`, `icon`."""
    return {"items": list(items)}


@register.inclusion_tag("components/phase_bar.html")
def phase_bar(phases: Sequence[Any], title: str, today: datetime.date | None = None) -> dict[str, Any]:
    """Phases (`label`, `start`, `end`, `state`: done, now or next) as a bar, and the same figures as a table."""
    day = today or timezone.localdate()
    return {"bar": pictures.phase_bar(phases, day), "title": title, "uid": pictures.uid(title)}


@register.inclusion_tag("components/phase_line.html")
def phase_line(phases: Sequence[Any]) -> dict[str, Any]:
    """The phase bar for a row of a table: small, with one sentence for who can't see it."""
    return {"line": pictures.phase_line(phases)}


@register.inclusion_tag("components/columns.html")
def columns(figures: Sequence[Any], title: str, unit: str = "", period: str = "Maand") -> dict[str, Any]:
    """Figures (`label`, `value`) as columns, and the same as a table."""
    picture = pictures.columns(figures)
    return {"picture": picture, "title": title, "unit": unit, "period": period, "uid": pictures.uid(title)}


@register.inclusion_tag("components/progress.html")
def progress(done: int, total: int, label: str) -> dict[str, Any]:
    """How far long work or an allowance is: a bar and the words 'x van y'."""
    return {"done": done, "total": total, "label": label}


@register.filter
def message_tone(tags: str) -> str:
    return next((LEVELS[tag] for tag in tags.split() if tag in LEVELS), "neutral")


@register.simple_block_tag
def alert(content: str, title: str = "", tone: str = "busy", live: bool = False) -> str:
    """A message in the page: `{% alert "Let op" tone="warn" %}…{% endalert %}`; `live=True` is read out at once."""
    icon_name = "info-circle" if tone in {"neutral", "busy"} else TONES[tone]
    words = {"content": content, "title": title, "tone": _tone(tone), "icon": icon_name, "live": live}
    return render_to_string("components/alert.html", words)


@register.simple_block_tag
def card(content: str, title: str = "", icon: str = "", level: int = 2, tone: str = "") -> str:
    """A sheet with a heading: `{% card "Traject" icon="route" %}…{% endcard %}`."""
    return render_to_string(
        "components/card.html", {"content": content, "title": title, "icon": icon, "level": level, "tone": tone}
    )


@register.simple_block_tag
def rail(content: str, question: str, icon: str = "info-circle") -> str:
    """One answer in the rail beside a dossier: `{% rail "Tot wanneer bewaren we dit?" icon="archive" %}…`."""
    return render_to_string("components/rail.html", {"content": content, "question": question, "icon": icon})


@register.simple_block_tag
def empty(content: str, title: str, icon: str = "inbox") -> str:
    """Nothing here: says why and what to do: `{% empty "Nog geen verslagen" %}…{% endempty %}`."""
    return render_to_string("components/empty.html", {"content": content, "title": title, "icon": icon})


@register.simple_block_tag
def entry(
    content: str,
    title: str,
    icon: str = "file-text",
    url: str = "",
    date: datetime.date | None = None,
    id: str = "",  # noqa: A002
) -> str:
    """One item of a timeline, inside `<ol class="timeline">`."""
    words = {"content": content, "title": title, "icon": icon, "url": url, "date": date, "id": id}
    return render_to_string("components/entry.html", words)
