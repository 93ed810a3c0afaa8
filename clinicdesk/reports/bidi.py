"""Right-to-left names on a left-to-right page: Arabic letters joined, words in reading order.

PDF draws glyphs from left to right in the order given. This is the part of the Unicode
bidirectional algorithm (UAX 9) that one line of plain text needs, and the Arabic joining of
chapter 9.2 by way of the presentation forms, which `unicodedata` knows.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby
from unicodedata import bidirectional, combining, decomposition, mirrored

_RIGHT = {"R", "AL"}
_MIRROR = str.maketrans("()[]{}<>«»", ")(][}{><»«")


def has_right_to_left(text: str) -> bool:
    return any(bidirectional(letter) in _RIGHT for letter in text)


def visual(text: str) -> str:
    """One line as it is drawn from left to right, in a paragraph that runs left to right."""
    clusters = list(_clusters(joined(text)))
    drawn: list[str] = []
    for rightward, group in groupby(zip(clusters, _levels(clusters), strict=True), key=_is_right):
        run = list(group)
        drawn += _reversed(run) if rightward else (cluster for cluster, _ in run)
    return "".join(drawn)


def joined(text: str) -> str:
    """Arabic letters in the shape their neighbours give them: isolated, initial, medial, final."""
    letters = list(_with_ligatures(text))
    return "".join(
        _shape(letter, _before(letters, at), _after(letters, at))
        for at, letter in enumerate(letters)
    )


def _is_right(item: tuple[str, int]) -> bool:
    return item[1] > 0


def _clusters(text: str) -> Iterator[str]:
    """Letters with the marks that sit on them."""
    cluster = ""
    for letter in text:
        if cluster and not combining(letter):
            yield cluster
            cluster = ""
        cluster += letter
    if cluster:
        yield cluster


def _levels(clusters: Sequence[str]) -> list[int]:
    """0 left to right, 1 right to left, 2 a number within right to left."""
    sides, last = [], "L"
    for cluster in clusters:
        side = _direction(cluster)
        last = side if side in ("L", "R") else last
        sides.append(("N" if last == "R" else "L") if side == "N" else side)
    return [_level(sides, at) for at in range(len(sides))]


def _level(sides: Sequence[str], at: int) -> int:
    """What takes its neighbours' direction goes right to left only between two that do."""
    if not sides[at]:
        before = next((side for side in reversed(sides[:at]) if side), "L")
        after = next((side for side in sides[at + 1 :] if side), "L")
        if before == after == "N" and sides[at - 1] == sides[at + 1]:
            return 2  # the sign in 12-03 belongs to the number
        return int(before != "L" and after != "L")
    return {"L": 0, "R": 1, "N": 2}[sides[at]]


def _direction(cluster: str) -> str:
    """R, L, N for a digit, "" for what takes its neighbours' direction."""
    kind = bidirectional(cluster[0])
    if kind in _RIGHT:
        return "R"
    return {"L": "L", "EN": "N", "AN": "N"}.get(kind, "")


def _reversed(run: Sequence[tuple[str, int]]) -> list[str]:
    """Right to left, but numbers inside as they were."""
    drawn: list[str] = []
    for level, group in groupby(reversed(run), key=lambda item: item[1]):
        clusters = [cluster for cluster, _ in group]
        drawn += reversed(clusters) if level == 2 else map(_mirrored, clusters)
    return drawn


def _mirrored(cluster: str) -> str:
    return cluster.translate(_MIRROR) if mirrored(cluster[0]) else cluster


@cache
def _forms() -> dict[str, dict[str, str]]:
    """letter, or lam and alef -> {"isolated" | "initial" | "medial" | "final": its shape}."""
    forms: dict[str, dict[str, str]] = {}
    for code in [*range(0xFB50, 0xFC00), *range(0xFE80, 0xFEFD)]:
        form, *letters = decomposition(chr(code)).split() or [""]
        if form in ("<isolated>", "<initial>", "<medial>", "<final>"):
            plain = "".join(chr(int(letter, 16)) for letter in letters)
            forms.setdefault(plain, {})[form[1:-1]] = chr(code)
    return forms


def _with_ligatures(text: str) -> Iterator[str]:
    """Letters, lam with alef as the one sign they make."""
    at = 0
    while at < len(text):
        pair = text[at : at + 2]
        step = 2 if len(pair) == 2 and pair in _forms() else 1
        yield text[at : at + step]
        at += step


def _shape(letter: str, before: str, after: str) -> str:
    forms = _forms().get(letter)
    if forms is None:
        return letter
    joins_before = _joins_forward(before) and "final" in forms
    joins_after = "initial" in forms and "final" in _forms().get(after, {})
    name = ("isolated", "initial", "final", "medial")[joins_before * 2 + joins_after]
    return forms.get(name, letter)


def _joins_forward(letter: str) -> bool:
    return "initial" in _forms().get(letter, {}) or letter == "\u0640"  # tatweel


def _before(letters: Sequence[str], at: int) -> str:
    return next((x for x in reversed(letters[:at]) if not combining(x[0])), "")


def _after(letters: Sequence[str], at: int) -> str:
    return next((x for x in letters[at + 1 :] if not combining(x[0])), "")
