"""Numbers and addresses that pass every check and can belong to nobody.

* BSN: passes the eleven test, always begins with 99, unique per bureau up to 900,000 clients.
* Mobile numbers begin with 06-00 and office numbers have 00 after the area code: neither is handed out to subscribers.
* Mail goes to names under ``.test`` (RFC 2606), which no mail server on the internet answers for.
"""

import unicodedata
from random import Random

BSN_STEM = 9_900_000
BSN_PER_STEM = 9
BSN_COUNT = 100_000 * BSN_PER_STEM
BSN_STRIDE = 7_919
BUREAU_STRIDE = 180_001
POSTCODE_LETTERS = "ABCDEGHJKLMNPRTVWXZ"
UNDECOMPOSED = str.maketrans({"ı": "i", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "ß": "ss", "İ": "I"})


def bsn_of(bureau: int, index: int) -> str:
    """The fictive BSN of client ``index``; nine digits."""
    place = (index * BSN_STRIDE + bureau * BUREAU_STRIDE) % BSN_COUNT
    stem, nth = divmod(place, BSN_PER_STEM)
    return _nth_valid(str(BSN_STEM + stem), nth)


def _nth_valid(stem: str, nth: int) -> str:
    base = sum(int(digit) * weight for digit, weight in zip(stem, range(9, 2, -1), strict=True))
    checks = ((eighth, (base + 2 * eighth) % 11) for eighth in range(10))
    valid = [f"{stem}{eighth}{check}" for eighth, check in checks if check < 10]
    return valid[nth]


def mobile(rng: Random) -> str:
    return f"06-00{rng.randrange(10**6):06d}"


def landline(rng: Random, area: str) -> str:
    return f"{area}-00{rng.randrange(10 ** (8 - len(area))):0{8 - len(area)}d}"


def letters(rng: Random) -> str:
    """The two letters of a postcode; S is left out, as some pairs with it are never issued."""
    return rng.choice(POSTCODE_LETTERS) + rng.choice(POSTCODE_LETTERS)


def plain(text: str) -> str:
    """Letters and digits only, accents folded, lower case: what stands before the @."""
    folded = unicodedata.normalize("NFKD", text.translate(UNDECOMPOSED))
    return "".join(char for char in folded.lower() if char.isascii() and char.isalnum())
