"""Charts: each fits on a page, and every row of the table is in one of them."""

from itertools import chain, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_workbooks import CHART, opened, rates, row
from strip_log.formats.workbook import charts

#: Letter and A4, upright: the pixels between the margins that the sheet has.
WIDE, HIGH = 698, 912


def series(book):
    return [one.series[0] for one in book["Charts"]._charts]


def cells(book, reference):
    """The values of the cells that a chart refers to."""
    place = reference.split("!")[1].replace("$", "")
    found = book["Charts"][place]
    rows = found if isinstance(found, tuple) else ((found,),)
    return [cell.value for (cell,) in rows]


@pytest.mark.parametrize(("groups", "sizes", "over_time"), [
    (0, [], False), (1, [1], False), (7, [7], False), (48, [48], False), (49, [25, 24], False),
    (200, [40] * 5, False), (481, [], False), (0, [], True), (1, [1], True), (60, [30, 30], True),
])  # fmt: skip
def test_every_group_is_in_one_chart_that_a_page_can_hold(groups, sizes, over_time):
    chart = type(CHART)("share", "low", "high", "of", ("group",), "", over_time)
    book = opened(rates(*(row(f"group {at}") for at in range(groups)), chart=chart))
    assert ("Charts" in book.sheetnames) == bool(sizes)
    if not sizes:
        return
    labels = [cells(book, one.cat.strRef.f)
              for one in series(book)]  # fmt: skip
    assert [len(one) for one in labels] == sizes
    assert [*chain(*labels)] == [f"group {at} (4)" for at in range(groups)]


@pytest.mark.parametrize("sizes", [(1,) * 9, (7, 48, 3, 3), (200, 1), (48, 48, 48)], ids=str)
def test_no_chart_is_wider_than_the_page_or_stands_on_two(sizes):
    rows = [row(f"{at}", f"kind {kind}") for kind, size in enumerate(sizes) for at in range(size)]
    sheet = opened(rates(*rows))["Charts"]
    breaks = [0, *(one.id for one in sheet.row_breaks.brk), 10**6]
    ends = []
    for chart in sheet._charts:
        top = chart.anchor._from.row
        last = chart.anchor.to.row
        begin, end = next(pair for pair in pairwise(breaks)
                          if pair[0] <= top < pair[1])  # fmt: skip
        assert last < end
        assert (last + 1 - begin) * 20 <= HIGH
        assert chart.anchor.to.col <= 10
        assert not ends or top > ends[-1]
        ends.append(last)
    widths = [sheet.column_dimensions[letter].width for letter in "A"]
    assert 10 * 7 * widths[0] <= WIDE
    area = sheet.print_area.split("$")
    assert area[3] == "J"
    assert int(area[4]) > ends[-1]
    assert sheet.page_setup.orientation == "portrait"
    assert not sheet.sheet_properties.pageSetUpPr.fitToPage


@pytest.mark.parametrize(("groups", "upright"), [(12, False), (13, True), (48, True)])
def test_labels_over_time_stand_on_their_ends_where_there_are_many(groups, upright):
    chart = type(CHART)("share", "low", "high", "of", ("group",), "", True)
    book = opened(rates(*(row(f"group {at}") for at in range(groups)), chart=chart))
    turned = book["Charts"]._charts[0].x_axis.txPr.bodyPr.rot
    assert turned == (-90 * 60_000 if upright else None)


def test_the_numbers_of_a_chart_are_those_of_the_table():
    book = opened(rates(row("x", share=0.2), row("y", share=None), row("z", share=0.6)))
    [one] = series(book)
    assert cells(book, one.val.numRef.f) == [0.2, None, 0.6]
    assert [one.v for one in series(book)[0].val.numRef.numCache.pt] == [0.2, 0.6]
    assert cells(book, one.errBars.plus.numRef.f) == [pytest.approx(0.4), None, pytest.approx(0.2)]
    assert cells(book, one.errBars.minus.numRef.f) == [pytest.approx(0.1), None, pytest.approx(0.3)]


def test_a_section_without_any_value_has_no_chart():
    book = opened(rates(row("x", "a", None), row("y", "b", 0.5)))
    assert len(series(book)) == 1
    assert "Charts" not in opened(rates(row("x", "a", None))).sheetnames
    assert "Charts" not in opened(rates(row("x"), chart=None)).sheetnames


@pytest.mark.parametrize("text", ["=1+1", "='Rates'!$A$1", "&P", "a\nb", "x" * 300])
def test_no_text_of_a_chart_is_a_formula(text):
    book = opened(rates(row(text, text)))
    [one] = series(book)
    label = cells(book, one.cat.strRef.f)[0]
    assert label.endswith("(4)")
    assert "\n" not in label
    assert not [cell for cells in book["Charts"].iter_rows() for cell in cells
                if cell.data_type == "f"]  # fmt: skip
    title = book["Charts"]._charts[0].title.tx.strRef
    assert title.f == one.tx.strRef.f == "Charts!$Y$2"
    assert title.strCache.pt[0].v == book["Charts"]["Y2"].value == f"Share: {text}"


@given(st.lists(st.text("ab c", min_size=1, max_size=90), min_size=1, max_size=4))
def test_a_label_is_short_and_begins_each_of_its_texts(texts):
    label = charts._label(texts)
    assert len(label) <= charts._LABEL + 2
    for text in texts:
        assert " ".join(text.split())[:8].strip() in label


def test_a_short_part_of_a_label_stays_whole_beside_a_long_one():
    label = charts._label(["The Site at the Corner of " + "x" * 60, "2026-01"])
    assert label.startswith("The Site at the Corner of x")
    assert label.endswith("…, 2026-01")
    assert len(label) == charts._LABEL
