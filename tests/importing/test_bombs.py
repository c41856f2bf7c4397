"""Files that ask for more than there is: each gets a sentence, and takes nothing down with it."""

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest

from factories import program
from strip_log.importing import worker
from strip_log.importing.columns import header as header_module
from strip_log.importing.files import limits

linux = pytest.mark.skipif(sys.platform != "linux", reason="other systems bound no memory")

SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{}'
    "<sheetData>{}</sheetData></worksheet>"
)
CELL = '<c r="{}" t="inlineStr"><is><t>{}</t></is></c>'
STRINGS = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{}</sst>'


def row(line, **cells):
    found = "".join(CELL.format(f"{column}{line}", text) for column, text in cells.items())
    return f'<row r="{line}">{found}</row>'


ROWS = row(1, A="Date", B="Result") + row(2, A="2026-01-02", B="pos")


def workbook(path, sheet, strings=None):
    """A workbook with this XML for its sheet, and for its shared strings."""
    book = openpyxl.Workbook()
    book.active.append(["text"])
    book.save("whole.xlsx")
    with zipfile.ZipFile("whole.xlsx") as whole, zipfile.ZipFile(path, "w") as parts:
        contents = {name: whole.read(name) for name in whole.namelist()}
        contents["xl/worksheets/sheet1.xml"] = sheet.encode()
        if strings:
            contents["xl/sharedStrings.xml"] = strings.encode()
        for name, content in contents.items():
            parts.writestr(name, content, zipfile.ZIP_DEFLATED, compresslevel=1)
    return str(path)


def measured(*words):
    """The exit code of striplog in a process of its own, its stderr, and the most memory it and its
    second process had, in bytes."""
    run = subprocess.run(program("peak_memory", *words), capture_output=True, text=True)
    return run.returncode, run.stderr, int(run.stdout) * 1024


@pytest.mark.parametrize("reach, why", [
    ('<dimension ref="A1:XFD1048576"/>', "reaches as far as the cell XFD1048576"),
    pytest.param('<dimension ref="A1"/>', "needs more than 1 GB of memory", marks=linux),
    pytest.param("", "needs more than 1 GB of memory", marks=linux),
], ids=["said", "not true", "not said"])  # fmt: skip
def test_a_cell_far_away_gets_a_sentence(striplog, reach, why):
    path = workbook("far.xlsx", SHEET.format(reach, ROWS + row(1048576, XFD="x")))
    assert os.path.getsize(path) < 10_000
    code, said, memory = measured("import", path)
    assert code == 1
    assert said.startswith("striplog: far.xlsx ") and said.count("\n") == 1
    assert why in said and "as CSV" in said
    assert memory < limits.MEMORY
    assert not striplog.path.exists()


def test_cells_that_are_only_formatted_do_no_harm(striplog):
    far = '<row r="3"><c r="XFD3"/></row>'
    path = workbook("a.xlsx", SHEET.format('<dimension ref="A1:XFD3"/>', ROWS + far))
    assert "1 test added." in striplog(["import", path])


def test_a_workbook_that_unpacks_to_too_much_is_not_unpacked(striplog, monkeypatch):
    monkeypatch.setattr(limits, "UNPACKED", 1_000_000)
    path = workbook("a.xlsx", SHEET.format("", ROWS), STRINGS.format("<si><t/></si>" * 100_000))
    said = striplog.refused(["import", path], 1)
    assert "it is 0.0 GB once it is unpacked" in said and "too large" in said


@linux
def test_shared_strings_cannot_take_more_than_there_is(striplog, monkeypatch):
    monkeypatch.setattr(limits, "MEMORY", 50_000_000)
    strings = STRINGS.format("<si><t/></si>" * 3_000_000)
    path = workbook("a.xlsx", SHEET.format("", ROWS), strings)
    said = striplog.refused(["import", path], 1)
    assert "it is damaged, or needs more than 1 GB of memory" in said


