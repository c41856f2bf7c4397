"""Fields that can have only certain words as their value, and the words for those."""

from collections.abc import Callable, Sequence

from strip_log.errors import RecordRefused, ValueRefused
from strip_log.record.outcomes import outcome
from strip_log.record.words import fold, unknown

#: Makes the value of a field from what was typed; raises RecordRefused.
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
    """A text that is none of the words that its field can have."""

    def __init__(self, value: str, choices: Sequence[str]) -> None:
        self.value, self.choices = value, choices

    @property
    def lines(self) -> tuple[str, ...]:
        return (unknown(self.field or "value", self.value, self.choices),)


def one_of(*choices: str, **also: str) -> Parser:
    """A parser for one of these words, or one that is `also` written, as `gray` for `grey`."""
    valid = {fold(choice): choice for choice in choices}
    words = valid | {fold(word): choice for word, choice in also.items()}

    def parse(value: str) -> str:
        if fold(value) in words:
            return words[fold(value)]
        raise UnknownChoice(value, choices)

    return parse


def some_of(*choices: str) -> Parser:
    """A parser for one or several of these words, comma-separated; they come in this order."""
    one = one_of(*choices)

    def parse(value: str) -> str:
        meant = {one(part) for part in value.split(",")}
        return ", ".join(choice for choice in choices if choice in meant)

    return parse


def confirmed(value: str) -> str:
    """The lab's word: positive or negative."""
    word = outcome(value)
    if word == "invalid":
        raise RecordRefused("Confirmed is the lab's word on the sample: positive or negative.")
    return word
