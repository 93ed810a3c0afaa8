"""Child-Pugh class of cirrhosis, with INR."""

from clinicdesk.models.scores.answers import additive
from clinicdesk.models.scores.inputs import ALBUMIN, BILIRUBIN, INR
from clinicdesk.models.scores.protocol import Choice, Quantity
from clinicdesk.models.scores.tables import From, by_number, by_word, third

SCORE = additive(
    id="child_pugh",
    title="Child-Pugh",
    version="1973.1",
    inputs=(
        BILIRUBIN,
        ALBUMIN,
        INR,
        Choice("ascites", "Ascites", ("none", "mild", "moderate_severe")),
        Quantity(
            "encephalopathy_grade", "Hepatic encephalopathy, grade", "{score}", 0, 4, whole=True
        ),
    ),
    parts=(
        by_number("bilirubin_mg_dl", lambda level: 1 + third(level, 2, 3), 3, 1),
        by_number("albumin_g_dl", lambda level: 3 - third(level, 2.8, 3.5), 3, 1),
        by_number("inr", lambda ratio: 1 + third(ratio, 1.7, 2.3), 3, 1),
        by_word("ascites", {"none": 1, "mild": 2, "moderate_severe": 3}),
        by_number("encephalopathy_grade", From(1, {1: 2, 3: 3}), 3, 1),
    ),
    bands={"class": From("A", {7: "B", 10: "C"})},
    citation=(
        "Pugh RNH, et al. Transection of the oesophagus for bleeding oesophageal varices. Br J "
        "Surg 1973;60:646-9. doi:10.1002/bjs.1800600817; INR 1.7 and 2.3 in place of prothrombin."
    ),
    scope=(
        "Adults with cirrhosis. In cholestatic disease (PBC, PSC) higher bilirubin limits are "
        "used: 4 and 10 mg/dL."
    ),
)
