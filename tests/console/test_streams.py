"""Pipes, terminals and full disks: the right exit code, no traceback, nothing cut, no colour."""

import os
import pty
import re
import select
import shlex
import struct
import subprocess
import sys
import termios
import time
from fcntl import ioctl
from pathlib import Path

import pytest

from factories import program

STRIPLOG = [sys.executable, "-m", "strip_log"]

ANSWERS = ("summary", "list", "export", "history", "vocab", "config", "show 1")


@pytest.fixture
def filled(striplog):
    return striplog.filled(
        "add fent=pos benzo=neg --drug down --site 'A site with a long name' --sample A7",
        "add inv --drug coke --site 'ünï 👩‍🔬' --at 2026-01-02 --lot 0012",
    )


def shell(line: str, **env: str) -> subprocess.CompletedProcess[str]:
    striplog = f'striplog() {{ {shlex.quote(sys.executable)} -m strip_log "$@"; }}'
    return subprocess.run(
        ["bash", "-c", f"set -o pipefail; {striplog}; {line}"],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        encoding=env.get("PYTHONIOENCODING", "utf-8"),
    )


@pytest.mark.parametrize("command", ANSWERS)
def test_a_full_disk_is_said_with_exit_code_1(filled, command):
    code, said = filled.answering_to("/dev/full", command)
    assert code == 1
    assert "no space left" in said.lower()


def test_what_add_wrote_stays_written_when_its_echo_cannot_be(filled):
    result = shell("striplog add pos > /dev/full")
    assert (result.returncode, "is written" in result.stderr) == (8, True)
    assert "Traceback" not in result.stderr
    assert len(filled.csv("export")) == 4


def test_a_reader_that_goes_away_ends_it_quietly(striplog, tmp_path):
    striplog.filled("demo d.db")
    result = shell("striplog export --logbook d.db | head -1")
    assert result.returncode == 141
    assert result.stdout.startswith("number,id,")
    assert result.stderr == ""


@pytest.mark.parametrize("env", [
    {"COLUMNS": "20"}, {"COLUMNS": "40", "TERM": "dumb"}, {"NO_COLOR": "1"}, {"LC_ALL": "C"},
    {"PYTHONIOENCODING": "latin-1"},
], ids=str)  # fmt: skip
def test_a_pipe_gets_everything_and_no_colour(filled, env):
    result = shell(f"{shlex.join(program('in_turn', *ANSWERS))} | cat", **env)
    assert result.returncode == 0
    assert result.stderr == "".join(filled.run(command).stderr for command in ANSWERS)
    assert "\x1b" not in result.stdout
    *parts, rest = result.stdout.split("exit code 0\n")
    assert rest == ""
    for command, part in zip(ANSWERS, parts, strict=True):
        plain = filled(command)
        if "LC_ALL" not in env and "PYTHONIOENCODING" not in env:
            assert part == plain
        assert len(part.splitlines()) == len(plain.splitlines())
        assert "A site with a long name" in part or command not in ("list", "export")


def test_the_locale_c_gets_ascii_tables_with_nothing_lost(filled):
    said = shell("striplog list", LC_ALL="C").stdout
    assert said.isascii()
    assert "\\xfcn\\xef" in said


@pytest.mark.parametrize("line, code", [
    ("striplog add pos <&-", 0),
    ("striplog add <&-", 2),
    ("striplog add < /dev/null", 2),
    ("striplog add pos --drug dope <&-", 4),
    ("striplog summary <&-", 0),
    ("striplog add pos >&-", 0),
    ("striplog add pos 2>&-", 0),
    ("striplog import rows.csv >&-", 0),
    ("striplog import - <&-", 1),
    *((f"striplog {command} >&-", 1) for command in ANSWERS[:2]),
    *(pytest.param(f"striplog {command} >&-", 1, marks=pytest.mark.slow)
      for command in ANSWERS[2:]),
    ("striplog path >&-", 1),
    ("striplog config get site >&-", 1),
    ("striplog completion bash >&-", 1),
    ("striplog summary --format xlsx >&-", 1),
    ("striplog list -o list.csv >&-", 0),
])  # fmt: skip
def test_closed_streams_are_no_surprise(filled, tmp_path, line, code):
    tmp_path.joinpath("rows.csv").write_text("Date,Result\n2026-01-02,pos\n")
    result = shell(line)
    assert result.returncode == code, result.stderr
    assert "Traceback" not in result.stderr
    assert result.stderr or code == 0


def test_no_file_takes_the_place_of_a_stream_that_is_closed(filled, tmp_path):
    words = shlex.join(program("noisy", "export", "-o", "tests.csv"))
    subprocess.run(["bash", "-c", f"{words} 2>&-"], check=True)
    assert tmp_path.joinpath("tests.csv").read_text("utf-8") == filled("export")


