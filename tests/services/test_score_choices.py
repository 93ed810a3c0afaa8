"""What a clinic decides once for the published scores, and who decides it."""

import pytest

from clinicdesk.errors import BadInput, NotAllowed
from clinicdesk.models.score_choices import choices
from clinicdesk.models.scores.protocol import CannotScore
from clinicdesk.services.clinic import Clinic
from tests.services.stores import OWN_PASSWORD, add_account, events, unlock


def test_a_new_clinic_has_decided_nothing(clinic: Clinic) -> None:
    assert clinic.settings.score_choices() == {}
    assert set(choices()) == {"north_america", "region", "thresholds"}


def test_a_decision_is_kept_and_audited_and_can_be_taken_back(clinic: Clinic) -> None:
    clinic.settings.decide_for_scores({"region": "very_high", "north_america": "no"})
    assert clinic.settings.score_choices() == {"region": "very_high", "north_america": "0"}
    assert events(clinic, "action", "object_type", "detail")[-1] == (
        *("settings.change", "score.north_america", '{"after": "0", "before": ""}'),
    )
    clinic.settings.decide_for_scores({"region": ""})
    assert clinic.settings.score_choices() == {"north_america": "0"}


def test_what_does_not_change_is_no_event(clinic: Clinic) -> None:
    clinic.settings.decide_for_scores({"region": "low"})
    before = len(events(clinic, "action"))
    clinic.settings.decide_for_scores({"region": "low"})
    assert len(events(clinic, "action")) == before


def test_an_option_that_is_none_changes_nothing(clinic: Clinic) -> None:
    with pytest.raises(CannotScore, match="low, moderate"):
        clinic.settings.decide_for_scores({"north_america": "1", "region": "Mars"})
    with pytest.raises(BadInput, match="north_america, region, thresholds"):
        clinic.settings.decide_for_scores({"age": "70"})
    assert clinic.settings.score_choices() == {}


def test_a_clinician_does_not_decide_for_the_clinic(clinic: Clinic) -> None:
    add_account(clinic, "bob")
    bob = unlock(clinic.folder, "bob", OWN_PASSWORD)
    assert bob.settings.score_choices() == {}
    with pytest.raises(NotAllowed):
        bob.settings.decide_for_scores({"region": "low"})
    bob.lock()
