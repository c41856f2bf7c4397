"""What reaches a terminal: text that somebody else wrote is never obeyed, and never hides.

Every field, header, name, reason and file name here holds what would clear the screen, fill the
clipboard, turn the text around or go unseen; every command is run on it.
"""

import csv
import io
import json
import re
import shlex
import sqlite3
from pathlib import Path

import click.testing
import pytest

from factories import pairs
from strip_log.cli import COMMANDS
from strip_log.console import terminal
from strip_log.formats import FORMATS

#: OSC 52 sets the clipboard; CSI 2J clears the screen, in 7 bits and in 8; \r and \n forge a line.
EVIL = (
    "x\x1b]52;c;cm0=\x07\x1b[2J\x9b2J\x85\r\nstriplog: forged\t\u202e\u200b\u200f\u061c\ufeff\u2066"
    "\U000e0041\x7fy"
)
FILE = EVIL.replace("/", "")

UNSEEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)

#: The facts of a test that are any text.
FACTS = ("sample", "site", "drug", "said", "brand", "lot", "dilution", "form", "colour", "note")


def poison(path: Path) -> None:
    """Put the text into every place of a logbook that takes text, past everything that refuses it.

    The triggers are put back, so that the logbook is one that somebody could hand on.
    """
    db = sqlite3.connect(path)
    triggers = db.execute("select name, sql from sqlite_schema where type = 'trigger'").fetchall()
    for name, _ in triggers:
        db.execute(f"drop trigger {name}")
    db.execute(f"update entry set {', '.join(f'{name} = :evil' for name in FACTS)},"
               " reason = :evil, extra = :extra, target = iif(seq % 2, 'fentanyl', :evil)",
               {"evil": EVIL, "extra": json.dumps({EVIL: EVIL})})  # fmt: skip
    db.execute("update change set reason = ?, command = ?", [EVIL, EVIL])
    db.execute("update amendment set name = ?1, after = iif(subject = 'drug', after, ?1)", [EVIL])
    db.execute("insert into drug values (?, 'opioid')", [EVIL])
    db.execute("insert into target values (?, 99)", [EVIL])
    db.execute("insert into alias values ('drug', 'evilly', ?), ('drug', 'evilly', 'mdma')", [EVIL])
    db.execute("insert into alias values ('drug', ?, 'mdma')", [f"evil word {EVIL}"])
    for name in ("site", "lot", "brand", "name"):
        db.execute("insert or replace into setting values (?, ?)", [name, EVIL])
    db.execute("insert or replace into setting values (?, ?)", [EVIL, EVIL])
    for _, statement in triggers:
        db.execute(statement)
    db.commit()
    db.close()


#: The bytes of the poisoned logbook, once it is made.
MADE: list[bytes] = []


def made(striplog) -> bytes:
    if not MADE:
        striplog.filled(
            "add fent=pos benzo=neg --drug down --site Here --field told=yes --at 2026-01-02",
            "edit 1 inv --reason why",
            "void 2",
            "config set site Here",
            "vocab add wordless",
        )
        poison(striplog.path)
        MADE.append(striplog.path.read_bytes())
    return MADE[0]


@pytest.fixture
def poisoned(striplog):
    for name in (striplog.path, Path("other.db")):
        name.write_bytes(made(striplog))
    Path(FILE).write_text("Date,Drug,FTS\n2026-01-02,down,pos\n")
    rows = f'Date,FTS,"{EVIL}","{EVIL}2"\n2026-01-02,pos,"{EVIL}",a\n2026-01-03,"{EVIL}",b,c\n'
    for name in ("header.csv", f"{FILE}.csv"):
        Path(name).write_bytes(rows.encode())
    objects = [{"Date": "2026-01-02", "FTS": word, EVIL: EVIL} for word in ("pos", EVIL)]
    Path("header.json").write_text(json.dumps(objects))
    return striplog


@pytest.fixture
def at_terminal(monkeypatch):
    """All three streams look like a terminal of 80 columns that can be bold."""
    monkeypatch.setattr(click.testing._NamedTextIOWrapper, "isatty", lambda self: True)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm-256color")


def line(*words: str, typed: str = "") -> tuple[list[str], str]:
    return list(words), typed


