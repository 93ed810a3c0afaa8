"""Wells score for deep vein thrombosis, with the item for a thrombosis before (2003)."""

from clinicdesk.models.scores.answers import additive
from clinicdesk.models.scores.inputs import yes_no
from clinicdesk.models.scores.tables import From, if_yes

_FINDINGS = (
    yes_no("active_cancer", "Active cancer"),
    yes_no("paralysis_cast", "Paralysis or a cast of the leg"),
    yes_no("bedridden_surgery", "Bedridden for 3 days, or major surgery in 12 weeks"),
    yes_no("tenderness", "Tender along the deep veins"),
    yes_no("leg_swollen", "Whole leg swollen"),
    yes_no("calf_gt3cm", "Calf more than 3 cm wider than the other"),
    yes_no("pitting_oedema", "Pitting oedema of this leg alone"),
    yes_no("collateral_veins", "Superficial collateral veins"),
    yes_no("previous_dvt", "Deep vein thrombosis before"),
)
_ALTERNATIVE = yes_no("alternative_dx", "Another diagnosis at least as likely")

SCORE = additive(
    id="wells_dvt",
    title="Wells DVT",
    version="2003.1",
    inputs=(*_FINDINGS, _ALTERNATIVE),
    parts=(*(if_yes(each.name) for each in _FINDINGS), if_yes(_ALTERNATIVE.name, -2)),
    bands={"two_tier": From("unlikely", {2: "likely"})},
    citation=(
        "Wells PS, et al. Evaluation of D-dimer in the diagnosis of suspected deep-vein "
        "thrombosis. N Engl J Med 2003;349:1227-35. doi:10.1056/NEJMoa023153"
    ),
    scope="Adult outpatients in whom deep vein thrombosis is suspected; not in pregnancy.",
)
