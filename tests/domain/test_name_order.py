"""Names stand where somebody looks for them."""

import pytest

from clinicdesk.domain.name_order import name_key


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Smith", "smith"),
        ("SMITH", "smith"),
        ("Étienne", "etienne"),
        ("E\u0301tienne", "etienne"),
        ("Ødegård", "odegard"),
        ("Łukasz", "lukasz"),
        ("Müller-Lüdenscheidt", "muller-ludenscheidt"),
        ("Weiß", "weiss"),
        ("Þórðarson", "thordarson"),
        ("Æsop", "aesop"),
        ("İbrahim", "ibrahim"),
        ("Nguyễn", "nguyen"),
        ("", ""),
    ],
)
def test_marks_are_left_aside(name: str, key: str) -> None:
    assert name_key(name) == key


def test_other_alphabets_follow_in_their_own_order() -> None:
    names = ["Беляев", "Zacher", "Βασιλική", "Антонов", "Άννα"]
    assert sorted(names, key=name_key) == ["Zacher", "Άννα", "Βασιλική", "Антонов", "Беляев"]
