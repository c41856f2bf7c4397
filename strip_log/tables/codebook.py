"""What every column means: its kind, its unit, its allowed values. One table for all formats."""

from collections.abc import Callable
from typing import Any, NamedTuple

from strip_log.formats.table import Column, ValueKind, plain
from strip_log.record.fields import COLOURS, FORMS, INTENTIONS, METHODS, TIMINGS, heading
from strip_log.record.vocabulary import CATEGORIES


class Description(NamedTuple):
    """What a column holds, in a sentence; what kind of value; which values there can be."""

    text: str
    kind: ValueKind = "text"
    allowed: str = ""


#: The columns of tests.
FIELDS = {
    "number": Description("The test's short number in this logbook.", "integer", "1, 2, 3 ..."),
    "id": Description("The test's id, the same in every logbook.", allowed="UUID"),
    "tested_on": Description("The day of the test.", "date"),
    "tested_time": Description("The time of the test, only if it was given.", allowed="HH:MM"),
    "sample": Description("A code that ties the strips of one sample together."),
    "site": Description("Where the test was done."),
    "drug": Description("What the sample was sold or expected as."),
    "said": Description("The word that was used for the drug."),
    "category": Description("The drug's category.", allowed=", ".join(CATEGORIES)),
    "target": Description("What the strip detects."),
    "outcome": Description(
        "What the strip showed: 1 line positive, 2 lines negative, no control line invalid.",
        allowed="positive, negative, invalid",
    ),
    "faint": Description("1 when the second line of a negative strip was faint.", "integer", "1"),
    "brand": Description("Who made the strip."),
    "lot": Description("The strip's lot."),
    "expires_on": Description("The last day the strip may be used.", "date"),
    "dilution": Description("Sample in water."),
    "form": Description("The sample's form.", allowed=", ".join(FORMS)),
    "colour": Description("The sample's colour.", allowed=", ".join(COLOURS)),
    "timing": Description("Tested relative to use.", allowed=", ".join(TIMINGS)),
    "intention": Description("What the person means to do.", allowed=", ".join(INTENTIONS)),
    "confirmed": Description("The lab's word on the same target.", allowed="positive, negative"),
    "method": Description("How the lab confirmed.", allowed=", ".join(METHODS)),
    "note": Description("Free text."),
    "void": Description("Whether the test was struck out.", "flag", "true, false"),
}

#: The columns of a summary that are stretches of the calendar.
TIMES = {
    "day": Description("The day of the tests.", "date"),
    "week": Description("The ISO week of the tests.", allowed="2026-W01"),
    "month": Description("The month of the tests.", "month", "2026-01"),
    "quarter": Description("The quarter of the tests.", allowed="2026-Q1"),
    "year": Description("The year of the tests.", allowed="2026"),
}

_FROM_0_TO_1 = "0 to 1, empty without a valid test"

#: The columns of a summary that are numbers.
STATISTICS = {
    "positive": Description("Positive tests.", "integer", "tests"),
    "negative": Description("Negative tests.", "integer", "tests"),
    "valid": Description("Positive and negative tests: the denominator.", "integer", "tests"),
    "invalid": Description("Invalid tests, not in the rate.", "integer", "tests"),
    "positivity": Description("positive / (positive + negative).", "fraction", _FROM_0_TO_1),
    "ci_low": Description("Lower end of the confidence interval.", "fraction", _FROM_0_TO_1),
    "ci_high": Description("Upper end of the confidence interval.", "fraction", _FROM_0_TO_1),
    "low_n": Description("Whether there are few valid tests.", "flag", "true, false"),
    "conflicting": Description(
        "Samples with valid outcomes that contradict each other; the latest was counted.",
        "integer",
        "samples",
    ),
    "suppressed_below": Description(
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
    meaning = _ALL.get(name, Description("A field of this program's own."))
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
