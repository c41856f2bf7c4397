"""Tab: names from the logbook, and files, in real shells; nothing of a name is ever run."""

import os
import pty
import re
import select
import shlex
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from strip_log import cli
from strip_log.console.completion import SHELLS, _in_powershell, answer, names, unquoted
from strip_log.console.session import Session

#: Lots as a spreadsheet may bring them, each with another first letter.
NAMES = (
    "A two  blanks", "B'quote'", 'C"double"', "D$(touch PWN)", "E`touch PWN`", "F;touch PWN",
    "G*", "H:colon:ed", "I=equals", "J\\back", "Kbang!", "L~#{a,b}", "M<x>|&y", "N$HOME", "Oünï 🔬",
)  # fmt: skip

#: How each shell is started with nobody's settings but ours, and given a prompt that is known.
STARTED = {
    "bash": ("bash", "--noprofile", "--rcfile", "SCRIPT", "-i"),
    "zsh": ("zsh", "-d", "-i"),
    "fish": ("fish", "--no-config", "-i", "-C",
             "set -g fish_autosuggestion_enabled 0; function fish_greeting; end; source SCRIPT"),
}  # fmt: skip

#: Stands for striplog: lets this process answer the shell, so that no Python has to start for each
#: Tab; anything else that it is told to do, it only writes down.
STAND_IN = """#!/bin/sh
cd {folder}
if [ -z "$_STRIPLOG_COMPLETE" ]; then
    printf '%s\\0' "$@" > words.new && mv words.new words
elif [ -e real ]; then
    : > asked; exec {python} -m strip_log "$@"
else
    printf '%s\\0' "$@" > asked.new && mv asked.new asked && exec cat reply
fi
"""


class Shell:
    """A shell at a terminal, where striplog's script is loaded."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.folder, self.seen = name, folder, b""
        script = folder / "script"
        script.write_text(printed(name))
        (folder / ".zshrc").write_text(f"source {script}\n")
        os.mkfifo(folder / "reply")
        stand_in = folder / "bin" / "striplog"
        stand_in.parent.mkdir()
        stand_in.write_text(
            STAND_IN.format(python=shlex.quote(sys.executable), folder=shlex.quote(str(folder)))
        )
        stand_in.chmod(0o755)
        words = [word.replace("SCRIPT", str(script)) for word in STARTED[name]]
        kept = {n: v for n, v in os.environ.items() if not n.startswith(("STRIPLOG_", "BASH"))}
        env = kept | {
            "HOME": str(folder), "ZDOTDIR": str(folder), "TERM": "dumb", "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8", "STRIPLOG_LOGBOOK": str(folder / "logbook.db"),
            "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
        }  # fmt: skip
        self.process, self.terminal = _at_a_terminal(words, env, folder)
        self.typed("striplog ready")

    def typed(self, line: str) -> list[str]:
        """The words that striplog gets when this is typed, each Tab waited for, then Enter."""
        for part in re.split("(?<=\t)", line):
            if part.endswith("\t"):
                self._answer(self._appears("asked", part))
            else:
                self._write(part)
        self.seen = b""
        return self._appears("words", "\r")

    def _answer(self, asked: list[str]) -> None:
        if (self.folder / "real").exists():
            return
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("STRIPLOG_LOGBOOK", str(self.folder / "logbook.db"))
            lines = list(answer(cli.striplog, Session(), self.name, asked))
        (self.folder / "reply").write_text("".join(f"{line}\n" for line in lines), "utf-8")

    def _appears(self, name: str, typed: str) -> list[str]:
        """The words in the file that appears once this is typed."""
        file = self.folder / name
        file.unlink(missing_ok=True)
        self._write(typed)
        end = time.monotonic() + 20
        while not file.exists():
            self._read(0.002)
            if time.monotonic() > end:
                self._write("\x03")  # a prompt again, for the next test
                pytest.fail(f"{typed!r}: no {name}. {self.seen.decode('utf-8', 'replace')}")
        return file.read_text("utf-8").split("\0")[:-1]

    def _write(self, text: str) -> None:
        os.write(self.terminal, text.encode())
        self._read(0)

    def _read(self, wait: float) -> None:
        while select.select([self.terminal], [], [], wait)[0]:
            self.seen += os.read(self.terminal, 65536)
            wait = 0

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.terminal)


def _at_a_terminal(
    words: list[str], env: dict[str, str], folder: Path
) -> tuple["subprocess.Popen[bytes]", int]:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", _TAKE_OVER, *words],
        stdin=theirs, stdout=theirs, stderr=theirs, env=env, cwd=folder, start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    return process, ours


#: Makes its standard input the terminal of its session, as a shell that is used needs it.
_TAKE_OVER = """
import fcntl, os, struct, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 200, 0, 0))
os.execvp(sys.argv[1], sys.argv[1:])
"""


def printed(shell: str) -> str:
    return CliRunner().invoke(cli.striplog, ["completion", shell]).stdout


@pytest.fixture(scope="module")
def logbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A logbook with the lots of NAMES, and others that nobody could type."""
    path = tmp_path_factory.mktemp("completion") / "logbook.db"
    runner = CliRunner(env={"STRIPLOG_LOGBOOK": str(path)})
    for name in NAMES:
        words = ["add", "pos", "--lot", f"fent={name}", "--site", "In site"]
        assert runner.invoke(cli.striplog, words).exit_code == 0
    with closing(sqlite3.connect(path)) as db, db:
        for place, lot in enumerate(("P\ntouch PWN", "Q\x1b]0;title\x07", "R\u202eabc")):
            db.execute(
                "insert into entry (number, id, stamp, origin, change, live, void, tested_on,"
                " target, outcome, lot) values (?, ?, '2099', 'x', 1, 1, 0, '2026-01-01',"
                " 'fentanyl', 'positive', ?)",
                [100 + place, f"x{place}", lot],
            )
    return path


