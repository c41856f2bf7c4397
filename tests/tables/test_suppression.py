"""`summary --publish`: no hidden count can be worked out, and nothing else gives it away."""

import io
import json
from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from pyarrow import parquet

from factories import a_test, days, examples, kept
from strip_log.errors import RefusedForSafety
from strip_log.formats import FORMATS, Style, write
from strip_log.query.counts import Count, Counts
from strip_log.query.filter import Filter
from strip_log.tables import codebook, suppression
from strip_log.tables import summary as summary_module
from strip_log.tables.request import SummaryRequest
from strip_log.tables.summary import summary

#: More than any count in these tables: what a solver that knows nothing must allow for.
MOST = 24

RATE = ("positive", "negative")

counts = st.tuples(*[st.integers(0, 8)] * 3).filter(any)


def request(**more):
    """A table for release of two months that are over."""
    where = Filter(days("2026-01-01", "2026-02-28"))
    return SummaryRequest(publish=True, where=where, today=date(2026, 3, 1), **more)


def published(groups, below, by=("drug",)):
    """The table for release as the JSON that goes out."""
    found = {("fentanyl", f"drug {place}"): Count(*each) for place, each in enumerate(groups)}
    asked = request(by=by, suppress_below=below)
    file = io.StringIO()
    write(summary(Counts(found, "2026-01-01", "2026-02-01", {}), asked), "json", file)
    return json.loads(file.getvalue())


def possible(row):
    """Every (positive, negative, invalid) that a row as published may stand for."""
    least = 0 if {row["positive"], row["negative"]} == {"hidden"} else 1
    ranges = [
        [row[name]] if row[name] != "hidden" else range(least if name in RATE else 1, MOST)
        for name in ("positive", "negative", "invalid")
    ]
    for positive, negative, invalid in product(*ranges):
        valid = positive + negative
        share = positive / valid if valid else None
        if row["valid"] not in ("hidden", valid) or row["positivity"] not in ("hidden", share):
            continue
        if row["low_n"] not in ("hidden", valid < 10):
            continue
        yield positive, negative, invalid


def solutions(rows, total):
    """What each row may be, given that the columns add up to the total as far as it is shown."""
    names = ("positive", "negative", "valid", "invalid")
    each = [list(possible(row)) for row in rows]
    shown = [total[name] for name in names]
    by_column = []
    for place, name in enumerate(("positive", "negative", "invalid")):
        # The columns are bound to each other only by rows whose sum is shown, where all is shown.
        options = [sorted({one[place] for one in row}) for row in each]
        by_column.append(column(options, total[name]))
    assert shown[2] == "hidden" or "hidden" not in shown[:2]
    return by_column


def column(options, total):
    """For each row the values that leave the others a way to add up to the total."""
    if total == "hidden":
        return [set(row) for row in options]
    before = [{0}]
    for row in options:
        before.append({a + b for a in before[-1] for b in row if a + b <= total})
    after = [{0}]
    for row in reversed(options):
        after.append({a + b for a in after[-1] for b in row if a + b <= total})
    after.reverse()
    return [
        {b for b in row if any(total - b - a in after[place + 1] for a in before[place])}
        for place, row in enumerate(options)
    ]


@examples(60)
@given(st.lists(counts, min_size=1, max_size=5), st.integers(3, 6))
def test_a_solver_never_recovers_a_hidden_count(groups, below):
    table = published(groups, below)
    rows = sorted(table["rows"], key=lambda row: row["drug"])
    [total] = table["totals"]
    for row, (positive, negative, invalid) in zip(rows, groups, strict=True):
        for name, count in (("positive", positive), ("negative", negative), ("invalid", invalid)):
            assert row[name] in ("hidden", count)
            assert not (0 < count < below and row[name] != "hidden")
            assert count or row[name] == 0 or row["valid"] == "hidden"
        if "hidden" in (row["positive"], row["negative"]):
            assert 0 not in (row["positive"], row["negative"])
            derived = ("valid", "positivity", "ci_low", "ci_high", "low_n")
            assert {row[name] for name in derived} == {"hidden"}
    solved = solutions(rows, total)
    for place, row in enumerate(rows):
        for name, ways in zip(("positive", "negative", "invalid"), solved, strict=True):
            if row[name] == "hidden":
                assert len(ways[place]) > 1, (row, ways)


