"""Which encoding wrote a text: a corpus of locales, each letter right or the question put (F23)."""

from itertools import islice

import pytest

from clinicdesk.etl.decoding import told_by, written
from clinicdesk.etl.encoding import Sample, candidates, decided, sample_of

CORPUS = {  # lines as clinics write them; each is repeated until 50 letters are beyond ASCII
    "cp1252": [
        "Müller;Größe;Straße;früh;Schläge",
        "Élodie Lefèvre;fièvre;été;crâne;François;hôpital",
        "José Núñez;Peña;corazón;niño;médico",
        "João;coração;ação;pressão;não;hipertensão",
        "Søren Ærø;Åse;blodtryk målt;høj",
        "Température 38 °C;créatinine 88 µmol/L",
    ],
    "cp1250": [
        "Łukasz Wiśniewski;żółć;gęś;ciśnienie tętnicze",
        "Dvořák;Šťastný;příliš žluťoučký kůň;léčba",
        "Gyűjtő;Erdős;fűtő;szívműködés;vérnyomás;gyógyszerész",
        "Ştefan;Mănăstire;ţară;înălţime;tensiune arterială",
    ],
    "cp1251": ["Иванов Пётр;здоровье;давление", "Шевченко;здоров'я;їжа;лікарня"],
    "cp1253": ["Παπαδόπουλος;υγεία;καρδιά;πίεση"],
    "cp1254": ["Yılmaz Çağlar;şeker;İstanbul;göğüs ağrısı;yüksek"],
    "cp1255": ["כהן;לב;רופא;לחץ דם;בית חולים"],
    "cp1256": ["محمد;قلب;طبيب;ضغط الدم;مستشفى"],
    "cp1257": ["Jūratė Žemaitė;širdis;ąžuolas;kraujospūdis", "Kārlis Bērziņš;sāpes ķermenī"],
    "mac_roman": ["Müller;Größe;früh", "Élodie Lefèvre;fièvre;été;crâne"],
    "koi8_r": ["Иванов Пётр;здоровье;давление;сердце"],
    "iso8859_2": ["Łukasz Wiśniewski;żółć;gęś;ciśnienie"],
    "cp850": ["Müller;Größe;früh;Schläge;Jürgen"],
}
LINES = [(encoding, line) for encoding, lines in CORPUS.items() for line in lines]


@pytest.mark.parametrize(("encoding", "line"), LINES)
def test_fifty_letters_tell_the_encoding_or_it_is_asked(encoding: str, line: str) -> None:
    found = candidates(Sample(range(1, 20), [line.encode(encoding)] * 19))
    assert line in [candidate.lines[0] for candidate in found]
    assert not decided(found) or found[0].lines[0] == line


def test_nearly_every_line_of_the_corpus_is_told_and_none_is_told_wrong() -> None:
    told = [decided(candidates(Sample([1], [line.encode(e)]))) != "" for e, line in LINES]
    assert sum(told) >= 0.8 * len(told)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_mark_or_the_bytes_themselves_tell_unicode(encoding: str) -> None:
    raw = "a;b\nŁukasz;Ω\n".encode(encoding)
    found = written("x.csv", raw)
    assert raw.decode(found.encoding) == "a;b\nŁukasz;Ω\n"
    assert (found.undecided, found.proofs) == ((), ["Łukasz", "Ω"])


def test_a_sample_keeps_the_numbers_of_its_lines() -> None:
    found = sample_of([b"plain\n", b"M\xfcller\n", b"plain\n", b"Gr\xf6\xdfe\n"])
    assert (list(found.numbers), list(found.lines)) == ([2, 4], [b"M\xfcller", b"Gr\xf6\xdfe"])


def test_a_letter_that_two_languages_write_is_asked_with_both_readings() -> None:
    found = told_by(Sample([7], [b"Fran\xe7ois"]))
    question = found.question("p.csv")
    assert question is not None
    assert question.rows == [(7, "François")]
    readings = {choice.answer: choice.readings[0] for choice in question.choices}
    assert dict(islice(readings.items(), 1)) == {"cp1252": "François"}
    assert "Franšois" in readings.values()
