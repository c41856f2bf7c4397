"""The rule by which tests look typed twice, on tests that are looked at together."""

from datetime import UTC, datetime, timedelta
from itertools import count, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories import a_test
from strip_log.query.duplicates import SITTING, EnteredTest, suspects
from strip_log.record.twice import SOON

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)


def entered(*tests):
    """Tests from (change, minutes after noon, facts); `imported` may be among the facts."""
    numbers = count(1)
    return [
        EnteredTest(
            next(numbers),
            a_test(**{name: value for name, value in facts.items() if name != "imported"}),
            change,
            NOON + timedelta(minutes=minutes),
            facts.get("imported", False),
        )
        for change, minutes, facts in tests
    ]


def found(*tests):
    """The numbers of the suspects, and those that are spare."""
    return [
        ([each.number for each in one.tests], [*one.spare]) for one in suspects(entered(*tests))
    ]


BARE = {}
FILE = {"imported": True}
HOURS = SITTING // timedelta(minutes=1) + 1


@pytest.mark.parametrize("facts", [
    {"sample": "A7"}, {"tested_time": "14:30"}, {"note": "blue bag"}, {"extra": '{"kit": "yes"}'},
], ids=str)  # fmt: skip
def test_equal_tests_with_something_of_their_own_are_suspects_at_any_time(facts):
    assert found((1, 0, facts), (2, 60, facts)) == [([1, 2], [2])]
    assert found((1, 0, facts), (2, 60, facts), (3, 9000, facts)) == [([1, 2, 3], [2, 3])]
    assert found((1, 0, facts), (2, 60, {**facts, "lot": "7"})) == []


@pytest.mark.parametrize(("one", "other"), [
    ((1, 0, BARE), (2, HOURS, BARE)),
    ((1, 0, BARE), (2, 60, FILE)),
    ((1, 0, FILE), (2, 60, BARE)),
    ((1, 0, FILE), (2, 60, FILE)),
    ((1, 0, {"sample": "s-7kq4md"}), (2, HOURS, {"sample": "s-wwday7"})),
    ((1, 0, {"drug": "cocaine", "said": "coke"}), (2, 60, {**FILE, "drug": "cocaine"})),
], ids=str)  # fmt: skip
def test_equal_tests_of_another_day_or_of_a_file_are_suspects(one, other):
    assert found(one, other) == [([1, 2], [2])]


@pytest.mark.parametrize(("one", "other"), [
    ((1, 0, BARE), (2, 60, BARE)),  # two visitors of one day
    ((1, 0, BARE), (2, HOURS - 1, BARE)),
    ((1, 0, BARE), (1, 0, BARE)),  # two strips of one command
    ((1, 0, BARE), (1, HOURS, BARE)),
    ((1, 0, FILE), (1, 0, FILE)),  # two rows of one file
    ((1, 0, {"note": "x"}), (1, 0, {"note": "x"})),
    ((1, 0, {"lot": "7"}), (2, HOURS, BARE)),
    ((1, 0, {"said": "coke"}), (2, HOURS, {"said": "dope"})),
    ((1, 0, {**FILE, "lot": "7"}), (2, 1, FILE)),  # minutes say nothing of a file
    ((1, 0, {"lot": "7"}), (2, 6, BARE)),
    ((1, 0, {"sample": "s-7kq4md"}), (2, 60, {"sample": "s-wwday7"})),
], ids=str)  # fmt: skip
def test_other_tests_are_not(one, other):
    assert found(one, other) == []


@pytest.mark.parametrize("facts", [BARE, {"lot": "7"}, {"sample": "s-7kq4md"}], ids=str)
def test_tests_that_were_typed_within_minutes_are_suspects_equal_or_not(facts):
    [one] = suspects(entered((1, 0, BARE), (2, 5, facts)))
    assert (one.spare, one.why) == ((2,), "typed within 5 minutes")
    [one] = suspects(entered((1, 0, BARE), (2, 0.5, facts)))
    assert one.why == "typed within 1 minute"


def test_minutes_do_not_add_up_to_hours():
    """A busy counter is not one test: each window begins with the first that is in no other."""
    every_four = [(change, 4 * change, {"lot": str(change)}) for change in range(6)]
    assert found(*every_four) == [([1, 2], [2]), ([3, 4], [4]), ([5, 6], [6])]


def test_the_tests_of_the_change_that_has_most_are_kept():
    two, three = [(1, 0, FILE)] * 2, [(2, 60, FILE)] * 3
    assert found(*two, *three) == [([1, 2, 3, 4, 5], [1, 2])]
    assert found(*three, *two) == [([1, 2, 3, 4, 5], [4, 5])]
    assert found(*two, *two[:1], (2, 60, FILE)) == [([1, 2, 3, 4], [4])]


def test_a_days_work_that_was_typed_again_the_next_day_is_spare_as_a_whole():
    first = [(change, 60 * change, BARE) for change in range(4)]
    again = [(10 + change, 2000 + change, BARE) for change in range(4)]
    assert found(*first, *again) == [([1, 2, 3, 4, 5, 6, 7, 8], [5, 6, 7, 8])]


FACTS = st.sampled_from([BARE, {"lot": "7"}, {"note": "x"}, {"sample": "s-7kq4md"}, FILE])
TESTS = st.lists(st.tuples(st.integers(1, 3), st.integers(0, 2000), FACTS), max_size=6)


@given(TESTS)
def test_whatever_is_found_one_change_did_not_write_alone_and_something_is_kept(tests):
    tests = entered(*tests)
    seen = []
    for one in suspects(tests):
        assert len({each.change for each in one.tests}) > 1
        assert {*one.spare} < {each.number for each in one.tests}
        assert one.spare
        assert one.apart is None or one.apart <= SOON
        seen += [each.number for each in one.tests]
    assert len(seen) == len({*seen})


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 2000), FACTS), max_size=4))
def test_the_order_of_the_tests_makes_no_difference(tests):
    tests = entered(*tests)
    for order in permutations(tests):
        assert {one.tests for one in suspects(order)} == {one.tests for one in suspects(tests)}