@examples(100)
@given(st.lists(counts, min_size=1, max_size=5), st.integers(3, 6))
def test_what_is_said_in_words_gives_nothing_away(groups, below):
    table = published(groups, below)
    [counted], [total] = table["counted"], table["totals"]
    tests = sum(sum(group) for group in groups)
    open_total = "hidden" not in (total["valid"], total["invalid"])
    assert counted["tests"] == (tests if open_total else "hidden")
    assert counted["invalid"] == total["invalid"]


def release_view(table, below):
    """What goes out of rows of (positive, negative) with their total: None for what is hidden."""
    total = tuple(map(sum, zip(*table, strict=True)))
    *rows, sums = ({**dict(zip(RATE, line, strict=True)), "invalid": 0} for line in (*table, total))
    hidden, of_total = suppression.hidden(rows, sums, below)
    return tuple(
        tuple(None if name in names else line[name] for name in RATE)
        for line, names in zip((*rows, sums), (*hidden, of_total), strict=True)
    )


def attacked(groups, most, below):
    """All tables with the same published view: what is hidden differs somewhere among them, and
    nobody knows of any group that all its strips showed the same."""
    views = {}
    for counts in product(range(most + 1), repeat=2 * groups):
        table = tuple(zip(counts[::2], counts[1::2], strict=True))
        views.setdefault(release_view(table, below), []).append(table)
    for view, tables in views.items():
        if any(total is not None and total > most for total in view[-1]):
            continue  # other tables with this view lie beyond the edge of the search
        lines = [(*table, tuple(map(sum, zip(*table, strict=True)))) for table in tables]
        for place, shown in enumerate(view):
            if None in shown:
                values = [{line[place][column] for line in lines} for column in (0, 1)]
                assert {0} not in values, (view, tables)
            for column in (0, 1):
                assert shown[column] is not None or len(values[column]) > 1, (view, tables)


@pytest.mark.parametrize(
    ("groups", "most", "below"), [(1, 20, 3), (1, 30, 5), (2, 8, 3), (2, 9, 4), (3, 3, 3)]
)
def test_who_knows_the_rule_and_every_table_there_is_recovers_nothing(groups, most, below):
    attacked(groups, most, below)


@pytest.mark.slow
@pytest.mark.parametrize(("groups", "most", "below"), [(2, 16, 5), (3, 7, 3), (4, 3, 3)])
def test_the_same_of_larger_tables(groups, most, below):
    attacked(groups, most, below)


@pytest.mark.parametrize("below", [3, 4, 5])
@pytest.mark.parametrize("groups, most", [(2, 24), (3, 13), (4, 8)])
def test_nor_of_a_column_alone(below, groups, most):
    views = {}
    for column in product(range(most + 1), repeat=groups):
        rows = [dict.fromkeys(RATE, 0) | {"invalid": count} for count in column]
        total = rows[0] | {"invalid": sum(column)}
        hidden, of_total = suppression.hidden(rows, total, below)
        shown = tuple(None if names else count for count, names in zip(column, hidden, strict=True))
        views.setdefault((shown, None if of_total else sum(column)), []).append(column)
    for (shown, total), columns in views.items():
        if total is not None and total > most:
            continue
        for place, count in enumerate(shown):
            assert count is not None or len({column[place] for column in columns}) > 1, columns
        assert total is not None or len({sum(column) for column in columns}) > 1, (shown, columns)


def test_a_group_whose_strips_all_showed_the_same_does_not_say_so():
    table = published([(3, 0, 0), (0, 4, 0), (0, 0, 2), (90, 80, 0)], 5)
    assert [(row["positive"], row["negative"]) for row in table["rows"]] == [
        ("hidden", "hidden"), ("hidden", "hidden"), (0, 0), ("hidden", "hidden")
    ]  # fmt: skip