def test_machine_formats_are_utf_8_whatever_the_locale(filled):
    result = shell("PYTHONIOENCODING=ascii striplog export", LC_ALL="C")
    assert "ünï 👩‍🔬" in result.stdout


class Terminal:
    """striplog in a terminal of so many columns; what a person types is given beforehand."""

    def __init__(
        self, line: str | list[str], columns: int = 80, typed: str = "", **env: str
    ) -> None:
        """Run a command, or whatever program this list of words is."""
        words = [*STRIPLOG, *shlex.split(line)] if isinstance(line, str) else line
        parent, child = pty.openpty()
        ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        started = subprocess.Popen(
            words, stdin=child, stdout=child, stderr=child, start_new_session=True,
            preexec_fn=lambda: ioctl(0, termios.TIOCSCTTY, 0),
            env={**os.environ, "TERM": "xterm-256color", **env},
        )  # fmt: skip
        os.close(child)
        found = b""
        while typed and not found.endswith(b": "):  # until the first question waits
            found += os.read(parent, 65536) if select.select([parent], [], [], 20)[0] else b": "
        time.sleep(0.05 if typed else 0)
        os.write(parent, typed.encode())
        while select.select([parent], [], [], 20)[0]:
            try:
                read = os.read(parent, 65536)
            except OSError:  # Linux: the other side is closed
                break
            if not read:
                break
            found += read
        try:
            self.code = started.wait(timeout=5)
        finally:
            started.kill()  # one that still waits for an answer would wait for ever
        os.close(parent)
        self.raw = found.decode("utf-8", "replace").replace("\r\n", "\n")
        self.text = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", self.raw)
        self.lines = self.text.splitlines()


@pytest.mark.parametrize("columns", [40, 60, 80, 200])
def test_no_line_is_longer_than_the_terminal_and_no_number_is_lost(filled, columns):
    commands = ["summary", "summary --by site --by month", "list", "history", "show 1"]
    seen = Terminal(program("in_turn", *commands), columns)
    assert max(map(len, seen.lines)) <= columns + 3  # an emoji is one cell less than it is long
    answers = seen.text.split("exit code 0\n")
    assert len(answers) == len(commands) + 1
    for answer in answers[:2]:
        for number in ("100.0 %", "20.7–100.0", "0.0–79.3"):
            assert number in answer


def test_colour_is_for_terminals_that_want_it(filled):
    assert "\x1b[" in Terminal("summary").raw
    assert "\x1b[" not in Terminal("summary", NO_COLOR="1").raw
    assert "\x1b[" not in Terminal("summary", TERM="dumb").raw


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=str)
def test_neither_questions_nor_the_bar_of_an_import_need_more_than_a_dumb_terminal(striplog, env):
    asked = Terminal("add", typed="1\n\n\n\n\n", **env)
    assert asked.code == 0
    Path("f.csv").write_text("Date,FTS,Elsewhere\n" + "2026-01-02,pos,x\n" * 5000)
    imported = Terminal("import f.csv", typed="\n", **env)
    assert imported.code == 0 and "5000 tests added" in imported.text
    assert "\x1b" not in asked.raw + imported.raw


def test_without_a_result_a_person_is_asked(striplog):
    seen = Terminal("add", typed="\n7\n1\n\ndown\nInsite\n\n")
    assert seen.code == 0
    assert "1 line, the control line only: POSITIVE" in seen.text
    assert "#1 fentanyl POSITIVE (1 line), down, at Insite" in seen.text
    [test] = striplog.csv("export")
    assert (test["outcome"], test["drug"], test["site"]) == ("positive", "down", "Insite")


def test_an_unknown_drug_is_a_question_at_a_terminal(striplog):
    seen = Terminal("add pos --drug cocane", typed="1\n")
    assert "Did you mean cocaine" in seen.text
    [test] = striplog.csv("export")
    assert (test["drug"], test["said"]) == ("cocaine", "cocane")


def test_an_ambiguous_word_is_a_question_too_and_can_be_kept(striplog):
    Terminal("add pos --drug dope", typed="4\n")
    assert [test["drug"] for test in striplog.csv("export")] == ["dope"]


@pytest.mark.parametrize("line", ["add", "add pos --drug cocane"])
def test_ctrl_c_at_a_question_is_130_and_writes_nothing(striplog, line):
    seen = Terminal(line, typed="\x03")
    assert seen.code == 130
    assert "Nothing was written" in seen.text
    assert not striplog.path.exists()


def test_the_end_of_input_at_a_question_writes_nothing(striplog):
    seen = Terminal("add", typed="\x04")
    assert seen.code == 130
    assert not striplog.path.exists()