#: Every command, with all the ways in which it shows text, and what is typed where it asks.
LINES = {
    "add": (
        line("add", "pos"),
        line("add", "pos", "--drug", "evilly", typed="1\n"),
        line("add", "pos", "--drug", EVIL),
        line("add", "pos", "--drug", "down", "--site", EVIL),
        line("add", "pos", "--lot", "2", "--target", f"x{EVIL}"),
        line("add", typed="1\n\n\n\n\n"),
        line("add", EVIL),
        line("add", "pos", "--field", f"{EVIL}={EVIL}"),
        line("add", "pos", f"--{EVIL}"),
    ),
    "shift": (
        line("shift", "--strips", EVIL), line("shift", "--site", EVIL, typed="down +\n"),
        line("shift", "--lot", EVIL),
        line("shift", "--lot", f"{EVIL}={EVIL}", typed="q\n"),
        line("shift", typed="down +\nl\n1 -\nu\nsite\nlot\nstrips\ndip evilly\nevilly +\n^ f-\n"),
        *(
            line("shift", "--site", "Van", typed=f"{before} {EVIL.splitlines()[0]}\nq\n")
            for before in ("down +", "1", "site", "lot f", "strips", "on", "dip", "drop", "", "+ '")
        ),
    ),
    "undo": (line("undo"),),
    "list": (line("list", "--void"), line("list", "--site", EVIL),
             line("list", "--site", "nowhere"), line("list", "--where", EVIL),
             line("list", "--where", f"{EVIL}={EVIL}"), line("list", EVIL),
             line("list", "--text", EVIL)),
    "samples": (line("samples", "--all"), line("samples", "--site", EVIL)),
    "show": (line("show", "1"), line("show", EVIL)),
    "edit": (line("edit", "1", "--note", "n", "--reason", "r"), line("edit", "1", "--note", "a\nb"),
             line("edit", "1", "--clear", "note"), line("edit", "1", EVIL),
             line("edit", "1", "--clear", EVIL), line("edit", "1-2", "--lot", "n"),
             line("edit", "--where", f"site={EVIL}", "--note", EVIL, typed="n\n"),
             line("edit", "--where", f"site={EVIL}", "--note", "n", "--yes")),
    "void": (line("void", "1"), line("void", "2"), line("void", EVIL), line("void", "1-9"),
             line("void", "--site", EVIL, typed="n\n"), line("void", "--lot", EVIL, "--yes")),
    "unvoid": (line("unvoid", "2"), line("unvoid", "1"), line("unvoid", "--site", EVIL)),
    "duplicates": (line("duplicates"), line("duplicates", "--site", EVIL)),
    "history": (line("history", "--all"), line("history", "1")),
    "summary": (line("summary"), line("summary", "--by", EVIL), line("summary", "--by", "lot"),
                line("summary", "--by", "month", "--chart"),
                line("summary", "--compare", "previous", "--last", "30d"),
                line("summary", "--by", f"{EVIL}?"), line("summary", "--interval", EVIL)),
    "signals": (line("signals"), line("signals", "--site", EVIL), line("signals", "--as-of", EVIL),
                line("signals", "--as-of", "2026-03-02"), line("signals", "--replay", EVIL)),
    "cross": (line("cross", "outcome", "lot"), line("cross", EVIL, "site"),
              line("cross", EVIL, "x"), line("cross", "drug", "outcome"),
              line("cross", "fentanyl", "benzo")),
    "lots": (line("lots"), line("lots", "--lot", EVIL), line("lots", "--expiring", EVIL)),
    "accuracy": (line("accuracy"), line("accuracy", "--by", EVIL),
                 line("accuracy", "--by", "lot", "--reference", "any"),
                 line("accuracy", "--reference", EVIL)),
    "export": (line("export", "--notes"), line("export", "-o", f"{FILE}.csv"),
               line("export", "-o", FILE), line("export", "-o", f"{FILE}/x.csv"),
               line("export", "--format", EVIL), line("export", "--separator", EVIL)),
    "import": (
        line("import", FILE), line("import", "header.csv"), line("import", f"{FILE}.csv"),
        line("import", "--dry-run", f"{FILE}.csv"), line("import", "--strict", f"{FILE}.csv"),
        line("import", "header.json", typed="what\n\n\n\n"), line("import", f"no{FILE}"),
        line("import", "header.json"), line("import", "--strict", "header.json"),
        line("import", "header.csv", "--map", f"{EVIL}=lot", "--save-layout", f"{FILE}.toml"),
        line("import", "header.csv", "--map", f"{EVIL}={EVIL}"),
        line("import", "header.csv", "--encoding", EVIL), line("import", "header.csv", "-q"),
        line("import", "header.csv", "--site", EVIL), line("import", "header.csv", "--sheet", EVIL),
    ),
    "merge": (line("merge", "--logbook", "new.db", "other.db"), line("merge", FILE),
              line("merge", "--dry-run", "--logbook", "new2.db", "other.db"),
              line("merge", f"no{FILE}")),
    "backup": (line("backup", f"{FILE}.db"), line("backup", f"{FILE}.db"),
               line("backup", "x.age", "--encrypt", EVIL)),
    "restore": (line("restore", "other.db", typed="n\n"), line("restore", "other.db", "--yes"),
                line("restore", FILE, "--yes"), line("restore", f"no{FILE}"),
                line("restore", "other.db", "--yes", "--logbook", f"{FILE}.db")),
    "doctor": (line("doctor"), line("doctor", "--logbook", FILE)),
    "erase": (line("erase", "1", "--field", "note"), line("erase", "1", "--field", EVIL, "--yes"),
              line("erase", "2", "--field", f"{EVIL}?"), line("erase", "1", typed="n\n"),
              line("erase", EVIL), line("erase", "1", "--reason", EVIL, typed="y\n")),
    "purge": (line("purge", "--before", "2026-02", "--dry-run"), line("purge", "--before", EVIL),
              line("purge", "--before", "2026-02", typed="no\n"),
              line("purge", "--before", "2026-02", "--confirm", f"{EVIL}!"),
              line("purge", "--before", "2026-02", "--confirm", EVIL)),
    "vocab": (line("vocab"), line("vocab", "list", EVIL), line("vocab", "add", EVIL),
              line("vocab", "add", "y", "--category", EVIL), line("vocab", "alias", "z", EVIL),
              line("vocab", "alias", EVIL, "mdma"), line("vocab", "alias", "evilly", EVIL),
              line("vocab", "rename", EVIL, "clean"), line("vocab", "rename", "mdma", EVIL)),
    "config": (line("config"), line("config", "get", "site"), line("config", "get", EVIL),
               line("config", "set", "site", EVIL), line("config", "set", "site", "new"),
               line("config", "set", "min_n", EVIL), line("config", "unset", "lot")),
    "path": (line("path", "--logbook", FILE), line("path", "--logbook", f"no{FILE}")),
    "hub": (line("hub", "status", "--hub", EVIL), line("hub", "add-site", EVIL, "--hub", EVIL)),
    "push": (line("push", "--hub", EVIL), line("push", "--hub", f"host={EVIL}")),
    "demo": (line("demo", f"{FILE}.db"), line("demo", FILE)),
    "completion": (line("completion", "bash"), line("completion", EVIL)),
}  # fmt: skip

