"""One summary in all formats: every number is read back from every one and found equal."""

import csv
import io
import json
import re
import shlex
from datetime import date, datetime
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest

from factories import sheet_cells, sheet_rows
from strip_log.formats import FORMATS
from strip_log.formats.workbook import long

FORMULAS = (
    "=1+1", "+1 604 555 0123", "-1+1", "@SUM(1)", "=cmd|' /C calc'!A0", '=HYPERLINK("http://x")',
    "\uff1d1+1", "\uff0b1", "\uff0d1", "\uff20x", "'=1", "=1;2",
    "<script>alert(1)</script>", "a|b", "[x](javascript:1)", "http://example.org", "1E5", "0012",
)  # fmt: skip

SUMMARY = "summary --by site --by month --by told"
NAMES = ("site", "month", "told", "target")
COUNTS = ("positive", "negative", "valid", "invalid")
FRACTIONS = ("positivity", "ci_low", "ci_high")


@pytest.fixture
def varied(striplog):
    lines = (
        "fent=pos benzo=neg --site Insite --at 2026-01-05 --field told=yes",
        "fent=neg --site Insite --at 2026-01-31 --field told=yes",
        "fent=inv --site Insite --at 2026-02-01 --field told=no",
        "fent=pos fent=pos fent=neg --again --site 'The | Hub' --at 2026-02-28",
        "xyl=inv --at 2025-12-31",
        *["fent=neg --site Powell --at 2026-03-01 --field told=no"] * 11,
    )
    return striplog.filled(*(f"add {line}" for line in lines))


@pytest.fixture
def rows(varied):
    return varied.json(SUMMARY)["rows"]


def as_shown(row):
    """The numbers of a row as people get them."""
    shown = [str(row[name]) for name in COUNTS]
    if row["positivity"] is not None:
        shown.append(f"{100 * row['positivity']:.1f} %")
        shown.append(f"{100 * row['ci_low']:.1f}–{100 * row['ci_high']:.1f}")
    return shown


@pytest.mark.parametrize("options, delimiter, decimal", [
    ("--format csv", ",", "."), ("--excel", ",", "."),
    ("--excel --separator ';' --decimal ,", ";", ","), ("--format csv --separator '|'", "|", "."),
    ("--format csv --separator tab", "\t", "."),
])  # fmt: skip
def test_separated_values(varied, rows, options, delimiter, decimal):
    varied(f"{SUMMARY} {options} -o out.csv")
    text = Path("out.csv").read_bytes().decode("utf-8")
    if "--excel" in options:
        assert text.startswith("\ufeff") and text.count("\r\n") == text.count("\n")
    read = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=delimiter))
    for cells, row in zip(read, rows, strict=True):
        month = f"{row['month']}-01" if "--excel" in options else row["month"]
        groups = {name: row[name] or "" for name in NAMES} | {"month": month}
        assert {name: cells[name] for name in NAMES} == groups
        assert [int(cells[name]) for name in COUNTS] == [row[name] for name in COUNTS]
        for name in FRACTIONS:
            number = cells[name].replace(decimal, ".")
            assert (float(number) if number else None) == row[name]
        assert cells["low_n"] == str(row["low_n"]).lower()


def test_tab_separated_values(varied):
    by_comma = csv.reader(io.StringIO(varied(f"{SUMMARY} --format csv")))
    by_tab = csv.reader(io.StringIO(varied(f"{SUMMARY} --format tsv")), delimiter="\t")
    assert list(by_tab) == list(by_comma)


def test_ndjson(varied, rows):
    assert [json.loads(line) for line in varied(f"{SUMMARY} --format ndjson").splitlines()] == rows


