"""The people every demonstration clinic has: one for each thing a screen must get right."""

from dataclasses import dataclass
from enum import IntEnum


class Course(IntEnum):
    """How a stay on the ward goes."""

    STABLE = 0
    RECOVERING = 1
    WORSENING = 2
    RELAPSE = 3  # well, then ill, then well again


@dataclass(frozen=True, slots=True)
class Character:
    """One person on purpose.

    age: years.  bmi: kg/m2.  smoker: 0 never, 1 formerly, 2 now.  chronic, ward: ICD-10.
    """

    family: str
    given: str
    gender: str
    age: float
    bmi: float = 25.0
    smoker: int = 0
    chronic: tuple[str, ...] = ()
    ward: str = ""  # the diagnosis of the present stay
    days_in: float = 0.0  # since admission
    course: Course = Course.STABLE
    died_days_ago: int | None = None
    allergy: str = ""
    hba1c: float | None = None  # %
    pregnancies: int | None = None


SHOWCASE = Character(
    "Okonjo-Lindqvist", "Marguerite", "Female", 46.4, 36.2, 1, ("I10", "E66.9", "G43.9"),
    ward="J18.9", days_in=5.2, course=Course.RECOVERING, allergy="Penicillin V", hba1c=6.0,
    pregnancies=4,
)  # fmt: skip

CAST = (
    SHOWCASE,
    Character("Håkansson-Vale", "Alva", "Female", 27.3, 22.4, chronic=("J45.9",)),
    Character("Håkansson-Vale", "Alma", "Female", 27.3, 22.6, chronic=("G43.9",),
              allergy="Amoxicillin"),
    Character("Featherstonehaugh-Montgomery de la Poer", "Maximilian Bartholomew Alexander",
              "Male", 71.8, 29.1, 1, ("I10", "I48.9", "E78.5", "N18.3"), ward="I50.9", days_in=6.4,
              course=Course.RECOVERING),
    Character("Theodorakopoulou", "Kalliopi", "Female", 78.5, 31.4, 0,
              ("I10", "E11.9", "N18.4", "E78.5"), ward="A41.9", days_in=2.9,
              course=Course.WORSENING, allergy="Trimethoprim"),
    Character("Szczepański", "Bogdan", "Male", 68.1, 23.8, 2, ("J44.9", "I25.9", "E78.5"),
              ward="J44.1", days_in=4.6, course=Course.WORSENING),
    Character("Venkataraghavan", "Harish", "Male", 59.2, 27.7, 0, ("I10", "E11.9", "N18.3"),
              ward="N39.0", days_in=7.1, course=Course.RELAPSE),
    Character("Ní Bhraonáin", "Baby", "Female", 0.0096, 13.2, ward="P59.9", days_in=2.6),
    Character("Castellanos Ibáñez", "Concepción", "Female", 101.3, 21.3, 0,
              ("I10", "M17.9", "M81.9", "E03.9")),
    Character("Zhadan", "Mykola", "Male", 83.6, 26.0, 1, ("I10", "I25.9", "I50.9"),
              died_days_ago=48, allergy="Aspirin"),
    Character("Rowan", "Sky", "Other", 33.9, 24.1, chronic=("F41.1",)),
    Character("Quillfeather", "Unidentified", "Unknown", 55.0, 26.5, ward="L03.1", days_in=1.3),
    Character("O'Shaughnessy", "Séamus", "Male", 64.7, 33.0, 1,
              ("E11.9", "I10", "N18.3", "E78.5", "E66.9")),
    Character("Yıldırım", "Şirin", "Female", 38.2, 23.1, 0, ("G43.9", "F32.9")),
)  # fmt: skip
