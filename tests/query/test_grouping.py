"""Counted rows become groups in one way, whatever database counted them."""

import pytest

from strip_log.query.counts import Count
from strip_log.query.grouping import Counted, columns_of, grouped, own_names, tallied


@pytest.mark.parametrize(("by", "own", "columns"), [
    ((), False, ["target", "outcome"]),
    (("site",), False, ["site", "target", "outcome"]),
    (("target", "drug"), False, ["target", "drug", "outcome"]),
    (("month", "quarter", "year"), False, ["month", "target", "outcome"]),
    (("week", "month"), False, ["tested_on", "target", "outcome"]),
    (("category", "drug"), False, ["drug", "target", "outcome"]),
    (("category",), True, ["drug", "category", "target", "outcome"]),
    (("told",), False, ["own told", "target", "outcome"]),
], ids=str)  # fmt: skip
def test_each_column_is_counted_once_and_the_outcome_is_last(by, own, columns):
    assert columns_of(by, own) == columns
    assert own_names(columns) == [name for name in by if name == "told"]


def groups(by, rows, own=False, **names):
    found = Counted(columns_of(by, own), tallied(rows), None, None, {}, {"category": {}, **names})
    return grouped(by, found).groups


def test_a_group_is_shown_as_most_of_its_tests_are_spelled():
    rows = [
        (("btnx", "fentanyl", "positive"), 2),
        (("BTNX", "fentanyl", "negative"), 3),
        ((None, "fentanyl", "invalid"), 1),
    ]
    assert groups(("brand",), rows) == {
        ("fentanyl", "BTNX"): Count(2, 3, 0),
        ("fentanyl", None): Count(0, 0, 1),
    }


def test_targets_are_never_added_up_and_days_are():
    rows = [
        (("2025-12-29", "fentanyl", "positive"), 1),
        (("2026-01-01", "fentanyl", "positive"), 2),
        (("2026-01-01", "xylazine", "positive"), 4),
    ]
    assert groups(("week",), rows) == {
        ("fentanyl", "2026-W01"): Count(3),
        ("xylazine", "2026-W01"): Count(4),
    }


def test_a_category_of_a_test_goes_before_that_of_its_drug():
    rows = [
        (("down", None, "fentanyl", "positive"), 1),
        (("down", "other", "fentanyl", "negative"), 1),
        (("new", None, "fentanyl", "negative"), 1),
    ]
    assert groups(("category",), rows, own=True, category={"down": "opioid"}) == {
        ("fentanyl", "opioid"): Count(1),
        ("fentanyl", "other"): Count(0, 1),
        ("fentanyl", None): Count(0, 1),
    }


def test_a_logbook_without_a_name_is_shown_by_its_id():
    rows = [(("a1", "fentanyl", "positive"), 1), (("b2", "fentanyl", "positive"), 1)]
    assert groups(("logbook",), rows, logbook={"a1": "van"}) == {
        ("fentanyl", "van"): Count(1),
        ("fentanyl", "b2"): Count(1),
    }
