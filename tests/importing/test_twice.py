"""Twice is once, however a file is read: its tests count once, or somebody is asked and nothing is
written."""

import csv
import io
import json
import re
import shlex
import unicodedata
from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from factories import as_schema_1, examples
from strip_log.console import import_twice, questions
from strip_log.importing.known import Twice
from strip_log.logbook.book import writing
from strip_log.logbook.change import begin
from strip_log.logbook.removal import follow
from tests.conftest import Striplog

HEADER = ["Date", "Where", "Drug", "Result", "Notes", "Lot"]
ROWS = [
    ["2026-03-04", "Van", "Café crème", "pos", "ok", "0012"],
    ["2026-03-04", "Van", "down", "neg", "", "12.50"],
    ["2026-03-04", "Van", "down", "neg", "", "12.50"],
    ["2026-05-06", "Hub", "down", "inv", "a  b", ""],
    ["2026-06-07", "Hub", "dope", "pos", "", "7"],
]


def rows_as(change):
    return [HEADER, *([change(cell) for cell in row] for row in ROWS)]


def text(rows, name="log.csv", separator=","):
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="\n").writerows(rows)
    Path(name).write_text(out.getvalue(), "utf-8")
    return name


def workbook(rows, name="log.xlsx"):
    with xlsxwriter.Workbook(name) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for at, row in enumerate(rows):
            for place, cell in enumerate(row):
                if re.fullmatch(r"\d{4}-\d\d-\d\d", cell):
                    sheet.write_datetime(at, place, datetime.fromisoformat(cell), day)
                elif re.fullmatch(r"\d+(\.\d+)?", cell):
                    sheet.write_number(at, place, float(cell))
                else:
                    sheet.write_string(at, place, cell)
    return name


def objects(rows, name="log.json"):
    Path(name).write_text(
        json.dumps([dict(zip(rows[0], row, strict=True)) for row in rows[1:]]), "utf-8"
    )
    return name


PLAIN = [HEADER, *ROWS]
ORDER = [5, 3, 0, 2, 4, 1]

#: Ways in which the same content is saved and read.
WAYS = {
    "plain": lambda: [text(PLAIN)],
    "site": lambda: [text(PLAIN), "--site", "Tent"],
    "map": lambda: [text(PLAIN), "--map", "Where=site"],
    "own": lambda: [text(PLAIN), "--map", "Lot=own", "--map", "Notes=own"],
    "left out": lambda: [text(PLAIN), "--map", "Notes=leave out", "--map", "Where=leave out"],
    "target": lambda: [text(PLAIN), "--target", "xylazine"],
    "strip": lambda: [text(PLAIN), "--map", "Result=benzodiazepine"],
    "field": lambda: [text(PLAIN), "--field", "shift=night", "--brand", "BTNX"],
    "NFD": lambda: [text(rows_as(lambda cell: unicodedata.normalize("NFD", cell)))],
    "case": lambda: [text(rows_as(str.upper))],
    "blanks": lambda: [text(rows_as(lambda cell: f" {cell}\u00a0".replace("  ", " ")))],
    "separator": lambda: [text(PLAIN, separator=";")],
    "workbook": lambda: [workbook(PLAIN)],
    "json": lambda: [objects(PLAIN)],
    "rows in another order": lambda: [text([HEADER, *reversed(ROWS)])],
    "columns in another order": lambda: [text([[row[at] for at in ORDER] for row in PLAIN])],
    "a new column": lambda: [text([[*HEADER, "Colour"], *([*row, ""] for row in ROWS)])],
    "a filled column": lambda: [text([[*HEADER, "Colour"], *([*row, "blue"] for row in ROWS)])],
    "another header": lambda: [text([["Day", "Where", "Drug", "FTS", "Remarks", "Lot"], *ROWS])],
    "dates of a program": lambda: [
        text(rows_as(lambda cell: re.sub(r"^(\d{4})-(\d\d)-(\d\d)$", r"\3/\2/\1", cell))),
        "--dates", "dmy",
    ],
    "swapped dates": lambda: [
        text(rows_as(lambda cell: re.sub(r"^(\d{4})-(\d\d)-(\d\d)$", r"\3/\2/\1", cell))),
        "--dates", "mdy",
    ],
}  # fmt: skip


