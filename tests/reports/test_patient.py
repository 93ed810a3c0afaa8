"""Every page says whose it is; the record is all there; what is not known is said."""

import shutil
from dataclasses import astuple, replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from clinicdesk.domain.display import capitals
from clinicdesk.domain.patient import AdministrativeGender, AgeStatement, AllergyStatus
from clinicdesk.reports.content import PatientReport, RiskFinding
from clinicdesk.reports.fonts import fonts
from clinicdesk.reports.patient import patient_pdf
from clinicdesk.reports.printing import PageSize
from clinicdesk.reports.risk import DISCLAIMER
from clinicdesk.reports.sheet import DEMO_WORDS
from clinicdesk.resources import resource
from tests.reports.factories import (
    FACTS,
    NOW,
    allergy,
    condition,
    estimate,
    full,
    medication,
    patient,
    printing,
    reading,
    scores,
)
from tests.reports.pages import bookmarks, page_sizes, page_texts

NAMES = {
    "accents": ("Óloughlin-Đorđević", "Ada Žofia"),
    "greek": ("Παπαδοπούλου", "Ελένη"),
    "cyrillic": ("Жуковский", "Николай"),
    "markup": ("O'Brien & <b>Sons</b>", '<img src="http://example.com/x.png"/>'),
}


def nothing(**changes: object) -> PatientReport:
    return replace(PatientReport(printing(), patient()), **changes)


@pytest.mark.parametrize("page_size", PageSize)
@pytest.mark.parametrize("demo", [False, True])
def test_every_page_says_whose_it_is_and_who_printed_it(page_size: PageSize, demo: bool) -> None:
    many = [medication(f"Drug {n} 25 MG Oral Tablet", "one daily") for n in range(60)]
    report = full(medications=many, printing=printing(page_size=page_size, demo=demo))
    pages = page_texts(patient_pdf(report))
    assert len(pages) > 3
    for number, text in enumerate(pages, start=1):
        assert "ÓLOUGHLIN-ĐORĐEVIĆ, Ada Žofia (Mrs)" in text
        assert "Born 14-Jul-1945 (81y)" in text
        assert "Gender Female" in text
        assert "ID MRN0012345" in text
        assert f"Page {number} of {len(pages)}" in text
        assert "Printed by k.osei (clinician) on 20-Nov-2026 10:15 (Europe/London)" in text
        assert "Record as of 20-Nov-2026 10:15" in text
        assert "Riverside Health Centre" in text
        assert (DEMO_WORDS in text) is demo


@pytest.mark.parametrize("page_size", PageSize)
def test_pages_have_the_size_asked_for(page_size: PageSize) -> None:
    sizes = page_sizes(patient_pdf(full(printing=printing(page_size=page_size))))
    for width, height in sizes:
        assert (width, height) == pytest.approx(page_size.value, abs=0.1)


@pytest.mark.parametrize(("family", "given"), NAMES.values(), ids=NAMES)
def test_names_print_as_they_are(family: str, given: str) -> None:
    report = nothing(patient=patient(family_name=family, given_name=given, prefix=""))
    for text in page_texts(patient_pdf(report)):
        assert f"{capitals(family)}, {given}" in text
        assert "no glyph" not in text


def test_a_name_of_120_letters_stays_whole_and_off_the_letterhead() -> None:
    family, given = "Wolfeschlegelsteinhausenbergerdorff" * 2, "Hubert Blaine Maximilian " * 2
    clinic = "The Regional Hospital Trust of the Upper, Middle and Lower Shire " * 2
    report = full(
        patient=patient(family_name=family, given_name=given.strip()),
        printing=printing(clinic=clinic.strip()),
    )
    for text in page_texts(patient_pdf(report)):
        glued = text.replace(" ", "")
        assert f"{capitals(family)},{given}".replace(" ", "") in glued
        assert "MRN0012345" in glued


