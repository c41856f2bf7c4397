"""The fields of a test: what each may hold, and how typed text becomes its value."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from strip_log.errors import RecordRefused
from strip_log.record.dates import Clock, expiry, moment
from strip_log.record.outcomes import outcome
from strip_log.record.test import FIELDS
from strip_log.record.text import note, text
from strip_log.record.vocabulary import Vocabulary
from strip_log.record.words import did_you_mean, fold, nearest

Parser = Callable[[str], str]


def one_of(*choices: str, **also: str) -> Parser:
    """A parser for one of these words, or one that is `also` written, as `gray` for `grey`."""
    valid = {fold(choice): choice for choice in choices}
    words = valid | {fold(word): choice for word, choice in also.items()}

    def parse(value: str) -> str:
        if fold(value) in words:
            return words[fold(value)]
        near = did_you_mean(nearest(value, choices))
        raise RecordRefused(f"has no {value!r}.{near} Choose from: {', '.join(choices)}")

    return parse


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

_one_intention = one_of(*INTENTIONS)


def intentions(value: str) -> str:
    """One or several intentions, comma-separated, in the order of INTENTIONS."""
    meant = {_one_intention(part) for part in value.split(",")}
    return ", ".join(intention for intention in INTENTIONS if intention in meant)


def confirmed(value: str) -> str:
    """The lab's word: positive or negative."""
    word = outcome(value)
    if word == "invalid":
        raise RecordRefused("Confirmed is the lab's word on the sample: positive or negative.")
    return word


#: How the text of a field becomes its value. Drug, target and date need the logbook, see `parsed`.
PARSERS: Mapping[str, Parser] = {
    "outcome": outcome,
    "sample": text,
    "site": text,
    "brand": text,
    "lot": text,
    "expires_on": expiry,
    "dilution": text,
    "form": one_of(*FORMS),
    "colour": one_of(*COLOURS, gray="grey", colourless="clear", colorless="clear"),
    "timing": one_of(*TIMINGS),
    "intention": intentions,
    "confirmed": confirmed,
    "method": one_of(*METHODS),
    "note": note,
}

#: What `config` may keep as a default. Never the outcome, a note, or what belongs to one sample.
DEFAULTS = (
    *("site", "drug", "target", "brand", "lot", "expires_on", "dilution"),
    *("form", "colour", "timing", "intention"),
)

#: The target of a strip when neither the command nor the logbook names one.
TARGET = "fentanyl"


def parsed(texts: Mapping[str, str], vocabulary: Vocabulary, clock: Clock) -> dict[str, str | None]:
    """Values by field from what was typed by field; `at` gives `tested_on` and `tested_time`.

    Raises RecordRefused, which names the field and says what to type instead.
    """
    values: dict[str, str | None] = {}
    for name, typed in texts.items():
        with about(name):
            if name == "at":
                values["tested_on"], values["tested_time"] = moment(typed, clock)
            elif name == "drug":
                values["said"] = text(typed)
                values["drug"] = vocabulary.drug(typed)
            elif name == "target":
                values["target"] = vocabulary.target(text(typed))
            else:
                values[name] = PARSERS[name](typed)
    return values


@contextmanager
def about(name: str) -> Iterator[None]:
    """Put the field's name before a refusal, whose parser says only what is wrong, not where."""
    try:
        yield
    except RecordRefused as error:
        error.args = (refusal(name, error),)
        raise


def refusal(name: str, error: RecordRefused) -> str:
    """What a refusal says, with the field's name before it."""
    message = str(error)
    if not message.startswith(("is ", "has ", "begins ")):
        return message
    return f"The {heading(name).lower() if name in FIELDS else name} {message}."


def heading(name: str) -> str:
    """A field's name as people read it."""
    return _HEADINGS.get(name, name.capitalize())


_HEADINGS = {
    "number": "#",
    "id": "Id",
    "tested_on": "Date",
    "tested_time": "Time",
    "at": "Date",
    "expires_on": "Expires",
}