def plain_import(striplog):
    """Import the content in the plain way, which is done only once."""
    striplog.filled(shlex.join(["import", *WAYS["plain"]()]))


#: What is written otherwise in every row, and what makes another test of every row: nobody can see
#: both at once.
WRITTEN = ("a filled column", "another header", "dates of a program")
OTHERS = ("target", "strip")


def may_be_others(first, second):
    """Whether two ways have hardly anything in common."""
    return any(
        one in (*WRITTEN, "swapped dates") and other in OTHERS
        for one, other in ((first, second), (second, first))
    )


#: Each way beside the plain one, before it and after it, and once more as it was; the other pairs
#: are in the long form.
LONG = pytest.mark.slow
PAIRS = [
    pytest.param(
        one, other, marks=[] if "plain" in (one, other) or one == other else pytest.mark.slow
    )
    for one in WAYS
    for other in WAYS
    if not may_be_others(one, other)
]


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_the_same_content_counts_once_or_is_asked_about(striplog, first, second):
    if first == "plain":
        plain_import(striplog)
    else:
        striplog(["import", *WAYS[first]()])
    before = striplog.csv("export")
    assert len(before) == 5
    result = striplog.run(["import", *WAYS[second]()])
    assert result.exit_code in (0, 4), result.output
    assert len(striplog.csv("export")) == 5
    if result.exit_code == 4:
        assert "Nothing was added." in result.stderr
        assert striplog.csv("export") == before
    if first == second:
        assert result.exit_code == 0


def test_a_row_that_is_read_in_another_way_is_known_in_any_order_of_its_columns(striplog):
    plain_import(striplog)
    moved = WAYS["columns in another order"]()
    assert "Nothing was added." in striplog.refused(["import", *moved, "--target", "xylazine"], 4)


@pytest.mark.parametrize("second", [way for way in WAYS if not may_be_others("plain", way)])
def test_what_is_asked_about_is_answered_by_either_command(striplog, second):
    plain_import(striplog)
    result = striplog.run(["import", *WAYS[second]()])
    if result.exit_code == 0:
        return
    update, again = [shlex.split(line)[1:] for line in re.findall(r"striplog .*", result.stderr)]
    assert update[-1] == "--update" and again[-1] == "--again"
    striplog(update)
    assert len(striplog.csv("export")) == 5
    assert "0 tests added." in striplog(["import", *WAYS[second]()])
    striplog("undo")
    striplog(again)
    assert len(striplog.csv("export")) == 10
    assert "0 tests added." in striplog(["import", *WAYS[second]()])


# The opposite: other strips


FEW = "Date,Drug,Result\n"
LAPTOP_A = (
    FEW + "2026-01-02,down,pos\n2026-01-02,down,neg\n2026-01-03,meth,neg\n2026-01-05,down,pos\n"
)
LAPTOP_B = (
    FEW + "2026-01-02,down,pos\n2026-01-03,coke,neg\n2026-01-04,down,inv\n2026-01-05,down,neg\n"
)


def saved(content, name):
    Path(name).write_text(content, "utf-8")
    return name


def commands(said):
    """The commands that a message names, as words."""
    return [shlex.split(line)[1:] for line in re.findall(r"striplog .*", said)]


def test_files_of_two_laptops_with_equal_rows_are_asked_about(striplog):
    striplog(["import", saved(LAPTOP_A, "a.csv")])
    said = striplog.refused(["import", saved(LAPTOP_B, "b.csv")], 4)
    assert "1 of 4 tests is in the logbook already, from a file of which" in said
    same, others = commands(said)
    assert len(striplog.csv("export")) == 4
    striplog(others)
    assert len(striplog.csv("export")) == 8
    for name in ("a.csv", "b.csv"):
        assert "0 tests added." in striplog(["import", name])
    saved(LAPTOP_B + "2026-01-09,down,pos\n", "b.csv")
    assert "1 test added." in striplog("import b.csv")
    striplog("undo")
    striplog("undo")
    striplog(same)
    assert len(striplog.csv("export")) == 8


