"""Fields whose value must be one of a few words, and those words."""

from collections.abc import Callable, Sequence

from strip_log.errors import RecordRefused, ValueRefused
from strip_log.record.outcomes import outcome
from strip_log.record.words import fold, unknown

#: Turns what was typed into the value of a field. Raises RecordRefused.
Parser = Callable[[str], str]

FORMS = (
    *("powder", "chunk", "crystal", "rock", "pill", "capsule"),
    *("blotter", "liquid", "plant", "tar", "residue", "other"),
)
COLOURS = (
    *("white", "off-white", "grey", "brown", "black", "clear", "pink", "purple"),
    *("blue", "green", "yellow", "orange", "red", "multi"),
)
TIMINGS = ("before", "after", "not-using")
INTENTIONS = (
    *("as intended", "less", "test dose", "with someone"),
    *("change route", "dispose", "return", "other"),
)
METHODS = ("FTIR", "GC-MS", "LC-MS", "DART-MS", "paper spray", "other")


class UnknownChoice(ValueRefused):
    """A text that is not one of the words that its field allows."""

    def __init__(self, value: str, choices: Sequence[str]) -> None:
        self.value, self.choices = value, choices

    @property
    def lines(self) -> tuple[str, ...]:
        return (unknown(self.field or "value", self.value, self.choices),)


def one_of(*choices: str, **also: str) -> Parser:
    """A parser for one of these words. `also` are other spellings, such as `gray` for `grey`."""
    valid = {fold(choice): choice for choice in choices}
    words = valid | {fold(word): choice for word, choice in also.items()}

    def parse(value: str) -> str:
        if fold(value) in words:
            return words[fold(value)]
        raise UnknownChoice(value, choices)

    return parse


def some_of(*choices: str) -> Parser:
    """A parser for one or more of these words, comma-separated. It returns them in this order."""
    one = one_of(*choices)

    def parse(value: str) -> str:
        meant = {one(part) for part in value.split(",")}
        return ", ".join(choice for choice in choices if choice in meant)

    return parse


def confirmed(value: str) -> str:
    """The lab's result: `positive` or `negative`. Raises RecordRefused for anything else."""
    word = outcome(value)
    if word == "invalid":
        raise RecordRefused("Confirmed is the lab's result for the sample: positive or negative.")
    return word