@pytest.fixture(scope="module", params=STARTED)
def shell(request, logbook, tmp_path_factory) -> Iterator[Shell]:
    if not shutil.which(request.param):
        pytest.skip(f"{request.param} is not installed")
    folder = tmp_path_factory.mktemp(request.param)
    shutil.copy(logbook, folder / "logbook.db")
    (folder / "my files").mkdir()
    (folder / "my files" / "june's $(touch PWN).csv").touch()
    shell = Shell(request.param, folder)
    yield shell
    shell.close()


@pytest.mark.parametrize("name", NAMES)
def test_a_name_arrives_as_it_is_and_nothing_of_it_is_run(shell, name):
    assert shell.typed(f"striplog add --lot {name[0]}\t") == ["add", "--lot", name]
    assert not (shell.folder / "PWN").exists()


def test_striplog_itself_answers(shell):
    (shell.folder / "real").touch()
    assert shell.typed("striplog add --site In\t --lot D\t") == [
        *("add", "--site", "In site", "--lot", "D$(touch PWN)")
    ]
    (shell.folder / "real").unlink()


@pytest.mark.parametrize("name", ["A two  blanks", "B'quote'", 'C"double"', "D$(touch PWN)",
                                  "J\\back", "Kbang!", "N$HOME"])  # fmt: skip
@pytest.mark.parametrize("quote", ["'", '"'])
def test_a_name_that_was_begun_in_quotes_is_finished_in_them(shell, quote, name):
    assert shell.typed(f"striplog add --lot {quote}{name[0]}\t") == ["add", "--lot", name]
    assert not (shell.folder / "PWN").exists()


@pytest.mark.parametrize(("line", "words"), [
    ("summ\t", "summary"),
    ("add --samp\tA7", "add --sample A7"),
    ("add --site In\t", "add --site 'In site'"),
    ("add --site=In\t", "add '--site=In site'"),
    ("add --site in\t", "add --site 'In site'"),
    ("add --lot=D\t", "add '--lot=D$(touch PWN)'"),
    ("add --lot H:co\t", "add --lot H:colon:ed"),
    ("add --lot I=eq\t", "add --lot I=equals"),
    ("add --lot A\\ t\t", "add --lot 'A two  blanks'"),
    ("add --drug cocai\t", "add --drug cocaine"),
    ("add fe\tp\t", "add fentanyl=positive"),
    ("add fent=p\t", "add fent=positive"),
    ("add n\t", "add n"),  # negative, or nitazene=
    ("add neg\t", "add negative"),
    ("add --lines 2 fe\t", "add --lines 2 fentanyl"),
    ("edit 1 xyl\tinv\t", "edit 1 xylazine=invalid"),
    ("edit la\t3 --sit\tIn\t", "edit last 3 --site 'In site'"),
    ("void la\t", "void last"),
    ("erase la\t3 --field no\t", "erase last 3 --field note"),
    ("list tod\t", "list today"),
    ("list --period last-q\t", "list --period last-quarter"),
    ("summary --by qu\t", "summary --by quarter"),
    ("export --format nd\t", "export --format ndjson"),
    ("--logbook my\t", "--logbook 'my files'"),
    ("add --logbook=my\t", "add '--logbook=my files'"),
    ("import my\tju\t", "import 'my files/june'\\''s $(touch PWN).csv'"),
    ("import ~/logb\t", "import HOME/logbook.db"),
    ("export -o logb\t", "export -o logbook.db"),
], ids=lambda value: value.strip("\t"))  # fmt: skip
def test_what_can_come_next_is_completed(shell, line, words):
    typed = [word.rstrip("/") for word in shell.typed(f"striplog {line}")]  # zsh leaves it out
    assert typed == shlex.split(words.replace("HOME", str(shell.folder)))
    assert not (shell.folder / "PWN").exists()


@pytest.mark.parametrize("line", ["P", "Q", "R", "'$(touch PWN)", "'`touch PWN`"])
def test_what_nobody_could_type_is_not_completed_and_what_is_typed_not_run(shell, line):
    end = "'" * line.count("'")
    assert shell.typed(f"striplog add --lot {line}\t{end}") == ["add", "--lot", line.strip("'")]
    assert not (shell.folder / "PWN").exists()