def test_files_of_two_sites_with_few_equal_rows_are_other_strips(striplog):
    striplog(["import", saved(LAPTOP_A, "a.csv"), "--site", "Van"])
    assert "4 tests added." in striplog(["import", saved(LAPTOP_B, "b.csv"), "--site", "Hub"])
    for name, site in (("a.csv", "Van"), ("b.csv", "Hub")):
        assert "0 tests added." in striplog(["import", name, "--site", site])
    saved(LAPTOP_B + "2026-01-09,down,pos\n", "b.csv")
    assert "1 test added." in striplog("import b.csv --site Hub")


def test_the_last_weeks_of_a_file_add_what_is_new(striplog):
    """An export of the last thirty days, every week."""
    rows = [f"2026-{month:02}-{day:02},down,neg" for month in (1, 2, 3) for day in range(1, 29)]
    for first in range(0, 57, 7):
        striplog(["import", saved("\n".join([FEW.strip(), *rows[first : first + 28]]), "r.csv")])
    assert len(striplog.csv("export")) == 84


def test_the_years_of_a_growing_file_in_any_order_add_what_is_new(striplog):
    rows = [f"{year}-01-{day:02},down,{'pn'[day % 2]}" for year in (2023, 2024, 2025)
            for day in range(1, 10)]  # fmt: skip
    for name, part in (("b", rows[9:18]), ("all", rows), ("a", rows[:9]), ("late", rows[18:])):
        striplog(["import", saved("\n".join([FEW.strip(), *part]), f"{name}.csv")])
    assert len(striplog.csv("export")) == 27


# What was refused, taken back, struck out or removed


def test_rows_refused_for_their_dates_count_once_in_any_order(striplog):
    log = saved("Date,Drug,Result\n03/04/2026,down,pos\n03/04/2026,down,pos\n", "log.csv")
    striplog(["import", log], 8)
    rejects = ["import", "log.csv.rejects.csv", "--dates", "mdy"]
    whole = ["import", log, "--dates", "mdy"]
    for first, second in ((rejects, whole), (whole, rejects)):
        striplog.path.unlink()
        assert "2 tests added." in striplog(first)
        assert "0 tests added." in striplog(second)
        assert "0 tests added." in striplog(first)
        assert len(striplog.csv("export")) == 2


def test_a_row_that_is_mended_in_both_files_counts_once_or_is_asked_about(striplog):
    broken = "Date,Name,Drug,Result\n2026-01-02,Jo,down,pos\n2026-13-03,Al,down,neg\n"
    whole = broken.replace("2026-13-03", "2026-01-03")
    for order in (("rejects", "whole"), ("whole", "rejects")):
        striplog.path.unlink(missing_ok=True)
        striplog(["import", saved(broken, "log.csv")], 8)
        saved(whole, "log.csv")
        rejects = Path("log.csv.rejects.csv")
        rejects.write_text(rejects.read_text().replace("2026-13-03", "2026-01-03", 1))
        for which in order:
            name = "log.csv" if which == "whole" else str(rejects)
            result = striplog.run(["import", name])
            assert result.exit_code in (0, 4)
        assert len(striplog.csv("export")) == 2, order
        rejects.unlink()


def test_an_import_that_was_taken_back_comes_again_as_it_is_read_now(striplog):
    striplog(["import", text(PLAIN), "--site", "Wrong"])
    striplog("undo")
    assert "5 tests added." in striplog(["import", text(PLAIN), "--map", "Where=leave out"])
    assert {row["site"] for row in striplog.csv("export")} == {""}
    assert "0 tests added." in striplog(["import", text(PLAIN), "--map", "Where=leave out"])
    striplog("undo")
    assert "5 tests added." in striplog(["import", text(PLAIN), "--site", "Wrong"])
    assert len(striplog.csv("export")) == 5


