"""What the beginning of the files shows, and what a person must answer, in the shell."""

from collections.abc import Sequence

from clinicdesk.cli.import_people import as_json as people_as_json
from clinicdesk.cli.import_people import show
from clinicdesk.cli.output import json_document, say, table
from clinicdesk.domain.identity import People
from clinicdesk.etl.questions import Question
from clinicdesk.services.import_report import FilePreview, ImportPreview


def look(preview: ImportPreview, people: People, *, as_json: bool) -> int:
    """Say how each file was understood and who its people are; nothing is imported."""
    if as_json:
        files = [file.as_json() for file in preview.files]
        json_document({"files": files, "people": people_as_json(people)})
        return 0
    for file in preview.files:
        _file(file)
    ask(preview.questions)
    show(people)
    return 0


def ask(questions: Sequence[Question]) -> None:
    """Every question with its rows, how each answer would read them, and how to say it."""
    for question in questions:
        say()
        column = f", {question.column}" if question.column else ""
        say(f"Please say: {question.file}{column}: {question.words}")
        heads = ("Row", "In the file", *(choice.answer for choice in question.choices[:4]))
        table(heads, [_row(question, at) for at in range(len(question.rows))])
        answers = " or ".join(choice.answer for choice in question.choices)
        say(f"Say it with {question.option} followed by {answers}.")


def _row(question: Question, at: int) -> tuple[str, ...]:
    row, text = question.rows[at]
    readings = (c.readings[at] if at < len(c.readings) else "" for c in question.choices[:4])
    return (str(row) if row else "later", text, *readings)


def _file(file: FilePreview) -> None:
    about = "" if file.whole else "about "
    what = f"{file.title}, {about}{file.rows:,} rows" if file.table else file.why
    say(f"{file.name}: {what}")
    if not file.table:
        _suggestions(file)
        return
    say(f"  {file.encoding}, columns separated by {file.delimiter!r}")
    for line in file.titles[:3]:
        say(f"  above the header: {line[:80]}")
    rows = [(c.header, c.meaning or "not imported", c.unit, c.note) for c in file.columns]
    table(("Column", "Is", "Unit", "Note"), rows)


def _suggestions(file: FilePreview) -> None:
    """What the columns of an unknown file may be, and why."""
    if not any(each.target for each in file.suggestions):
        return
    rows = [(s.header, s.target or "?", f"{s.score:.2f}", s.reason) for s in file.suggestions]
    table(("Column", "May be", "Score", "Why"), rows)
    say("Take them with --suggested, or say what a column is with --map COLUMN=TARGET.")
