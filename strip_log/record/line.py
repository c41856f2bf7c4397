"""What a line says about the strips of one sample: `down + - -`, `add xylazine pos`.

The words may stand in any order. A line that can be read in two ways is refused with both, and
nothing is asked or printed here.

- a drug: its name, a word for it, or a beginning that only one has
- an outcome: `+ - i`, `pos neg inv`, `2 lines`; `.` is a strip that was not used. Outcomes alone
  belong to the targets in use, in their order
- a target with its outcome: `f+ b- xi`, `fent=pos`, `xylazine pos`
- `^`: the same sample as before; `@F1`, `f@F1`: a lot; `x30`: thirty samples like this
- `'` begins a note, which goes to the end of the line
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from strip_log.errors import Misused, RecordRefused
from strip_log.record.entry import Entry
from strip_log.record.line_mending import mended, near_results
from strip_log.record.line_readings import LineContext, Reading, Result, readings
from strip_log.record.line_words import Names, SeveralMeant, Word, split, together
from strip_log.record.outcomes import outcome_of_lines, said_twice
from strip_log.record.strips import option
from strip_log.record.words import did_you_mean


class Line(NamedTuple):
    """A line that can be read in one way.

    `drug` is what was typed for it, which the vocabulary may not know, or know with several
    meanings. `lots` are texts of an Entry, `lot` or `lot.fentanyl`. `same`: it is the sample of the
    line before. `times` is how many samples it stands for, 1 to 1000.
    """

    results: tuple[Result, ...] = ()
    drug: str | None = None
    lots: Mapping[str, str] = {}
    same: bool = False
    times: int = 1
    note: str | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """A line that means the same, word by word, and can be read in no other way."""
        marks = ["^"] if self.same else []
        marks += [self.drug] if self.drug else []
        marks += [f"{one.target}={one.outcome[:3]}" for one in self.results]
        marks += [f"{key.partition('.')[2]}@{lot}" for key, lot in self.lots.items()]
        marks += [f"x{self.times}"] if self.times > 1 else []
        return (*marks, f"'{self.note}") if self.note else tuple(marks)

    def onto(self, entry: Entry) -> Entry:
        """The entry with what this line says. Raises Misused if both say one thing."""
        texts = {"drug": self.drug, "note": self.note, **self.lots}
        given = {name: text for name, text in texts.items() if text is not None}
        for name, text in given.items():
            if name in entry.texts and name not in entry.filled:
                raise Misused(
                    f"The {name.replace('.', ' for ')} is given twice, as {text!r} and with"
                    f" {option(name.partition('.')[0])} {entry.texts[name]!r}: leave one out."
                )
        words = tuple(
            f"{one.target}={one.outcome}" if one.named else one.outcome for one in self.results
        )
        return entry._replace(
            words=words, lines=None, times=self.times, texts={**entry.texts, **given},
            filled=tuple(name for name in entry.filled if name not in given),
        )  # fmt: skip


class Unread(RecordRefused):
    """A line that cannot be read, or can be read in several ways.

    `readings` are lines, word by word, that may be meant: several if it can be read in several
    ways, one if it comes near to that, or none. `strange` is the word that nobody knows, if it can
    be a new drug: read the line again as one that is `new`.
    """

    def __init__(
        self, message: str, readings: Sequence[tuple[str, ...]] = (), strange: str = ""
    ) -> None:
        super().__init__(message)
        self.readings, self.strange = tuple(readings), strange


def read(line: str | Sequence[str], known: LineContext) -> Line:
    """What a line means: one that was typed, or the words that a shell has made of it.

    Raises Unread; or Misused for words that contradict each other.
    """
    typed, note = split(line, known.vocabulary)
    names = Names(known.vocabulary, known.targets, not known.new)
    typed = together(typed, names)
    try:
        found = _understood(typed, names, known)
    except RecordRefused as error:
        raise _mended(error, typed, names, known, note) from None
    return found._replace(note=note)


def _understood(typed: Sequence[str], names: Names, known: LineContext) -> Line:
    """What the words of a line mean. Raises RecordRefused or Misused."""
    words = _with_new_drug([names.word(word) for word in typed], names, known.new)
    if known.lines is not None:
        outcome_of_lines(known.lines)
        _refuse_outcomes(words, known.lines)
    found = readings(words, known)
    rest = Line((), None, _lots(words), any(word.same for word in words), _times(words))
    lines = [rest._replace(results=one.results, drug=one.drug) for one in found]
    return _chosen(lines, found, words, known)


def _with_new_drug(words: list[Word], names: Names, new: bool) -> list[Word]:
    """The words, where what nobody knows is the drug. Raises Unread if it cannot be, or is near to
    something else."""
    strange = [word for word in words if not word.known]
    if not strange:
        return words
    first = words.index(strange[0])
    after = first + len(strange)
    phrase = " ".join(word.text for word in words[first:after])
    drugs = [word for word in words if word.drug and not (word.target or word.outcome)]
    may_be = not drugs and words[first:after] == strange and _is_like_a_name(phrase)
    near = [] if new and may_be else near_results(phrase, names)
    if near or not may_be:
        said = f"{strange[0].text!r} is no drug, no target and no outcome.{did_you_mean(near)}"
        raise Unread(said, strange=phrase if may_be else "")
    return [*words[:first], Word(phrase, drug=phrase), *words[after:]]


def _is_like_a_name(phrase: str) -> bool:
    return any(map(str.isalpha, phrase)) and not (
        ":" in phrase or {phrase[0], phrase[-1]} & {"+", "-"}
    )


def _refuse_outcomes(words: Sequence[Word], lines: str) -> None:
    for word in words:
        if word.outcome or word.result:
            raise said_twice(lines, word.text)


def _times(words: Sequence[Word]) -> int:
    """How many samples the line stands for. Raises Misused for two numbers."""
    times = [word for word in words if word.times]
    if len(times) > 1:
        raise Misused(f"{times[0].text} and {times[1].text} are two numbers: leave one out.")
    if times and any(word.same for word in words):
        raise Misused(f"^ is the sample of before, and {times[0].text} are others: leave one out.")
    return times[0].times if times else 1


def _lots(words: Sequence[Word]) -> dict[str, str]:
    lots: dict[str, str] = {}
    for word in words:
        if word.lot and lots.setdefault(*word.lot) != word.lot[1]:
            raise Misused(f"{lots[word.lot[0]]!r} and {word.lot[1]!r} are two lots for one strip.")
    return lots


def _chosen(
    lines: Sequence[Line], found: Sequence[Reading], words: Sequence[Word], known: LineContext
) -> Line:
    """The line that is meant. Raises Unread if that is not certain."""
    shown = known.lines is not None or any(word.outcome or word.result for word in words)
    targets = [word.text for word in words if word.target and not word.outcome]
    drugs = [word.text for word in words if word.drug and not word.target]
    if len(drugs) > 1:
        raise Unread(f"{drugs[0]!r} and {drugs[1]!r} are two drugs: a line is about one sample.")
    if targets and not (lines and shown):
        [word, *_] = targets
        raise Unread(f"{word!r} needs its outcome: {word}=pos, {word}=neg or {word}=inv.")
    plain = [line for line, one in zip(lines, found, strict=True) if one.plain]
    if len(plain) == 1:
        return plain[0]
    if mixture := _mixture(words):
        once = [line.words for line, one in zip(lines, found, strict=True) if not one.twice]
        raise Unread(f"{mixture!r} may be a mixture: type that after --drug.", once)
    if meant := lines[0] if len(lines) == 1 else _with_drug(lines, words, known):
        return meant
    typed = " ".join(word.text for word in words)
    ways = [line.words for line in lines]
    raise Unread(f"{typed!r} can be read in {len(lines)} ways.", ways)


def _with_drug(lines: Sequence[Line], words: Sequence[Word], known: LineContext) -> Line | None:
    """The only line with a drug, if the others say the same but for that, or if there is an outcome
    for each of the strips in use and the others are about a strip that is not."""
    drugs = [line for line in lines if line.drug]
    if len(drugs) != 1:
        return None
    [meant] = drugs
    others = [{one[:2] for one in line.results} for line in lines if line is not meant]
    alike = all(other == {one[:2] for one in meant.results} for other in others)
    all_used = len(known.targets) == sum(bool(word.outcome) for word in words) > 1
    elsewhere = all({of for of, _ in other} - {*known.targets} for other in others)
    return meant if alike or (all_used and elsewhere) else None


def _mixture(words: Sequence[Word]) -> str:
    """What may be a mixture of drugs, where a `+` between them is not the only outcome."""
    for before, plus, after in zip(words, words[1:], words[2:], strict=False):
        drugs = before.drug and after.drug and plus.text == "+"
        if drugs and sum(bool(word.outcome or word.result) for word in words) > 1:
            return f"{before.text} + {after.text}"
    return ""


def _mended(
    error: RecordRefused, typed: Sequence[str], names: Names, known: LineContext, note: str | None
) -> Unread:
    """The error for a line that cannot be read, with the lines that may be meant."""
    unread = error if isinstance(error, Unread) else Unread(str(error))
    end = () if note is None else (f"'{note}",)
    if unread.readings:
        unread.readings = tuple((*words, *end) for words in unread.readings)
        return unread
    strange = [place for place, word in enumerate(typed) if _is_strange(word, names)]
    near: dict[object, tuple[str, ...]] = {}
    for place in strange[:1] if len(strange) == 1 else []:
        several = error.words if isinstance(error, SeveralMeant) else ()
        for word in several or mended(typed[place], names):
            words = together([*typed[:place], *word.split(), *typed[place + 1 :]], names)
            try:
                line = _understood(words, names, known)
                if _is_certain(line, known):
                    near.setdefault((line.results, line.drug), (*words, *end))
            except Unread as other:
                near |= {one: (*one, *end) for one in other.readings}
            except (RecordRefused, Misused):
                continue
    unread.readings = tuple(near.values())
    unread.step = None if near else error.step
    return unread


def _is_certain(line: Line, known: LineContext) -> bool:
    """Whether a line has a drug that is known, and no target twice, unless that is meant."""
    targets = {one.target for one in line.results}
    once = known.again or len(targets) == len(line.results)
    return once and (not line.drug or known.vocabulary.has_drug(line.drug))


def _is_strange(word: str, names: Names) -> bool:
    try:
        return not names.word(word).known
    except RecordRefused:
        return True