@pytest.mark.parametrize("more", [[], ["--site", "Van"]])
def test_what_was_struck_out_or_purged_stays_out(striplog, more):
    striplog(["import", text(PLAIN)])
    striplog("void 1 --reason spoiled")
    striplog.run(["import", text(PLAIN), *more, *(["--update"] if more else [])])
    assert len(striplog.csv("export")) == 4
    striplog("purge --before 2026-05-01 --confirm logbook")
    striplog.run(["import", text(PLAIN), *more])
    assert {row["tested_on"] for row in striplog.csv("export")} == {"2026-05-06", "2026-06-07"}


def test_a_test_that_was_erased_is_not_brought_back(striplog):
    striplog(["import", text(PLAIN)])
    with writing(str(striplog.path)) as book, begin(book, "erase") as change:
        [id] = change.ask("select id from entry where number = 1").fetchone()
        change.ask(
            "insert into erased (id, stamp, origin, change) values (?, ?, ?, ?)",
            [id, change.stamp, change.origin, change.seq],
        )
        follow(book.connection, [id])
    assert "Erased in the logbook, and left out: 1 test." in striplog(["import", text(PLAIN)])
    for more in (["--site", "Tent"], ["--map", "Where=leave out"]):
        striplog.run(["import", text(PLAIN), *more])
        striplog.run(["import", text(PLAIN), *more, "--update"])
        assert len(striplog.csv("export")) == 4
    striplog(["import", text(PLAIN), "--again"])
    assert len(striplog.csv("export")) == 9


@pytest.mark.parametrize("way", [way for way in WAYS if way not in OTHERS])
def test_what_an_older_striplog_imported_is_known(striplog, way):
    """It knew a row by the id alone that it made of it, and no row of a file."""
    plain_import(striplog)
    as_schema_1(striplog.path)
    before = len(striplog.csv("export"))
    result = striplog.run(["import", *WAYS[way]()])
    assert result.exit_code in (0, 4), result.output
    assert len(striplog.csv("export")) == before == 5
    if way == "plain":
        assert result.exit_code == 0
        said = striplog.refused(["import", *WAYS["field"]()], 4)
        assert "5 of 5 tests are in the logbook already, where they are read in another" in said


def test_a_grown_file_of_which_few_rows_are_read_otherwise_leaves_them(striplog):
    """As after a word for a site has got another meaning."""
    rows = [f"2026-01-{day:02},Site{day},down,neg" for day in range(1, 21)]
    head = "Date,Place,Drug,Result"
    striplog(["import", saved("\n".join([head, *rows]), "log.csv"), "--map", "Place=site"])
    part = saved("\n".join([head, *rows[:2], "2026-01-21,New,down,neg"]), "part.csv")
    assert "2 of 3 tests" in striplog.refused(["import", part], 4)


# On two computers


def imported(striplog, logbook, *words):
    striplog(["import", *words, "--logbook", logbook])


def test_a_file_imported_on_two_computers_counts_once_and_nothing_is_said(striplog):
    for logbook in ("a.db", "b.db"):
        imported(striplog, logbook, text(PLAIN))
    assert "#" not in striplog("merge a.db b.db")
    assert len(striplog.csv("export")) == 5
    assert "0 tests added." in striplog(["import", text(PLAIN)])
    grown = [*PLAIN, ["2026-07-08", "Hub", "down", "neg", "", ""]]
    assert "1 test added." in striplog(["import", text(grown)])


def test_a_file_read_in_two_ways_on_two_computers_is_said_to_count_twice(striplog):
    imported(striplog, "a.db", text(PLAIN))
    imported(striplog, "b.db", text(PLAIN), "--field", "shift=night")
    said = striplog("merge a.db b.db")
    assert re.search(r"read in two ways count twice: (#[1-5] and #([6-9]|10)(, |\. )){5}If", said)
    [void] = [words for words in commands(said) if words[0] == "void"]
    striplog(void)
    assert len(striplog.csv("export")) == 5
    assert "nothing new" in striplog("merge b.db")
    assert "0 tests added." in striplog(["import", text(PLAIN)])


