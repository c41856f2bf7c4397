"""Strips in the water: when they can be read, and under which letter they wait."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strip_log.record.shipped import shipped
from strip_log.record.waiting import OTHERS, Dipped, clock, free_letter, reading_time

STRIPS = ("fentanyl", "benzodiazepine", "xylazine")


def dipped(*strips):
    return Dipped("a", 1000.0, "2026-01-15", strips or STRIPS)


@pytest.mark.parametrize("minutes, early, due, late", [
    (0, STRIPS, (), ()),
    (1.99, STRIPS, (), ()),
    (2, STRIPS[1:], STRIPS[:1], ()),
    (5, (), STRIPS, ()),
    (5.1, (), STRIPS[1:], STRIPS[:1]),
    (10, (), STRIPS[1:], STRIPS[:1]),
    (10.1, (), (), STRIPS),
    (60 * 24 * 400, (), (), STRIPS),
])  # fmt: skip
def test_each_strip_has_the_time_of_its_target(minutes, early, due, late):
    """Fentanyl 2 to 5 minutes, xylazine 5 to 10; no other target has a published time."""
    now = 1000.0 + 60 * minutes
    one = dipped()
    assert (one.early(now), one.due(now), one.late(now)) == (list(early), list(due), list(late))


def test_a_target_without_a_published_time_says_so():
    assert not OTHERS.published
    unpublished = [one for one in shipped().targets if not reading_time(one).published]
    assert sorted({*shipped().targets} - {*unpublished}) == ["fentanyl", "xylazine"]
    assert all(reading_time(one) == OTHERS for one in unpublished)


def test_a_clock_that_was_set_back_never_makes_a_time_negative():
    assert dipped().seconds(900.0) == 0
    assert dipped().early(900.0) == list(STRIPS)


@pytest.mark.parametrize("seconds, said", [
    (0, "0:00"), (59.9, "0:59"), (60, "1:00"), (754, "12:34"), (7199, "119:59"), (7200, "2 h"),
    (86_400, "24 h"),
])  # fmt: skip
def test_a_clock_is_short(seconds, said):
    assert clock(seconds) == said


@given(st.sets(st.sampled_from("abcdefghijklmnopqrstuvwxyz")))
def test_a_letter_is_free_even_when_all_letters_are_taken(taken):
    letter = free_letter(taken, ("b", "f", "x"))
    assert letter not in taken and letter not in ("b", "f", "x")
    assert len(letter) == 1 or {*"acdeghijklmnopqrstuvwyz"} <= taken
