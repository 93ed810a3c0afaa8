"""Files from elsewhere: what they are, and what they may be called (G04)."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.domain.content_type import CONTENT_TYPES, content_type_of
from clinicdesk.domain.file_name import LONGEST, clean_name, clean_title
from clinicdesk.errors import BadInput

HEADS = {
    "application/pdf": b"%PDF-1.7\n",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff\xe0",
    "image/tiff": b"II*\x00",
    "application/dicom": bytes(128) + b"DICM",
}
ENDINGS = sorted({ending for each in CONTENT_TYPES.values() for ending in each.endings})
OTHERS = {
    "text": b"plain text",
    "empty": b"",
    "zip": b"PK\x03\x04",
    "program": b"MZ\x90\x00",
    "elf": b"\x7fELF",
    "gif": b"GIF89a",
    "script": b"#!/bin/sh\n",
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0",
    "photoshop": b"8BPS",
    "web page": b"<!DOCTYPE html>",
    "drawing": b"<svg xmlns='http://www.w3.org/2000/svg'>",
    "big tiff": b"II+\x00",
    "pdf behind something": b"junk\n%PDF-1.7",
    "fits": b"SIMPLE  =                    T",
}


@pytest.mark.parametrize("media", HEADS)
@pytest.mark.parametrize("ending", ENDINGS)
def test_content_and_ending_must_say_the_same(media: str, ending: str) -> None:
    """G04: the whole matrix of types and endings."""
    name = f"Befund 2026{ending}"
    if ending in CONTENT_TYPES[media].endings:
        assert content_type_of(HEADS[media], name).media == media
        assert content_type_of(HEADS[media], name.upper()).media == media
    else:
        with pytest.raises(BadInput, match="its name ends with"):
            content_type_of(HEADS[media], name)


@pytest.mark.parametrize("head", OTHERS.values(), ids=OTHERS)
@pytest.mark.parametrize("ending", ENDINGS)
def test_nothing_else_is_taken(head: bytes, ending: str) -> None:
    with pytest.raises(BadInput, match="cannot be attached"):
        content_type_of(head, f"a{ending}")


@pytest.mark.parametrize("name", ["a.pdf.exe", "a.exe", "a.pdf ", ".pdf", "pdf"])
def test_a_second_ending_does_not_hide_the_real_one(name: str) -> None:
    with pytest.raises(BadInput, match="its name ends with"):
        content_type_of(HEADS["application/pdf"], name)


TRAVERSALS = {  # what comes, what is made of it
    "../../etc/passwd": "passwd",
    "..\\..\\Windows\\System32\\calc.pdf": "calc.pdf",
    "/etc/shadow": "shadow",
    "C:\\Users\\x\\a.pdf": "a.pdf",
    "\\\\server\\share\\a.pdf": "a.pdf",
    "a/../../b.pdf": "b.pdf",
    "..": "document",
    ".": "document",
    "": "document",
    "...": "document",
    "/": "document",
    ".hidden": "hidden",
    "CON": "_CON",
    "con.pdf": "_con.pdf",
    "NUL.tar.pdf": "_NUL.tar.pdf",
    "com1.png": "_com1.png",
    "LPT9": "_LPT9",
    "aux .pdf": "_aux.pdf",
    "CONIN$.pdf": "_CONIN$.pdf",
    "a.pdf. . ": "a.pdf",
    "a:b.pdf": "a_b.pdf",
    "a.pdf::$DATA": "a.pdf__$DATA",
    'wh<at>"is|this?*.pdf': "wh_at__is_this__.pdf",
    "gpj.\u202efdp.exe": "gpj. fdp.exe",
    "a\x00b.pdf": "a b.pdf",
    "a\nb\r.pdf": "a b.pdf",
    "\u2066a\u2069.pdf": "a.pdf",
    "Befu\u0308nd.pdf": "Bef\u00fcnd.pdf",
    "\u0411\u043e\u043b\u044c.pdf": "\u0411\u043e\u043b\u044c.pdf",
}


@pytest.mark.parametrize(("name", "expected"), TRAVERSALS.items())
def test_a_name_cannot_lead_anywhere(name: str, expected: str) -> None:
    """G04: on the rules of both systems."""
    assert clean_name(name) == expected


@given(st.text(max_size=400))
def test_every_name_is_harmless(name: str) -> None:
    """G04: whatever comes."""
    clean = clean_name(name)
    assert 0 < len(clean) <= LONGEST
    assert not re.search(r'[/\\<>:"|?*\x00-\x1f]', clean)
    assert not clean.startswith(".")
    assert not clean.endswith((".", " "))
    assert all(unicodedata.category(c)[0] != "C" for c in clean)
    assert clean_name(clean) == clean


def test_a_long_name_keeps_its_ending() -> None:
    assert clean_name("x" * 300 + ".pdf") == "x" * (LONGEST - 4) + ".pdf"


def test_a_title_is_one_visible_line() -> None:
    assert clean_title("  MRI \n of\tthe\u202e head ") == "MRI of the head"
    assert len(clean_title("x" * 500)) == LONGEST
