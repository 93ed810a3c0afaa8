"""From the inputs of a record to an estimate with its explanation."""

from clinicdesk.domain.risk import RiskEstimate
from clinicdesk.models.examined import Examined
from clinicdesk.models.explaining import explained
from clinicdesk.models.features import Moment, cautions
from clinicdesk.models.prediction import to_estimate
from clinicdesk.services.compute import ComputeProcess
from clinicdesk.services.progress import Progress
from clinicdesk.services.risk_inputs import ModelInputs

_EXAMINE = "clinicdesk.models.learned.examining:examine"


def estimated(
    found: ModelInputs, compute: ComputeProcess, moment: Moment, progress: Progress
) -> RiskEstimate:
    """Ask the model, and join its answer with what it was made from.

    Raise `MissingInputs`, `PatientDied` or `BadInput` where there can be none.
    """
    found.require_enough()
    examined: Examined = compute.call(progress, _EXAMINE, found.card.id, found.row)
    outside = found.outside()
    warnings = [*outside, *cautions(found.card, found.inputs, moment)]
    estimate = to_estimate(
        found.card, examined.prediction, found.inputs, warnings, in_scope=not outside
    )
    return explained(found.card, estimate, examined, moment)
