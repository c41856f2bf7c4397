"""The lines of a shift that write down a sample, or one more strip of the sample above."""

from collections.abc import Sequence
from dataclasses import replace

from strip_log.console import sentences
from strip_log.console.shift.desk import Desk, Moment
from strip_log.console.shift.missed import refused_before
from strip_log.console.shift.state import Answer, Choice, Done, Shift, Typed
from strip_log.console.shift.writing import (
    Unclear,
    added,
    entered,
    line_of,
    reading,
    remarked,
)
from strip_log.errors import Misused, NothingThere
from strip_log.logbook.change import begin
from strip_log.logbook.lately import last_here
from strip_log.logbook.versions import Version, current
from strip_log.record.entry import Entry
from strip_log.record.line import Line
from strip_log.record.line_readings import LineContext, TooManyOutcomes
from strip_log.record.line_words import Names, split, together
from strip_log.record.same_sample import of_sample


def sample(desk: Desk, shift: Shift, typed: Typed, words: Sequence[str]) -> Answer:
    """Write down the strips of a sample, or more strips of the sample above."""
    with desk.to_write() as now:
        shift = now.here(shift)
        try:
            line = line_of(typed.line, shift.strips, typed, now)
        except TooManyOutcomes as error:
            raise _more_strips(error, shift, typed, now) from None
        if not line.results:
            raise _no_result(line)
        above = _above(shift, line, typed, now)
        entry = line._replace(drug=None if above else line.drug).onto(_begun(above, shift))
        new = entered(entry, shift, typed, now)
        with begin(now.kept, "shift") as change:
            change.link(above, new.tests[0].sample)
            numbers = added(change, new)
        kept = [version.number for version in above]
        shift = now.refreshed(replace(
            shift,
            above=(*kept, *numbers[-len(new.tests) // new.samples :]),
            done=(*shift.done, Done(change.seq, above=shift.above)),
            numbers=(*shift.numbers, *numbers),
        ))  # fmt: skip
        told = remarked(new, numbers, shift, now)
    return Answer(shift, tuple(sentences.lines(numbers, new.tests, new.samples)), told)


def _begun(above: Sequence[Version], shift: Shift) -> Entry:
    """An entry of the sample above, or of a new one on the day of the shift."""
    if above:
        return of_sample([version.test for version in above])
    return Entry(texts={"at": shift.day} if shift.day else {})


def _more_strips(error: TooManyOutcomes, shift: Shift, typed: Typed, now: Moment) -> Misused:
    """The error for a sample with more outcomes than strips in use: with strips for more targets,
    and as several strips for the only one in use."""
    if not error.readings:
        return error
    context = LineContext(now.vocabulary, shift.strips)
    choices = [reading(words, typed.line, context, typed) for words in error.readings]
    if len(shift.strips) == len(choices) == 1:
        several = f"write down {error.outcomes} {shift.strips[0]} strips of this sample"
        choices.append(Choice(several, typed._replace(again=True)))
    strips = " ".join(error.targets)
    return Unclear(f"{error} For more strips in every sample: strips {strips}", choices)


def _no_result(line: Line) -> Misused:
    said = " ".join(line.words)
    return Misused(
        f"What do the strips show? For example: {said} +",
        f"If they are still in the water: dip {said}",
    )


def _above(shift: Shift, line: Line, typed: Typed, now: Moment) -> list[Version]:
    """The strips of the sample above, if the line is about it; else none.

    It is with `^`, and if every word names a target with its outcome, as in `b+`. Before the first
    sample of a shift, `^` is about the last one of the day in this logbook, as in `add`.
    """
    implied = not typed.apart and _names_targets(typed.line, now)
    if not (line.same or implied):
        return []
    if shift.lost:
        raise refused_before(shift)
    found = [current(now.kept, number) for number in shift.above]
    versions = [version for version in found if not version.void]
    if not versions and line.same:
        last = last_here(now.kept, shift.day or now.clock.today.isoformat())
        if last is None:
            raise NothingThere("There is no sample above on that day: type what it was sold as.")
        versions = [last]
    if not versions:
        return []
    test = versions[0].test
    if line.drug and test.drug != now.vocabulary.drug(line.drug):
        raise Misused(
            f"The sample above is {test.drug or 'without a drug'}: leave out the drug, or the ^."
        )
    named = {one.target for one in line.results}
    valid = [v for v in versions if v.test.target in named and v.test.outcome != "invalid"]
    if valid and not (line.same or typed.again):
        raise Unclear(
            f"The sample above has such a strip: {sentences.line(valid[0].number, valid[0].test)}.",
            [
                Choice("one more strip of that sample", typed._replace(again=True),
                       f"^ {typed.line}"),
                Choice("a new sample, with no drug named", typed._replace(apart=True)),
            ],
        )  # fmt: skip
    return versions


def _names_targets(text: str, now: Moment) -> bool:
    names = Names(now.vocabulary, (), beginnings=False)
    words = map(names.word, together(split(text, now.vocabulary)[0], names))
    return all(word.result or word.lot for word in words)