def test_doctor_says_which_rows_of_two_computers_count_twice(striplog):
    imported(striplog, "a.db", text(PLAIN))
    imported(striplog, "b.db", text(PLAIN), "--field", "shift=night")
    striplog("merge a.db b.db")
    said = striplog("doctor")
    assert re.search(r"note: Rows .* count twice: (#[1-5] and #([6-9]|10)(, |\. )){5}If", said)
    [void] = commands(said.replace(": striplog", ":\n  striplog"))
    striplog(void)
    assert "twice" not in striplog("doctor")
    assert len(striplog.csv("export")) == 5


def test_doctor_says_nothing_of_rows_that_are_other_strips(striplog):
    """Imported with --again, here or there."""
    imported(striplog, "a.db", text(PLAIN))
    imported(striplog, "b.db", text(PLAIN))
    imported(striplog, "b.db", text(PLAIN), "--field", "shift=night", "--again")
    striplog("merge a.db b.db")
    assert len(striplog.csv("export")) == 10
    assert "twice" not in striplog("doctor") + striplog("doctor --logbook b.db")


def test_doctor_says_nothing_of_a_few_rows_that_are_equal_by_chance(striplog):
    for logbook, month in (("a.db", "02"), ("b.db", "03")):
        rows = ["Date,Drug,Result", "2026-01-02,down,neg"]
        rows += [f"2026-{month}-{day:02},down,pos" for day in range(1, 10)]
        path = saved("\n".join(rows), f"{month}.csv")
        imported(striplog, logbook, path, "--site", logbook[0])
    striplog("merge a.db b.db")
    assert len(striplog.csv("export")) == 20 and "twice" not in striplog("doctor")


def test_equal_rows_of_the_files_of_two_laptops_are_said_to_be_counted_once(striplog):
    imported(striplog, "a.db", saved(LAPTOP_A, "a.csv"))
    imported(striplog, "b.db", saved(LAPTOP_B, "b.csv"))
    said = striplog("merge a.db b.db")
    assert "Equal rows of different files, counted once: 1 test." in said
    assert len(striplog.csv("export")) == 7


def test_a_grown_file_on_another_computer_has_no_rows_of_another_file(striplog):
    rows = [f"2026-{month:02}-{day:02},down,neg" for month in range(1, 7) for day in range(1, 10)]
    for name, part in (("a", rows[:36]), ("b", rows[18:])):
        path = saved("\n".join([FEW.strip(), *part]), f"{name}.csv")
        imported(striplog, f"{name}.db", path)
    assert "counted once" not in striplog("merge a.db b.db")
    assert len(striplog.csv("export")) == 54


# A row that is corrected in its file

LONG_FILE = FEW + "".join(
    f"2026-01-{day:02},{drug},neg\n" for day in range(1, 13) for drug in ("down", "coke")
)


@pytest.mark.parametrize("more", ["", "2026-02-01,meth,pos\n"])
@pytest.mark.parametrize(("old", "new"), [
    ("05,down,neg", "05,down,pos"), ("05,down,neg", "05,meth,neg"),
])  # fmt: skip
def test_a_corrected_row_counts_once_or_is_asked_about(striplog, old, new, more):
    striplog(["import", saved(LONG_FILE, "log.csv")])
    saved(LONG_FILE.replace(old, new) + more, "log.csv")
    said = striplog.refused("import log.csv", 4)
    assert (
        f"1 of {24 + bool(more)} tests says the same, but for one thing, as a test in the" in said
    )
    [update] = commands(said)
    assert "They take the place of 1 older test" in striplog(update)
    assert len(striplog.csv("export")) == 24 + bool(more)
    _, drug, outcome = new.split(",")
    [kept] = [row["outcome"] for row in striplog.csv("export")
              if (row["tested_on"], row["said"]) == ("2026-01-05", drug)]  # fmt: skip
    assert kept.startswith(outcome)
    assert "0 tests added." in striplog("import log.csv")
    striplog("undo")
    assert len(striplog.csv("export")) == 24


