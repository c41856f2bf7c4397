"""The outcomes, the lines that a strip shows for each, and the words people type for them."""

import re
from collections.abc import Mapping

from strip_log.errors import Misused, RecordRefused
from strip_log.record.words import did_you_mean, fold, misspelt, unaccented

#: The outcomes, and what the strip shows for each. It is the other way round from a pregnancy test.
OUTCOMES = {
    "positive": "1 line, the control line only",
    "negative": "2 lines, however faint the second",
    "invalid": "no control line: test again with a new strip",
}

#: What is typed after `--lines`: how many lines the strip shows.
LINES = {"1": "positive", "2": "negative", "0": "invalid"}

#: The words that people type in English, French and Spanish, as `outcome_word` returns them, and
#: what each means. Words that mean something else in one of them are left out.
OUTCOME_WORDS = {
    word: outcome
    for outcome, words in {
        "positive": (
            *("positive", "pos", "p", "+", "1line", "1 line", "one line"),
            *("positif", "1 ligne", "une ligne"),
            *("positivo", "positiva", "1 linea", "una linea"),
        ),
        "negative": (
            *("negative", "neg", "n", "2lines", "2 lines", "two lines"),
            *("negatif", "2 lignes", "deux lignes"),
            *("negativo", "negativa", "2 lineas", "dos lineas"),
        ),
        "invalid": (
            *("invalid", "inv", "i", "0lines", "0 lines", "no line", "no lines"),
            *("invalide", "non valide", "0 ligne", "aucune ligne", "pas de ligne"),
            *("invalido", "invalida", "no valido", "no valida", "0 lineas", "sin linea"),
            *("sin lineas", "ninguna linea"),
        ),
    }.items()
    for word in words
}

#: The words that mean an outcome whatever a file says about its own words.
CERTAIN = (
    *("positive", "pos", "positif", "positivo", "positiva"),
    *("negative", "neg", "negatif", "negativo", "negativa"),
    *("invalid", "inv", "invalide", "invalido", "invalida"),
)

_NOT_TESTED = {
    *("not tested", "nottested", "not done", "nt", "n/a", "na", "none"),
    *("non teste", "non fait", "pas teste", "no probado", "sin probar"),
}


class UnknownOutcome(RecordRefused):
    """A `word` that is not an outcome and cannot be left out. `meant` has what known words mean.

    The `sentence` has {word} and {near}. The latter is slow, so it is worked out only when the
    message is read. `likely` is the outcome that the word most likely means in its place, if that
    is known.
    """

    likely: str | None = None

    def __init__(self, word: str, meant: Mapping[str, str | None], sentence: str) -> None:
        super().__init__(sentence)
        self.word, self.meant = word, meant

    @property
    def lines(self) -> tuple[str, ...]:
        near = did_you_mean(intended(self.word, self.meant))
        return (str(self.args[0]).format(word=repr(self.word), near=near),)


def intended(word: str, meant: Mapping[str, str | None]) -> list[str]:
    """The words that this one can be a misspelling of, if they all mean the same outcome.

    `meant` has the outcome of each word, None for what was not tested. A short word resembles many
    others: of one with three letters only the last two may have changed places.
    """
    near = [*misspelt(word, [known for known in meant if len(known) > 4])]
    near += [known for known in meant if fold(word) == known[:1] + known[:0:-1] and len(known) == 3]
    return near if len({meant[one] for one in near}) == 1 else []


def outcome_word(text: str) -> str:
    """A word for an outcome in the form that is compared: as `fold` gives it, without accents.

    A minus that joins no two words is a sign, and kept: `+-` is not `+`. Empty for an empty text.
    """
    if "-" in text and _SIGN.search(text):
        return unaccented(" ".join(text.casefold().split()))
    return unaccented(fold(text.strip()))


#: A minus that is not between two letters or digits.
_SIGN = re.compile(r"(?<![^\W_])-|-(?![^\W_])")


def is_about_outcome(word: str) -> bool:
    """Whether `outcome` knows the word, though it may refuse it: `not tested`, or `2`."""
    folded = outcome_word(word)
    return folded in OUTCOME_WORDS or folded in _NOT_TESTED or folded in LINES


def outcome(word: str) -> str:
    """`positive`, `negative` or `invalid`; raises RecordRefused for any other word."""
    folded = outcome_word(word)
    if folded in OUTCOME_WORDS:
        return OUTCOME_WORDS[folded]
    if folded in _NOT_TESTED:
        raise RecordRefused(f"{word!r} is not an outcome: leave out what was not tested.")
    if folded in LINES:
        raise RecordRefused(
            f"{word!r} is not an outcome. If it is what the strip shows, type {folded}"
            f" line{'' if folded == '1' else 's'}."
        )
    raise UnknownOutcome(
        word,
        OUTCOME_WORDS,
        "{word} is not an outcome.{near} Type pos (1 line), neg (2 lines, however faint the second)"
        " or inv (no control line).",
    )


def outcome_of_lines(lines: str) -> str:
    """The outcome that this number of lines means. Raises Misused."""
    if lines not in LINES:
        raise Misused(f"--lines is 1 (positive), 2 (negative) or 0 (invalid), not {lines!r}.")
    return LINES[lines]


def said_twice(lines: str, word: str) -> Misused:
    """The error for a word that says the outcome, beside the number of lines that says it too."""
    return Misused(f"--lines {lines} and {word!r} both say the outcome: leave one out.")
