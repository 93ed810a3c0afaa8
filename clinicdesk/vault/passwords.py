"""Which passwords are accepted (NIST SP 800-63B-4): long, and not what everybody tries first.

No composition rules, no expiry, no hints.
"""

import unicodedata
from collections.abc import Collection

from clinicdesk.errors import BadInput
from clinicdesk.vault.kdf import LONGEST_PASSWORD, normal

SHORTEST_PASSWORD = 15  # characters; the password is the only factor
LONGEST_LOGIN = 64


def check_new_password(password: str, *, login: str, words: Collection[str] = ()) -> None:
    """Refuse a password that is too short, too long or easily guessed; say which.

    words: what an attacker would try at this clinic, its name first.
    """
    length = len(normal(password))
    if length < SHORTEST_PASSWORD:
        raise BadInput(
            f"The password has {length} characters and needs at least {SHORTEST_PASSWORD}."
            " Four random words are easy to remember."
        )
    if length > LONGEST_PASSWORD:
        raise BadInput(f"The password is longer than {LONGEST_PASSWORD} characters. Shorten it.")


def clean_login(login: str) -> str:
    """One form of a login name, without the spaces around it."""
    clean = unicodedata.normalize("NFKC", login).strip()
    if not clean or len(clean) > LONGEST_LOGIN or not clean.isprintable():
        raise BadInput(
            f"A login name has 1 to {LONGEST_LOGIN} letters, digits or signs. Choose another."
        )
    return clean
