"""A file whose columns a person or a template named: which tables it fills, and from what."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from clinicdesk.domain.catalog import catalog, plain
from clinicdesk.errors import BadInput
from clinicdesk.etl.mapping import Mapped, MappedList, MappedMeasure, unit_in
from clinicdesk.etl.plan import IGNORE, Said
from clinicdesk.etl.presets import TablePreset, WordList, presets
from clinicdesk.etl.targets import LIST, UNIT, is_result, is_target, measure_of, table_of

SEVERAL = "several"
_NOTHING = TablePreset("file", "", "csv", SEVERAL, required=(), fields={})
_Places = Mapping[str, int]  # target -> column


def mapped_by(header: Sequence[str], said: Said, base: Mapped | None, units: Said) -> Mapped:
    """The columns as they were named; what nobody named stays as the preset has it.

    base: what a preset makes of the header.  units: header -> unit.  Raises `BadInput`.
    """
    base = base if base and base.table.target else None
    named = {plain(name): target for name, target in said.items()}
    _require_sense(header, said)
    wanted = {at: named.get(plain(name), "") for at, name in enumerate(header)}
    known = columns_of(base) if base else {}
    places = _places(header, {at: t or known.get(at, IGNORE) for at, t in wanted.items()})
    table = base.table if base else replace(_NOTHING, conventions=_usual_units())
    parts = [part(header, table, places, units) for part in _PARTS]
    found = [_with_unnamed(part, base) for part in parts if part]
    _require_whole(places, found)
    whole = replace(table, target=SEVERAL, name=_name(found))
    return Mapped(whole, header, {}, parts=found, notes=_notes(places))


def columns_of(mapped: Mapped) -> dict[int, str]:
    """Column -> target, as a plan would say what a preset knows."""
    if mapped.parts:
        return {at: target for part in mapped.parts for at, target in columns_of(part).items()}
    table = _TABLES.get(mapped.table.target, mapped.table.target)
    found = {at: _field(table, name) for name, at in mapped.fields.items()}
    for measure in mapped.measures:
        codes = filter(None, (measure.measure.code, measure.measure.second_code))
        found[measure.column] = f"observation:{'+'.join(codes)}"
        if measure.unit_column >= 0:
            found[measure.unit_column] = f"{UNIT}{measure.measure.code}"
    for entry in mapped.lists:
        found[entry.column] = f"{entry.words.target}{LIST}"
    return {at: target for at, target in found.items() if is_target(target)}


def _with_unnamed(part: Mapped, base: Mapped | None) -> Mapped:
    """The part with the fields of a preset that have no name in a plan: its reader needs them."""
    if base is None or base.table.target != part.table.target:
        return part
    known = columns_of(base)
    rest = {name: at for name, at in base.fields.items() if at not in known}
    return replace(part, fields={**rest, **part.fields})


_TABLES = {"visit": "encounter", "wide": "observation"}
_OF_PATIENT = {"patient": "mrn", "gender": "gender", "birth_date": "birth_date", "age": "age"}


def _field(table: str, name: str) -> str:
    if table != "patient" and name in _OF_PATIENT:
        return f"patient.{_OF_PATIENT[name]}"
    return "encounter.number" if name == "encounter" else f"{table}.{name}"


def _require_sense(header: Sequence[str], said: Said) -> None:
    present = {plain(name) for name in header}
    for name, target in said.items():
        if plain(name) not in present:
            raise BadInput(f"The file has no column {name}. It has {', '.join(header[:20])}.")
        if not is_target(target):
            raise BadInput(
                f"A column cannot be {target}. Examples: patient.birth_date, observation:8480-6,"
                " ignore; `clinicdesk import --targets` lists them all."
            )


def _places(header: Sequence[str], wanted: Mapping[int, str]) -> dict[str, int]:
    """Target -> column; never two columns for one."""
    places: dict[str, int] = {}
    for at, target in wanted.items():
        if target in ("", IGNORE):
            continue
        if target in places:
            one = header[places[target]]
            raise BadInput(f"{one} and {header[at]} are both to be {target}. Choose one of them.")
        places[target] = at
    return places


def _own(places: _Places, table: str) -> dict[str, int]:
    """The fields of one table: name -> column."""
    return {
        target.partition(".")[2]: at
        for target, at in places.items()
        if table_of(target) == table and "." in target and not target.endswith(LIST)
    }


def _part(
    header: Sequence[str],
    table: TablePreset,
    target: str,
    fields: Mapping[str, int],
    *,
    measures: Sequence[MappedMeasure] = (),
    lists: Sequence[MappedList] = (),
    visit_a_day: bool = False,
) -> Mapped:
    own = replace(table, name=target, target=target, visit_a_day=visit_a_day)
    return Mapped(own, header, fields, measures, lists)


def _patient(
    header: Sequence[str], table: TablePreset, places: _Places, units: Said
) -> Mapped | None:
    """The patients, when the file says more of them than their number."""
    fields = _own(places, "patient")
    lists = _lists(header, places)
    alone = not _own(places, "encounter") and not _time(places)
    measures = _measures(header, table, places, units) if alone else []
    if not (fields.keys() - {"mrn", "mrn_system"} or lists or measures):
        return None
    if not table.anonymous and "mrn" not in fields:
        return None
    time = _time(places)
    if "registered_on" not in fields and time is not None:
        fields = {**fields, "told_on": time}
    undated = table.undated or not fields.keys() & {"registered_on", "told_on"}
    own = replace(table, undated=undated and bool(measures or "age" in fields))
    return _part(header, own, "patient", fields, measures=measures, lists=lists)


def _encounter(
    header: Sequence[str], table: TablePreset, places: _Places, units: Said
) -> Mapped | None:
    """The visits, when the file says when they were and more than that."""
    fields = _own(places, "encounter")
    if len(fields) < 2 or not ("started_at" in fields or table.undated):
        return None
    own_time = "observation.effective_at" in places
    measures = [] if own_time else _measures(header, table, places, units)
    fields = {**_whose(places), **fields}
    by_day = "number" not in fields
    return _part(header, table, "encounter", fields, measures=measures, visit_a_day=by_day)


def _wide(header: Sequence[str], table: TablePreset, places: _Places, units: Said) -> Mapped | None:
    """Results beside each other, when they have a time and the visit does not take them."""
    time, measures = _time(places), _measures(header, table, places, units)
    taken = _own(places, "encounter").keys() - {"started_at"}
    with_visit = "encounter.started_at" in places and taken
    if time is None or not measures or (with_visit and "observation.effective_at" not in places):
        return None
    fields = {**_whose(places), **_visit(places), "effective_at": time}
    return _part(header, table, "wide", fields, measures=measures)


def _long(header: Sequence[str], table: TablePreset, places: _Places, _: Said) -> Mapped | None:
    """Results one a row: what was measured stands in a cell."""
    fields, time = _own(places, "observation"), _time(places)
    if "value" not in fields or time is None or not fields.keys() & {"code", "display"}:
        return None
    coded = {"code": fields.get("code", fields.get("display", 0))}
    fields = {**_whose(places), **_visit(places), **fields, **coded, "effective_at": time}
    return _part(header, table, "observation", fields)


def _other(target: str) -> Callable[..., Mapped | None]:
    """Conditions, prescriptions or allergies, one a row."""

    def part(header: Sequence[str], table: TablePreset, places: _Places, _: Said) -> Mapped | None:
        fields = _own(places, target)
        if not fields.keys() & {"display", "code"}:
            return None
        return _part(header, table, target, {**_whose(places), **_visit(places), **fields})

    return part


_PARTS: Sequence[Callable[..., Mapped | None]] = (
    _patient,
    _encounter,
    _other("condition"),
    _wide,
    _long,
    _other("medication"),
    _other("allergy"),
)


def _whose(places: _Places) -> dict[str, int]:
    """Whose the rows of a table are."""
    names = {"patient": "patient.mrn", "patient_system": "patient.mrn_system"}
    return {name: places[target] for name, target in names.items() if target in places}


def _visit(places: _Places) -> dict[str, int]:
    number = places.get("encounter.number")
    return {} if number is None else {"encounter": number}


def _time(places: _Places) -> int | None:
    """When something was measured: its own time, else the visit's."""
    return places.get("observation.effective_at", places.get("encounter.started_at"))


