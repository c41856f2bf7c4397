"""The lines of a shift that correct a test by its number, and that take back the last line."""

from collections.abc import Sequence
from dataclasses import replace

from strip_log.console import fields, sentences
from strip_log.console.shift.desk import Desk, Moment
from strip_log.console.shift.state import Answer, Done, Shift, Typed
from strip_log.console.shift.writing import head_and_rest, line_of
from strip_log.errors import Misused, NothingThere, Step
from strip_log.logbook import names as naming
from strip_log.logbook.change import begin
from strip_log.logbook.undo import undo
from strip_log.logbook.versions import Version, current
from strip_log.logbook.waiting import leave, put_back
from strip_log.record.correction import corrected
from strip_log.record.doubts import doubts
from strip_log.record.entry import Entry, NewNames, UncertainName
from strip_log.record.test import FACTS, Test


def correct(desk: Desk, shift: Shift, typed: Typed, words: Sequence[str]) -> Answer:
    """Correct one test: its outcome, its target, its drug, its lot or its note."""
    number = fields.number_of(words[0], words[0])
    with desk.to_write() as now:
        version = _version(number, now)
        if version.void:
            again = Step("To let it count again", ("unvoid", words[0]))
            raise NothingThere(f"#{number} is void.", step=again)
        test, new = _corrected(version.test, typed, now)
        if all(getattr(test, name) == getattr(version.test, name) for name in FACTS):
            return Answer(shift, (f"#{number} is already like that: nothing was written.",))
        with begin(now.kept, "edit") as change:
            naming.keep(change, new)
            change.revise(version, test, void=False)
        done = (*shift.done, Done(change.seq, above=shift.above))
        shift = now.refreshed(replace(shift, done=done))
    what = sentences.differences(version.test, test)
    told = tuple(f"Warning: {doubt}" for doubt in doubts(test))
    return Answer(shift, (f"{sentences.line(number, test)}: {what}.",), told)


def _version(number: int, now: Moment) -> Version:
    """The test with this number. Raises NothingThere."""
    try:
        return current(now.kept, number)
    except NothingThere as error:
        raise NothingThere(f"{error} l lists the last ones.") from None


def _corrected(test: Test, typed: Typed, now: Moment) -> tuple[Test, NewNames]:
    """The test as the line says that it is, and the names in it that are new."""
    line = line_of(head_and_rest(typed.line)[1], [test.target], typed, now)
    says = line.results or line.drug or line.lots or line.note is not None
    if line.same or line.times > 1 or len(line.results) > 1 or not says:
        raise Misused("A correction is of one strip: 31 -, 31 b-, 31 down or 31 @F2.")
    entry = line.onto(Entry())._replace(new=typed.new).written_as(now.recent, tuple)
    try:
        new = entry.new_names(now.vocabulary)
    except UncertainName as open:
        if not typed.meant:
            raise
        entry = entry._replace(texts={**entry.texts, "drug": typed.meant}, said=open.word)
        new = NewNames()
    return corrected(entry, test, now.vocabulary.knowing(*new), now.clock), new


def take_back(desk: Desk, shift: Shift, typed: Typed, words: Sequence[str]) -> Answer:
    """Take back the last line of this shift that wrote something, or let a sample wait."""
    with desk.to_read() as now:
        shift = now.here(shift)
    if not shift.done:
        raise NothingThere(
            "Nothing of this shift is left to take back.",
            step=Step("To take back what was written before it", ("undo",)),
        )
    *earlier, last = shift.done
    shift = replace(shift, done=tuple(earlier), above=last.above)
    passed: list[Version] = []
    said: list[str] = []
    with desk.to_write() as now:
        try:
            with begin(now.kept, "undo") as change:
                if last.change is not None:
                    _, passed = undo(change, last.change)
                if last.waits:
                    leave(now.kept, last.waits)
                if last.before:
                    put_back(now.kept, last.before, ())
        except NothingThere:
            gone = "It is taken back already, or was changed since: look with l."
            return Answer(now.refreshed(shift), (), (gone,), refused=True)
        if change.written:
            said += sentences.changed(now.kept, change.seq)
        if last.before:
            said.append(f"{last.before.letter} is waiting again.")
        elif last.waits:
            said.append(f"{last.waits} is not waiting any more.")
        shift = now.refreshed(shift)
    told = [f"#{v.number} was left alone: it has been changed since." for v in passed]
    return Answer(shift, ("Taken back:", *(f"  {line}" for line in said)), tuple(told))