# What the scripts are told, without a shell


def told(shell, *typed):
    return list(answer(cli.striplog, Session(), shell, typed))


@pytest.fixture
def known(logbook, monkeypatch):
    monkeypatch.setenv("STRIPLOG_LOGBOOK", str(logbook))


@pytest.mark.parametrize("shell", SHELLS)
def test_completion_is_silent_without_a_logbook(striplog, monkeypatch, shell):
    monkeypatch.setenv("_STRIPLOG_WORDS", "striplog\nadd\n--site\nP")
    typed = ("striplog add --site P", "P") if shell == "bash" else ("add", "--site", "P")
    assert told(shell, *typed) == ["names"]
    assert not striplog.path.exists()


@pytest.mark.parametrize("shell", ["bash_complete", "zsh_complete", "1"])
def test_the_script_of_an_older_striplog_is_told_nothing(striplog, process, shell):
    result = process(env={"_STRIPLOG_COMPLETE": shell, "COMP_WORDS": "striplog add"})
    assert (result.stdout, result.stderr) == ("", "")


@pytest.mark.parametrize(("words", "expected"), [
    ("add\n--site\nin", "'In site'\tIn site\tIn site"),
    ("add\n--site=in", "'--site=In site'\t--site=In site\t--site=In site"),
    ("add\n--lot\n'D", "'D$(touch PWN)'\tD$(touch PWN)\tD$(touch PWN)"),
    ("add\n--lot\nB", "'B''quote'''\tB'quote'\tB'quote'"),
    ("summ", "summary\tsummary\tShow positivity rates with their intervals."),
    ("add\nfent=pos", "fent=positive\tfent=positive\t1 line, the control line only"),
], ids=repr)  # fmt: skip
def test_powershell_gets_a_word_that_is_quoted(known, monkeypatch, words, expected):
    monkeypatch.setenv("_STRIPLOG_WORDS", f"striplog\n{words}")
    assert told("powershell") == ["names", expected]


@pytest.mark.parametrize(("word", "quoted"), [
    ("pos", "pos"), ("--site", "--site"), ("0012", "0012"), ("Insite/2", "Insite/2"),
    ("-a.b", "'-a.b'"), ("@x", "'@x'"), ("a b", "'a b'"), ("it\u2019s", "'it\u2019\u2019s'"),
    ("`x`", "'`x`'"), ("a;b", "'a;b'"), ("", "''"),
])  # fmt: skip
def test_powershell_takes_a_quoted_word_for_itself(word, quoted):
    assert _in_powershell(word) == quoted


@pytest.mark.parametrize("words", [
    ("--logbook", "LOGBOOK", "add", "--site"), ("add", "--logbook", "LOGBOOK", "--site"),
], ids=" ".join)  # fmt: skip
def test_names_are_of_the_logbook_that_was_typed(logbook, words):
    words = [word.replace("LOGBOOK", str(logbook)) for word in words]
    assert told("fish", *words, "") == ["names", "In site"]


def test_a_name_is_completed_by_its_end_where_bash_keeps_its_beginning(known):
    assert told("bash", "striplog add --lot H:co", "co") == ["names", "colon:ed"]
    assert told("bash", "striplog add --lot=D", "D") == ["names", r"D\$\(touch\ PWN\)"]
    assert told("bash", "striplog add --lot h:co", "co") == ["names"]  # H cannot be put in


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"])), min_size=1))
def test_quoted_words_are_read_back(words):
    assert unquoted(shlex.join(words)) == (words, "")


@pytest.mark.parametrize(("line", "words", "quote"), [
    ("", [""], ""), ("a ", ["a", ""], ""), ("a  'b c", ["a", "b c"], "'"), ('"a\'b', ["a'b"], '"'),
    ('"a\\"b\\c', ['a"b\\c'], '"'), ("a\\ b\\", ["a b"], ""), ("'' x", ["", "x"], ""),
])  # fmt: skip
def test_a_line_that_is_still_being_typed_is_read_as_far_as_it_goes(line, words, quote):
    assert unquoted(line) == (words, quote)


def test_before_a_letter_is_typed_the_drugs_of_recent_tests_are_offered(striplog):
    def offered(typed):
        return [item.value for item in names(str(striplog.path), "drug", typed)]

    striplog("add pos")
    assert "cocaine" in offered("")
    striplog("add pos --drug down")
    assert offered("") == ["down"]
    assert offered("morph") == ["morphine"]


def test_what_can_be_crossed_is_offered(striplog):
    striplog("add pos --field told=yes")

    def offered(typed):
        return [item.value for item in names(str(striplog.path), "crossed", typed)]

    assert offered("fen") == ["fentanyl"]
    assert offered("ou") == ["outcome"]
    assert offered("t") == ["timing", "told"]
