"""What every column means: its kind, its unit, its allowed values. One table for all formats."""

from collections.abc import Callable
from typing import Any, NamedTuple

from strip_log.record import COLOURS, FORMS, INTENTIONS, METHODS, TIMINGS, heading
from strip_log.table import Column, Kind, plain
from strip_log.vocabulary import CATEGORIES


class Meaning(NamedTuple):
    """What a column holds, in a sentence; what kind of value; which values there can be."""

    text: str
    kind: Kind = "text"
    allowed: str = ""


#: The columns of tests.
FIELDS = {
    "number": Meaning("The test's short number in this logbook.", "integer", "1, 2, 3 ..."),
    "id": Meaning("The test's id, the same in every logbook.", allowed="UUID"),
    "tested_on": Meaning("The day of the test.", "date"),
    "tested_time": Meaning("The time of the test, only if it was given.", allowed="HH:MM"),
    "sample": Meaning("A code that ties the strips of one sample together."),
    "site": Meaning("Where the test was done."),
    "drug": Meaning("What the sample was sold or expected as."),
    "said": Meaning("The word that was used for the drug."),
    "category": Meaning("The drug's category.", allowed=", ".join(CATEGORIES)),
    "target": Meaning("What the strip detects."),
    "outcome": Meaning(
        "What the strip showed: 1 line positive, 2 lines negative, no control line invalid.",
        allowed="positive, negative, invalid",
    ),
    "faint": Meaning("1 when the second line of a negative strip was faint.", "integer", "1"),
    "brand": Meaning("Who made the strip."),
    "lot": Meaning("The strip's lot."),
    "expires_on": Meaning("The last day the strip may be used.", "date"),
    "dilution": Meaning("Sample in water."),
    "form": Meaning("The sample's form.", allowed=", ".join(FORMS)),
    "colour": Meaning("The sample's colour.", allowed=", ".join(COLOURS)),
    "timing": Meaning("Tested relative to use.", allowed=", ".join(TIMINGS)),
    "intention": Meaning("What the person means to do.", allowed=", ".join(INTENTIONS)),
    "confirmed": Meaning("The lab's word on the same target.", allowed="positive, negative"),
    "method": Meaning("How the lab confirmed.", allowed=", ".join(METHODS)),
    "note": Meaning("Free text."),
    "void": Meaning("Whether the test was struck out.", "flag", "true, false"),
}

#: The columns of a summary that are stretches of the calendar.
TIMES = {
    "day": Meaning("The day of the tests.", "date"),
    "week": Meaning("The ISO week of the tests.", allowed="2026-W01"),
    "month": Meaning("The month of the tests.", "month", "2026-01"),
    "quarter": Meaning("The quarter of the tests.", allowed="2026-Q1"),
    "year": Meaning("The year of the tests.", allowed="2026"),
}

_FROM_0_TO_1 = "0 to 1, empty without a valid test"

#: The columns of a summary that are numbers.
STATISTICS = {
    "positive": Meaning("Positive tests.", "integer", "tests"),
    "negative": Meaning("Negative tests.", "integer", "tests"),
    "valid": Meaning("Positive and negative tests: the denominator.", "integer", "tests"),
    "invalid": Meaning("Invalid tests, not in the rate.", "integer", "tests"),
    "positivity": Meaning("positive / (positive + negative).", "fraction", _FROM_0_TO_1),
    "ci_low": Meaning("Lower end of the confidence interval.", "fraction", _FROM_0_TO_1),
    "ci_high": Meaning("Upper end of the confidence interval.", "fraction", _FROM_0_TO_1),
    "low_n": Meaning("Whether there are few valid tests.", "flag", "true, false"),
    "conflicting": Meaning(
        "Samples with valid outcomes that contradict each other; the latest was counted.",
        "integer",
        "samples",
    ),
    "suppressed_below": Meaning(
        "Counts from 1 to less than this are hidden, and others that would give them away.",
        "integer",
    ),
}

_ALL = {**FIELDS, **TIMES, **STATISTICS}


def column(
    name: str,
    title: str | None = None,
    value: Callable[[Any], object] | None = None,
    show: Callable[[Any], str] = plain,
    **more: Any,
) -> Column:
    """A column that knows what it means. A name that is none of ours is a field of a program's."""
    meaning = _ALL.get(name, Meaning("A field of this program's own."))
    return Column(
        name,
        heading(name) if title is None else title,
        value,
        show,
        **{
            "right": meaning.kind in ("integer", "fraction"),
            "lines": name == "note" or name not in _ALL,
            "kind": meaning.kind,
            "meaning": meaning.text,
            "allowed": meaning.allowed,
            **more,
        },
    )
