"""The words that were typed after `add`: what they mean; asked at a terminal if it is uncertain."""

from collections.abc import Sequence

from strip_log.console import options, questions, sentences
from strip_log.errors import RecordRefused, Step
from strip_log.record.line import Line, Unread, read
from strip_log.record.line_readings import LineContext, TooManyOutcomes
from strip_log.record.words import so_many


def understood(words: Sequence[str], context: LineContext) -> tuple[Line, bool]:
    """What the words that were typed after `add` mean, and whether the drug is a new one.

    At a terminal, the person is asked. Raises RecordRefused elsewhere, with the commands that may
    be meant; and Misused.
    """
    while True:
        try:
            return _read(words, context), context.new
        except Unread as unread:
            if not (unread.readings or unread.strange) or not questions.terminal():
                raise _refused(unread, context) from None
            choices = [in_words(reading, context) for reading in unread.readings]
            if unread.strange:
                choices.append(f"keep {unread.strange!r} as a new drug")
            chosen = questions.which(str(unread), choices)
            if chosen < len(unread.readings):
                words = unread.readings[chosen]
            else:
                context = context._replace(new=True)


def _read(words: Sequence[str], context: LineContext) -> Line:
    """What the words mean. With more outcomes than strips, they are read as those of strips for
    more targets, for the person to choose. Raises Unread or Misused."""
    try:
        return read(words, context)
    except TooManyOutcomes as error:
        if not error.readings:
            raise
        again = f"{error} If these really are strips for one target, add --again."
        raise Unread(again, error.readings) from None


def _refused(unread: Unread, context: LineContext) -> RecordRefused:
    """The error for a line that is not understood, with the command of each reading."""
    ways = {
        f"If it is {in_words(reading, context)}": (*reading, *options.retyped(["words"]))
        for reading in unread.readings
    }
    lines, step = unread.lines, unread.step
    if len(ways) == 1:
        [(meant, words)] = ways.items()
        step = Step(meant, ("add", *words))
    else:
        told = (f"{meant}: {options.command('add', *words)}" for meant, words in ways.items())
        lines = (*lines, *told)
    error = RecordRefused(*lines, step=step)
    error.again = None if ways else ()
    return error


def in_words(reading: Sequence[str], context: LineContext, no_drug: str = "no drug named") -> str:
    """`fentanyl NEGATIVE (2 lines), mdma`: what a line means. `no_drug` stands for the drug where
    the line says none, and is empty where it is known."""
    line = read(reading, context)
    shown = [f"{one.target} {sentences.in_capitals(one.outcome)}" for one in line.results]
    samples = so_many(line.times, "sample") if line.times > 1 else ""
    drug = line.drug or ("the same sample" if line.same else no_drug)
    return ", ".join(filter(None, [*shown, drug, samples]))
