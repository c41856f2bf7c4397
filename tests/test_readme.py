"""The README: every command, exit code and example in it is true."""

import re
import shlex
from pathlib import Path

import openpyxl
import pytest

from strip_log.cli import COMMANDS
from strip_log.errors import EXIT_CODES
from strip_log.formats import FORMATS

README = Path(__file__).parent.parent.joinpath("README.md").read_text("utf-8")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_readme_with_its_line(command):
    assert f"| `striplog {command}` | {COMMANDS[command]} |" in README


@pytest.mark.parametrize("code", EXIT_CODES)
def test_every_exit_code_is_in_the_readme_and_in_the_help(striplog, code):
    assert f"| {code} | {EXIT_CODES[code]} |" in README
    assert str(code) in striplog("--help").split("Exit codes:")[1]


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_in_the_readme(name):
    assert f"`{name}`" in README


def examples():
    """The commands, but for those that ask a hub: see hub/test_in_the_readme.py."""
    alone = re.sub(r"<!-- hub: \w+ -->\n```sh\n.*?```", "", README, flags=re.DOTALL)
    blocks = re.findall(r"```sh\n(.*?)```", alone, re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    return [line for line in lines if line.startswith("striplog ")]


def test_there_are_examples():
    assert len(examples()) > 15


@pytest.fixture
def spreadsheets(tmp_path):
    """The files that the README's examples import."""
    pytest.importorskip("pyrage")
    book = openpyxl.Workbook()
    for row in (["Date", "Drug", "FTS"], ["2025-01-02", "down", "Pos"]):
        book.active.append(row)
    book.save(tmp_path / "2025.xlsx")
    (tmp_path / "van.csv").write_text("Date,Result\n03/04/2025,neg\n")
    for name in ("log.csv", "log-2026.csv"):
        (tmp_path / name).write_text("Date,Where,Test Result\n2025-01-02,Van,neg\n")
    (tmp_path / "stick").mkdir()


def test_what_is_typed_in_from_paper_is_understood(striplog, tmp_path):
    sheet = README.split("import that:\n\n```\n")[1].split("```")[0]
    (tmp_path / "paper.csv").write_text(sheet)
    assert "3 tests added." in striplog("import paper.csv")


@pytest.mark.usefixtures("quick_passphrases")
def test_every_example_works_in_the_order_of_the_readme(striplog, spreadsheets, monkeypatch):
    monkeypatch.setenv("STRIPLOG_PASSPHRASE", "correct horse")
    striplog(f"demo {striplog.path}")
    for name in ("powell.db", "van.db"):
        striplog(f"demo {name}")
    for line in examples():
        words = shlex.split(line.split(" #")[0].split(" > ")[0])[1:]
        if words == ["add"]:
            continue  # it asks, see test_streams
        assert striplog.run(words).exit_code == 0, line


def test_the_picture_at_the_top_is_what_striplog_prints(striplog):
    striplog.filled("demo d.db --until 2025-12-31")
    table = striplog("--logbook d.db summary --target fentanyl")
    shown = README.split("$ striplog summary --target fentanyl\n")[1].split("```")[0]
    assert shown.split() == table.split()


def test_the_signals_are_what_striplog_prints(striplog):
    striplog("demo d.db --until 2025-12-28")
    table = striplog("--logbook d.db signals --as-of 2025-12-29")
    shown = README.split("$ striplog signals\n")[1].split("```")[0]
    assert shown.split() == table.split()


def test_the_chart_is_what_striplog_prints(striplog):
    striplog.filled("demo d.db --until 2025-12-31")
    chart = striplog("--logbook d.db summary --target benzo --chart --period 2025-Q1")
    shown = README.split("in the band of its interval:\n\n```\n")[1].split("```")[0]
    assert chart.startswith(shown.rstrip())
