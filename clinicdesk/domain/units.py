"""Units as UCUM writes them, and the linear steps between them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Conversion:
    """canonical = value * factor + offset."""

    factor: float = 1.0
    offset: float = 0.0

    def __call__(self, value: float) -> float:
        return value * self.factor + self.offset

    def back(self, canonical: float) -> float:
        """The value in the other unit again."""
        return (canonical - self.offset) / self.factor

    @property
    def identity(self) -> bool:
        return self.factor == 1.0 and self.offset == 0.0


# What hospitals write for a UCUM unit. Only spellings that cannot mean anything else.
_SPELLINGS = {
    "bpm": "/min",
    "beats/min": "/min",
    "breaths/min": "/min",
    "{beats}/min": "/min",
    "{breaths}/min": "/min",
    "1/min": "/min",
    "min-1": "/min",
    "mmhg": "mm[hg]",
    "mm hg": "mm[hg]",
    "sec": "s",
    "secs": "s",
    "seconds": "s",
    "°c": "cel",
    "degc": "cel",
    "celsius": "cel",
    "°f": "[degf]",
    "degf": "[degf]",
    "f": "[degf]",
    "fahrenheit": "[degf]",
    "c": "cel",
    "lb": "[lb_av]",
    "lbs": "[lb_av]",
    "in": "[in_i]",
    "inch": "[in_i]",
    "inches": "[in_i]",
    "kg/m^2": "kg/m2",
    "kg/m²": "kg/m2",
    "µmol/l": "umol/l",
    "μmol/l": "umol/l",
    "micromol/l": "umol/l",
    "mcmol/l": "umol/l",
    "10^3/ul": "10*3/ul",
    "10^9/l": "10*9/l",
    "k/ul": "10*3/ul",
    "10^6/ul": "10*6/ul",
    "m/ul": "10*6/ul",
    "#/ul": "/ul",
    "10^12/l": "10*12/l",
    "iu/l": "u/l",
    "uiu/ml": "u[iu]/ml",
    "µiu/ml": "u[iu]/ml",
    "uu/ml": "u[iu]/ml",
    "miu/l": "m[iu]/l",
    "ph": "[ph]",
    "ml/min/1.73m2": "ml/min/{1.73_m2}",
    "ml/min/1.73m^2": "ml/min/{1.73_m2}",
    "ml/min/1.73 m2": "ml/min/{1.73_m2}",
    "ml/min/1.73m²": "ml/min/{1.73_m2}",
    "percent": "%",
}


def normal_unit(unit: str) -> str:
    """A unit ready to compare: UCUM spelling, lower case. mg and Mg never meet here."""
    text = unit.strip().casefold()
    return _SPELLINGS.get(text, text)


# UCUM is for machines; this is what a clinician reads.
_PRINTED = {
    "mm[Hg]": "mmHg",
    "Cel": "°C",
    "[degF]": "°F",
    "/min": "/min",
    "[pH]": "",
    "kg/m2": "kg/m²",
    "mL/min/{1.73_m2}": "mL/min/1.73 m²",
    "10*3/uL": "×10³/microL",
    "10*6/uL": "×10⁶/microL",
    "u[IU]/mL": "microIU/mL",
    "m[IU]/L": "mIU/L",
    "umol/L": "micromol/L",
    "[lb_av]": "lb",
    "[in_i]": "in",
    "a": "years",
}


def printed_unit(ucum: str) -> str:
    """The unit as it is shown beside a number; "" for a pure score or count, `{#}`."""
    if ucum.startswith("{") and ucum.endswith("}"):
        return ""
    return _PRINTED.get(ucum, ucum)
