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

from collections.abc import Sequence

from strip_log.errors import Misused, RecordRefused
from strip_log.record.line_meaning import understood
from strip_log.record.line_readings import LineContext, TooManyOutcomes
from strip_log.record.line_value import Line, Unread
from strip_log.record.line_words import FILLERS, SIGNS, Names, SeveralMeant, split, together
from strip_log.record.words import fold

__all__ = ["Line", "Unread", "read"]


def read(line: str | Sequence[str], known: LineContext) -> Line:
    """What a line means: one that was typed, or the words that a shell has made of it.

    Raises Unread; TooManyOutcomes; or Misused for words that contradict each other.
    """
    typed, note = split(line, known.vocabulary)
    names = Names(known.vocabulary, known.targets, not known.new)
    typed = together(typed, names)
    try:
        found = understood(typed, names, known)
    except RecordRefused as error:
        raise _mended(error, typed, names, known, note) from None
    except TooManyOutcomes as error:
        end = () if note is None else (f"'{note}",)
        ways = _for_more_strips(error, typed, names, known)
        error.readings = tuple((*words, *end) for words in ways)
        raise
    return found._replace(note=note)


def _for_more_strips(
    error: TooManyOutcomes, typed: Sequence[str], names: Names, known: LineContext
) -> tuple[tuple[str, ...], ...]:
    """The lines, word by word, that may be meant where there are too many outcomes. The error is
    told the targets that they need."""
    error.targets = _wider(known, error.outcomes)
    try:
        if error.targets:
            line = understood(typed, names, known._replace(targets=error.targets))
            return (line.words, *error.readings)
    except Unread as unread:
        return (*unread.readings, *error.readings)
    except (RecordRefused, Misused):
        pass
    return error.readings


def _wider(known: LineContext, outcomes: int) -> tuple[str, ...]:
    """The targets in use and the next ones of the vocabulary, for so many outcomes; none where
    there are not so many."""
    targets = tuple(dict.fromkeys([*known.targets, *known.vocabulary.targets]))[:outcomes]
    return targets if len(targets) == outcomes else ()


def _mended(
    error: RecordRefused, typed: Sequence[str], names: Names, known: LineContext, note: str | None
) -> Unread:
    """The error for a line that cannot be read, with the lines that may be meant."""
    from strip_log.record.line_mending import mended  # for few lines

    unread = error if isinstance(error, Unread) else Unread(str(error))
    end = () if note is None else (f"'{note}",)
    if unread.readings:
        unread.readings = tuple((*words, *end) for words in unread.readings)
        return unread
    several = error.words if isinstance(error, SeveralMeant) else ()
    near: dict[object, tuple[str, ...]] = {}
    said = [word for word in typed if fold(word) not in FILLERS]
    before, strange, after = _around(said, names)
    left_out = [""] if len(said) < len(typed) and not strange else []
    for word in several or (mended(strange, names) if strange else left_out):
        words = together([*before, *word.split(), *after], names)
        try:
            line = understood(words, names, known)
            if _is_certain(line, known):
                near.setdefault((line.results, line.drug), (*words, *end))
        except Unread as other:
            near |= {one: (*one, *end) for one in other.readings}
        except TooManyOutcomes as other:
            if {*word.split()} <= {*SIGNS}:  # `+-`: written together by somebody with two strips
                ways = _for_more_strips(other, words, names, known)
                near |= {one: (*one, *end) for one in ways}
        except (RecordRefused, Misused):
            continue
    unread.readings = tuple(near.values())
    unread.step = None if near else error.step
    return unread


def _around(typed: Sequence[str], names: Names) -> tuple[Sequence[str], str, Sequence[str]]:
    """What nobody knows of a line, and what is before and after it; nothing if it is in several
    places."""
    strange = [place for place, word in enumerate(typed) if _is_strange(word, names)]
    if not strange or strange[-1] - strange[0] >= len(strange):
        return typed, "", ()
    first, after = strange[0], strange[-1] + 1
    return typed[:first], " ".join(typed[first:after]), typed[after:]


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
