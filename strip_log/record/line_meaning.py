"""What the words of a line mean, if that is certain."""

from collections.abc import Sequence

from strip_log.errors import Misused
from strip_log.record.line_readings import LineContext, Reading, TooManyOutcomes, readings
from strip_log.record.line_value import Line, Unread
from strip_log.record.line_words import FILLERS, UNUSED, Names, Word
from strip_log.record.outcomes import outcome_of_lines, said_twice
from strip_log.record.words import did_you_mean, fold


def understood(typed: Sequence[str], names: Names, known: LineContext) -> Line:
    """What the words of a line mean. Raises RecordRefused or Misused."""
    words = _with_new_drug([names.word(word) for word in typed], names, known.new)
    if known.lines is not None:
        outcome_of_lines(known.lines)
        _refuse_outcomes(words, known.lines)
    rest = Line((), None, _lots(words), any(word.same for word in words), _times(words))
    try:
        found = readings(words, known)
    except TooManyOutcomes as error:
        error.readings = tuple(line.words for line in _as_lines(error.found, rest))
        if mixture := _mixture(words):
            raise _may_be(mixture, error.readings) from None
        raise
    lines = _as_lines(found, rest)
    return _chosen(lines, found, words, known)


def _as_lines(found: Sequence[Reading], rest: Line) -> list[Line]:
    """Each reading as a line with the rest of what is typed."""
    return [rest._replace(results=one.results, drug=one.drug) for one in found]


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
    from strip_log.record.line_mending import near_results  # for few lines

    near = [] if new and may_be else near_results(phrase, names)
    if near or not may_be:
        said = f"{strange[0].text!r} is no drug, no target and no outcome.{did_you_mean(near)}"
        raise Unread(said, strange=phrase if may_be else "")
    return [*words[:first], Word(phrase, drug=phrase), *words[after:]]


def _is_like_a_name(phrase: str) -> bool:
    if FILLERS.issuperset(fold(phrase).split()):
        return False
    signs = ":" in phrase or {phrase[0], phrase[-1]} & {"+", "-"}
    return any(map(str.isalpha, phrase)) and not signs


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
    shown = known.lines is not None or any(map(_shows, words))
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
        raise _may_be(mixture, once)
    if meant := lines[0] if len(lines) == 1 else _with_drug(lines, words, known):
        return meant
    typed = " ".join(word.text for word in words)
    ways = [way for line in lines for way in _with_each_drug(line, known)]
    raise Unread(f"{typed!r} can be read in {len(ways)} ways.", ways)


def _with_each_drug(line: Line, known: LineContext) -> list[tuple[str, ...]]:
    """The words of a line; with each drug that is meant, where a word means several."""
    drugs = known.vocabulary.drugs_of(line.drug) if line.drug else ()
    return [line._replace(drug=drug).words for drug in drugs[1:] and drugs] or [line.words]


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


def _shows(word: Word) -> bool:
    """Whether a word says what a strip shows."""
    return bool(word.result or word.outcome not in ("", UNUSED))


def _may_be(mixture: str, ways: Sequence[tuple[str, ...]]) -> Unread:
    return Unread(f"{mixture!r} may be a mixture: type that after --drug.", ways)


def _mixture(words: Sequence[Word]) -> str:
    """What may be a mixture of drugs, where a `+` between them is not the only outcome."""
    for before, plus, after in zip(words, words[1:], words[2:], strict=False):
        drugs = before.drug and after.drug and plus.text == "+"
        if drugs and sum(map(_shows, words)) > 1:
            return f"{before.text} + {after.text}"
    return ""
