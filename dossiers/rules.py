"""Numbers, states and what a stuk needs: pure functions."""

from __future__ import annotations

import secrets

# Without letters and figures that look or sound alike, so that a number can be read out on the telephone.
ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"
NUMBER_LENGTH = 7


def new_number() -> str:
    """A pseudonymous dossier number, such as `D-7K3QX9B`: drawn, so that it says nothing of order or person.

    One in 13 billion; where it exists already, the unique constraint says so and the caller draws again.
    """
    return "D-" + "".join(secrets.choice(ALPHABET) for _ in range(NUMBER_LENGTH))
