"""Show one test and every version of it."""

from datetime import datetime

import click

from strip_log.console import fields, options, output, sentences
from strip_log.console.logbooks import reading
from strip_log.formats.table import Page, Table
from strip_log.logbook import erased, history, retests
from strip_log.logbook.book import Logbook
from strip_log.logbook.versions import Version, current, of_test
from strip_log.query.dimensions import WRITER
from strip_log.record import ids
from strip_log.record.fields import heading
from strip_log.record.own_fields import fields_of
from strip_log.record.test import FACTS, Test
from strip_log.tables.codebook import history_column

_VERSIONS = (
    history_column("written"),
    history_column("change", right=True),
    *map(history_column, ("command", "what", "reason")),
    history_column("origin", audience="files"),
)


@click.command()
@fields.number
@output.options("screen")
@options.common
def command(number: int, out: output.Output) -> None:
    """Show one test and every version of it.

    An invalid test is shown with the later strips of its sample that repeat it, and each of these
    with the invalid one. In JSON, `test` holds the fields of the test and `rows` its versions.

    \b
      striplog show 1042
      striplog show last
    """
    with reading(options.logbook_path()) as book:
        number = fields.meant(number, book)
        versions = of_test(book, number)
        table = _table(book, number, versions)
    out.answer(table)


def _table(book: Logbook, number: int, versions: list[Version]) -> Table:
    holds = versions[-1]
    logbooks = book.logbooks()
    written_by = logbooks.get(versions[0].origin, versions[0].origin)
    several = len(logbooks) > 1
    gone = {
        sentences.erased(field): day
        for field, day in erased.days_of(book.connection, holds.id).items()
    }
    repeats, repeated_by = retests.around(book.connection, holds.number, holds.test)
    again = ", ".join(map(sentences.line, *_those(book, repeated_by)))
    card = (
        *_card(number, holds),
        *([("Retest of", f"#{repeats}, which was invalid")] if repeats else []),
        *([("Tested again", again)] if again else []),
        *((heading(name), f"erased for good on {day}") for name, day in gone.items()),
        *([(heading(WRITER), written_by)] if several else []),
        ("Id", holds.id),
    )
    commands = history.commands(book, [version.change for version in versions])
    return Table(
        name="show",
        columns=(*_VERSIONS, history_column(WRITER, audience="all" if several else "files")),
        rows=[
            (
                local(version.stamp),
                version.change,
                commands[version.change],
                _what(versions[place - 1] if place else None, version),
                version.reason,
                version.origin,
                logbooks.get(version.origin, version.origin),
            )
            for place, version in enumerate(versions)
        ],
        about={
            "number": number,
            "id": holds.id,
            "void": holds.void,
            "test": _facts(holds),
            "retest_of": repeats,
            "retested_by": repeated_by,
            "logbook": written_by,
            "erased": gone,
        },
        card=card,
        page=Page(f"Test #{number} and its versions", card),
    )


def _those(book: Logbook, numbers: list[int]) -> tuple[list[int], list[Test]]:
    """These numbers, and their tests."""
    return numbers, [current(book, number).test for number in numbers]


def _what(before: Version | None, version: Version) -> str:
    if before is None:
        return sentences.outcome(version.test)
    if before.void != version.void:
        return "void" if version.void else "counts again"
    return sentences.differences(before.test, version.test)


def _facts(version: Version) -> dict[str, object]:
    """The fields by name, own fields too, as an export has them: a flag is 1."""
    facts = {name: getattr(version.test, name) for name in FACTS if name != "extra"}
    facts = {name: int(one) if isinstance(one, bool) else one for name, one in facts.items()}
    return facts | fields_of(version.test.extra)


def _card(number: int, version: Version) -> list[tuple[str, str]]:
    test = version.test
    lines = [(f"#{number}", f"{test.target} {sentences.outcome(test)}")]
    if version.void:
        unvoid = options.command("unvoid", str(number))
        lines.append(("Void", f"struck out, not counted. To count it again: {unvoid}"))
    for name, value in _facts(version).items():
        if value is not None and name not in ("target", "outcome", "faint"):
            lines.append((heading(name), str(value)))
    return lines


def local(stamp: str) -> str:
    """The moment of a stamp in local time, to the second."""
    moment: datetime = ids.moment(stamp).astimezone()
    return f"{moment:%Y-%m-%d %H:%M:%S}"
