"""The lines of a shift about strips in the water: they wait under a letter until they are read."""

from collections.abc import Sequence
from dataclasses import replace

from strip_log.console import sentences
from strip_log.console.shift.desk import Desk, Moment
from strip_log.console.shift.orders import ORDERS
from strip_log.console.shift.state import Answer, Done, Shift, Typed
from strip_log.console.shift.writing import (
    Unclear,
    added,
    entered,
    head_and_rest,
    line_of,
    refuse_vague_lot,
    remarked,
    understood,
)
from strip_log.errors import Misused, NothingThere
from strip_log.logbook.book import Logbook
from strip_log.logbook.change import begin
from strip_log.logbook.connection import transaction
from strip_log.logbook.waiting import leave, wait, waiting
from strip_log.record.entry import Entered, Entry
from strip_log.record.fields import DEFAULTS, OF_STRIPS
from strip_log.record.line import Line
from strip_log.record.line_readings import LineContext
from strip_log.record.line_words import Names, split
from strip_log.record.outcomes import OUTCOME_WORDS
from strip_log.record.vocabulary import Vocabulary
from strip_log.record.waiting import Dipped, clock, reading_time
from strip_log.record.words import fold


def dip(desk: Desk, shift: Shift, typed: Typed, words: Sequence[str]) -> Answer:
    """Let a sample wait: the strips that are named, or else those in use, are in the water."""
    if shift.day:
        raise Misused("dip is for strips that are in the water now. Type first: on today")
    with desk.to_write() as now:
        line, named = _dipped_line(typed, shift, now)
        if line.same or line.times > 1:
            raise Misused("dip is for one new sample: leave out ^ and x.")
        strips = named or shift.strips
        results = [f"{target}=negative" for target in strips]
        entry = line.onto(Entry())._replace(words=tuple(results))
        meant = entered(entry, shift, typed, now)  # finds whatever is wrong with it
        letter = wait(now.kept, _dipped(meant, strips, now), _Meaning(now.vocabulary)).letter
        done = (*shift.done, Done(waits=letter, above=shift.above))
        shift = now.refreshed(replace(shift, done=done))
    drug = meant.tests[0].drug or "a sample with no drug named"
    said = f"{letter} is waiting: {drug}, {', '.join(strips)}."
    return Answer(shift, (said, _times(strips)))


def _dipped_line(typed: Typed, shift: Shift, now: Moment) -> tuple[Line, tuple[str, ...]]:
    """What a line with `dip` says of the sample, and the strips that it names.

    The drug comes first: a word for a drug that is one for a target too, as in `dip fentanyl`, is
    the drug there, and the target behind it.
    """
    words, note = split(head_and_rest(typed.line)[1], now.vocabulary)
    names = Names(now.vocabulary, shift.strips, beginnings=False)
    found = [(word, "" if "@" in word else names.by_beginning(word)) for word in words[1:]]
    strips = tuple(dict.fromkeys(target for _, target in found if target))
    rest = [*words[:1], *(word for word, target in found if not target)]
    text = " ".join([*rest, *([f"'{note}"] if note is not None else [])])
    try:
        context = LineContext(now.vocabulary, shift.strips, lines="2", new=typed.new)
        line = understood(text, context, typed)
        if words and line.drug is None and now.vocabulary.has_drug(words[0]):
            line = line._replace(drug=words[0])
        elif line.drug is None:
            strips = tuple(dict.fromkeys([*_named(line), *strips]))
        line = line._replace(results=())
        refuse_vague_lot(line, strips or shift.strips, "", typed)
    except Unclear as open:
        raise open.behind(strips) from None
    return line, strips


def _named(line: Line) -> list[str]:
    """The targets that a line names."""
    return [one.target for one in line.results if one.named]


def _times(strips: Sequence[str]) -> str:
    """When the strips can be read, in words."""
    times = [(target, reading_time(target)) for target in strips]
    said = [f"{target} {time.first} to {time.last}{'' if time.published else '*'}"
            for target, time in times]  # fmt: skip
    no_time = "" if all(time.published for _, time in times) else " (*: no time is published)"
    return f"Minutes until it is read: {', '.join(said)}{no_time}."


def _dipped(meant: Entered, strips: tuple[str, ...], now: Moment) -> Dipped:
    """The sample as it waits. Its strips share a code, also where they are read one by one."""
    texts = {name: text for name, text in meant.entry.texts.items() if name not in ("at", "target")}
    if code := meant.tests[0].sample:
        texts["sample"] = code
    return Dipped(
        letter="",
        at=now.clock.now.timestamp(),
        day=meant.tests[0].tested_on,
        strips=strips,
        texts=texts,
        said=meant.entry.said,
        kept=tuple(kind for kind in ("drug", "site") if getattr(meant.new, kind)),
    )


