"""Reasons that turn within the error of a measurement are no certainty (F56)."""

import numpy as np
import pytest

from clinicdesk.models.learned.examining import examine, population
from clinicdesk.models.learned.serving import predict
from clinicdesk.models.measurement_error import error_of
from clinicdesk.models.registry import PUBLIC_KEYS, card

# pregnancies, glucose, diastolic, skin, insulin, BMI, pedigree, age
FIRM = [2.0, 190.0, 72.0, 29.0, 125.0, 33.0, 0.4, 35.0]


def test_one_reason_far_ahead_of_the_others_is_steady() -> None:
    assert examine("diabetes", FIRM).unsteady == ()


def test_two_reasons_of_one_size_are_not() -> None:
    """The body mass index that has as large a part as the glucose is looked for."""
    rows = [[*FIRM[:1], 150.0, *FIRM[2:5], float(bmi), *FIRM[6:]] for bmi in np.arange(34, 50, 0.1)]
    parts = [np.abs(each.contributions) for each in predict("diabetes", rows)]
    gaps = [abs(each[1] - each[5]) + 10 * (each.argmax() not in (1, 5)) for each in parts]
    row = rows[int(np.argmin(gaps))]
    assert set(examine("diabetes", row).unsteady) & {"Glucose", "BMI"}


def test_an_error_is_in_the_unit_of_the_input() -> None:
    about = card("diabetes")
    assert error_of(about.input("Glucose"), 150.0) == pytest.approx(9.0)
    assert error_of(about.input("BloodPressure"), 70.0) == 5.0
    assert error_of(about.input("Age"), 50.0) is None


@pytest.mark.parametrize("model", sorted(PUBLIC_KEYS))
def test_every_model_is_examined_whatever_it_answers_with(model: str) -> None:
    people = population(model)
    row = [float(people.plausible(at, 1)[0]) for at in range(len(card(model).inputs))]
    found = examine(model, row)
    assert found.possible is None
    assert 0 <= found.nearer <= 1
    assert set(found.unsteady) <= {each.name for each in card(model).inputs}
