"""What was typed about a test that is there already, and what it makes of it."""

from datetime import datetime

import pytest

from strip_log.errors import Misused, RecordRefused
from strip_log.record.correction import corrected, targets
from strip_log.record.dates import Clock
from strip_log.record.entry import Entry
from strip_log.record.shipped import shipped
from strip_log.record.test import Test

WORDS, CLOCK = shipped(), Clock(datetime(2026, 11, 24, 12, 0))

[THERE] = (
    Entry(
        words=("neg",),
        faint=True,
        texts={"drug": "coke", "lot": "7"},
        own={"told": "yes", "Over dose": "no"},
    )
    .tests(WORDS, CLOCK)
    .tests
)


def changes(**typed):
    """What a correction changes, by field."""
    after = corrected(Entry(**typed), THERE, WORDS, CLOCK)
    return {
        name: getattr(after, name)
        for name in Test._fields
        if getattr(after, name) != getattr(THERE, name)
    }


@pytest.mark.parametrize(("typed", "expected"), [
    ({"texts": {"lot": "8"}}, {"lot": "8"}),
    ({"texts": {"drug": "crack"}}, {"drug": "crack cocaine", "said": "crack"}),
    ({"lines": "1", "faint": False}, {"outcome": "positive", "faint": None}),
    ({"words": ("xyl=neg",)}, {"target": "xylazine"}),
    ({"words": ("xyl",), "lines": "2"}, {"target": "xylazine"}),
    ({"cleared": ("lot", "drug")}, {"lot": None, "drug": None, "said": None}),
    ({"cleared": ("Over dose",)}, {"extra": '{"told": "yes"}'}),
    ({"own": {"told": "no"}}, {"extra": '{"Over dose": "no", "told": "no"}'}),
    ({"texts": {"drug": "coke"}}, {}),
], ids=str)  # fmt: skip
def test_a_correction_changes_what_was_typed_and_nothing_else(typed, expected):
    assert changes(**typed) == expected


@pytest.mark.parametrize(("typed", "message"), [
    ({}, "Say what to change"),
    ({"cleared": ("outcome",)}, "Every test has its outcome: it cannot be cleared"),
    ({"cleared": ("tested-on",)}, "Every test has its date: it cannot be cleared"),
    ({"cleared": ("lots",)}, "There is no field 'lots'. Did you mean lot"),
    ({"cleared": ("lot",), "texts": {"lot": "8"}}, "lot is both given and cleared"),
    ({"cleared": ("expires-on",), "texts": {"expires_on": "2027-03"}}, "expires_on is both"),
    ({"cleared": ("told",), "own": {"told": "no"}}, "told is both given and cleared"),
    ({"words": ("pos",), "lines": "2"}, "leave one out"),
], ids=str)  # fmt: skip
def test_a_correction_that_says_nothing_or_two_things_is_refused(typed, message):
    with pytest.raises(Misused, match=message):
        changes(**typed)


def test_a_correction_keeps_to_the_rules_of_a_test():
    with pytest.raises(RecordRefused, match="faint"):
        changes(words=("pos",))


@pytest.mark.parametrize(("typed", "expected"), [
    ({}, []),
    ({"words": ("neg",)}, []),
    ({"words": ("xyl=neg", "pos")}, ["xylazine"]),
    ({"words": ("xyl", "benzo"), "lines": "2"}, ["xylazine", "benzodiazepine"]),
    ({"texts": {"target": "fent"}}, ["fentanyl"]),
], ids=str)  # fmt: skip
def test_the_targets_of_a_correction_are_those_that_were_typed(typed, expected):
    assert targets(Entry(**typed), WORDS) == expected
