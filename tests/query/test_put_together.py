"""The strips of samples are put together in one way, whatever database gives them."""

from collections import Counter

import pytest

from strip_log.query.counts import Count, Counts
from strip_log.query.cross import BITS, SECOND, UNDECIDED, sample_pairs
from strip_log.query.grouping import Counted, tallied
from strip_log.query.lab import BOTH, LabKey, lab_columns, lab_counts
from strip_log.query.sample_counts import each_once, grouped
from strip_log.query.sample_list import sample_list
from strip_log.query.samples import SampleStrip

POSITIVE, NEGATIVE, INVALID = "positive", "negative", "invalid"


def strips(*outcomes, values=()):
    """The strips of one sample, written on one day in this order, each with what is counted."""
    return [
        (SampleStrip("2026-11-24", None, outcome, f"{place}"), ("fentanyl", *values, outcome))
        for place, outcome in enumerate(outcomes)
    ]


def test_a_sample_with_several_strips_counts_once_and_any_other_strip_stays():
    counted = {("fentanyl", POSITIVE): 5, ("fentanyl", NEGATIVE): 2, ("fentanyl", INVALID): 1}
    several = [strips(NEGATIVE, POSITIVE), strips(INVALID, NEGATIVE)]
    last = each_once(counted.items(), several, lambda of_sample: of_sample[-1][1])
    assert last == Counter({("fentanyl", POSITIVE): 5, ("fentanyl", NEGATIVE): 1})


def test_the_last_valid_strip_counts_and_a_contradiction_is_told():
    rows = [(("fentanyl", POSITIVE), 2), (("fentanyl", NEGATIVE), 1), (("fentanyl", INVALID), 1)]
    counted = Counted(
        ["target", "outcome"], tallied(rows), "2026-11-24", "2026-11-24", {"fentanyl": 3}, {}
    )
    found = grouped((), counted, [strips(POSITIVE, NEGATIVE, INVALID)], 1, "00:00")
    assert found == Counts(
        {("fentanyl",): Count(1, 1, 0)},
        "2026-11-24",
        "2026-11-24",
        {"fentanyl": 3},
        {("fentanyl",): 1},
        1,
    )


@pytest.mark.parametrize(("words", "said"), [
    ([(None, None), (None, None)], (None, None)),
    ([(None, None), (POSITIVE, "FTIR")], (POSITIVE, "FTIR")),
    ([(NEGATIVE, "FTIR"), (NEGATIVE, "GC-MS")], (NEGATIVE, "FTIR")),
    ([(NEGATIVE, "FTIR"), (POSITIVE, "GC-MS")], (BOTH, None)),
    ([(None, None), (NEGATIVE, "FTIR"), (POSITIVE, None)], (BOTH, None)),
], ids=str)  # fmt: skip
def test_the_labs_word_is_that_of_the_first_valid_strip_or_of_another(words, said):
    of_sample = [
        (SampleStrip("2026-11-24", None, POSITIVE, f"{place}"), ("fentanyl", "Van", POSITIVE, *one))
        for place, one in enumerate(words)
    ]
    counted = Counter(values for _, values in of_sample)
    found = lab_counts("site", counted.items(), [of_sample], "00:00")
    assert found == {LabKey("fentanyl", "Van", POSITIVE, *said): 1}
    assert len(lab_columns("site")) == len(LabKey._fields)


def test_the_bits_of_a_sample_say_what_it_showed_for_two_targets():
    both = BITS[POSITIVE] | BITS[NEGATIVE]
    assert (both, both << SECOND) == UNDECIDED
    seen = [
        (BITS[POSITIVE] | BITS[INVALID] | BITS[NEGATIVE] << SECOND, 7),
        (BITS[INVALID], 2),
        (BITS[NEGATIVE] << SECOND, 3),
    ]
    mixed = [
        ("A1", "", "fentanyl", "2026-11-23", None, POSITIVE, "1"),
        ("A1", "", "fentanyl", "2026-11-24", None, NEGATIVE, "2"),
        ("B2", "", "fentanyl", "2026-11-24", None, NEGATIVE, "3"),
        ("B2", "", "xylazine", "2026-11-24", None, POSITIVE, "4"),
        ("B2", "", "xylazine", "2026-11-24", None, INVALID, "5"),
    ]
    found = sample_pairs(("fentanyl", "xylazine"), seen, mixed, 4, "00:00")
    assert found.uncoded == 4
    assert found.samples == {
        (POSITIVE, NEGATIVE): 7,
        (INVALID, None): 2,
        (None, NEGATIVE): 3,
        (NEGATIVE, None): 1,
        (NEGATIVE, POSITIVE): 1,
    }


def test_a_listed_sample_has_the_strip_that_counts_of_each_target():
    rows = [
        ("A1", "x", "fentanyl", "2026-11-24", None, POSITIVE, "1", "A1", "Van", "down"),
        ("", "7", "fentanyl", "2026-11-23", None, INVALID, "2", None, None, None),
        ("A1", "x", "fentanyl", "2026-11-24", None, NEGATIVE, "3", "A1", "Van", "down"),
        ("A1", "x", "xylazine", "2026-11-24", None, INVALID, "4", "A1", "Hub", "down"),
    ]
    days = {("A1", "x"): "2026-11-24", ("", "7"): "2026-11-23"}
    counts = Counts({}, None, None, {}, {("fentanyl",): 1, ("xylazine",): 0}, uncoded=1)
    found = sample_list(days, rows, (9, 20), counts, "00:00")
    one, alone = found.listed
    assert (one.code, one.site, one.strips) == ("A1", "Hub", 3)
    assert one.outcomes == {"fentanyl": NEGATIVE, "xylazine": INVALID}
    assert one.contradictory == ("fentanyl",)
    assert (alone.code, alone.outcomes) == (None, {"fentanyl": INVALID})
    assert (found.samples, found.strips, found.uncoded) == (9, 20, 1)
    assert found.contradictory == {"fentanyl": 1}
