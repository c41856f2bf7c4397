"""How much room a text takes on paper: rather one line too many than one too few."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strip_log.formats.workbook import paper

TEXTS = st.text(st.sampled_from("ab cdW 漢\n-"), max_size=300)


@settings(max_examples=60)
@given(TEXTS, st.integers(4, 60))
def test_nothing_of_a_text_is_lost_between_its_lines(text, width):
    broken = list(paper._lines(text, width))
    assert "".join(broken) == text
    for line in broken:
        assert paper.extent(line.rstrip()) <= width - 1 or len(line.strip()) <= 1


@settings(max_examples=60)
@given(TEXTS, st.integers(4, 60))
def test_a_text_has_at_least_the_lines_that_its_characters_need(text, width):
    for paragraph in text.split("\n"):
        assert paper.lines(paragraph, width) >= math.ceil(len(paragraph.strip()) / width)


@pytest.mark.parametrize("text", ["word " * 3000, "x" * 20_000, "a\n" * 200, "", "short"])
def test_a_text_for_many_rows_comes_in_parts_that_fit_into_the_highest_one(text):
    found = paper.parts(text, 50)
    assert " ".join(found).split() == text.split() or "".join(found) == text.strip()
    assert all(paper.lines(part, 50) <= paper.LINES for part in found)
    assert paper.LINES * paper.LINE <= 409  # the highest row of a spreadsheet, in points


@pytest.mark.parametrize(("text", "width", "count"), [
    ("", 10, 1), ("one two", 20, 1), ("one two", 6, 2), ("one\ntwo", 20, 2),
    ("0123456789", 6, 2), ("漢字漢字", 9, 1), ("漢字漢字", 6, 2),
])  # fmt: skip
def test_lines(text, width, count):
    assert paper.lines(text, width) == count