@pytest.mark.parametrize("damage", [
    lambda content: content.replace(b"PK\x01\x02", b"PK\x01\x03"),
    lambda content: b"PK\x03\x04" + content[9:],
    lambda content: content[:900],
    lambda content: content.replace(b"xl/worksheets/sheet1.xml", b"xl/worksheets/sheet2.xml", 1),
], ids=["directory", "beginning", "half", "names"])  # fmt: skip
def test_an_archive_that_is_damaged_gets_a_sentence(striplog, damage):
    path = Path(workbook("a.xlsx", SHEET.format("", ROWS)))
    path.write_bytes(damage(path.read_bytes()))
    result = striplog.run("import a.xlsx")
    assert result.exit_code == 0 or "cannot be read as a workbook" in result.stderr


@pytest.mark.parametrize("header", ["x", "Date", ""], ids=["equal", "known", "empty"])
@pytest.mark.parametrize("end", ["csv", "ndjson"])
def test_too_many_columns_are_counted_and_not_read(striplog, monkeypatch, header, end):
    monkeypatch.setattr(header_module, "columns", lambda *_: pytest.fail("they were read"))
    names = [header] * 99_998
    if end == "csv":
        text = ",".join([*names, "Date", "Result"]) + "\n" + "," * 99_999 + "\n"
    else:
        text = "".join(json.dumps({f"{header}{at}": 1}) + "\n" for at in range(6_000))
    Path(f"a.{end}").write_text(text)
    said = striplog.refused(f"import a.{end}", 1)
    assert "columns, and 5000 is the most" in said


@pytest.mark.parametrize("most", [800, pytest.param(limits.COLUMNS, marks=pytest.mark.slow)])
def test_as_many_columns_as_may_be_are_read(striplog, monkeypatch, most):
    for module in (limits, header_module):
        monkeypatch.setattr(module, "COLUMNS", most)
    names = ["x"] * (most - 2)
    Path("a.csv").write_text(",".join([*names, "Date", "Result"]) + "\n" + ",".join(
        [*["1"] * len(names), "2026-01-02", "pos"]) + "\n")  # fmt: skip
    assert striplog("import -q a.csv") == "1\n"
    [row] = striplog.json("export")["rows"]
    assert (row["x"], row[f"x ({most - 2})"]) == ("1", "1")


def test_a_line_of_too_many_cells_under_a_good_header_is_a_refused_row(striplog):
    Path("a.csv").write_text("Title\nDate,Result\n" + "2026-01-02,pos" + "," * 5_999 + "x\n")
    assert "The row has 6001 cells, but the header has 2." in striplog("import a.csv", 8)


@linux
@pytest.mark.parametrize("name", ["a.csv", "a.json", "a.ndjson"])
def test_what_does_not_fit_into_memory_gets_a_sentence(striplog, monkeypatch, name):
    monkeypatch.setattr(limits, "MEMORY", 30_000_000)
    many = "x" * 45_000_000
    rows = [f'{{"Date": "2026-01-02", "Result": "{many}"}}', '{"Date": "2026-01-02"}']
    text = {
        "a.csv": f"Date,Result\n2026-01-02,{many}\n",
        "a.json": f"[{','.join(rows)}]",
        "a.ndjson": "\n".join(rows),
    }
    Path(name).write_text(text[name])
    said = striplog.refused(f"import {name}", 1)
    assert f"{name} is too large to import" in said
    assert not striplog.path.exists()


@linux
def test_two_processes_take_no_more_memory_than_one_might(monkeypatch):
    from resource import RLIMIT_AS, getrlimit

    def left():
        return getrlimit(RLIMIT_AS)[0] - worker.memory_taken()

    def items():
        yield left(), os.getpid()

    with limits.bounded_memory():
        before = getrlimit(RLIMIT_AS)
        for theirs, process in worker.ahead(items()):
            assert process != os.getpid()
            assert theirs > 0 and left() > 0
            assert theirs + left() <= 1.1 * limits.MEMORY  # a little comes and goes meanwhile
        assert getrlimit(RLIMIT_AS) == before


@linux
def test_an_import_takes_the_limit_of_memory_back(striplog):
    from resource import RLIMIT_AS, getrlimit

    before = getrlimit(RLIMIT_AS)
    Path("a.csv").write_text("Date,Result\n2026-01-02,pos\n")
    striplog("import a.csv")
    striplog.refused("import nothing.csv", 3)
    assert getrlimit(RLIMIT_AS) == before