def test_workbook(varied, rows, tmp_path):
    varied(f"{SUMMARY} -o m.xlsx")
    book = openpyxl.load_workbook(tmp_path / "m.xlsx")
    assert book.sheetnames == ["Summary", "Charts", "Tests", "Codebook", "About"]
    read = sheet_rows(book, "Summary")
    assert [row | {"low_n": row["low_n"] == "low n"} for row in read] == rows
    shares = [cell for row in book["Summary"].iter_rows() for cell in row if cell.value == 0.5]
    assert shares and {cell.number_format for cell in shares} == {"0.0%"}
    assert len(book["Charts"]._charts) == 2  # one a target that has a rate


class Cells(HTMLParser):
    """The rows of the tables of a page, and where a new group of rows begins."""

    def __init__(self, text):
        super().__init__()
        self.rows, self.tags = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data):
        if self.rows and self.tags[-1][0] in ("td", "th"):
            self.rows[-1][-1] += data


def test_html(varied, rows):
    text = varied(f"{SUMMARY} --format html")
    page = Cells(text)
    found = [row for row in page.rows if len(row) > 2]
    heading, *lines = found
    assert heading[:3] == ["Site", "Month", "Told"]
    lines = [line for line in lines if line[0] != "total"]
    for line, row in zip(lines, rows, strict=True):
        assert line[:3] == [row["site"] or "–", row["month"], row["told"] or "–"]
        assert [cell for cell in line[3:9] if cell != "–"] == as_shown(row)
    tags = [tag for tag, _ in page.tags]
    assert tags.count("table") == tags.count("caption") == 1
    assert "script" not in tags
    assert {a.get("scope") for tag, a in page.tags if tag == "th"} == {"col", "row", "rowgroup"}


def test_markdown(varied, rows):
    lines = varied(f"{SUMMARY} --format markdown").splitlines()
    cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
             for line in lines if line.startswith("|")]  # fmt: skip
    body = [line for line in cells if line[0] not in ("Site", "---", "**total**")]
    for line, row in zip(body, rows, strict=True):
        assert line[0].replace("\\|", "|") == (row["site"] or "–")
        assert [cell for cell in line[3:9] if cell != "–"] == as_shown(row)


@pytest.mark.parametrize("name", ["screen", "plain"])
def test_lines(varied, rows, name):
    lines = varied(f"{SUMMARY} --format {name}").splitlines()
    for row in rows:
        shown = [part.replace("–", " to ") if name == "plain" else part for part in as_shown(row)]
        wanted = [row["site"] or "", row["month"], *shown]
        assert any(all(part in line for part in wanted) for line in lines), (row, lines)


def test_plain_is_a_default_that_a_screen_reader_can_ask_for(varied, monkeypatch):
    plain = varied("summary --format plain")
    monkeypatch.setenv("STRIPLOG_PLAIN", "1")
    assert varied("summary") == plain
    assert "Positivity 50.0 %" in varied("summary --target fent --site Insite")
    assert varied("summary --format csv").startswith("drug,")
    assert varied("export").startswith("number,")


@pytest.fixture
def hostile(striplog):
    lines = []
    for text in FORMULAS:
        own = text.replace("=", "\uff1d") if text.startswith("=") else text
        name = re.sub("=.*", "", own) or "x"
        words = ["add", "pos", "--new", "--site", text, "--lot", text, "--note", text,
                 "--field", f"{name}={text}", "--at", "2026-01-02"]  # fmt: skip
        lines.append(shlex.join(words))
    return striplog.filled(*lines)


def test_nothing_in_a_workbook_is_a_formula_a_link_or_a_mangled_number(hostile, tmp_path):
    hostile("export --notes -o t.xlsx")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    assert book.sheetnames == ["Summary", "Charts", "Tests", "Codebook", "About"]
    for text, cells in zip(FORMULAS, sheet_cells(book, "Tests"), strict=True):
        for name in ("site", "lot", "note"):
            assert (cells[name].data_type, cells[name].value) == ("s", text)
        assert cells["number"].data_type == "n"
        assert cells["tested_on"].value == datetime(2026, 1, 2)
        assert cells["id"].data_type == "s"
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f" and cell.hyperlink is None


