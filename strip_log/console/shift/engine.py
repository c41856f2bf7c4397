"""Does what a line of a shift asks for, and says what was done: no terminal is needed for it."""

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace

from strip_log.console import sentences
from strip_log.console.session import current
from strip_log.console.shift import correcting, dips, missed, samples, setting
from strip_log.console.shift.desk import Desk
from strip_log.console.shift.orders import HELP, Order, bare, order
from strip_log.console.shift.state import Answer, Choice, Shift, Typed
from strip_log.console.shift.writing import Unclear
from strip_log.errors import StriplogError
from strip_log.logbook import versions
from strip_log.logbook.chosen import chosen
from strip_log.logbook.creation import MadeMeanwhile
from strip_log.query.which import Which
from strip_log.record.entry import UncertainName

#: The exit codes of what has nothing to do with a line: a full disk, a busy or unusable logbook.
_STUCK = (1, 5, 6)

#: How many tests `l` lists.
_LATEST = 5


def answer(desk: Desk, shift: Shift, typed: Typed) -> Answer:
    """What a line leads to. What cannot be done is refused: with the reason, and with the choices
    where the line can be taken in several ways."""
    asked = None
    try:
        typed = typed._replace(line=bare(typed.line))
        asked = order(typed.line, {dipped.letter for dipped in shift.waiting})
        if asked is None:
            return _nothing(desk, shift)
        missed.check(shift, asked)
        got = done(desk, shift, typed, asked)
        return replace(got, shift=missed.done(got.shift, asked))
    except StriplogError as error:
        if desk.fed and asked:
            shift = missed.refused(shift, asked, typed.line)
        choices, again = _choices(error, typed), typed.line
        if isinstance(error, Unclear) and error.again_as:
            choices, again = [], error.again_as
        told = tuple(current().told(error))
        if isinstance(error, UncertainName):
            told = (error.question,)
        stuck = error.exit_code in _STUCK
        return Answer(shift, (), told, True, again, tuple(choices), stuck)


def done(desk: Desk, shift: Shift, typed: Typed, asked: Order) -> Answer:
    """The same for what can be done. Raises StriplogError for anything else."""
    typed = typed._replace(new=typed.new or desk.keep_new)
    try:
        return _DO[asked.name](desk, shift, typed, asked.words)
    except MadeMeanwhile:  # a logbook, by another program: now it is there
        return _DO[asked.name](desk, shift, typed, asked.words)


def _choices(error: StriplogError, typed: Typed) -> list[Choice]:
    """The ways to take a line that was not understood for certain."""
    if isinstance(error, Unclear):
        return list(error.choices)
    if isinstance(error, UncertainName):
        near = [
            Choice(name, typed._replace(meant=name), _instead(typed.line, error.word, name))
            for name in error.nearest
        ]
        keep = f"keep {error.word!r} as a new {error.kind}"
        return [*near, Choice(keep, typed._replace(new=True))]
    return []


def _instead(line: str, word: str, name: str) -> str:
    """The line with a name in place of a word."""
    pattern = r"\s+".join(map(re.escape, word.split()))
    return re.sub(rf"(?<!\S){pattern}(?!\S)", lambda _: name, line, count=1)


def _nothing(desk: Desk, shift: Shift) -> Answer:
    """The answer to an empty line: the shift with what others wrote meanwhile, if that is read."""
    with suppress(StriplogError), desk.to_read() as now:
        return Answer(now.refreshed(shift))
    return Answer(shift)


def _latest(desk: Desk, shift: Shift, typed: Typed, words: Sequence[str]) -> Answer:
    with desk.to_read() as now:
        latest = versions.at(now.kept, chosen(now.kept, Which(last=_LATEST)).seqs)
        shift = now.refreshed(shift)
    lines = [sentences.line(version.number, version.test) for version in latest]
    return Answer(shift, tuple(lines) or ("There are no tests yet.",))


def _help(desk: Desk, shift: Shift, typed: Typed, words: Sequence[str]) -> Answer:
    return Answer(shift, tuple(HELP))


def _quit(desk: Desk, shift: Shift, typed: Typed, words: Sequence[str]) -> Answer:
    return Answer(shift, ends=True)


#: What does each order: from the desk, the shift, what was typed, and the words after the first.
_DO: dict[str, Callable[[Desk, Shift, Typed, Sequence[str]], Answer]] = {
    "test": samples.sample,
    "correct": correcting.correct,
    "undo": correcting.take_back,
    "dip": dips.dip,
    "read": dips.read_dipped,
    "drop": dips.drop,
    "site": setting.site,
    "strips": setting.strips,
    "lot": setting.lot,
    "on": setting.day,
    "latest": _latest,
    "help": _help,
    "quit": _quit,
}
