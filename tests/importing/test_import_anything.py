"""Properties of an import: exports come back byte for byte, and no bytes at all break it."""

import csv
import io
import json
import sqlite3
import zipfile
from pathlib import Path

import openpyxl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import factories
from factories import make_logbook
from strip_log.errors import EXIT_CODES, RecordRefused, RefusedForSafety
from strip_log.logbook.book import writing
from strip_log.logbook.change import begin
from strip_log.record.own_fields import own_fields
from strip_log.record.test import Test
from strip_log.record.text import note as note_parser
from strip_log.record.text import text as text_parser
from tests.conftest import Striplog


def examples(number):
    """So many examples, whose files may be written over one another."""
    return settings(
        factories.examples(number),
        suppress_health_check=[
            HealthCheck.function_scoped_fixture,
            HealthCheck.too_slow,
            HealthCheck.filter_too_much,
        ],
    )


ANY_TEXT = st.text(
    st.one_of(st.characters(), st.sampled_from("=+-@'\"\t\r\n,;|\u00a0é\U0001f600\uff1d\u202e")),
    max_size=30,
)


def kept(parse):
    """Texts that the record keeps; what it refuses cannot be in an export."""

    def keepable(value):
        try:
            parse(value)
        except (RecordRefused, RefusedForSafety):
            return False
        return True

    return ANY_TEXT.filter(keepable)


SHORT, LONG = kept(text_parser), kept(note_parser)
OWN = st.dictionaries(kept(lambda name: own_fields({name: "x"})), SHORT, max_size=3)
TESTS = st.builds(
    Test,
    target=st.sampled_from(["fentanyl", "xylazine", "brorphine"]),
    outcome=st.sampled_from(["positive", "negative", "invalid"]),
    tested_on=st.sampled_from(["2026-01-02", "2025-12-31", "1990-01-01"]),
    tested_time=st.sampled_from([None, "00:00", "23:59"]),
    **dict.fromkeys(("sample", "site", "said", "brand", "lot", "dilution"), st.none() | SHORT),
    drug=st.sampled_from([None, "down", "unheard of"]),
    colour=st.sampled_from([None, "off-white"]),
    intention=st.sampled_from([None, "less, dispose"]),
    expires_on=st.sampled_from([None, "2027-03-31"]),
    **dict.fromkeys(("category", "faint", "form", "timing", "confirmed", "method"), st.none()),
    extra=OWN.map(own_fields),
    note=st.none() | LONG,
)


def logbook(path: Path, tests):
    path.unlink(missing_ok=True)
    make_logbook(str(path))
    with writing(str(path)) as book, begin(book, "add") as change:
        change.know("target", "brorphine", "9")
        change.know("drug", "unheard of", "other")
        change.add(tests)


@examples(8)
@given(st.lists(TESTS, min_size=1, max_size=5), st.sampled_from(["csv", "tsv", "ndjson", "json"]))
def test_export_import_export_is_the_same_bytes(tmp_path, tests, form):
    run = Striplog(tmp_path / "logbook.db").run
    here, there, file = tmp_path / "here.db", tmp_path / "there.db", tmp_path / f"file.{form}"
    logbook(here, tests)
    there.unlink(missing_ok=True)
    export = ["export", "--notes", "--force", "-o"]
    run([*export, str(file), "--logbook", str(here)])
    result = run(["import", str(file), "--logbook", str(there)])
    assert result.exit_code == 0, result.output
    for back in ("csv", "ndjson"):
        names = [str(tmp_path / f"{name}.{back}") for name in ("here", "there")]
        for logbook_path, name in zip((here, there), names, strict=True):
            run([*export, name, "--logbook", str(logbook_path)])
        first, second = (Path(name).read_bytes() for name in names)
        assert first == second


def sound(path: Path):
    """The file passes SQLite's check, its checks on values included."""
    if path.exists():
        db = sqlite3.connect(path)
        assert db.execute("pragma integrity_check").fetchone() == ("ok",)
        db.close()


def imported(tmp_path, content: bytes, *more: str):
    striplog = Striplog(tmp_path / "logbook.db")
    file = tmp_path / "file"
    file.write_bytes(content)
    result = striplog.run(["import", str(file), *more])
    assert result.exit_code in EXIT_CODES
    if result.exit_code not in (0, 8):
        assert result.stderr.startswith("striplog: ")
    sound(striplog.path)
    return result