def test_a_row_that_is_no_longer_in_its_file_is_said(striplog):
    striplog(["import", saved(LONG_FILE, "log.csv")])
    saved(LONG_FILE.replace("2026-01-05,down,neg\n", "") + "2026-02-01,meth,pos\n", "log.csv")
    out = striplog("import log.csv")
    assert "1 test added." in out
    assert "No longer in the file, and still in the logbook: #9." in out
    [void] = [words for words in commands(out) if words[0] == "void"]
    striplog(void)
    assert len(striplog.csv("export")) == 24
    assert "No longer" not in striplog("import log.csv")


@pytest.mark.parametrize("tests", [1, 2])
@pytest.mark.parametrize("kind", import_twice._WHY)
def test_what_is_said_agrees_in_number(kind, tests):
    twice = Twice(kind, tests, 5)
    said = import_twice._why(twice)
    one, several = {"is", "has", "says"}, {"are", "have", "say"}
    words = said.replace(",", "").split()
    assert words[:4] == [str(tests), "of", "5", "tests"] and words[4] in (
        one if tests == 1 else several
    )
    asked = " ".join(import_twice._choices(twice)[:1])
    assert ("they are" in asked or "them as" in asked) == (tests > 1)


def test_one_test_that_is_here_already_is_one(striplog):
    path = saved("Date,Result\n2026-01-02,pos\n", "log.csv")
    striplog(["import", path])
    said = striplog.refused(["import", path, "--site", "Van"], 4)
    assert "1 of 1 test is in the logbook already, where it is read in another way." in said
    assert "Already in the logbook: 1 test (--again adds it a second time)." in striplog(
        ["import", path]
    )


# At a terminal, and whatever the rows


@pytest.mark.parametrize(("answer", "tests", "shift"), [("1", 5, 5), ("2", 10, 5)])
def test_a_person_at_a_terminal_is_asked(striplog, monkeypatch, answer, tests, shift):
    striplog(["import", text(PLAIN)])
    monkeypatch.setattr(questions, "terminal", lambda: True)
    line = ["import", text(PLAIN), "--field", "shift=night"]
    result = striplog.run(line, input=f"\n\n\n{answer}\n")
    assert result.exit_code == 0
    assert (
        "5 of 5 tests are in the logbook already, where they are read in another" in result.stderr
    )
    rows = striplog.csv("export")
    assert len(rows) == tests
    assert [row["shift"] for row in rows].count("night") == shift


def test_rows_that_differ_in_what_does_not_count_stay_two_tests(striplog):
    """Also where they are far from each other, and where one of them is known already."""
    far = "".join(f"2025-01-02,down,neg,{number}x\n" for number in range(1200))
    head, rows = "Date,Drug,Result,Lot\n", ["2026-01-02,down,pos,12\n", "2026-01-02,Down,pos,012\n"]
    striplog("add pos")
    striplog(["import", saved(head + "2024-01-02,down,pos,1\n", "first.csv")])
    striplog(["import", saved(head + rows[0] + far + rows[1], "log.csv")])
    assert len(striplog.csv("export --period 2026-01-02")) == 2
    striplog(["import", saved(head + rows[1] + rows[0] + far + rows[1], "log.csv")])
    assert len(striplog.csv("export --period 2026-01-02")) == 3
    assert "0 tests added." in striplog("import log.csv")


def test_equal_files_of_one_import_count_once(striplog):
    striplog(["import", text(PLAIN), text(PLAIN, "copy.csv")])
    assert len(striplog.csv("export")) == 5


LINES = st.lists(
    st.tuples(
        st.sampled_from(["2026-01-02", "2026-01-03", "2026-02-01"]),
        st.sampled_from(["down", "Down", "coke", ""]),
        st.sampled_from(["pos", "neg"]),
        st.sampled_from(["", "12", "012.0", "a  b"]),
    ),
    min_size=1, max_size=8,
)  # fmt: skip
READ = st.sampled_from([[], ["--site", "Tent"], ["--map", "Lot=leave out"], ["--field", "a=b"],
                        ["--map", "Lot=own"], ["--dates", "dmy"]])  # fmt: skip
KINDS = st.sampled_from([text, workbook, objects])