def test_where_nothing_is_hidden_all_of_a_group_may_be_positive():
    [row] = published([(9, 0, 0)], 5)["rows"]
    assert (row["positive"], row["negative"], row["positivity"]) == (9, 0, 1.0)


def test_conflicting_samples_do_not_say_how_many_are_valid_at_least():
    counts = Counts({("fentanyl", "down"): Count(4, 4, 0)}, "2026-01-01", "2026-01-02", {},
                    {("fentanyl", "down"): 8}, 0)  # fmt: skip
    table = summary(counts, request(unit="sample"))
    assert "conflicting" not in [column.name for column in table.columns]
    assert not any("onflicting" in sentence for sentence in table.footer)


def test_what_more_is_hidden_is_chosen_by_its_place_not_by_its_size():
    table = published([(3, 50, 0), (40, 50, 0), (20, 50, 0)], 5)
    assert [row["positive"] for row in table["rows"]] == ["hidden", "hidden", 20]
    assert table["totals"][0]["positive"] == 63


def test_small_counts_that_fill_up_their_total_take_another_with_them():
    table = published([(4, 50, 0), (4, 50, 0), (5, 50, 0)], 5)
    assert {row["positive"] for row in table["rows"]} == {"hidden"}


def test_ones_that_fill_up_their_total_hide_the_total():
    table = published([(1, 50, 0)] * 6, 5)
    assert {row["positive"] for row in table["rows"]} == {"hidden"}
    assert table["totals"][0]["positive"] == table["totals"][0]["positivity"] == "hidden"


RELEASED = "--publish --period 2026-03 --by site"


@pytest.fixture
def small(striplog):
    kept(
        striplog.path,
        *(
            a_test(site=site, outcome=outcome, tested_on="2026-03-05")
            for site, outcome, number in (
                ("A", "positive", 30), ("A", "negative", 40), ("B", "positive", 3),
                ("B", "negative", 6), ("C", "positive", 1), ("C", "invalid", 1),
            )
            for _ in range(number)
        ),
    )  # fmt: skip
    return striplog


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "xlsx"])
def test_it_is_the_same_in_every_format(small, name):
    result = small.run(f"summary {RELEASED} --format {name}")
    text, said = result.stdout, result.output
    rows = {row["site"]: row for row in small.json(f"summary {RELEASED}")["rows"]}
    assert rows["B"]["positive"] == rows["C"]["positive"] == "hidden"
    assert rows["B"]["negative"] == 6
    assert "hidden" in text
    assert "2026-03-05" not in said
    assert "counts from 1 to 4 are hidden" in said
    assert "33.3" not in said  # 3 of 9