DEEP = "[" * 100_000 + "]" * 100_000
LIKE_DEEP = '{"a":' * 100_000 + "1" + "}" * 100_000
ROW = '{"Date": "2026-01-02", "Result": "pos", "n": %s}'


@pytest.mark.parametrize("text, said", [
    (DEEP, "too many brackets"), (LIKE_DEEP, "too many brackets"),
    (ROW % DEEP, "too many brackets"), (f"[{ROW % DEEP}]", "too many brackets"),
    (f"{ROW % 1}\n{ROW % DEEP}", "a.json, line 2, has too many brackets"),
    (f"[{ROW % ('9' * 5_000)}]", "has a number of more than 4300 digits"),
    (f"{ROW % 1}\n{ROW % ('9' * 5_000)}", "a.json, line 2, has a number of more than 4300 digits"),
    ('[{"Date": 1,\n?}]', "is not valid JSON (line 2, column 1"),
], ids=["list", "object", "in a row", "in a list", "in a line", "digits", "digits in a line",
        "broken"])  # fmt: skip
def test_json_that_python_cannot_read_gets_a_sentence(striplog, text, said):
    Path("a.json").write_text(text)
    assert said in striplog.refused("import a.json", 1)


@pytest.mark.parametrize("depth", range(900, 1_000, 7))
def test_json_of_any_depth_ends_in_a_report_or_a_sentence(striplog, depth):
    Path("a.json").write_text(f"[{ROW % ('[' * depth + ']' * depth)}]")
    result = striplog.run("import --dry-run a.json")
    assert result.exit_code == 0 or "too many brackets" in result.stderr


ROLES = ("Date", "Time", "Drug", "Target", "Outcome", "Site", "Faint", "Expiry", "Colour", "Note",
         "Number", "ID", "Confirmed", "Other")  # fmt: skip


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("cell, codes", [("9" * 5_000, (0, 8)), ("x" * 100_001, (8,))],
                         ids=["digits", "letters"])  # fmt: skip
def test_a_huge_cell_is_refused_in_few_words(striplog, role, cell, codes):
    Path("a.csv").write_text(f"Day,FTS,{role}\n2026-01-02,pos,{cell}\n")
    result = striplog.run("import a.csv --map FTS=fentanyl --map Day=date")
    assert result.exit_code in codes
    assert len(result.output) < 3_000


def test_a_huge_number_in_an_export_is_refused(striplog):
    striplog("add pos")
    header, cells = striplog("export").splitlines()
    names = header.split(",")
    values = dict(zip(names, cells.split(","), strict=True)) | {"number": "9" * 5_000}
    Path("a.csv").write_text(f"{header}\n{','.join(values[name] for name in names)}\n")
    assert "is not the number of a test" in striplog("import a.csv --logbook b.db", 8)


# Pipes, devices, folders

LINES = "Date,Result\n2026-01-02,pos\n2026-01-03,what\n"

pipes = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names")


def through_shell(line):
    """What bash makes of a line in which `striplog` is this one."""
    words = f'striplog() {{ {sys.executable} -m strip_log "$@"; }}; {line}'
    return subprocess.run(["bash", "-c", words], capture_output=True, text=True)


@pipes
@pytest.mark.parametrize("line, rejects", [
    ("cat a.csv | striplog import -", "stdin"),
    ("cat a.csv | striplog import /dev/stdin", "stdin"),
    ("striplog import - < a.csv", "stdin"),
])  # fmt: skip
def test_standard_input_is_read_once(striplog, line, rejects):
    Path("a.csv").write_text(LINES)
    result = through_shell(line)
    assert result.returncode == 8, result.stderr
    assert "1 test added." in result.stdout
    assert Path(f"{rejects}.rejects.csv").read_text().count("\n") == 2