#: What nobody lists among the commands: a word that is none, and no word at all.
OTHERS = (line(EVIL), line(f"--{EVIL}"), line("--logbook", f"no{FILE}", "list"), line("--help"))


def harmful(text: str) -> list[str]:
    """The characters that must not be there; bold is what the screen itself writes."""
    return UNSEEN.findall(re.sub("\x1b\\[[01]m", "", text))


def test_every_command_is_attacked():
    assert set(LINES) == set(COMMANDS)


@pytest.mark.parametrize(
    ("command", "where"), pairs([*LINES, "others"], ["terminal", "pipe", "plain"])
)
def test_text_from_a_file_is_spelled_out_wherever_a_person_reads_it(
    poisoned, request, monkeypatch, command, where
):
    if where == "terminal":
        request.getfixturevalue("at_terminal")
    if where == "plain" or command == "shift":  # whose prompt draws with codes of its own
        monkeypatch.setenv("STRIPLOG_PLAIN", "1")
    before = poisoned.path.read_bytes()
    for words, typed in LINES.get(command, OTHERS):
        result = poisoned.run(words, input=typed)
        to_the_letter = command in ("export", "path") or words[:2] == ["config", "get"]
        answer = "" if to_the_letter and where != "terminal" else result.stdout
        said = answer + result.stderr
        if command == "export":  # lines and tabs are the format's own
            said = said.replace("\t", "").replace("\nstriplog: forged", "")
        assert not harmful(said), (words, said)
        assert "\nstriplog: forged" not in said
        poisoned.path.write_bytes(before)


@pytest.mark.parametrize("name", [name for name, format in FORMATS.items() if not format.binary])
@pytest.mark.parametrize("command", ["list", "export --notes", "show 1", "history", "vocab list"])
def test_a_format_for_programs_is_spelled_out_at_a_terminal_alone(
    poisoned, monkeypatch, command, name
):
    words = [*shlex.split(command), "--format", name]
    piped = poisoned(words)
    if not FORMATS[name].for_people:
        assert "\u202e" in piped
    else:
        assert not harmful(piped)
    monkeypatch.setattr(click.testing._NamedTextIOWrapper, "isatty", lambda self: True)
    monkeypatch.setenv("TERM", "xterm")
    assert not harmful(poisoned(words).replace("\t", ""))


def test_csv_to_a_pipe_has_every_byte(poisoned):
    text = poisoned.run("export --notes").stdout_bytes.decode()
    [one, *_] = csv.DictReader(io.StringIO(text, newline=""))
    assert one["site"] == one["lot"] == one["note"] == one[EVIL] == EVIL


def test_what_is_hidden_is_spelled_out_and_not_left_out(poisoned):
    said = poisoned("list")
    for spelled in (r"\x1b]52", r"\x9b2J", r"\r\n", r"\u202e", r"\u200b", r"\U000e0041", r"\ufeff"):
        assert spelled in said


