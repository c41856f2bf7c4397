"""The meaning of every column, with its kind, unit and allowed values, for all formats."""

from collections.abc import Callable
from typing import Any, NamedTuple

from strip_log.formats.table import NUMBERS, Column, ValueKind, plain
from strip_log.query.dimensions import WRITER
from strip_log.record.fields import FIELDS, heading


class Description(NamedTuple):
    """What a column holds: a sentence, the kind of value, and the unit or the allowed values."""

    text: str
    kind: ValueKind = "text"
    allowed: str = ""


#: The column for the invalid test that a test repeats.
RETEST_OF = "retest_of"

#: The columns of tests.
_TESTS = {
    "number": Description("The test's short number in this logbook.", "integer", "1, 2, 3 ..."),
    "id": Description("The test's id, the same in every logbook.", allowed="UUID"),
    **{
        field.name: Description(
            field.meaning, field.kind, field.allowed or ", ".join(field.choices)
        )
        for field in FIELDS.values()
    },
    "void": Description("Whether the test was struck out.", "flag", "true, false"),
    RETEST_OF: Description(
        "The number of the last invalid test before it of the same sample and target, if any.",
        "integer",
        "1, 2, 3 ...",
    ),
}

#: The columns of a summary that are periods of time.
TIMES = {
    "day": Description("The day of the tests.", "date"),
    "week": Description("The ISO week of the tests.", allowed="2026-W01"),
    "month": Description("The month of the tests.", "month", "2026-01"),
    "quarter": Description("The quarter of the tests.", allowed="2026-Q1"),
    "year": Description("The year of the tests.", allowed="2026"),
}

#: The column of a summary that is no field of a test.
_WRITER = {WRITER: Description("The logbook that wrote the tests first: its name, or else its id.")}

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
    "adjusted": Description(
        "Positivity adjusted for sensitivity and specificity.", "fraction", "0 to 1"
    ),
    "adjusted_low": Description("Lower end of its interval.", "fraction", "0 to 1"),
    "adjusted_high": Description("Upper end of its interval.", "fraction", "0 to 1"),
    "adjusted_why": Description("Why positivity is not adjusted."),
    "floor": Description(
        "Whether false positives alone would give as many.", "flag", "true, false"
    ),
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

_FROM_MINUS_1 = "-1 to 1, empty where one of them has no rate"

#: The columns of a comparison that a summary does not have.
_COMPARISON = {
    **{
        f"before_{name}": one._replace(text=f"{one.text[:-1]}, in the period before.")
        for name, one in STATISTICS.items()
    },
    "difference": Description("positivity - before_positivity.", "fraction", _FROM_MINUS_1),
    "difference_low": Description("Lower end of its interval.", "fraction", _FROM_MINUS_1),
    "difference_high": Description("Upper end of its interval.", "fraction", _FROM_MINUS_1),
    "change": Description("The difference in words."),
}

#: The columns of a history.
_HISTORY = {
    "change": Description("The number of the change in this logbook.", "integer", "1, 2, 3 ..."),
    "written": Description("When it was written, in local time.", allowed="YYYY-MM-DD HH:MM:SS"),
    "command": Description("The command that wrote it."),
    "what": Description("What was changed."),
    "reason": Description("Why, as it was given."),
    "state": Description("Whether the change was taken back.", allowed="taken back, or empty"),
    "tests": Description("How many tests the change wrote.", "integer", "tests"),
    "origin": Description("The id of the logbook that wrote it."),
    "logbook": Description("The name of the logbook that wrote it, or else its id."),
    "source": Description("Where a merge took the tests from."),
}

_OF_TREND = {
    "trend": Description("The trend of the group in words, or why it has none."),
    "trend_periods": Description("Periods with valid tests.", "integer", "periods"),
    "trend_from": Description("The first of these periods."),
    "trend_to": Description("The last of these periods."),
    "trend_positive": Description("Positive tests in these periods.", "integer", "tests"),
    "trend_valid": Description("Positive and negative tests in them.", "integer", "tests"),
    "trend_fitted_first": Description("The fitted positivity in the first.", "fraction", "0 to 1"),
    "trend_fitted_last": Description("The fitted positivity in the last.", "fraction", "0 to 1"),
    "trend_change": Description("The last less the first.", "fraction", "-1 to 1"),
    "trend_change_low": Description("Lower end of its interval.", "fraction", "-1 to 1"),
    "trend_change_high": Description("Upper end of its interval.", "fraction", "-1 to 1"),
    "trend_a_period": Description("The change for each period between.", "fraction", "-1 to 1"),
    "trend_odds_ratio": Description("The odds ratio of a period to the one before.", "decimal"),
    "trend_odds_ratio_low": Description("Lower end of its interval.", "decimal"),
    "trend_odds_ratio_high": Description("Upper end of its interval.", "decimal"),
    "trend_phi": Description(
        "Pearson's chi-square by its degrees of freedom: above 1, the intervals are wider.",
        "decimal",
    ),
    "trend_p": Description("p of the slope, two-sided.", "decimal", "0 to 1"),
    "trend_p_exact": Description(
        "Exact mid-P of the slope; with 20 positives and negatives or more empty.",
        "decimal",
        "0 to 1",
    ),
    "trend_p_armitage": Description(
        "p of Cochran and Armitage's test, which takes no spread of periods into account.",
        "decimal",
        "0 to 1",
    ),
    "trend_p_departure": Description("p of a departure from a line.", "decimal", "0 to 1"),
}

#: The columns of tests in which most values come once.
_ONCE = ("id", "sample", "note")

_ALL = {**_TESTS, **TIMES, **_WRITER, **STATISTICS, **_COMPARISON}


def column(
    name: str,
    title: str | None = None,
    value: Callable[[Any], object] | None = None,
    show: Callable[[Any], str] = plain,
    **more: Any,
) -> Column:
    """A column with its meaning. A name that is not in the tables above is an own field."""
    return Column(
        heading=heading(name) if title is None else title,
        value=value,
        show=show,
        lines=name == "note" or name not in _ALL,
        repeats=name not in _ONCE,
        **{**described(name), **more},
    )


def history_column(name: str, title: str | None = None, **more: Any) -> Column:
    """A column of a history, with its meaning."""
    return meant(name, _HISTORY[name], title, **more)


def trend_column(name: str, **more: Any) -> Column:
    """A column of a trend, with its meaning."""
    meaning = _OF_TREND[name]
    heading = name.replace("_", " ").capitalize()
    return meant(name, meaning, heading, right=meaning.kind in NUMBERS, **more)


def meant(name: str, meaning: Description, title: str | None = None, **more: Any) -> Column:
    """A column of a table of its own, with this meaning."""
    return Column(
        name,
        name.capitalize() if title is None else title,
        kind=meaning.kind,
        meaning=meaning.text,
        allowed=meaning.allowed,
        **more,
    )


def described(name: str) -> dict[str, Any]:
    """The attributes of a Column that follow from its name: kind, alignment and meaning."""
    meaning = _ALL.get(name, Description("A field of this program's own."))
    return {
        "name": name,
        "right": meaning.kind in NUMBERS,
        "kind": meaning.kind,
        "meaning": meaning.text,
        "allowed": meaning.allowed,
    }
