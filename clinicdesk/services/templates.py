"""Saved templates: kept by name, offered by the header of a file, used in a plan (F38)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from clinicdesk.domain.roles import Action
from clinicdesk.domain.understood import SavedTemplate
from clinicdesk.errors import BadInput
from clinicdesk.etl.files import TableFile, recognise
from clinicdesk.etl.mended import sources_of
from clinicdesk.etl.picked import File
from clinicdesk.etl.plan import Plan
from clinicdesk.etl.readers.structured import tables_in
from clinicdesk.etl.templates import (
    ALIKE,
    Difference,
    Template,
    applied,
    difference,
    likeness,
    template_of,
)
from clinicdesk.services.access import Access, requires
from clinicdesk.services.progress import SILENT, Progress
from clinicdesk.storage import audit, templates
from clinicdesk.storage.database import Database

_LONGEST = 80  # letters of a name


@dataclass(frozen=True, slots=True)
class Offer:
    """A template that fits a file. difference: what changed in the layout since it was made."""

    file: str
    header: Sequence[str]
    name: str
    template: Template
    difference: Difference


class Templates:
    """What people said of files, for the next files like them."""

    def __init__(self, database: Database, access: Access, now: Callable[[], datetime]) -> None:
        self._database, self._access, self._now = database, access, now

    @requires(Action.IMPORT)
    def every(self) -> list[SavedTemplate]:
        """All templates, by name."""
        with self._database.reading() as session:
            return templates.every(session)

    @requires(Action.IMPORT)
    def save(
        self, name: str, file: File, plan: Plan, *, table: str = "", replace: bool = False
    ) -> Template:
        """Keep what the plan says of a file. table: its name within a zip or a workbook."""
        found = _table(file, table)
        template = template_of(found.dialect.header, found.source.name, plan)
        self._keep(name, template, replace=replace)
        return template

    @requires(Action.IMPORT)
    def take_in(self, name: str, text: str, *, replace: bool = False) -> Template:
        """Keep a template that another clinic wrote with `text`; raise `BadInput`."""
        template = Template.from_json(text)
        self._keep(name, template, replace=replace)
        return template

    @requires(Action.IMPORT)
    def text(self, name: str) -> str:
        """A template as text for another clinic. It holds words of the file, but no row."""
        with self._database.reading() as session:
            return templates.get(session, name).content

    @requires(Action.IMPORT)
    def remove(self, name: str) -> None:
        """Forget a template; what was imported with it stays."""
        with self._database.writing() as session:
            number = templates.remove(session, name)
            self._record(session, "template.remove", number)

    @requires(Action.IMPORT)
    def offers(self, files: Sequence[File], plan: Plan, progress: Progress = SILENT) -> list[Offer]:
        """For each file the templates that fit it, the best first, with what has changed."""
        known = [(saved.name, Template.from_json(saved.content)) for saved in self.every()]
        found = recognise(tables_in(sources_of(files)), plan) if known else []
        return [offer for file in found for offer in _offers(file, known)]

    @requires(Action.IMPORT)
    def fitting(
        self, files: Sequence[File], plan: Plan, name: str, template: Template
    ) -> list[Offer]:
        """A template that is not kept here, for the files that it fits."""
        found = recognise(tables_in(sources_of(files)), plan)
        return [offer for file in found for offer in _offers(file, [(name, template)])]

    @requires(Action.IMPORT)
    def use(self, plan: Plan, offers: Sequence[Offer]) -> Plan:
        """The plan with what these templates say; what was said already stands."""
        for offer in offers:
            plan = applied(plan, offer.file, offer.header, offer.template)
        with self._database.writing() as session:
            templates.note_used(session, {offer.name for offer in offers}, self._now())
        return plan

    def _keep(self, name: str, template: Template, *, replace: bool) -> None:
        name = name.strip()
        if not 0 < len(name) <= _LONGEST:
            raise BadInput(f"Give the template a name of up to {_LONGEST} letters.")
        with self._database.writing() as session:
            number = templates.save(
                session,
                name,
                template.fingerprint,
                template.as_json(),
                user_id=self._access.principal.user_id,
                at=self._now(),
                replace=replace,
            )
            self._record(session, "template.save", number)

    def _record(self, session: Any, action: str, number: int) -> None:
        audit.record(
            session,
            self._access.principal,
            action,
            object_type="import_template",
            object_id=number,
            at=self._now(),
        )


def _table(file: File, table: str) -> TableFile:
    found = recognise(tables_in(sources_of([file])), Plan())
    named = [each for each in found if table in ("", each.source.name)]
    if len(named) != 1:
        names = ", ".join(each.source.name for each in found[:10])
        raise BadInput(f"A template is of one table. Say which: {names}.")
    return named[0]


def _offers(file: TableFile, known: Sequence[tuple[str, Template]]) -> list[Offer]:
    header, name = file.dialect.header, file.source.name
    alike = [(likeness(template, header), of, template) for of, template in known]
    fitting = sorted((one for one in alike if one[0] >= ALIKE), key=lambda one: (-one[0], one[1]))
    return [Offer(name, header, of, t, difference(t, header)) for _, of, t in fitting]


def exact(offers: Sequence[Offer]) -> list[Offer]:
    """The first template of each file whose layout is just the same."""
    first: dict[str, Offer] = {}
    for offer in offers:
        if offer.difference.same:
            first.setdefault(offer.file, offer)
    return list(first.values())