@pytest.mark.parametrize("name", ["csv", "tsv", "html", "markdown"])
@pytest.mark.parametrize("command", ["export --notes", "summary --by site", "list"])
def test_no_cell_that_a_spreadsheet_opens_begins_like_a_formula(hostile, name, command):
    text = hostile(f"{command} --format {name}")
    if name == "html":
        cells = [cell for row in Cells(text).rows for cell in row]
        assert "<script>" not in text
    elif name == "markdown":
        lines = [line for line in text.splitlines() if line.startswith("|")]
        cells = [cell.strip().replace("\\", "") for line in lines
                 for cell in re.split(r"(?<!\\)\|", line)[1:-1]]  # fmt: skip
        cells = [cell for cell in cells if not re.fullmatch("-+:?", cell)]
        assert "<script>" not in text.replace("\\<", "")
    else:
        delimiter = "\t" if name == "tsv" else ","
        cells = [cell for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
                 for cell in row]  # fmt: skip
    assert any("SUM(1)" in cell for cell in cells)
    for cell in cells:
        assert not cell.startswith(tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20")), cell


def test_a_workbook_says_what_it_is(varied, tmp_path):
    varied("config set name 'Our logbook'")
    varied("export --site Insite -o t.xlsx")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    meanings = {row[2]: row[3] for row in book["Codebook"].iter_rows(values_only=True)}
    for name in ("number", "lot", "outcome", "positivity", "ci_low", "low_n", "told"):
        assert meanings[name]
    about = {row[0]: row[1] for row in book["About"].iter_rows(values_only=True)}
    assert about["striplog"]
    assert about["filters"] == "site Insite"
    assert about["interval"] == "wilson"
    assert about["positivity"] == "positive / (positive + negative)"
    assert about["made"].startswith(date.today().isoformat())
    assert "not confirmed" in about["caution"]
    tests = book["Tests"]
    assert tests.freeze_panes == "A2"
    assert tests.auto_filter.ref


def test_more_tests_than_a_sheet_holds_go_on_on_the_next(varied, tmp_path, monkeypatch):
    monkeypatch.setattr(long, "ROWS", 8)
    varied("export -o t.xlsx")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    sheets = ["Tests", "Tests 2", "Tests 3"]
    assert book.sheetnames == ["Summary", "Charts", *sheets, "Codebook", "About"]
    numbers = [
        row[0] for name in sheets for row in book[name].iter_rows(min_row=2, values_only=True)
    ]
    assert numbers == [int(row["number"]) for row in varied.csv("export")]


def test_a_workbook_goes_through_a_pipe_but_not_to_a_terminal(varied, process):
    result = process("summary", "--format", "xlsx", text=False, encoding=None)
    assert openpyxl.load_workbook(io.BytesIO(result.stdout)).sheetnames[0] == "Summary"
    import pty

    _, child = pty.openpty()
    result = process("summary", "--format", "xlsx", capture_output=False, stdout=child)
    assert result.returncode == 2


@pytest.mark.parametrize("line, hint", [
    ("summary --format json --excel", "csv"),
    ("summary --separator : --format csv", "one of"),
    ("summary --format csv --decimal ,", "--separator"),
    ("summary --format csv --decimal x", "comma"),
])  # fmt: skip
def test_a_style_that_a_format_does_not_have_is_refused(varied, line, hint):
    assert hint in varied.refused(line, 2)


def test_a_full_disk_leaves_no_half_workbook(striplog, process, tmp_path):
    resource = pytest.importorskip("resource")
    striplog.filled("demo d.db")
    result = process(
        "export", "--logbook", "d.db", "-o", "t.xlsx",
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000)),
    )  # fmt: skip
    assert result.returncode == 1
    assert "Cannot write t.xlsx" in result.stderr
    assert "Traceback" not in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["d.db"]


def test_there_is_a_test_for_every_format():
    assert set(FORMATS) == {
        "screen", "plain", "csv", "tsv", "xlsx", "parquet", "json", "ndjson", "html", "markdown"
    }  # fmt: skip