def some(number):
    """So many examples, each of which makes its logbook anew."""
    return settings(examples(number), suppress_health_check=list(HealthCheck))


@some(12)
@given(st.data(), LINES, st.tuples(READ, READ), st.tuples(KINDS, KINDS))
def test_any_rows_count_once_in_any_order_kind_and_way(tmp_path, data, lines, ways, kinds):
    striplog = Striplog(tmp_path / "logbook.db")
    striplog.path.unlink(missing_ok=True)
    header = ["Date", "Drug", "Result", "Lot"]
    striplog(["import", kinds[0]([header, *map(list, lines)], "one"), *ways[0]])
    order = data.draw(st.permutations(range(4)))
    table = [header, *data.draw(st.permutations(lines))]
    again = kinds[1]([[row[at] for at in order] for row in table], "two")
    result = striplog.run(["import", again, *ways[1]])
    assert result.exit_code in (0, 4), result.output
    assert len(striplog.csv("export")) == len(lines)


@some(12)
@given(LINES, LINES, READ)
def test_what_a_file_has_more_is_all_that_is_added(tmp_path, lines, more, way):
    striplog = Striplog(tmp_path / "logbook.db")
    striplog.path.unlink(missing_ok=True)
    header = ["Date", "Drug", "Result", "Lot"]
    striplog(["import", text([header, *map(list, lines)]), *way])
    striplog(["import", text([header, *map(list, lines + more)]), *way])
    assert len(striplog.csv("export")) == len(lines + more)


def test_again_and_update_contradict_each_other(striplog):
    assert "leave one of them out" in striplog.refused(
        ["import", text(PLAIN), "--again", "--update"], 2
    )


def test_what_an_import_with_again_advises_adds_nothing_twice(striplog):
    path = saved("Date,Drug,FTS\n2026-01-05,up,pos\n2026-01-06,up,neg\n", "up.csv")
    said = striplog(["import", path, "--again"])
    assert "vocab alias up DRUG" in said  # which of its meanings, nobody has chosen
    striplog("vocab alias up cocaine")
    [update] = [words for words in commands(said) if words[-1] == "--update"]
    striplog(update)
    assert [row["drug"] for row in striplog.csv("export")] == ["cocaine", "cocaine"]


@pytest.mark.parametrize("second", [*WAYS, "corrected", "a part"])
def test_a_dry_run_says_what_the_run_would_ask(striplog, second):
    plain_import(striplog)
    if second == "corrected":
        line = [text([HEADER, *ROWS[:-1], [*ROWS[-1][:2], "meth", *ROWS[-1][3:]]])]
    elif second == "a part":
        line = [text([HEADER, *ROWS[:2], ["2026-01-01", *ROWS[0][1:]]])]
    else:
        line = WAYS[second]()
    dry = striplog.run(["import", *line, "--dry-run"])
    run = striplog.run(["import", *line])
    assert dry.exit_code == run.exit_code
    assert (second in ("corrected", "a part", "a filled column", "target")) <= (run.exit_code == 4)
    assert dry.stderr == run.stderr
    assert re.findall(r"(\d+) tests? would be", dry.stdout) == re.findall(
        r"(\d+) tests? added", run.stdout
    )


@pytest.mark.parametrize(("down", "code"), [(7, 0), (12, 4)])
def test_a_new_month_is_no_file_with_days_and_months_in_each_others_place(striplog, down, code):
    """Of the first days of December, some look like the 12th of other months."""
    year = [f"2025-{month:02}-12,down,pos" for month in range(1, 12)]
    Path("year.csv").write_text("\n".join(["Date,Drug,Result", *year]))
    striplog("import year.csv")
    month = [f"2025-12-{day:02},{'down' if day <= down else 'mdma'},pos" for day in range(1, 13)]
    Path("december.csv").write_text("\n".join(["Date,Drug,Fentanyl strip", *month]))
    run = striplog.run("import december.csv")
    assert (run.exit_code, len(striplog.csv("export"))) == (code, 11 + (0 if code else 12))
    assert ("the day and the month" in run.stderr) == bool(code)
