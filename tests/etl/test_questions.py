"""What a file does not tell is asked with its own rows, and the answer is heard (F25, F26)."""

import pytest

from clinicdesk.errors import BadInput
from tests.etl.factories import PATIENTS, Desk

VISITS = "visit_id,patient_id,visit_date,length_of_stay,glucose_level\n"
OPEN = VISITS + "V1,P1,03/04/2026,1.240,5.5\nV2,P1,05/06/2026,2.100,6.1\n"


def test_a_preview_asks_what_two_rows_leave_open(desk: Desk) -> None:
    file = desk.preview({"visits.csv": OPEN}).files[0]
    asked = {question.kind: question for question in file.questions}
    assert set(asked) == {"date-order", "unit"}  # 5.5 beside it proves the decimal point
    order = asked["date-order"]
    assert (order.column, list(order.rows)) == (
        "visit_date",
        [(1, "03/04/2026"), (2, "05/06/2026")],
    )
    readings = {choice.answer: list(choice.readings) for choice in order.choices}
    assert readings == {
        "dmy": ["3 Apr 2026", "5 Jun 2026"],
        "mdy": ["4 Mar 2026", "6 May 2026"],
    }
    assert order.option == "--date-order visit_date="
    assert {"mg/dL", "mmol/l"} <= {choice.answer for choice in asked["unit"].choices}


def test_five_rows_are_shown_and_no_more(desk: Desk) -> None:
    rows = "".join(f"V{n},P1,0{n % 9 + 1}/10/2026,1,\n" for n in range(9))
    [question] = desk.preview({"visits.csv": VISITS + rows}).questions[:1]
    assert len(question.rows) == 5


def test_1_240_is_asked_where_nothing_tells_and_read_as_it_is_said(desk: Desk) -> None:
    text = VISITS + "V1,P1,2026-04-03,1.240,\n"
    files = {"patients.csv": PATIENTS, "visits.csv": text}
    report = desk.run(files)
    [question] = report.questions
    assert (question.kind, question.column, question.rows[0]) == (
        "decimal",
        "length_of_stay",
        (1, "1.240"),
    )
    assert [choice.readings[0] for choice in question.choices] == ["1.240", "1240"]
    assert [reject.rule for reject in report.rejects] == ["ambiguous-number"]
    assert desk.rows("encounter") == []
    assert desk.run(files, decimal={"length_of_stay": ","}).questions == []
    assert desk.rows("encounter", "length_of_stay") == [(1240.0,)]
    desk.run(files, decimal=".")
    assert desk.rows("encounter", "length_of_stay") == [(1.24,)]


def test_every_column_is_read_in_its_own_way(desk: Desk) -> None:
    """One column of points and one of commas, days first in one and months first in another."""
    desk.run(
        {
            "patients.csv": "patient_id;bmi;birth_date;registration_date\n"
            "P1;24,5;13/02/1950;02/13/2026\nP2;1.030,5;03/02/1950;03/04/2026\n",
            "visits.csv": "visit_id,patient_id,visit_date,heart_rate,temperature\n"
            'V1,P1,2026-03-01,70.5,"36,6"\nV2,P1,2026-03-02,"1,070",36.600\n',
        }
    )
    assert desk.rows("patient", "birth_date, registered_on") == [
        ("1950-02-13", "2026-02-13"),
        ("1950-02-03", "2026-03-04"),
    ]
    values = {(code, original): value for code, value, _, _, original, _ in desk.observations()}
    assert values["39156-5", "24,5"] == 24.5
    assert values["8867-4", "70.5"] == 70.5
    assert values["8310-5", "36,6"] == 36.6


def test_a_proof_far_down_the_file_is_found(desk: Desk) -> None:
    rows = "".join(f"V{n},P1,03/04/2026,1,\n" for n in range(9_000))
    last = "V9999,P1,04/13/2026,1,\n"
    report = desk.run({"patients.csv": PATIENTS, "visits.csv": VISITS + rows + last})
    assert report.questions == []
    assert len(desk.rows("encounter")) == 9_001
    first = desk.rows("encounter", "started_at", "id LIMIT 1")
    assert first[0][0] == 1772578800000  # 4 March, in Berlin


def test_an_answer_that_is_none_is_refused(desk: Desk) -> None:
    for wrong in ({"date_order": "ymd"}, {"decimal": ";"}, {"date": "yesterday"}):
        with pytest.raises(BadInput, match=r"date|decimal"):
            desk.run({"patients.csv": PATIENTS}, **wrong)
