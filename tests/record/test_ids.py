"""Ids and stamps: the same in every logbook, in the order of time."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strip_log.record.ids import moment, origin, sample_code, stamp, uuid7

#: Milliseconds since 1970, from 2001 to 2200.
MS = st.integers(978_307_200_000, 7_258_118_399_999)
BYTES = st.binary(min_size=10, max_size=10)


@pytest.mark.parametrize("random", ["7cc398c4dc0c0c07398f", "0cc318c4dc0c0c07398f"])
def test_an_id_is_the_one_that_rfc_9562_gives_for_its_moment(random):
    # RFC 9562, appendix A.6; the bits of version and variant are set whatever is drawn for them
    made = uuid7(0x017F22E279B0, lambda size: bytes.fromhex(random))
    assert made == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


@given(MS, BYTES)
def test_an_id_is_a_uuid_of_version_7_that_holds_nothing_but_its_moment(ms, random):
    made = uuid.UUID(uuid7(ms, lambda size: random))
    assert (made.version, made.variant, made.int >> 80) == (7, uuid.RFC_4122, ms)


@given(MS, st.integers(1, 10**6), BYTES, BYTES)
def test_a_later_id_sorts_after_an_earlier_one(ms, later, one, other):
    assert uuid7(ms, lambda size: one) < uuid7(ms + later, lambda size: other)


def test_two_ids_of_the_same_millisecond_differ():
    ids = {uuid7(1_700_000_000_000) for _ in range(1000)}
    assert len(ids) == 1000
    assert {uuid.UUID(made).int >> 80 for made in ids} == {1_700_000_000_000}


def test_a_stamp_is_utc_with_milliseconds_and_a_counter():
    assert stamp(0) == "1970-01-01T00:00:00.000Z-0000"
    assert stamp(1795513512123) == "2026-11-24T09:45:12.123Z-0000"


@given(MS)
def test_the_moment_of_a_stamp_is_the_one_it_was_made_of(ms):
    assert round(moment(stamp(ms)).timestamp() * 1000) == ms


@given(MS, MS)
def test_stamps_sort_as_text_as_their_moments_do(one, other):
    assert (stamp(one) < stamp(other)) == (one < other)


@given(MS, st.integers(-(10**9), 10**9))
def test_a_stamp_comes_after_the_version_it_follows_even_when_the_clock_was_set_back(ms, gone_by):
    before = stamp(ms)
    after = stamp(ms + gone_by, after=before)
    assert after > before
    assert len(after) == len(before)
    assert moment(after) == max(moment(before), moment(stamp(ms + gone_by)))


def test_the_counter_goes_on_while_the_clock_stands_still():
    first = stamp(1795513512123)
    second = stamp(1795513512123, after=first)
    third = stamp(0, after=second)
    assert (second[-4:], third[-4:]) == ("0001", "0002")
    assert first[:-4] == second[:-4] == third[:-4]


def test_a_clock_that_goes_on_begins_the_counter_anew():
    before = "2026-11-24T09:45:12.122Z-0007"
    assert stamp(1795513512123, after=before) == "2026-11-24T09:45:12.123Z-0000"


def test_a_full_counter_goes_on_in_the_next_millisecond():
    assert stamp(0, after="2026-12-31T23:59:59.999Z-9998") == "2026-12-31T23:59:59.999Z-9999"
    assert stamp(0, after="2026-12-31T23:59:59.999Z-9999") == "2027-01-01T00:00:00.000Z-0000"


def test_the_id_of_a_logbook_is_16_hexadecimal_digits_that_no_other_has():
    assert origin(lambda size: bytes(range(size))) == "0001020304050607"
    assert origin() != origin()


@given(st.binary(min_size=8, max_size=8))
def test_a_sample_code_has_no_letter_that_is_taken_for_another(random):
    code = sample_code(lambda size: random)
    assert code.startswith("s-") and len(code) == 8
    assert set(code[2:]) <= set("23456789abcdefghjkmnpqrstuvwxyz")


def test_sample_codes_use_every_place():
    codes = [sample_code(lambda size, n=n: n.to_bytes(size, "big")) for n in range(0, 31**6, 31**4)]
    assert len(set(codes)) == len(codes) == 31**2
    assert sample_code(lambda size: bytes(size)) == "s-222222"
