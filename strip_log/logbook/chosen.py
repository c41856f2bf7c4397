"""The tests that a correction applies to, as they are at one moment."""

from dataclasses import dataclass, field

from strip_log.errors import NothingThere, Step
from strip_log.logbook import erased
from strip_log.logbook.book import Logbook
from strip_log.logbook.holds import HOLDS
from strip_log.logbook.versions import nothing_there
from strip_log.logbook.where import sql
from strip_log.query.which import Span, Which, listed


@dataclass(frozen=True, slots=True)
class Chosen:
    """The tests that a correction applies to, in the order of their numbers.

    `seqs` are the current versions of the tests that it can change. `others` are the numbers of the
    tests that it cannot: those that are void or, for `unvoid`, those that count. `gone` are the
    numbers inside a span whose tests were erased or purged: they are passed over.
    """

    seqs: list[int]
    others: list[int]
    gone: list[Span] = field(default_factory=list)


def chosen(book: Logbook, which: Which, void: bool = False) -> Chosen:
    """The selected tests: those that count or, with `void`, those that are struck out.

    A filter or `last` selects no `others`. Raises NothingThere for numbers that no test ever had,
    and where nothing is left of a span.
    """
    ask = book.connection.execute
    state = f"void = 1 and {HOLDS}" if void else "live = 1"
    if which.where is not None:
        condition, bound = sql(which.where)
        matching = ask(f"select seq from entry where {state}{condition} order by number", bound)
        return Chosen([seq for (seq,) in matching], [])
    found: dict[int, tuple[int, bool]] = {}
    missing: list[Span] = []
    gone: list[Span] = []
    newest = book.last_number() if which.spans else 0
    for span in which.spans:
        rows = ask(_NUMBERED, span).fetchall()
        found |= {number: (seq, bool(struck)) for number, seq, struck in rows}
        gaps = _gaps([number for number, _, _ in rows], span)
        passed_over = bool(rows) and span[1] <= newest
        (gone if passed_over else missing).extend(gaps)
    if missing:
        raise _nothing_there(book, missing)
    if which.last:
        latest = ask(
            f"select number, seq from entry where {state} order by number desc limit ?",
            [which.last],
        )
        found |= {number: (seq, void) for number, seq in latest}
    numbers = sorted(found)
    return Chosen(
        [found[number][0] for number in numbers if found[number][1] == void],
        [number for number in numbers if found[number][1] != void],
        gone,
    )


_NUMBERED = f"""
select number, seq, void from entry where number between ? and ? and {HOLDS} order by number
"""


def _gaps(numbers: list[int], span: Span) -> list[Span]:
    """The numbers of a span that are not among `numbers`, which are in ascending order."""
    first, last = span
    gaps = []
    for number in (*numbers, last + 1):
        if first < number:
            gaps.append((first, number - 1))
        first = number + 1
    return gaps


def _nothing_there(book: Logbook, missing: list[Span]) -> NothingThere:
    one = len(missing) == 1 and missing[0][0] == missing[0][1]
    if one or erased.day_of(book.connection, missing[0][0]):
        return nothing_there(book, missing[0][0])
    latest = Step("To see the latest", ("list",))
    return NothingThere(f"There are no tests {listed(missing)}.", step=latest)
