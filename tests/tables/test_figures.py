"""Numbers as people read them: the same rounded figure in every format."""

import io
import re
from datetime import date
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from factories import days, sheet_cells
from strip_log.formats import DEFAULT, FORMATS, Style, write
from strip_log.query.counts import Count, Counts
from strip_log.query.filter import Filter
from strip_log.tables import comparison, figures
from strip_log.tables.figures import of_ratio, probability, times
from strip_log.tables.request import RateMethod, SummaryRequest
from strip_log.tables.summary import summary

#: Positive and valid, and what people read.
SHARES = {
    (1, 8): "12.5",
    (1, 16): "6.3",
    (3, 16): "18.8",
    (1, 2000): "0.1",
    (3, 2000): "0.2",
    (1, 2001): "<0.1",
    (1, 2500): "<0.1",
    (1999, 2000): ">99.9",
    (2499, 2500): ">99.9",
    (0, 7): "0.0",
    (7, 7): "100.0",
}


@pytest.mark.parametrize(("counts", "shown"), SHARES.items(), ids=str)
def test_a_share_is_rounded_half_up_and_never_to_nothing_or_to_all(counts, shown):
    positive, valid = counts
    assert figures.tenths(positive / valid) == shown


@given(st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_any_share_is_rounded_as_its_exact_fraction_is(counts):
    positive, valid = counts
    tenths = floor(Fraction(1000 * positive, valid) + Fraction(1, 2))
    expected = f"{tenths // 10}.{tenths % 10}"
    if positive > 0 and tenths == 0:
        expected = "<0.1"
    if positive < valid and tenths == 1000:
        expected = ">99.9"
    assert figures.tenths(positive / valid) == expected


@pytest.mark.parametrize(
    ("difference", "shown"),
    [
        (0.15, "+15.0"),
        (-0.15, "−15.0"),
        (0.0005, "+0.1"),
        (-0.0005, "−0.1"),
        (0.0004, "0.0"),
        (-0.0004, "0.0"),
        (-0.0, "0.0"),
    ],
)
def test_a_difference_has_a_sign_unless_it_rounds_to_nothing(difference, shown):
    assert figures.signed(difference) == shown


@pytest.mark.parametrize(
    ("difference", "shown"),
    [
        (0.4249, "42"),
        (0.425, "43"),
        (-0.012, "1"),
        (0.0096, "1.0"),
        (0.0005, "0.1"),
        (3e-9, "<0.1"),
    ],
)
def test_points_in_a_sentence_are_never_none(difference, shown):
    assert figures.points(difference) == shown


@pytest.mark.parametrize(
    ("level", "shown"),
    [(0.95, "95"), (0.9, "90"), (0.99999, "99.999"), (0.9999999999999, "99.99999999999")],
)
def test_a_confidence_keeps_its_digits(level, shown):
    assert figures.confidence(level) == shown


def written(table, name, style=DEFAULT):
    file = io.StringIO()
    write(table, name, file, style)
    return file.getvalue()


def counted(**sides):
    groups = {("fentanyl", name): Count(*counts) for name, counts in sides.items()}
    return Counts(groups, "2026-01-01", "2026-02-01", {})


PEOPLE = [name for name in FORMATS if name in ("screen", "plain", "html", "markdown")]


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize(
    ("counts", "shown"), {(1, 16): "6.3 %", (1, 2500): "<0.1 %"}.items(), ids=str
)
def test_every_format_for_people_shows_the_same_figure(name, counts, shown):
    positive, valid = counts
    table = summary(counted(down=(positive, valid - positive)), SummaryRequest())
    text = written(table, name).replace("&lt;", "<").replace("\\<", "<")
    assert shown in text


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ((1, 16), "0.0%"),
        ((1, 2000), "0.0%"),
        ((1, 2500), '"<0.1%"'),
        ((2499, 2500), '">99.9%"'),
        ((0, 7), "0.0%"),
        ((7, 7), "0.0%"),
    ],
    ids=str,
)
def test_a_workbook_shows_the_same_figure_of_the_exact_number(counts, shown):
    positive, valid = counts
    file = io.BytesIO()
    write(summary(counted(a=(positive, valid - positive)), SummaryRequest()), "xlsx", file)
    cell = sheet_cells(load_workbook(file), "Summary")[0]["positivity"]
    assert (cell.number_format, cell.value) == (shown, positive / valid)


def test_a_workbook_shows_no_negative_nothing_either():
    file = io.BytesIO()
    write(comparison.table(NOW, BEFORE, COMPARED), "xlsx", file)
    cell = sheet_cells(load_workbook(file), "Compare")[0]["difference"]
    assert (cell.number_format, cell.value) == ('"0.0%"', -0.0004)


#: A little less than before, much less, a little more, and the same.
NOW = counted(a=(2500, 7500, 1), b=(10, 90), c=(3, 2), d=(5, 5))
BEFORE = counted(a=(2504, 7496, 2), b=(50, 50, 0), c=(2, 2), d=(5, 5))
COMPARED = SummaryRequest(
    where=Filter(days("2026-02-01", "2026-02-28")), before=days("2026-01-01", "2026-01-31")
)


