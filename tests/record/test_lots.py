"""The rule that stops a lot, against the figures of the simulation it was chosen by."""

from random import Random

import pytest

from strip_log.record.lots import (
    STOP_AMONG,
    STOP_INVALID,
    invalid_in_a_row,
    invalid_of_last,
    verdict,
)

N, I = "negative", "invalid"  # noqa: E741


@pytest.mark.parametrize(
    "outcomes, said",
    [
        ([], ""),
        ([I], ""),
        ([I, N, I, N, I], ""),
        ([N, I, I], "in a row"),
        ([I, I, N], ""),
        ([I, N, I, N, I, "positive", I], "stop"),
        ([I, I, I, I], "stop"),
        ([I, I, I, I, *[N] * 16], "stop"),
        ([I, I, I, I, *[N] * 17], ""),
        ([I, *[N] * 18, I, I, I], "in a row"),
        ([*[I] * 3, *[N] * 16, I], "stop"),
    ],
)
def test_a_lot_is_stopped_at_four_invalid_strips_among_its_last_twenty(outcomes, said):
    assert (STOP_INVALID, STOP_AMONG) == (4, 20)
    assert verdict(outcomes) == said


def test_what_was_counted_can_be_told():
    outcomes = [I, *[N] * 18, I, I]
    assert (invalid_of_last(outcomes), invalid_in_a_row(outcomes)) == (2, 2)


#: The share of lots that are stopped within 100 strips, and after how many strips half of them are,
#: of lots with this share of invalid strips. Own simulation, stated with two further digits.
STOPPED = {0.01: (0.001, None), 0.1: (0.724, 58), 0.15: (0.967, 27)}


@pytest.mark.parametrize("share", STOPPED)
def test_bad_lots_are_stopped_and_good_ones_are_not(share):
    random = Random(2)
    stopped_at = sorted(first_stop(random, share) for _ in range(500))
    stopped, median = STOPPED[share]
    assert sum(at <= 100 for at in stopped_at) / 500 == pytest.approx(stopped, abs=0.05)
    if median:
        assert stopped_at[250] == pytest.approx(median, rel=0.15)


def first_stop(random: Random, share: float) -> int:
    """After how many strips a lot with this share of invalid strips is stopped; 201 if never."""
    outcomes: list[str] = []
    for number in range(1, 201):
        outcomes = [*outcomes[-STOP_AMONG:], I if random.random() < share else N]
        if outcomes[-1] == I and verdict(outcomes) == "stop":
            return number
    return 201
