"""The draft of a warning for each rise: what was found, where and since when. People edit it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from strip_log.errors import NothingThere
from strip_log.formats.table import Column, Table
from strip_log.query.days import Days
from strip_log.query.filter import Filter
from strip_log.query.source import Source
from strip_log.query.weeks import WEEK
from strip_log.record.words import so_many
from strip_log.tables.coverage import CAUTION
from strip_log.tables.series import within
from strip_log.tables.signal_words import named
from strip_log.tables.signals import Look, Rung

_COLUMNS = (
    Column("draft", "Draft", meaning="Which warning it is about."),
    Column("line", "Line", meaning="What the line is about.", audience="files"),
    Column("text", "Text", meaning="The text of the line.", audience="files"),
    Column("said", "", meaning="Both.", audience="people"),
)

#: The most values that are named in a line.
_NAMED = 3

_TO_DO = (
    "Test a little with a new strip before use. Start with less than usual, do not use alone, have"
    " naloxone at hand."
)


def warnings(source: Source, look: Look) -> Table:
    """A draft for each rise. Raises NothingThere if there is none."""
    rises = [one for one in look.rung if one.signal.direction == "rise"]
    if not rises:
        raise NothingThere("There is no signal of a rise, so there is nothing to warn of.")
    return Table(
        name="warnings",
        columns=_COLUMNS,
        rows=[
            (f"Warning {number} (draft): {named(one.name)}", line, text, f"{line}: {text}")
            for number, one in enumerate(rises, 1)
            for line, text in _lines(source, look.asked.where, one)
        ],
        section="draft",
        footer=("A draft from strips alone: check it, ask the lab, and decide.", CAUTION),
    )


def _lines(source: Source, where: Filter, one: Rung) -> Iterable[tuple[str, str]]:
    """The lines of a form. What was not written down is left to be filled in."""
    window = one.signal.window
    days = Days(one.end - window.weeks * WEEK, one.end - timedelta(days=1))
    value = (one.name.value or "",)
    only = {"target": (one.name.target,), "outcome": ("positive",), one.name.part: value}
    positive = replace(within(where, days), only={**where.only, **only})

    def most(*by: str) -> str:
        return _most(source, by, positive)

    yield "Sold as", most("drug")
    yield "Looks like", most("colour", "form")
    yield "Found", f"{one.name.target}, with test strips"
    yield "Where", most("site")
    yield "Since", f"{days.first} (seen until {days.last})"
    yield (
        "How many",
        f"{window.positive} of {so_many(window.valid, 'strip')}; {window.before_positive} of"
        f" {window.before_valid} in the {so_many(window.before_weeks, 'week')} before",
    )
    yield "Confirmed", "No: test strips can be wrong, and no lab has confirmed it."
    yield "What to do", _TO_DO


def _most(source: Source, by: tuple[str, ...], where: Filter) -> str:
    """The most frequent values: `purple rock (3), white powder (2)`, or a gap to be filled in."""
    found: Counter[str] = Counter()
    for (_, *values), count in source.counts(by, where).groups.items():
        said = " ".join(value for value in values if value)
        if said:
            found[said] += count.positive
    ordered = sorted(found.items(), key=lambda one: (-one[1], one[0]))[:_NAMED]
    return ", ".join(f"{said} ({number})" for said, number in ordered) or "________"