class _Meaning:
    """The words that mean something where a line begins: none is the letter of a sample."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary

    def __contains__(self, letter: object) -> bool:
        word = str(letter)
        return (
            word in ORDERS
            or word in OUTCOME_WORDS
            or self.vocabulary.has_drug(word)
            or any(fold(target).startswith(word) for target in self.vocabulary.targets)
        )


def read_dipped(desk: Desk, shift: Shift, typed: Typed, words: Sequence[str]) -> Answer:
    """Write down what the strips of a waiting sample show. The others of it go on waiting."""
    with desk.to_write() as now:
        shift = now.here(shift)
        dipped = _waiting(now.kept, words[0])
        line = line_of(head_and_rest(typed.line)[1], dipped.strips, typed, now)
        _check(line, dipped)
        seen = [one.target for one in line.results]
        rest = tuple(target for target in dipped.strips if target not in seen)
        entry = _as_dipped(dipped, seen)
        tests = entered(line.onto(entry), shift, typed, now)
        with begin(now.kept, "shift") as change:
            before = leave(now.kept, dipped.letter, rest)
            numbers = added(change, tests)
        done = Done(change.seq, before, dipped.letter if rest else "", shift.above)
        shift = now.refreshed(replace(
            shift,
            above=tuple(numbers),
            done=(*shift.done, done),
            numbers=(*shift.numbers, *numbers),
        ))  # fmt: skip
        told = [*_untimely(dipped, seen, now), *remarked(tests, numbers, shift, now)]
    if rest:
        told.append(f"{dipped.letter} goes on waiting: {', '.join(rest)}.")
    return Answer(shift, tuple(sentences.lines(numbers, tests.tests, 1)), tuple(told))


def _as_dipped(dipped: Dipped, seen: Sequence[str]) -> Entry:
    """An entry of the sample as it was when these strips of it were dipped, whatever the shift and
    its defaults are now."""
    texts, lots = {"at": dipped.day}, []
    for name, text in dipped.texts.items():
        field, _, of = name.partition(".")
        if field not in OF_STRIPS or of in seen:
            texts[name] = text
            lots += [name] if field in OF_STRIPS else []
    cleared = [name for name in DEFAULTS if name not in texts]
    return Entry(
        texts=texts, filled=tuple(lots), cleared=tuple(cleared), said=dipped.said,
        kept=dipped.kept,
    )  # fmt: skip


def _waiting(book: Logbook, letter: str) -> Dipped:
    """The sample that waits under a letter. Raises NothingThere."""
    for dipped in waiting(book):
        if dipped.letter == letter:
            return dipped
    raise NothingThere(f"No sample {letter} is waiting.")


def _check(line: Line, dipped: Dipped) -> None:
    """Raise Misused where a line says more than what the strips of a waiting sample show."""
    example = f"{dipped.letter} {' '.join(['+', *'-' * (len(dipped.strips) - 1)])}"
    if line.drug or line.same or line.times > 1 or not line.results:
        raise Misused(f"Type {dipped.letter} and what its strips show, such as {example}.")
    others = [one.target for one in line.results if one.target not in dipped.strips]
    if others:
        raise Misused(
            f"Sample {dipped.letter} has no {others[0]} strip in the water, but these:"
            f" {', '.join(dipped.strips)}."
        )


def _untimely(dipped: Dipped, seen: Sequence[str], now: Moment) -> list[str]:
    """That strips were read too early or too late. It is said, and not kept."""
    at = now.clock.now.timestamp()
    early, late = ([one for one in seen if one in of] for of in (dipped.early(at), dipped.late(at)))
    passed = clock(dipped.seconds(at))
    told = [f"Read early, after {passed}: {', '.join(early)}."] if early else []
    return [*told, f"Read late, after {passed}: {', '.join(late)}."] if late else told


def drop(desk: Desk, shift: Shift, typed: Typed, words: Sequence[str]) -> Answer:
    """Let a sample wait no more: its strips are not read."""
    if len(words) != 1:
        raise Misused("Type drop and the letter of a sample that waits, such as drop a.")
    with desk.to_write() as now:
        _waiting(now.kept, words[0].casefold())
        with transaction(now.kept.connection):
            before = leave(now.kept, words[0].casefold())
        done = (*shift.done, Done(before=before, above=shift.above))
        shift = now.refreshed(replace(shift, done=done))
    return Answer(shift, (f"{before.letter} is not waiting any more: nothing was written.",))