@pytest.mark.parametrize("words", ["W" * 140, "W" * 160, "x" * 1500, "Itching, a rash. " * 100])
@pytest.mark.parametrize("page_size", PageSize)
def test_no_text_is_too_long_to_print(words: str, page_size: PageSize) -> None:
    """What a person pastes into a field, and what a broken file brings."""
    report = full(
        patient=patient(family_name=words, given_name=words, mrn=words, address=words),
        allergies=[allergy(words, reaction=words, category=words, severity=words)],
        conditions=[condition(words, words)],
        medications=[medication(words, words, reason=words)],
        latest=[
            reading("2160-0", None, text=words),
            reading("local-1", None, display=words, text=words, unit=words),
        ],
        vitals=[reading("67775-7", None, text=words), reading("8310-5", None, text=words)],
        printing=printing(page_size=page_size, clinic=words, printed_by=words),
    )
    pages = page_texts(patient_pdf(report))
    assert f"Page {len(pages)} of {len(pages)}" in pages[-1]
    assert all("ID" in page for page in pages)


def test_a_name_in_letters_without_glyphs_is_owned_up_to() -> None:
    report = nothing(patient=patient(family_name="王", given_name="小明"))
    assert "shown as boxes. Compare the ID." in page_texts(patient_pdf(report))[0]


def test_an_age_without_a_birthday_is_not_turned_into_one() -> None:
    stated = AgeStatement(44, date(2024, 3, 1))
    report = nothing(patient=patient(birth_date=None, age_statement=stated))
    assert "Born 44y on 01-Mar-2024" in page_texts(patient_pdf(report))[0]


def test_the_dead_are_said_to_be() -> None:
    report = nothing(patient=patient(deceased_on=date(2020, 7, 13)))
    assert "Died 13-Jul-2020 Age at Death 74y" in page_texts(patient_pdf(report))[0]


def test_the_same_record_gives_the_same_bytes() -> None:
    assert patient_pdf(full()) == patient_pdf(full())
    assert patient_pdf(full()) != patient_pdf(full(scores=scores()[:1]))


def test_title_language_and_bookmarks_are_set() -> None:
    pdf = patient_pdf(full())
    assert b"/Lang (en-GB)" in pdf
    assert b"/DisplayDocTitle true" in pdf
    assert b"/Title (Patient report - Riverside Health Centre)" in pdf
    marks = bookmarks(pdf)
    assert [title for title, _ in marks] == [
        "Allergies",
        "Problems",
        "Current medications",
        "Vital signs",
        "Latest results",
        "Other observations",
        "Risk: diabetes",
        "Published scores",
        "Signature",
    ]
    pages = page_texts(pdf)
    for title, page in marks:
        assert title in pages[page]


def test_every_font_in_the_file_is_embedded() -> None:
    pdf = patient_pdf(full())
    assert b"Helvetica" not in pdf
    assert pdf.count(b"/FontFile2") == 2  # regular and bold


def test_an_empty_record_says_why_instead_of_showing_blanks() -> None:
    (text,) = page_texts(patient_pdf(nothing()))
    assert "Allergies not recorded: nobody has asked, or it was not imported." in text
    for words in (
        "No problems recorded",
        "No medications recorded",
        "No vital signs recorded",
        "No laboratory results recorded",
        "No scores were calculated",
        "Signature",
    ):
        assert words in text


def test_no_known_allergies_comes_with_the_day_somebody_asked() -> None:
    asked = patient(allergy_status=AllergyStatus.NONE_KNOWN, allergy_status_on=date(2025, 4, 9))
    text = page_texts(patient_pdf(nothing(patient=asked)))[0]
    assert "No known allergies Asked and recorded 09-Apr-2025." in text


def test_answers_to_questions_stay_in_the_record() -> None:
    asked = [
        reading("93034-7", None, display="Are you a refugee?", text="No", unit=""),
        reading(
            "93031-3", None, display="Income for you and the family. Thanks.", text="9", unit=""
        ),
        reading("92142-9", None, display="Influenza virus A RNA", text="Negative", unit=""),
    ]
    text = page_texts(patient_pdf(nothing(latest=asked)))[0]
    assert "refugee" not in text
    assert "Income" not in text
    assert "Influenza virus A RNA Negative" in text
    assert "not printed: 2." in text


def test_an_allergy_beside_none_known_is_shown_with_the_contradiction() -> None:
    asked = patient(allergy_status=AllergyStatus.NONE_KNOWN)
    text = page_texts(patient_pdf(nothing(patient=asked, allergies=[allergy()])))[0]
    assert "Known allergies (1)" in text
    assert "Penicillin V" in text
    assert "also says that there are no known allergies" in text


def test_what_has_ended_is_counted_not_listed() -> None:
    text = " ".join(page_texts(patient_pdf(full())))
    assert "Acute bronchitis" not in text
    assert "1 resolved problem is not listed here." in text


