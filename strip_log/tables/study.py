"""The figures of a published table, as they were printed and as they come out here."""

from collections.abc import Iterator
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from strip_log.formats.table import Column, Table
from strip_log.query.cross import OUTCOME
from strip_log.query.days import Days
from strip_log.query.filter import Filter
from strip_log.query.source import Source
from strip_log.record.studies import PrintedFigure, Study
from strip_log.stats.interval import wilson
from strip_log.tables.cross import by, of_counts
from strip_log.tables.cross_request import CrossRequest
from strip_log.tables.figures import ends

_COLUMNS = (
    Column("figure", ""),
    Column("counts", "Counts", right=True),
    Column("printed", "Printed", right=True),
    Column("here", "Here", right=True),
    Column("interval", "95 % CI", right=True),
    Column("same", ""),
)


def printed_back(source: Source, study: Study) -> Table:
    """A row for each printed figure, computed from the tests of the source."""
    return Table(
        name="study",
        columns=_COLUMNS,
        rows=[row for figure in study.figures for row in _rows(source, figure)],
        title=study.title,
        footer=(f"Source: {study.source}", study.note),
    )


def _rows(source: Source, figure: PrintedFigure) -> Iterator[tuple[object, ...]]:
    if figure.percent:
        yield _positivity(source, figure)
    else:
        yield from _odds(source, figure)


def _positivity(source: Source, figure: PrintedFigure) -> tuple[object, ...]:
    [count] = source.counts(("target",), _where(figure)).groups.values()
    share = Decimal(count.positive) / count.valid * 100
    return (
        figure.label,
        f"{count.positive}/{count.valid}",
        f"{figure.percent} %",
        f"{_as_printed(share, figure.percent)} %",
        ends(wilson(count.positive, count.valid)),
        _same(share, figure.percent),
    )


def _where(figure: PrintedFigure) -> Filter:
    facts = dict(figure.facts)
    day = date.fromisoformat(facts.pop("tested_on"))
    return Filter(Days(day, day), only={name: (value,) for name, value in facts.items()})


def _odds(source: Source, figure: PrintedFigure) -> Iterator[tuple[object, ...]]:
    """The odds ratio, and the two ends of its interval, which is Woolf's."""
    asked = CrossRequest(first=OUTCOME, second=figure.field, where=_where(figure))
    crossed = of_counts(source.counts(by(asked), asked.where), asked)
    [found] = [one for one in crossed if one.value == figure.value]
    one, other = found.sides
    counts = f"{one.positive}/{one.n}, {other.positive}/{other.n}"
    labels = (f"{figure.label}: odds ratio", "its lower end", "its upper end")
    numbers = (found.odds, *found.odds_ends)
    for label, number, printed in zip(labels, numbers, figure.odds_ratio, strict=True):
        assert number is not None
        exact = Decimal(repr(number))
        here = _as_printed(exact, printed)
        yield label, counts, printed, here, "", _same(exact, printed)
        counts = ""


def _as_printed(number: Decimal, printed: str) -> Decimal:
    """The number rounded to as many decimals as were printed."""
    return number.quantize(Decimal(printed), ROUND_HALF_UP)


def _same(number: Decimal, printed: str) -> str:
    """Whether it comes out as printed: `as printed`, or what differs."""
    if _as_printed(number, printed) == Decimal(printed):
        return "as printed"
    if number.quantize(Decimal(printed), ROUND_DOWN) == Decimal(printed):
        return "printed cut off, not rounded"
    return "differs"