@pipes
@pytest.mark.parametrize("rejects", ["pipe", "f"])
def test_a_pipe_is_read_once(striplog, rejects):
    """One that has a name, and one that a shell makes for `<(cat a.csv)`."""
    if rejects == "f":
        os.mkfifo("f")
        with subprocess.Popen(["bash", "-c", f"printf '{LINES}' > f"]):
            out = striplog("import f", 8)
    else:
        reader, writer = os.pipe()
        os.write(writer, LINES.encode())
        os.close(writer)
        out = striplog(f"import /dev/fd/{reader}", 8)
        os.close(reader)
    assert "1 test added." in out
    assert Path(f"{rejects}.rejects.csv").read_text().count("\n") == 2


@pipes
def test_an_endless_pipe_is_left(striplog, monkeypatch):
    monkeypatch.setattr(limits, "PIPED", 1_000_000)
    os.mkfifo("f")
    with subprocess.Popen(["bash", "-c", "yes > f"], stderr=subprocess.DEVNULL):
        said = striplog.refused("import f", 1)
    assert "more than 0.001 GB came through it" in said


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/null", "/dev/ptmx", "."])
@pytest.mark.parametrize("option", ["", "--layout "])
def test_a_device_or_a_folder_is_refused(striplog, path, option):
    if not os.path.exists(path):
        pytest.skip("there is no such device here")
    Path("a.csv").write_text(LINES)
    said = striplog.refused(f"import {'a.csv ' if option else ''}{option}{path}", 1)
    assert "is a device, not a file" in said or "is a folder" in said


@pytest.mark.parametrize("text, said", [
    ("a = " + "[" * 5_000, "not valid TOML"), ("#" * 2_000_000, "too large"),
], ids=["deep", "large"])  # fmt: skip
def test_a_layout_that_cannot_be_one_gets_a_sentence(striplog, text, said):
    Path("a.csv").write_text(LINES)
    Path("l.toml").write_text(text)
    assert said in striplog.refused("import a.csv --layout l.toml", 2)


# A workbook in the second process


def sheet_of(number):
    header = row(1, A="Date", B="Result")
    rows = (row(line, A="2026-01-02", B="pos") for line in range(2, number + 2))
    return SHEET.format("", header + "".join(rows))


def running(process):
    """Whether a process is there and has not ended."""
    try:
        return Path(f"/proc/{process}/stat").read_text().split()[2] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@linux
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_while_a_workbook_is_parsed_leaves_nothing(striplog, how):
    path = workbook("a.xlsx", sheet_of(100_000))
    words = [sys.executable, "-m", "strip_log", "import", path]
    output = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(words, **output, start_new_session=True) as run:
        children = Path(f"/proc/{run.pid}/task/{run.pid}/children")
        deadline = time.monotonic() + 60
        while not (found := children.read_text().split()):
            assert run.poll() is None and time.monotonic() < deadline
            time.sleep(0.005)
        os.killpg(run.pid, how)
        _, said = run.communicate(timeout=60)
    assert run.returncode == 128 + how
    assert said.decode() == "\nStopped. Nothing was written.\n"
    while running(found[0]):
        assert time.monotonic() < deadline
        time.sleep(0.005)
    assert sorted(os.listdir()) == ["a.xlsx", "whole.xlsx"]


@linux
def test_a_workbook_whose_reader_is_killed_gets_a_sentence(striplog, monkeypatch):
    from strip_log.importing.files import workbook as module

    def killed(cell):
        os.kill(os.getpid(), killed.signal)

    path = workbook("a.xlsx", SHEET.format("", ROWS))
    here = os.getpid()
    monkeypatch.setattr(module, "_text", lambda cell: killed(cell) if os.getpid() != here else "")
    for killed.signal, said in (
        (signal.SIGKILL, "stopped by another program"),
        (signal.SIGSEGV, "cannot be read as a workbook"),
        (signal.SIGABRT, "cannot be read as a workbook"),
    ):
        assert said in striplog.refused(["import", path], 1)


def test_a_workbook_is_the_same_without_a_second_process(striplog, monkeypatch):
    from strip_log.importing import worker

    path = workbook("a.xlsx", sheet_of(2_500))
    striplog(["import", path])
    monkeypatch.setattr(worker.sys, "platform", "win32")
    assert "Already in the logbook: 2500 tests" in striplog(["import", path])
