"""The ways to read the words of a line: each word can be an outcome, a target or a drug."""

from collections.abc import Sequence
from itertools import product
from typing import NamedTuple

from strip_log.errors import Misused
from strip_log.record.fields import TARGET
from strip_log.record.line_words import UNUSED, Word
from strip_log.record.outcomes import outcome_of_lines
from strip_log.record.vocabulary import Vocabulary
from strip_log.record.words import so_many

#: The categories of what gets into drugs unseen. A word that is such a target and a drug is the
#: target, if it has an outcome beside it: `xylazine pos`. A strip for any other drug, such as mdma,
#: shows whether somebody got what they asked for, so `mdma neg` can be read in two ways.
_UNSEEN = ("opioid", "depressant")

#: The most words of a line, and the most ways to take them: more are in none that a person types.
_MOST_WORDS, _MOST_WAYS = 60, 1_024


class LineContext(NamedTuple):
    """What a line is read with.

    `targets` are those of the strips in use, in their order. With `again` there may be two strips
    for one target. `lines` is how many lines every strip shows, `0`, `1` or `2`, if something else
    has said it: the line has no outcomes then. With `new` a word that nobody knows is a new drug,
    and not the beginning of a known one. `drug`: something else has said the drug, so that a word
    which can also be something else is that.
    """

    vocabulary: Vocabulary
    targets: tuple[str, ...] = (TARGET,)
    again: bool = False
    lines: str | None = None
    new: bool = False
    drug: bool = False


class Result(NamedTuple):
    """One strip. `named`: the line names its target."""

    target: str
    outcome: str
    named: bool = True


class Reading(NamedTuple):
    """One way to read a line.

    `plain`: the line names the target of every outcome, by a word that can hardly mean the drug.
    """

    results: tuple[Result, ...]
    drug: str | None
    plain: bool

    @property
    def outcomes(self) -> tuple[tuple[str, str], ...]:
        return tuple(sorted((one.target, one.outcome) for one in self.results))

    @property
    def twice(self) -> bool:
        """Whether a target is there twice."""
        return len({one.target for one in self.results}) < len(self.results)


class TooManyOutcomes(Misused):
    """More outcomes than strips in use.

    `outcomes` is how many there are if none has its target in the line, else 0. `has_drug` says
    whether a word was taken for the drug, and `found` are readings that have not too many.
    `readings` are lines, word by word, that may be meant, and `targets` the strips that they need.
    """

    def __init__(self, outcomes: int, targets: Sequence[str], named: bool, drug: bool) -> None:
        super().__init__(
            f"There are {so_many(outcomes, 'outcome')} for {so_many(len(targets), 'strip')}"
            f" ({', '.join(targets)}): say what each is for, such as f+ b- x-."
        )
        self.outcomes = 0 if named else outcomes
        self.has_drug = drug
        self.found: Sequence[Reading] = ()
        self.readings: tuple[tuple[str, ...], ...] = ()
        self.targets: tuple[str, ...] = ()


#: A word, and what it is taken for.
_Taken = tuple[Word, str]

#: The words that say how a strip is: each has its place in the line, and its target if a word says
#: which that is.
_Strips = dict[int, str]


def readings(words: Sequence[Word], known: LineContext) -> list[Reading]:
    """Every way to read the words, without two that mean the same. Empty where there is none.

    Raises TooManyOutcomes where there is none because of that, or one that is not certain.
    """
    found: list[Reading] = []
    fault: TooManyOutcomes | None = None
    for number, kinds in enumerate(product(*(_kinds(word, known) for word in words))):
        if number == _MOST_WAYS or len(words) > _MOST_WORDS:
            raise Misused("There are too many words in one line: type a line for each sample.")
        if kinds.count("drug") > 1:
            continue
        taken = list(zip(words, kinds, strict=True))
        for strips in _strips(taken, known.lines):
            try:
                found.append(_reading(taken, strips, known))
            except TooManyOutcomes as error:
                fault = error if error.has_drug or not fault else fault
    found = [one for one in found if known.again or not one.twice] or found
    found = list({(one.outcomes, one.drug): one for one in reversed(found)}.values())[::-1]
    if fault and (not found or _hides_a_drug(found, fault)):
        fault.found = found
        raise fault
    return found


