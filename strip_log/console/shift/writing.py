"""What the lines of a shift that write have in common: how they are read, written and echoed."""

from collections.abc import Sequence

from strip_log.console.lines import in_words
from strip_log.console.remarks import Run, remarks
from strip_log.console.shift.desk import Moment
from strip_log.console.shift.state import Choice, Shift, Typed
from strip_log.errors import Misused
from strip_log.logbook import names as naming
from strip_log.logbook.change import Change
from strip_log.record.entry import Entered, Entry, UncertainName
from strip_log.record.line import Line, Unread, read
from strip_log.record.line_readings import LineContext
from strip_log.record.words import so_many


class Unclear(Misused):
    """A line that can be taken in several ways: `choices`. If one way is near, it is `again_as`."""

    def __init__(self, message: str, choices: Sequence[Choice], again: str = "") -> None:
        super().__init__(message)
        self.choices, self.again_as = tuple(choices), again

    def behind(self, strips: Sequence[str]) -> "Unclear":
        """The same where these strips stand at the end of the line, before its note."""

        def longer(line: str) -> str:
            head, quote, note = line.partition(" '")
            return " ".join([head, *strips]) + quote + note if line else ""

        choices = [
            choice._replace(typed=Typed(longer(choice.line)), line=longer(choice.line))
            if choice.line
            else choice
            for choice in self.choices
        ]
        return Unclear(str(self), choices, longer(self.again_as))


def head_and_rest(line: str) -> tuple[str, str]:
    """The first word of a line, and all that comes after it."""
    head, *rest = line.split(None, 1)
    return head, rest[0] if rest else ""


def line_of(text: str, targets: Sequence[str], typed: Typed, now: Moment) -> Line:
    """What a line says of strips for these targets, each once unless it is `again`. Every result
    names its target: the default target is not that of the strips in use.

    Raises Unclear, RecordRefused or Misused.
    """
    context = LineContext(now.vocabulary, tuple(targets), again=typed.again, new=typed.new)
    line = understood(text, context, typed)
    named = [one.target for one in line.results]
    twice = next((one for one in named if named.count(one) > 1), None)
    if twice and not typed.again:
        strips = so_many(named.count(twice), f"{twice} strip")
        choice = Choice(f"write down {strips} of this sample", typed._replace(again=True))
        raise Unclear(f"{twice} is there more than once in one sample.", [choice])
    refuse_vague_lot(line, named, text, typed)
    return line._replace(results=tuple(one._replace(named=True) for one in line.results))


def understood(text: str, context: LineContext, typed: Typed) -> Line:
    """What a line says, which may be without its first word. Raises Unclear where there are several
    ways to read it, or one that is near; RecordRefused or Misused."""
    try:
        return read(text, context)
    except Unread as unread:
        if not (unread.readings or unread.strange):
            raise
        choices = [reading(words, text, context, typed) for words in unread.readings]
        if unread.strange:
            keep = f"keep {unread.strange!r} as a new drug"
            choices.append(Choice(keep, typed._replace(new=True)))
        again = choices[0].line if len(choices) == 1 else ""
        raise Unclear(str(unread), choices, again) from None


def reading(words: Sequence[str], text: str, context: LineContext, typed: Typed) -> Choice:
    """The choice of a line, with its meaning if it has outcomes."""
    line = _whole(words, text, typed)
    no_drug = "no drug named" if text == typed.line else ""
    meaning = f"   {in_words(words, context, no_drug)}" if context.lines is None else ""
    return Choice(f"{line}{meaning}", Typed(line), line)


def _whole(words: Sequence[str], text: str, typed: Typed) -> str:
    """A line of these words, with what stands before the text in the line that was typed."""
    before = [] if text == typed.line else [head_and_rest(typed.line)[0]]
    return " ".join([*before, *words])


def refuse_vague_lot(line: Line, targets: Sequence[str], text: str, typed: Typed) -> None:
    """Raise Unclear for a lot without a target where there are strips for several."""
    if "lot" not in line.lots or len(targets) < 2:
        return
    lot = line.lots["lot"]
    others = {key: value for key, value in line.lots.items() if key != "lot"}
    ways = [line._replace(lots={**others, f"lot.{one}": lot}) for one in targets]
    lines = [_whole(way.words, text, typed) for way in ways]
    ask = f"@{lot} is the lot of one strip, and there are {len(targets)}: which one?"
    raise Unclear(ask, [Choice(line, Typed(line), line) for line in lines])


def entered(entry: Entry, shift: Shift, typed: Typed, now: Moment) -> Entered:
    """The tests that are meant, with what is the same all shift long.

    Raises as `Entry.tests` does; a name that is not certain is the one that was chosen for it.
    """
    lots = {f"lot.{target}": lot for target, lot in shift.lots.items()}
    site = {"site": shift.site} if shift.site else {}
    others = {name: value for name, value in now.defaults.items() if name != "site"}
    entry = entry.written_as(now.recent, tuple).with_defaults({**others, **lots, **site})
    kept = (*entry.kept, "site")  # which was settled when it was named
    entry = entry._replace(new=typed.new, again=typed.again, kept=kept)
    try:
        return entry.tests(now.vocabulary, now.clock).of_all_samples()
    except UncertainName as open:
        if not typed.meant:
            open.look_among(now.recent("drug"), now.vocabulary)
            raise
        texts = {**entry.texts, open.kind: typed.meant}
        said = open.word if open.kind == "drug" else entry.said
        chosen = entry._replace(texts=texts, said=said)
        return chosen.tests(now.vocabulary, now.clock).of_all_samples()


def added(change: Change, new: Entered) -> range:
    """Write tests, in the open change; their numbers."""
    naming.keep(change, new.new)
    return change.add(new.tests)


def remarked(new: Entered, numbers: range, shift: Shift, now: Moment) -> tuple[str, ...]:
    """What is said of tests that were written, beside what they are."""
    invalid = [test.target for test in new.tests if test.outcome == "invalid"]
    told = [
        "Invalid says nothing about the drug: test again with a new strip, and type its line with"
        f" ^, such as: ^ {invalid[0]}=neg"
    ] if invalid and new.samples == 1 else []  # fmt: skip
    if new.new.site:
        told.append(f"New site: {new.new.site}.")
    run = Run(first=(*shift.numbers, *numbers)[0]) if now.fed else Run(undo="u")
    return (*told, *remarks(now.kept, new.tests, numbers, now.clock, run))