@pytest.mark.parametrize("name", ["csv", "tsv", "html", "markdown", "plain", "screen"])
def test_a_number_is_never_guarded_as_a_formula(name):
    text = written(comparison.table(NOW, BEFORE, COMPARED), name)
    assert "-0.4" in text or "−40.0 (" in text
    unquoted = text.replace("Newcombe's", "").replace("Newcombe&#x27;s", "")
    assert "'" not in unquoted and "&#x27;" not in unquoted


def test_a_decimal_comma_is_in_every_fraction_and_needs_no_guard():
    style = Style(separator=";", decimal=",")
    header, *lines = written(comparison.table(NOW, BEFORE, COMPARED), "csv", style).splitlines()
    b = dict(zip(header.split(";"), lines[1].split(";"), strict=True))
    assert (b["drug"], b["positivity"], b["difference"]) == ("b", "0,1", "-0,4")
    assert not [line for line in lines if "." in line or "'" in line]


@pytest.mark.parametrize("name", PEOPLE)
def test_no_difference_is_a_negative_nothing(name):
    text = written(comparison.table(NOW, BEFORE, COMPARED), name)
    assert not re.search(r"[-−+]0\.0\b", text)


def test_a_formula_that_was_typed_is_guarded_beside_the_numbers():
    table = comparison.table(counted(**{"=1+1": (1, 9)}), counted(**{"=1+1": (9, 1)}), COMPARED)
    for name in ("csv", "tsv", "html", "markdown"):
        assert "'=1+1" in written(table, name) or "&#x27;=1+1" in written(table, name)


RELEASED = SummaryRequest(publish=True, where=COMPARED.where, today=date(2026, 3, 1))
TABLES = {
    "summary": summary(NOW, SummaryRequest()),
    "samples": summary(NOW, SummaryRequest(unit="sample")),
    "release": summary(NOW, RELEASED),
    "comparison": comparison.table(NOW, BEFORE, COMPARED),
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_column_is_of_the_kind_that_its_values_are(table):
    kinds = {int: "integer", float: "fraction", bool: "flag"}
    for place in table.seen_by("files"):
        column = table.columns[place]
        found = {kinds.get(type(row[place]), "text") for row in table.rows} - {"text"}
        assert found <= {column.kind}, column.name


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_column_is_explained_and_none_as_a_programs_own(table):
    for place in table.seen_by("files"):
        assert table.columns[place].meaning not in ("", "A field of this program's own.")
        assert table.columns[place].name == table.columns[place].name.lower()


def test_the_columns_of_a_comparison_have_names_of_their_own():
    names = [one.name for one in comparison.table(NOW, BEFORE, COMPARED).columns]
    assert len(names) == len(set(names))


def test_a_comparison_says_no_nothing():
    rows = {row[0]: row[-1] for row in comparison.table(NOW, BEFORE, COMPARED).rows}
    assert rows == {
        "a": "no clear change",
        "b": rows["b"],
        "c": "no clear change",
        "d": "no clear change",
    }
    assert rows["b"].startswith("down 40 points (")
    many = counted(a=(1_000_400, 1_000_000)), counted(a=(1_000_000, 1_000_000))
    rare = counted(a=(0, 10**9)), counted(a=(2 * 10**5, 10**9))
    for now, before in (many, rare):
        [row] = comparison.table(now, before, COMPARED).rows
        assert "0.0" not in row[-1]


def test_a_difference_is_that_of_the_exact_fractions():
    """1 of 80 less 9 of 50 is -16.75 points; of the two floats it is a little less than that."""
    now, before = counted(a=(1, 79)), counted(a=(9, 41))
    assert "−16.8 (" in written(comparison.table(now, before, COMPARED), "markdown")


def test_a_confidence_of_many_digits_is_said_in_full():
    table = summary(NOW, SummaryRequest(method=RateMethod(confidence=0.99999)))
    assert "99.999 % CI" in written(table, "markdown")


@pytest.mark.parametrize("ratio, said", [
    (9.3689, "9.37"), (0.125, "0.13"), (1.0, "1.00"), (0.0234, "0.023"), (0.0004, "<0.001"),
    (1.005, "1.01"),
])  # fmt: skip
def test_a_ratio_has_two_decimals_and_a_small_one_three(ratio, said):
    assert times(ratio) == said


@pytest.mark.parametrize("p, said", [
    (None, "–"), (0.5, "0.500"), (0.0446596912, "0.045"), (0.00034, "0.0003"), (1e-12, "<0.0001"),
])  # fmt: skip
def test_a_probability_says_what_matters_of_it(p, said):
    assert probability(p) == said


def test_a_ratio_without_one_of_its_ends_is_a_dash():
    assert of_ratio(9.3689, (4.2505, 20.6508)) == "9.37 (4.25–20.65)"
    assert of_ratio(None, (None, 1.14)) == of_ratio(2.0, (None, 3.0)) == "–"