def _hides_a_drug(found: Sequence[Reading], fault: "TooManyOutcomes") -> bool:
    """Whether the only reading takes a word for a target, which may as well be the drug of a sample
    with too many outcomes: `mdma - -`."""
    return len(found) == 1 and not (found[0].plain or found[0].drug) and fault.has_drug


def _kinds(word: Word, known: LineContext) -> list[str]:
    """What a word can be taken for. Where no outcome is typed, a word for a target is just that."""
    if known.lines and (word.sure or word.drug):
        return ["target" if word.sure else "drug"]
    kinds = [kind for kind in ("result", "outcome", "target", "drug") if getattr(word, kind)]
    return kinds[:-1] if known.drug and kinds[1:] and word.drug else kinds or ["mark"]


def _strips(taken: Sequence[_Taken], lines: str | None) -> list[_Strips]:
    """Every way to give each word for a target an outcome that is beside it."""
    places = [place for place, (_, kind) in enumerate(taken) if kind in ("outcome", "target")]
    if lines:
        return [{place: taken[place][0].target for place in places}]
    return _paired(taken, places)


def _paired(taken: Sequence[_Taken], places: Sequence[int]) -> list[_Strips]:
    if not places:
        return [{}]
    first, *others = places
    ways: list[_Strips] = []
    if taken[first][1] == "outcome":
        ways += [{first: "", **way} for way in _paired(taken, others)]
    if others and taken[first][1] != taken[others[0]][1]:
        outcome, target = sorted((first, others[0]), key=lambda place: taken[place][1])
        if taken[outcome][0].outcome == UNUSED:
            return ways
        for way in _paired(taken, others[1:]):
            ways.append({outcome: taken[target][0].target, **way})
    return ways


def _reading(taken: Sequence[_Taken], strips: _Strips, known: LineContext) -> Reading:
    """The reading in which these are the strips. Raises Misused for more outcomes than strips."""
    results = {place: word.result for place, (word, _) in enumerate(taken) if word.result}
    named = {target for target in strips.values() if target} | {of for of, _ in results.values()}
    free = [target for target in known.targets if target not in named]
    unnamed = [place for place, target in strips.items() if not target]
    if known.again and len(known.targets) == 1:
        free = list(known.targets) * len(unnamed)
    if len(unnamed) > len(free):
        drug = any(kind == "drug" for _, kind in taken)
        outcomes = len(strips) + len(results)
        raise TooManyOutcomes(outcomes, known.targets, bool(named), drug)
    of = strips | dict(zip(sorted(unnamed), free, strict=False))
    seen = outcome_of_lines(known.lines) if known.lines else None
    shown = {place: seen or taken[place][0].outcome for place in strips}
    found = [
        Result(*results[place]) if place in results
        else Result(of[place], shown[place], bool(strips[place]) or len(known.targets) > 1)
        for place in sorted({*results, *strips})
        if shown.get(place) != UNUSED
    ]  # fmt: skip
    if seen and not found:
        found = [Result(target, seen, False) for target in known.targets[:1]]
    drugs = [word for word, kind in taken if kind == "drug"]
    targets = [word for word, kind in taken if kind == "target"]
    plain = not unnamed and not any(word.target for word in drugs)
    plain = plain and all(word.sure and _is_unseen(word.target, known) for word in targets)
    return Reading(tuple(found), drugs[0].drug if drugs else None, plain)


def _is_unseen(target: str, known: LineContext) -> bool:
    return known.vocabulary.drugs.get(target, _UNSEEN[0]) in _UNSEEN