def _measures(
    header: Sequence[str], table: TablePreset, places: _Places, units: Said
) -> list[MappedMeasure]:
    said = {plain(name): unit for name, unit in units.items()}
    found = [(at, target) for target, at in places.items() if is_result(target)]
    measures = [_measure(header[at], at, target, table, said) for at, target in sorted(found)]
    return [replace(m, unit_column=places.get(f"{UNIT}{m.measure.code}", -1)) for m in measures]


def _measure(header: str, at: int, target: str, table: TablePreset, said: Said) -> MappedMeasure:
    """One column of results, with the first unit that somebody says."""
    own = next((m for m in table.measures if plain(header) in map(plain, m.headers)), None)
    asked = measure_of(target, header)
    measure = own if own and own.code == asked.code else asked
    concept = catalog().by_code(measure.code)
    units = (
        ("user", said.get(plain(header), "")),
        ("header", unit_in(header, concept) if concept else ""),
        ("preset", measure.unit),
        ("convention", table.conventions.get(measure.code, "")),
    )
    origin, unit = next(((origin, unit) for origin, unit in units if unit), ("", ""))
    return MappedMeasure(at, header, measure, unit, origin)


def _lists(header: Sequence[str], places: _Places) -> list[MappedList]:
    return [
        MappedList(at, header[at], WordList((header[at],), target.removesuffix(LIST)))
        for target, at in places.items()
        if target.endswith(LIST)
    ]


def _usual_units() -> Mapping[str, str]:
    """The units that practice has no rival to, of any file of results."""
    tables = [table for preset in presets() if preset.name == "vitals" for table in preset.tables]
    return tables[0].conventions


def _require_whole(places: _Places, parts: Sequence[Mapped]) -> None:
    """Nothing that was named may go nowhere in silence."""
    if "patient.mrn" not in places and not any(part.table.anonymous for part in parts):
        raise BadInput(
            "No column says whose the rows are. Name the one with the patients' numbers"
            " patient.mrn."
        )
    if places.keys() <= {"patient.mrn", "patient.mrn_system"} and not parts:
        raise BadInput("The file has patients' numbers and nothing else to import.")
    used = {at for part in parts for at in part.used}
    lost = sorted(target for target, at in places.items() if at not in used)
    if lost:
        lacks = _LACKS.get(table_of(lost[0]), "")
        raise BadInput(f"{lost[0]} cannot be stored without more of the file. {lacks}")


_LACKS: Mapping[str, str] = {
    "encounter": "Name the column with the day of the visit encounter.started_at.",
    "observation": "Name what was measured observation.code, its result observation.value and its"
    " time observation.effective_at.",
    "condition": "Name its column condition.display or condition.code.",
    "medication": "Name the column with the drug medication.display.",
    "allergy": "Name the column with the substance allergy.display.",
    "": "Name the column with its results too.",
}


def _name(parts: Sequence[Mapped]) -> str:
    return " and ".join(part.table.target for part in parts)


def _notes(places: _Places) -> list[str]:
    if "encounter.started_at" in places and "encounter.number" not in places:
        return ["No column numbers the visits: what a patient has on one day is one visit."]
    return []