def test_a_drug_line_labels_its_dose_and_a_supply_counts_its_refills() -> None:
    text = " ".join(page_texts(patient_pdf(full())))
    assert "Metformin hydrochloride – DOSE 500 mg twice daily" in text
    assert "01-Oct-2026 30-Dec-2026" in text  # 30 days, two refills


def test_a_prescription_whose_supply_is_over_does_not_pass_for_current() -> None:
    old = date(2026, 3, 1)
    listed = [
        medication("Ramipril", days_supply=30, refills=12),
        medication("Ibuprofen", days_supply=7, refills=0, authored_on=old),
        medication("Ibuprofen", days_supply=7, refills=0, authored_on=old - timedelta(days=90)),
        medication("Amoxicillin", ended_on=old),
    ]
    text = page_texts(patient_pdf(nothing(medications=listed)))[0]
    current, _, run_out = text.partition("but the supply has run out")
    assert "Ramipril" in current
    assert "Ibuprofen" not in current
    assert run_out.count("Ibuprofen") == 1
    assert "Amoxicillin" not in text
    assert "2 earlier prescriptions are not listed here." in run_out


def test_a_drug_prescribed_again_is_not_listed_as_run_out_too() -> None:
    again = [medication("Ramipril"), medication("ramipril", authored_on=date(2024, 1, 1))]
    text = page_texts(patient_pdf(nothing(medications=again)))[0]
    assert "supply has run out" not in text
    assert "1 earlier prescription is not listed here." in text


def test_results_show_range_flag_age_and_what_was_converted() -> None:
    text = " ".join(page_texts(patient_pdf(full())))
    assert "Creatinine 1.7 mg/dL H 0.59–1.04 31-Oct-2026 20d from 150 micromol/L" in text
    assert "no unit in the source, read as mmol/L" in text
    assert "Hb 10.9 g/dL L 12–15.5" in text


def test_the_range_is_the_one_of_the_recorded_gender() -> None:
    hb = [reading("718-7", 13.0, original_value="13.0")]

    def words(gender: AdministrativeGender) -> str:
        return page_texts(patient_pdf(nothing(patient=patient(gender=gender), latest=hb)))[0]

    assert "Hb 13 g/dL 12–15.5" in words(AdministrativeGender.FEMALE)
    assert "Hb 13 g/dL L 13.5–17.5" in words(AdministrativeGender.MALE)
    assert "Hb 13 g/dL 12–17.5" in words(AdministrativeGender.UNKNOWN)


def test_a_range_that_depends_on_gender_is_given_for_both_where_it_is_not_known() -> None:
    anyone = patient(gender=AdministrativeGender.UNKNOWN)
    text = page_texts(patient_pdf(nothing(patient=anyone, vitals=[reading("8280-0", 90)])))[0]
    assert "F up to 80; M up to 94" in text


@pytest.mark.parametrize(
    ("born", "words"), [(date(2016, 1, 1), "adults only"), (None, "age not known")]
)
def test_adult_ranges_are_not_held_against_others(born: date | None, words: str) -> None:
    report = nothing(patient=patient(birth_date=born), latest=[reading("2951-2", 120)])
    assert f"Sodium 120 mmol/L {words}" in page_texts(patient_pdf(report))[0]


def test_vitals_show_pressure_as_one_their_age_and_what_came_before() -> None:
    at = NOW - timedelta(days=2)
    earlier = at - timedelta(days=30)
    taken = [
        reading("8480-6", 131.0, earlier, id=1),
        reading("8462-4", 79.0, earlier, id=2),
        reading("8480-6", 152.0, at, id=3),
        reading("8462-4", 84.0, at, id=4),
    ]
    text = page_texts(patient_pdf(nothing(vitals=taken)))[0]
    assert "Blood pressure 152/84 mmHg sys H 90–140 / 60–90 18-Nov-2026 10:15 2d" in text
    assert "131/79 on 19-Oct-2026" in text
    assert "Not recorded: heart rate, respiratory rate, SpO" in text


def test_an_older_lone_diastolic_pressure_does_not_stand_as_the_latest() -> None:
    lone = reading("8462-4", 80, NOW - timedelta(days=900), id=1)
    pair = [reading("8480-6", 120, id=2), reading("8462-4", 74, id=3)]
    assert "Diastolic" not in page_texts(patient_pdf(nothing(vitals=[lone, *pair])))[0]
    assert "Diastolic blood pressure 80" in page_texts(patient_pdf(nothing(vitals=[lone])))[0]