def test_the_workbook_has_the_marker_and_no_tests(small, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    small(f"summary {RELEASED} -o r.xlsx")
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    assert book.sheetnames == ["Summary", "Codebook", "About"]
    cells = [cell.value for row in book["Summary"].iter_rows() for cell in row]
    assert "hidden" in cells
    about = [str(cell.value) for row in book["About"].iter_rows() for cell in row]
    assert any("counts from 1 to 4 are hidden" in text for text in about)
    assert not any("2026-03-05" in text for text in about)


@pytest.mark.parametrize("line, code, hint", [
    ("--by day", 7, "month"),
    ("--by week", 7, "month"),
    ("--by lot", 7, "free text"),
    ("--by brand", 7, "free text"),
    ("--by own", 7, "fields of your own"),
    ("--by sample", 2, "sample"),
    ("--by note", 2, "note"),
    ("--sample A7", 7, "samples"),
    ("--lot 7", 7, "free text"),
    ("--where said=down", 7, "free text"),
    ("--where dilution=x", 7, "free text"),
    ("--where own=a", 7, "fields of your own"),
    ("--where own!=a", 7, "fields of your own"),
    ("--where 'own<3'", 7, "fields of your own"),
    ("--where 'expires_on<2027'", 7, "Choose by"),
    ("--where tested_on=2026-03-05", 7, "days"),
    ("--outcome pos", 7, "no rate"),
    ("--outcome '!=inv'", 7, "no rate"),
    ("--where faint=yes", 7, "no rate"),
    ("--suppress-below 1", 2, "from 3 on"),
    ("--suppress-below 2", 2, "from 3 on"),
    ("--suppress-below 0", 2, "from 3 on"),
    ("--suppress-below x", 2, "from 3 on"),
    ("--compare previous", 2, "--compare"),
    ("--chart", 2, "--chart"),
])  # fmt: skip
def test_what_would_not_be_safe_is_refused(small, line, code, hint):
    small("add neg --field own=a")
    assert hint in small.refused(f"summary --publish --period 2026-03 {line}", code)


@pytest.mark.parametrize("line, hint", [
    ("", "months that are over"),
    ("--since 2026-03", "months that are over"),
    ("--period this-month", "months that are over"),
    ("--period this-year", "months that are over"),
    ("--until 2026-03-05", "whole months"),
    ("--period 2026-03-05", "whole months"),
    ("--period 2026-W10", "whole months"),
    ("--since 2026-03-05 --until 2026-03", "whole months"),
])  # fmt: skip
def test_a_table_for_release_covers_whole_months_that_are_over(small, line, hint):
    assert hint in small.refused(f"summary --publish {line}", 7)


def test_a_month_is_over_on_the_first_of_the_next():
    where = Filter(days("2026-02-01", "2026-02-28"))
    assert SummaryRequest(publish=True, where=where, today=date(2026, 3, 1))
    with pytest.raises(RefusedForSafety, match="add --until 2026-01"):
        SummaryRequest(publish=True, where=where, today=date(2026, 2, 28))


def test_without_a_date_of_today_nothing_is_over():
    with pytest.raises(RefusedForSafety, match="months that are over"):
        SummaryRequest(publish=True, where=Filter(days("2026-02-01", "2026-02-28")))


@pytest.mark.parametrize("line", ["--suppress-below 5", "--forget"])
def test_what_belongs_to_a_release_is_refused_elsewhere(small, line):
    assert "add --publish" in small.refused(f"summary {line}", 2)


#: A column that somebody adds and that does not say what it could give away.
INVENTED = codebook.column("odds", "Odds", lambda rate: f"odds of {rate.groups[0]}")

#: Tests at sites: A hides its 3 positive, D its 1 invalid, and C is there for A's sake.
SITES = {"A": (3, 60, 0), "B": (0, 50, 0), "C": (40, 40, 0), "D": (70, 50, 1), "E": (60, 60, 60)}


def workbook_text(file):
    cells = [
        cell.value for sheet in load_workbook(file) for row in sheet.iter_rows() for cell in row
    ]
    return "\n".join(map(str, cells))


#: The text of the formats that are binary.
READ = {"xlsx": workbook_text, "parquet": lambda file: str(parquet.read_table(file).to_pylist())}


@pytest.mark.parametrize("name", FORMATS)
def test_a_new_column_is_hidden_where_any_count_of_its_row_is(monkeypatch, name):
    monkeypatch.setattr(summary_module, "COLUMNS", (*summary_module.COLUMNS, INVENTED))
    found = {("fentanyl", site): Count(*counts) for site, counts in SITES.items()}
    asked = request(by=("site",))
    file = io.BytesIO() if FORMATS[name].binary else io.StringIO()
    write(summary(Counts(found, "2026-01-01", "2026-02-01", {}), asked), name, file)
    text = READ[name](file) if name in READ else file.getvalue()
    assert [site for site in SITES if f"odds of {site}" in text] == ["B"]


def test_every_column_of_the_summary_says_what_it_reveals():
    assert [one.name for one in summary_module.COLUMNS if one.reveals is None] == []


def test_zero_is_shown(small):
    [row] = [row for row in small.json(f"summary {RELEASED}")["rows"] if row["site"] == "B"]
    assert row["invalid"] == 0


def test_style_is_plain_data():
    assert Style() == Style(raw=False, excel=False, separator=",", decimal=".")
