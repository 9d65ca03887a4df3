"""The BSN, the cipher and its associated data."""

from __future__ import annotations

import itertools
import os
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault import cipher, rules
from vault.cipher import Place, associated
from vault.errors import Tampered

PART = st.one_of(st.text(), st.binary(), st.integers(min_value=-(2**63), max_value=2**63), st.uuids())


@pytest.mark.parametrize(
    "text", ["123456782", "111222333", "1234.56.782", " 123 456 782 ", "123-456-782", "123456782\u00a0"]
)
def test_a_number_that_passes_the_eleven_test_is_a_bsn(text: str) -> None:
    assert rules.is_bsn(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "123456789",
        "12345678",
        "000000000",
        "00000000",
        "1234567820",
        "12345678a",
        "١٢٣٤٥٦٧٨٢",
        "²23456782",
        "123456782\x00",
    ],
)
def test_anything_else_is_no_bsn(text: str) -> None:
    assert not rules.is_bsn(text)


def test_a_number_of_eight_digits_gets_its_leading_zero() -> None:
    assert rules.normalise_bsn("10000008") == rules.normalise_bsn("010000008") == "010000008"


def test_every_single_wrong_digit_is_noticed() -> None:
    digits = "123456782"
    for place, digit in itertools.product(range(9), "0123456789"):
        other = digits[:place] + digit + digits[place + 1 :]
        assert rules.is_bsn(other) == (other == digits)


@given(st.text())
def test_any_text_at_all_gets_an_answer(text: str) -> None:
    assert rules.is_bsn(text) in {True, False}


def test_a_masked_bsn_shows_its_last_four_digits() -> None:
    assert rules.mask_bsn("1234.56.782") == "•••••6782"


def test_a_refused_bsn_is_not_in_the_error() -> None:
    with pytest.raises(ValueError) as refused:
        rules.normalise_bsn("123456789")
    assert "123456789" not in str(refused.value)


@given(st.binary(max_size=4096), st.lists(PART, max_size=6), st.integers(min_value=0, max_value=2**32 - 1))
def test_what_was_sealed_opens_again(plain: bytes, parts: list[cipher.Part], generation: int) -> None:
    key = cipher.new_key()
    sealed = cipher.seal(key, plain, generation=generation, bound_to=tuple(parts))
    assert len(sealed) == len(plain) + cipher.OVERHEAD_BYTES
    assert cipher.generation_of(sealed) == generation
    assert cipher.unseal(key, sealed, bound_to=tuple(parts)) == plain


@given(st.lists(PART, max_size=5), st.lists(PART, max_size=5))
def test_two_places_never_share_their_associated_data(one: list[cipher.Part], other: list[cipher.Part]) -> None:
    same = [(type(part), part) for part in one] == [(type(part), part) for part in other]
    assert (associated(*one) == associated(*other)) == same


def test_shifting_a_letter_from_table_to_field_is_another_place() -> None:
    assert associated("ab", "c") != associated("a", "bc")


@given(st.data())
def test_one_changed_bit_anywhere_is_noticed(data: st.DataObject) -> None:
    key, bound_to = cipher.new_key(), ("here",)
    sealed = bytearray(cipher.seal(key, b"geheim", generation=1, bound_to=bound_to))
    place = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[place // 8] ^= 1 << place % 8
    with pytest.raises(Tampered):
        cipher.unseal(key, bytes(sealed), bound_to=bound_to)


@pytest.mark.parametrize("length", [0, 1, 16, 32])
def test_a_value_cut_short_is_noticed(length: int) -> None:
    key = cipher.new_key()
    with pytest.raises(Tampered):
        cipher.unseal(key, cipher.seal(key, b"", generation=1, bound_to=())[:length], bound_to=())


@pytest.mark.parametrize("part", ["bureau", "subject", "table", "field", "row"])
def test_a_value_moved_to_another_place_does_not_open(part: str) -> None:
    key = cipher.new_key()
    here = {"bureau": 1, "subject": uuid.UUID(int=1), "table": "stuk", "field": "tekst", "row": "1"}
    there = here | {part: {"bureau": 2, "subject": uuid.UUID(int=2)}.get(part, "x")}
    sealed = cipher.seal(key, b"geheim", generation=1, bound_to=Place(**here).parts())
    with pytest.raises(Tampered):
        cipher.unseal(key, sealed, bound_to=Place(**there).parts())


def test_an_error_never_shows_plain_text_or_key() -> None:
    key = os.urandom(32)
    with pytest.raises(Tampered) as refused:
        cipher.unseal(key, cipher.seal(key, b"geheim", generation=1, bound_to=("a",)), bound_to=("b",))
    assert "geheim" not in repr(refused.value)
    assert refused.value.__cause__ is None


def test_keys_for_two_purposes_differ_and_each_is_repeatable() -> None:
    root = cipher.new_key()
    assert cipher.derive(root, "bsn", 1) == cipher.derive(root, "bsn", 1)
    assert (
        len({cipher.derive(root, "bsn", 1), cipher.derive(root, "bsn", 2), cipher.derive(root, "file", 1), root}) == 4
    )