def test_a_value_beyond_its_scale_is_drawn_with_its_number() -> None:
    rates = (170.0, 212.0, 24.0, 20.0, 160.0, 80.0)
    taken = [
        reading("8867-4", rate, NOW - timedelta(hours=n + 1), original_value=f"{rate:g}")
        for n, rate in enumerate(rates)
    ]
    text = page_texts(patient_pdf(nothing(vitals=taken)))[0]
    assert "212 off scale" in text
    assert "20 off scale" in text
    assert text.count("off scale") == 2  # the farthest at either end; more would cover each other


def test_the_risk_section_gives_what_a_clinician_needs_to_disagree() -> None:
    """S18: inputs, times, units, method, population, performance, limits, citation, missing."""
    text = " ".join(page_texts(patient_pdf(full())))
    for block in (
        "60.6 % High",
        "Probability of diabetes within five years. Interval 48.0 % to 72.0 %.",
        "Model diabetes, version 1.0.0.",
        DISCLAIMER,
        "Glucose 148 mg/dL 31-Oct-2026 Observation 1234",
        "Missing: not in the record",
        "Not in the record: Insulin.",
        "at the edge of what the model was fitted on",
        *astuple(FACTS)[1:],
    ):
        assert block in text


def test_a_model_not_made_for_the_patient_gets_no_band() -> None:
    finding = RiskFinding("diabetes", FACTS, estimate(in_scope=False))
    text = " ".join(page_texts(patient_pdf(full(risks=[finding]))))
    assert "The model was not made for this patient" in text
    assert "60.6 % High" not in text


def test_without_an_estimate_the_reason_stands_in_its_place() -> None:
    finding = RiskFinding("diabetes", None, None, "The record has no glucose. Record one.")
    text = page_texts(patient_pdf(nothing(risks=[finding])))[0]
    assert "No estimate. The record has no glucose. Record one." in text
    assert "%" not in text


def test_a_score_without_an_input_names_it() -> None:
    text = " ".join(page_texts(patient_pdf(full())))
    assert "eGFR 30 mL/min/1.73 m²" in text
    assert "Not in the record: Level of consciousness. Record it with the next vitals." in text


def test_without_its_fonts_the_report_still_prints_and_says_so(tmp_path: Path) -> None:
    shutil.copy(resource("fonts", "NotoSans-Regular.ttf"), tmp_path)
    pdf = patient_pdf(full(), fonts(tmp_path))
    text = page_texts(pdf)[0]
    assert "The fonts of ClinicDesk were not found" in text
    assert "ÓLOUGHLIN-¿OR¿EVI¿, Ada Žofia" in text
    assert "ID MRN0012345" in text


@pytest.mark.parametrize("page_size", PageSize)
@pytest.mark.parametrize("drugs", range(1, 40, 3))
def test_no_heading_is_left_alone_at_the_foot_of_a_page(drugs: int, page_size: PageSize) -> None:
    listed = [medication(f"Drug {n} 25 MG Oral Tablet") for n in range(drugs)]
    pdf = patient_pdf(full(medications=listed, printing=printing(page_size=page_size)))
    pages, marks = page_texts(pdf), dict(bookmarks(pdf))
    for title, first in {
        "Vital signs": "Vital sign Latest Unit Flag Reference Taken Age Before that Heart rate",
        "Latest results": "Test Result Unit Flag Reference Taken Age In the source Creatinine",
        "Other observations": "Observation Result Taken Urine colour",
        "Risk: diabetes": "60.6 % High Probability",
        "Published scores": "Score From, or what is missing For whom, and source eGFR",
        "Signature": "I have read this report",
    }.items():
        assert f"{title} {first}" in pages[marks[title]]


def test_the_headings_of_a_table_return_on_every_page() -> None:
    listed = [medication(f"Drug {n} 25 MG Oral Tablet") for n in range(60)]
    pages = page_texts(patient_pdf(nothing(medications=listed)))
    with_drugs = [text for text in pages if "25 MG Oral Tablet" in text]
    assert len(with_drugs) > 1
    assert all("Drug, strength and form as prescribed Reason Started" in t for t in with_drugs)
