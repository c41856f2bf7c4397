"""How a shift begins and ends: where it is and with which strips, and what was written in it."""

from collections.abc import Sequence

from strip_log.console import entry_questions, questions
from strip_log.console.shift import setting
from strip_log.console.shift.desk import Desk, Moment
from strip_log.console.shift.state import Shift, Typed
from strip_log.console.shift.status import in_full
from strip_log.console.shift.talk import WRITTEN
from strip_log.errors import Misused, StriplogError
from strip_log.logbook import counting, versions
from strip_log.logbook.chosen import chosen
from strip_log.query.which import Which
from strip_log.record.entry import Entry
from strip_log.record.fields import TARGET
from strip_log.record.text import text
from strip_log.record.vocabulary import Vocabulary
from strip_log.record.words import either

#: How many sites are offered where the site is asked for.
_OFFERED = 6


def shift(desk: Desk, site: str | None, strips: str | None, lots: Sequence[str]) -> Shift:
    """The shift as it begins, from what was typed or is a default. At a terminal the site is asked
    for where there is neither. Raises StriplogError for what is not known."""
    with desk.to_read() as now:
        here = _site(site, now, desk.keep_new)
        targets = (now.vocabulary.target(now.defaults.get("target") or TARGET),)
    found = Shift(site=here, strips=targets)
    if strips:
        words = strips.replace(",", " ").split()
        found = setting.strips(desk, found, Typed(""), words).shift
    for lot in lots:
        found = _with_lot(desk, found, lot)
    with desk.to_read() as now:
        return now.refreshed(found)


def _with_lot(desk: Desk, shift: Shift, typed: str) -> Shift:
    """The shift with a lot, from LOT or TARGET=LOT. Raises Misused for two lots of one target."""
    target, sign, lot = typed.partition("=")
    if not sign and len(shift.strips) > 1:
        ways = either(f"--lot {of}={typed}" for of in shift.strips)
        raise Misused(f"--lot {typed} belongs to the strips of one target: type {ways}.")
    found = setting.lot(desk, shift, Typed(""), (target, lot) if sign else (typed,)).shift
    twice = [of for of, known in shift.lots.items() if found.lots.get(of) != known]
    if twice:
        raise Misused(f"--lot is given twice for {twice[0]}: leave one out.")
    return found


def _site(typed: str | None, now: Moment, new: bool) -> str | None:
    if typed:
        return _named(typed, now.vocabulary, new)
    if default := now.defaults.get("site"):
        return now.vocabulary.known_site(default) or default
    if not questions.terminal():
        return None
    recent = now.recent("site")[:_OFFERED]
    answer = questions.choose("Site", recent, _last_site(now), text)
    if not answer or answer.casefold() in setting.NONE:
        return None
    return _named(answer, now.vocabulary, new)


def _named(site: str, vocabulary: Vocabulary, new: bool) -> str:
    """The site of this name; at a terminal, one that is not certain is asked about."""
    entry, names = entry_questions.named(Entry(texts={"site": site}, new=new), vocabulary)
    return names.site or vocabulary.site(entry.texts["site"])


def _last_site(now: Moment) -> str | None:
    """The site of the last test in the logbook."""
    if now.book is None:
        return None
    [*_, last] = [None, *versions.at(now.book, chosen(now.book, Which(last=1)).seqs)]
    return last.test.site if last else None


def welcome(shift: Shift) -> list[str]:
    """What is said when a shift begins at a terminal."""
    example = " ".join(["down", "+", *"-" * (len(shift.strips) - 1)])
    return [
        f"Shift at {shift.site or 'no site'}. Strips: {', '.join(shift.strips)}.",
        f"Type a line for each sample, such as: {example}   Type ? for help, q to end.",
        *waiting(shift),
    ]


def waiting(shift: Shift) -> list[str]:
    """Which samples wait, a line each."""
    return [
        f"{one.letter} is waiting: {one.texts.get('drug', 'no drug named')},"
        f" {', '.join(one.strips)}."
        for one in shift.waiting
    ]


def summary(desk: Desk, shift: Shift) -> list[str]:
    """What was written in a shift and still counts, by target, and what waits."""
    found = {}
    try:
        with desk.to_read() as now:
            if numbers := now.here(shift).numbers:
                found = counting.of_numbers(now.kept.connection, numbers)
    except StriplogError:  # it was taken away meanwhile, or is busy
        return [WRITTEN]
    written = ", ".join(f"{target} {in_full(count)}" for target, count in found.items())
    return [f"Written in this shift: {written or 'nothing'}.", *waiting(shift)]
