"""Reviews of the access of a bureau whose people are always the same: begun, decided and closed."""

from __future__ import annotations

import shutil
import subprocess
from datetime import timedelta

from django.utils import timezone

from access import reviewed
from access.actions import reviews
from access.models import AccessReview, ReviewLine
from bureaus.models import Bureau
from bureaus.tenancy import in_bureau
from journal.models import Line
from tests.support.people import acting
from vault.files import open_sealed

Verdict = ReviewLine.Verdict


def begun(by) -> AccessReview:
    with acting(by):
        return reviews.start(by=by)


def line_of(review, member) -> ReviewLine:
    with in_bureau(review.bureau_id):
        return ReviewLine.objects.select_related("membership", "review").get(review=review, membership=member)


def decided(review, member, by, verdict=Verdict.KEPT, note="") -> ReviewLine:
    line = line_of(review, member)
    with acting(by):
        return reviews.decide(line=line, verdict=verdict, note=note, by=by)


def all_kept(review, *deciders) -> None:
    """Every line kept by the first who may."""
    with in_bureau(review.bureau_id):
        lines = list(reviewed.undecided(review.lines.select_related("membership", "review")))
    for line in lines:
        by = next(one for one in deciders if reviewed.may_decide(one, line))
        with acting(by):
            reviews.decide(line=line, verdict=Verdict.KEPT, by=by)


def closed_by(review, by) -> AccessReview:
    with acting(by):
        return reviews.close(review=review, by=by)


def lines(review) -> dict[str, ReviewLine]:
    with in_bureau(review.bureau_id):
        return {line.name: line for line in review.lines.all()}


def paper_of(review) -> bytes:
    with in_bureau(review.bureau_id):
        return b"".join(open_sealed(subject_id=review.pk, name=review.file))


def text_of(paper: bytes, tmp_path) -> str:
    file = tmp_path / "verslag.pdf"
    file.write_bytes(paper)
    tool = shutil.which("pdftotext")
    if tool is None:
        from pypdf import PdfReader

        return " ".join("\n".join(page.extract_text() for page in PdfReader(file).pages).split())
    made = subprocess.run([tool, "-raw", str(file), "-"], capture_output=True, check=True)
    return " ".join(made.stdout.decode().split())


def acts(bureau, act) -> list[Line]:
    with in_bureau(bureau):
        return list(Line.objects.filter(act=act).order_by("seq"))


def begun_at(bureau, **ago) -> None:
    Bureau.objects.filter(pk=bureau.pk).update(created_at=timezone.now() - timedelta(**ago))


def make_it_due(bureau) -> None:
    begun_at(bureau, days=340)


def asked_of(member) -> bool:
    with acting(member):
        rows = reviewed.waiting(member)
        return rows is not None and rows.exists()