@examples(30)
@given(st.binary(max_size=400))
def test_any_bytes_end_in_a_report_or_a_sentence(tmp_path, content):
    imported(tmp_path, content)


CELLS = st.one_of(
    st.sampled_from(
        ["pos", "Neg", "Inv", "", "2026-01-02", "3/4/2026", "44927", "down", "dope", "1"]
    ),
    ANY_TEXT,
)
HEADERS = st.one_of(
    st.sampled_from(
        ["Date", "Result", "FTS", "Benzo Strip", "Drug", "ID", "Sample", "id", "number"]
    ),
    st.sampled_from(["tested_on", "target", "outcome", "City", "Site", "Faint", "Method", "Age"]),
    ANY_TEXT,
)
ROWS = st.lists(st.lists(CELLS, max_size=6), max_size=6)


@examples(30)
@given(
    st.lists(HEADERS, max_size=6),
    ROWS,
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["utf-8", "utf-16", "utf-16-le", "utf-8-sig"]),
)
def test_any_header_over_any_cells_ends_in_a_report_or_a_sentence(
    tmp_path, header, rows, separator, encoding
):
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows([["Date", "Result", *header], *rows])
    imported(tmp_path, text.getvalue().encode(encoding, "surrogatepass"))


def test_a_broken_character_in_json_does_not_break_the_file_of_refused_rows(tmp_path):
    imported(tmp_path, b'{"Date": null, "\\ud800": "\\ud800", "Result": false}')


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | ANY_TEXT,
    lambda part: st.lists(part, max_size=4) | st.dictionaries(HEADERS, part, max_size=5),
    max_leaves=20,
)


@examples(30)
@given(JSON)
def test_any_json_ends_in_a_report_or_a_sentence(tmp_path, value):
    imported(tmp_path, json.dumps(value).encode())


def workbook() -> bytes:
    """A small workbook, made once: its own date is in it."""
    book = openpyxl.Workbook()
    for row in (["Date", "Result", "Lot"], ["2026-01-02", "pos", 12], ["2026-01-03", "neg", 1.5]):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


WORKBOOK = workbook()


@examples(20)
@given(st.data())
def test_a_damaged_workbook_ends_in_a_report_or_a_sentence(tmp_path, data):
    whole = io.BytesIO(WORKBOOK)
    content = bytearray(WORKBOOK)
    if data.draw(st.booleans()):
        del content[data.draw(st.integers(4, len(content))) :]
    else:
        with zipfile.ZipFile(whole) as parts:
            name = data.draw(st.sampled_from(parts.namelist()))
            inside = bytearray(parts.read(name))
            for _ in range(data.draw(st.integers(1, 8))):
                inside[data.draw(st.integers(0, len(inside) - 1))] = data.draw(st.integers(0, 255))
            again = io.BytesIO()
            with zipfile.ZipFile(again, "w") as new:
                for other in parts.namelist():
                    new.writestr(other, bytes(inside) if other == name else parts.read(other))
            content = bytearray(again.getvalue())
    imported(tmp_path, bytes(content))


@examples(8)
@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["pos", "neg", ""])), max_size=12)
)
def test_a_file_in_any_order_and_in_any_pieces_is_the_same_tests(tmp_path, rows):
    """Twice is once: the whole, any beginning of it before, and its rows in another order."""
    (tmp_path / "logbook.db").unlink(missing_ok=True)

    def content(some):
        lines = ["Date,Site,Result", *(f"2026-01-02,{site},{result}" for site, result in some)]
        return "\n".join(lines).encode()

    striplog = Striplog(tmp_path / "logbook.db")
    for some in (rows[: len(rows) // 2], rows, rows[::-1], rows[1:]):
        imported(tmp_path, content(some))
    found = sorted((test["site"], test["outcome"][:3]) for test in striplog.csv("export"))
    assert found == sorted((site, result) for site, result in rows if result)


def test_a_date_beyond_the_calendar_in_a_workbook_gets_a_sentence(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["Date", "Result"])
    book.active.append([99999999, "pos"])
    book.active["A2"].number_format = "yyyy-mm-dd"
    book.save(tmp_path / "file.xlsx")
    imported(tmp_path, (tmp_path / "file.xlsx").read_bytes())
