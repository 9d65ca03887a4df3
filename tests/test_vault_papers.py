"""A paper that is kept: its hash is that of what comes out again."""

from __future__ import annotations

import hashlib
import io
import uuid

import pikepdf
import pytest
from django.db import transaction

from bureaus import pdf
from bureaus.tenancy import in_bureau
from tests.support.people import make_bureau, make_member
from vault.errors import KeyGone
from vault.files import exists_sealed, open_sealed
from vault.papers import SealedPaper, seal_paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau():
    with in_bureau(made := make_bureau()):
        yield made


@pytest.fixture
def paper_template(settings, tmp_path) -> str:
    (engine,) = settings.TEMPLATES
    settings.TEMPLATES = [{**engine, "DIRS": [tmp_path, *engine["DIRS"]]}]
    (tmp_path / "proef.html").write_text(
        '{% extends "papers/base.html" %}{% block content %}<p>{{ text }}</p>{% endblock %}'
    )
    return "proef.html"


def sealed(template: str, subject: uuid.UUID, **more) -> SealedPaper:
    return seal_paper(subject_id=subject, template=template, context={"text": "Getekend"}, title="Proef", **more)


def test_a_paper_comes_out_as_it_was_hashed(bureau, paper_template):
    subject = uuid.uuid4()
    attached = pdf.Attachment("regels.json", b"[]", "application/json", "De regels")
    paper = sealed(paper_template, subject, attachments=[attached])
    plain = b"".join(open_sealed(subject_id=subject, name=paper.file))
    with pikepdf.open(io.BytesIO(plain)) as held:
        assert held.attachments["regels.json"].get_file().read_bytes() == b"[]"
    assert (paper.size, paper.sha256) == (len(plain), hashlib.sha256(plain).hexdigest())


def test_a_second_paper_of_the_same_subject_is_under_the_same_key(bureau, paper_template):
    member = make_member(bureau, "Coach", "coach")
    first, second = sealed(paper_template, member.pk), sealed(paper_template, member.pk)
    assert first.file != second.file
    for paper in (first, second):
        assert b"".join(open_sealed(subject_id=member.pk, name=paper.file)).startswith(b"%PDF-")


def test_a_paper_opens_under_no_other_subject(bureau, paper_template):
    paper = sealed(paper_template, uuid.uuid4())
    with pytest.raises(KeyGone):
        open_sealed(subject_id=uuid.uuid4(), name=paper.file)


def test_a_paper_whose_row_is_rolled_back_leaves_no_file(bureau, paper_template):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        made = sealed(paper_template, uuid.uuid4())
        there = exists_sealed(made.file)
        1 / 0  # noqa: B018
    assert there and not exists_sealed(made.file)
