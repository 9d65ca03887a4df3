"""The building blocks of the screens."""

from __future__ import annotations

from datetime import date

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory

from bureaus import pictures

PHASES = [
    {"label": "Intake", "start": date(2026, 1, 1), "end": date(2026, 1, 10)},
    {"label": "Oriëntatie", "start": date(2026, 1, 11), "end": date(2026, 3, 31)},
    {"label": "Afronding", "start": date(2026, 4, 1), "end": date(2026, 4, 10)},
]


class Letter(forms.Form):
    subject = forms.CharField(label="Onderwerp", help_text="Kort.")
    note = forms.CharField(label="Toelichting", required=False)


def shown(text: str, **words: object) -> str:
    return Template(text).render(Context(words))


def test_a_state_is_a_word_and_an_icon() -> None:
    html = shown('{% state "Vastgesteld" "good" %}')
    assert "Vastgesteld" in html
    assert "#circle-check" in html


def test_an_unknown_tone_is_refused() -> None:
    with pytest.raises(TemplateSyntaxError):
        shown('{% state "Vastgesteld" "groen" %}')


def test_hostile_words_are_shown_as_words() -> None:
    html = shown(
        '{% state x %}{% card x %}a{% endcard %}{% entry x %}{{ x }}{% endentry %}{% breadcrumb "A" "/a" x %}',
        x="<script>",
    )
    assert "<script>" not in html
    assert html.count("&lt;script&gt;") == 5


def test_an_error_stands_beside_its_field_and_the_typed_text_is_kept() -> None:
    html = shown("{% fields form %}", form=Letter({"subject": "", "note": "blijft"}))
    assert 'id="id_subject_error"' in html
    assert 'aria-describedby="id_subject_helptext id_subject_error"' in html
    assert 'href="#id_subject"' in html
    assert 'value="blijft"' in html


def test_a_field_that_may_stay_empty_says_so() -> None:
    html = shown("{% fields form %}", form=Letter())
    assert html.count("(niet verplicht)") == 1


def test_a_phase_bar_has_title_description_and_the_figures_as_a_table() -> None:
    html = shown('{% phase_bar phases "Fasen" today %}', phases=PHASES, today=date(2026, 2, 1))
    assert "<title" in html
    assert "Intake: afgerond; Oriëntatie: loopt nu; Afronding: nog niet begonnen" in html
    assert "<table" in html
    assert 'class="number">80</td>' in html


def test_the_blocks_of_a_phase_bar_fill_its_width_and_today_stands_in_the_running_one() -> None:
    bar = pictures.phase_bar(PHASES, date(2026, 2, 1))
    last, running = bar.blocks[-1], bar.blocks[1]
    assert last.x + last.width == pytest.approx(pictures.WIDTH, abs=1)
    assert bar.today is not None
    assert running.x < bar.today < running.x + running.width


def test_a_phase_without_dates_gets_an_equal_share() -> None:
    bar = pictures.phase_bar([*PHASES, {"label": "Nazorg"}], date(2026, 2, 1))
    assert len({block.width for block in bar.blocks}) == 1
    assert bar.blocks[-1].days is None


def test_columns_show_nothing_but_zeros_without_falling_over() -> None:
    assert [column.height for column in pictures.columns([{"label": "jan", "value": 0}])] == [0]
    assert pictures.columns([]) == []


def test_a_pager_keeps_the_other_filters() -> None:
    request = RequestFactory().get("/", {"q": "jan & co", "pagina": "2"})
    html = shown("{% pager page %}", page=Paginator(range(30), 10).page(2), request=request)
    assert "?q=jan+%26+co&amp;pagina=1" in html
    assert "?q=jan+%26+co&amp;pagina=3" in html
