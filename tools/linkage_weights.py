"""Estimate the weights of `resources/linkage/weights.toml` with splink, which stays outside.

    python -m tests.etl.doubles FOLDER            # in the environment of the project
    python tools/linkage_weights.py FOLDER        # in one with splink 5 alone

Splink (Ministry of Justice, MIT) finds m by expectation maximisation and u from random pairs. The
program itself only adds up what came out: splink brings DuckDB and Arrow, 200 MB in an installer.
"""

import sys
import unicodedata
from pathlib import Path

import pandas as pd
import splink.comparison_level_library as levels
import splink.comparison_library as comparisons
from splink import Linker, SettingsCreator, block_on
from splink.backends.duckdb import DuckDBAPI

SEED = 1
_ALIKE = (
    "(jaro_winkler_similarity({l}, {r}) >= 0.9 OR (least(length({l}), length({r})) >= 4"
    " AND damerau_levenshtein({l}, {r}) = 1))"
)
LEVELS = ("same", "close", "other")
_NO_GENDER = "unknown"


def main(folder: Path) -> None:
    """Print the weights."""
    database = DuckDBAPI()
    tables = [database.register(_table(folder / f"{name}.csv")) for name in ("known", "incoming")]
    linker = Linker(tables, _settings(len(_table(folder / "known.csv"))))
    training = linker.training
    training.estimate_u_using_random_sampling(max_pairs=5e7, seed=SEED)
    training.estimate_parameters_using_expectation_maximisation(block_on("birth_date"))
    training.estimate_parameters_using_expectation_maximisation(
        block_on("family_name", "given_name")
    )
    training.estimate_parameters_using_expectation_maximisation(block_on("phone"))
    model = linker.misc.save_model_to_json()
    for comparison in model["comparisons"]:
        sys.stdout.write(_entry(comparison))


def _settings(known: int) -> SettingsCreator:
    return SettingsCreator(
        link_type="link_only",
        unique_id_column_name="id",
        probability_two_random_records_match=0.6 / known,
        comparisons=[
            _spelled("family_name", _ALIKE),
            _spelled(
                "given_name",
                _ALIKE + " OR (least(length({l}), length({r})) = 1"
                " AND {l}[1] = {r}[1])",
            ),
            _spelled("birth_date", "damerau_levenshtein({l}, {r}) = 1 OR {l}[1:4] = {r}[1:4]"
                     " AND {l}[5:6] = {r}[7:8] AND {l}[7:8] = {r}[5:6]"),
            *(_spelled(name) for name in ("gender", "phone", "email", "address")),
        ],
        blocking_rules_to_generate_predictions=[block_on("birth_date")],
    )  # fmt: skip


def _spelled(column: str, close: str = "") -> comparisons.CustomComparison:
    own = {"l": f"{column}_l", "r": f"{column}_r"}
    middle = [levels.CustomLevel(close.format(**own), label_for_charts="close")] if close else []
    return comparisons.CustomComparison(
        [levels.NullLevel(column), levels.ExactMatchLevel(column), *middle, levels.ElseLevel()],
        output_column_name=column,
    )


def _entry(comparison: dict[str, object]) -> str:
    found = [level for level in comparison["comparison_levels"] if not level.get("is_null_level")]
    names = LEVELS if len(found) == len(LEVELS) else ("same", "other")
    lines = [
        f"{name} = {{ m = {level['m_probability']:.3g}, u = {level['u_probability']:.3g} }}"
        for name, level in zip(names, found, strict=True)
    ]
    return f"[trait.{comparison['output_column_name']}]\n" + "\n".join(lines) + "\n\n"


def _table(path: Path) -> pd.DataFrame:
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    table["birth_date"] = table["birth_date"].str.replace("-", "")
    for name in ("family_name", "given_name", "address"):
        table[name] = table[name].map(_plain)
    table["phone"] = table["phone"].str.replace(r"\D", "", regex=True).str[-8:]
    table["email"] = table["email"].str.lower()
    return table.replace({"": None}).assign(gender=table["gender"].replace({_NO_GENDER: None}))


def _plain(text: str) -> str:
    """Small letters without marks and signs, as `clinicdesk.etl.linkage.names` compares them."""
    plain = text.casefold().encode("ascii", "ignore") if text.isascii() else _bare(text).encode()
    return "".join(c for c in plain.decode() if c.isalnum() or c == " ").strip()


def _bare(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in parts if not unicodedata.combining(c))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