@pytest.mark.parametrize("words", [["config", "get", "site"], ["path", "--logbook", EVIL]])
def test_a_value_is_to_the_letter_in_a_pipe(poisoned, words):
    assert poisoned.run(words).stdout_bytes.decode() == f"{EVIL}\n"


def test_the_command_that_is_printed_back_has_nothing_hidden_and_is_the_same_when_pasted(striplog):
    words = ["add", "pos", "--drug", "nosuch\x1b[2J", "--note", "it's\na \u202enote"]
    [_, typed] = striplog.run(words).stderr.split("You typed:\n")
    assert typed == (
        "  striplog add pos --drug $'nosuch\\x1b[2J' --note $'it\\'s\\na \\u202enote'\n"
    )


def test_tab_offers_no_name_that_is_spelled_otherwise(poisoned):
    from strip_log.console.completion import names

    offered = {item.value for kind in ("site", "drug", "target", "lot")
               for item in names(str(poisoned.path), kind, "")}  # fmt: skip
    assert "mdma" in offered
    assert not harmful("".join(offered))


def test_a_bar_has_the_name_of_its_file_and_no_escapes(capsys, monkeypatch):
    from strip_log.console import progress

    ticks = iter(range(0, 1000, 10))
    monkeypatch.setattr(progress, "monotonic", lambda: next(ticks))
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "60")
    with progress.bar(f"june {EVIL}", quiet=False) as step:
        step(50, 200)
        step(50, 200)
    said = capsys.readouterr().err
    assert "50% june x\\x1b" in said
    assert not harmful(said.replace("\r", ""))
    assert all(len(part) < 60 for part in said.split("\r"))
    for name, text in (("TERM", "dumb"), ("STRIPLOG_PLAIN", "1")):
        monkeypatch.setenv(name, text)
        assert not progress.wanted(quiet=False)
        monkeypatch.setenv(name, "")


def test_a_long_sentence_is_broken_between_words_and_a_command_is_not(
    striplog, at_terminal, monkeypatch
):
    monkeypatch.setenv("COLUMNS", "40")
    Path("a-long-name.csv").write_text(
        "Date,FTS,Site\n2026-01-02,pos,Powell Street\n2026-01-32,neg,x\n"
    )
    lines = striplog("import a-long-name.csv", code=8).splitlines()
    assert "  line 2: fentanyl POSITIVE (1 line), no" in lines
    assert "  drug named, at Powell Street, on" in lines
    [place] = [place for place, line in enumerate(lines) if "striplog import" in line]
    assert lines[place].startswith("  striplog import") and len(lines[place]) > 40
    assert " ".join(lines[:place]).endswith("Correct them there, then:")


@pytest.mark.parametrize("line", [
    "striplog add pos --note 'it is long: striplog undo  was typed'", "mkdir -p '/a  b/it is long'",
    "'/a  b/bin/python' -m pip install one-more-package", "uv pip install --python '/a  b' package",
])  # fmt: skip
def test_a_command_stays_whole_on_a_line_of_its_own(monkeypatch, line):
    monkeypatch.setenv("COLUMNS", "20")
    stdout = io.StringIO()
    monkeypatch.setattr(stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stdout", stdout)
    terminal.echo(f"  {line}", f"  It is not there. To make it: {line}")
    assert stdout.getvalue().splitlines() == [
        f"  {line}", "  It is not there.", "  To make it:", f"    {line}"
    ]  # fmt: skip


def test_the_locale_c_gets_messages_and_errors_in_ascii_too(striplog, monkeypatch):
    monkeypatch.setenv("LC_ALL", "C")
    said = striplog.run(["add", "pos", "--site", "ünï – x"]).output
    refused = striplog.run(["list", "--site", "ö"]).output + striplog.run(["add", "ö"]).output
    assert said.isascii() and refused.isascii()
    assert "at \\xfcn\\xef \\u2013 x" in said


@pytest.mark.parametrize("line, lines", [
    ("It has been changed since then. See striplog show 1 --logbook x.db",
     ["It has been changed since then. See", "  striplog show 1 --logbook x.db"]),
    ("Nothing that was said here is lost for striplog has confirmed it.",
     ["Nothing that was said here is lost for", "striplog has confirmed it."]),
    ("  Rename it here too, all of it, with: striplog vocab rename 'a b' NEW",
     ["  Rename it here too, all of it, with:", "    striplog vocab rename 'a b' NEW"]),
    (f"{'/folder' * 8}/logbook.db is sound.", [f"{'/folder' * 8}/logbook.db", "is sound."]),
])  # fmt: skip
def test_a_line_is_broken_where_nothing_that_may_be_copied_is(capsys, monkeypatch, line, lines):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "40")
    terminal.echo(line)
    assert capsys.readouterr().out.splitlines() == lines
