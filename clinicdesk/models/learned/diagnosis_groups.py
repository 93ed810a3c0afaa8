"""Groups of diagnoses, by codes of ICD-9 and ICD-10 alike, for models made from the older ones."""

from dataclasses import replace

from clinicdesk.models.card import Choice


def _numbered(*groups: Choice) -> tuple[Choice, ...]:
    """The groups, each with its place as its number."""
    return tuple(replace(each, value=float(at)) for at, each in enumerate(groups))


def _group(label: str, icd9: tuple[str, ...], icd10: tuple[str, ...], *words: str) -> Choice:
    return Choice(label, 0, words, icd9, icd10)


# The first that holds a code has it: what is special stands before what is general.
GROUPS = _numbered(
    _group("diabetes without complications", ("250.0",), ("E109", "E119", "E129", "E139", "E149")),
    _group("diabetes with complications", ("250",), ("E10", "E11", "E12", "E13", "E14")),
    _group("obesity or blood fats", ("272", "278"), ("E66", "E78")),
    _group("hormones, fluids or nutrition", ("240-279",), ("E",)),
    _group("heart failure", ("428",), ("I50", "I110")),
    _group("ischaemic heart disease", ("410-414",), ("I20", "I21", "I22", "I23", "I24", "I25")),
    _group("disturbed heart rhythm", ("426-427",), ("I44", "I45", "I46", "I47", "I48", "I49")),
    _group("passing or narrowing of arteries to the brain", ("433", "435"), ("G45", "I65")),
    _group("stroke", ("430-438",), ("I6",)),
    _group("kidney failure", ("403-404", "584-586"), ("I12", "I13", "N17", "N18", "N19")),
    _group("high blood pressure", ("401-405",), ("I10", "I11", "I15")),
    _group("arteries of limbs or trunk", ("440-448",), ("I70", "I71", "I72", "I73", "I74", "I79")),
    _group("other disease of heart or vessels", ("390-459",), ("I",)),
    _group("asthma", ("493",), ("J45", "J46")),
    _group("chronic obstructive lung disease", ("490-496",), ("J40", "J41", "J42", "J43", "J44")),
    _group(
        "pneumonia",
        ("480-486", "507"),
        ("J12", "J13", "J14", "J15", "J16", "J17", "J18", "J69"),
    ),
    _group("other disease of the lungs", ("460-519",), ("J",)),
    _group("other disease of kidney or genitals", ("580-629",), ("N",)),
    _group("sepsis", ("038", "995"), ("A40", "A41", "R65")),
    _group("other infection", ("001-139",), ("A", "B", "U07")),
    _group("tumour", ("140-239",), ("C", "D0", "D1", "D2", "D3", "D4")),
    _group("blood", ("280-289",), ("D",)),
    _group("mental health", ("290-319",), ("F",)),
    _group("nerves or senses", ("320-389",), ("G", "H")),
    _group("digestion", ("520-579",), ("K",)),
    _group("skin", ("680-709",), ("L",)),
    _group("muscles, bones or joints", ("710-739",), ("M",)),
    _group("chest pain or other signs of heart and lungs", ("786",), ("R05", "R06", "R07")),
    _group("other symptoms", ("780-799",), ("R",)),
    _group("broken hip", ("820",), ("S72",)),
    _group("complication of care", ("996-999",), ("T8",)),
    _group("injury or poisoning", ("800-995", "E"), ("S", "T", "V", "W", "X", "Y")),
    _group("rehabilitation", ("V57",), ("Z50",)),
    _group("care without a disease", ("V",), ("Z",)),
    _group("another", ("630-679", "740-779"), ("O", "P", "Q"), "*"),
)
