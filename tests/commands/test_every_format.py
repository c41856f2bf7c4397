"""Every command that gives a table gives it in every format, to a file and to stdout."""

import io
import json
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click
import click.testing
import openpyxl
import pytest

from factories import COLOURS, lost_words, pairs, sheet_rows
from strip_log.cli import COMMANDS
from strip_log.formats import FORMATS

#: What a command cannot do without.
NEEDED = {"show": ["1"], "cross": ["drug", "outcome"], "signals": ["--as-of", "2026-01-12"]}


def with_a_format() -> Iterator[tuple[str, ...]]:
    """Every command, and command of a command, that takes `--format`."""

    def found(words: tuple[str, ...], command: click.Command) -> Iterator[tuple[str, ...]]:
        if any("--format" in parameter.opts for parameter in command.params):
            yield (*words, *NEEDED.get(words[-1], ()))
        for name, inner in getattr(command, "commands", {}).items():
            yield from found((*words, name), inner)

    for name in COMMANDS:
        if name != "hub":  # which needs one: tests/hub
            yield from found((name,), import_module(f"strip_log.commands.{name}").command)


TABLES = list(with_a_format())


@pytest.fixture
def varied(striplog):
    return striplog.filled(
        "add fent=pos benzo=neg --drug down --site Here --lot fent=0012 --lot benzo=0012"
        " --field told=yes",
        "add inv --at 2026-01-02 --note 'two\nlines'",
        "edit 1 inv --reason 'read again'",
        "void 2",
        *(["add neg --drug mdma --confirmed neg --method GC-MS"] * 2),  # which look typed twice
        "config set site Insite",
        "vocab add novazolam --word novaz",
        "undo",
        f"add {'neg ' * 20}--again --drug meth --at 2026-01-03",  # a rise of the week after
        f"add {'pos ' * 3}--again --drug meth --at 2026-01-07",
    )


@pytest.mark.parametrize(("words", "name"), pairs(TABLES, FORMATS, each=4))
def test_a_table_comes_in_every_format(varied, tmp_path, words, name):
    ending = (FORMATS[name].endings or ("",))[0]
    file = tmp_path / f"table{ending}"
    assert varied([*words, "--format", name, "-o", str(file)]) == ""
    piped = varied.run([*words, "--format", name])
    assert piped.exit_code == 0
    written = file.read_bytes()
    if name == "xlsx":
        rows = list(openpyxl.load_workbook(io.BytesIO(written)).worksheets[0].values)
        assert len(rows) > 1 and any(rows[0])
        assert openpyxl.load_workbook(io.BytesIO(piped.stdout_bytes)).worksheets
    else:
        assert written.strip() and piped.stdout_bytes == written
    if name == "json":
        assert json.loads(written)["rows"]


@pytest.mark.parametrize("words", TABLES, ids=" ".join)
def test_a_number_is_a_number_in_a_workbook_and_in_json(varied, words):
    """A column that holds numbers says so, or a workbook would take them for text."""
    rows = json.loads(varied([*words, "--format", "json"]))["rows"]
    varied([*words, "-o", "t.xlsx"])
    book = openpyxl.load_workbook("t.xlsx")
    [first, *_] = [name for name in book.sheetnames if name == words[0].capitalize()] or ["Tests"]
    for cells, row in zip(sheet_rows(book, first), rows, strict=True):
        assert {*cells} == {*row}
        for name, value in row.items():
            if isinstance(value, int | float) and not isinstance(value, bool):
                assert cells[name] == pytest.approx(value), name  # a workbook has 16 digits


#: Tables that are part of what a command says, besides those that have a format.
REPORTS = [
    *(("import", "--dry-run", "f.csv"), ("purge", "--before", "2026-01-03", "--dry-run")),
    *(
        ("summary", "--by", "month", "--chart"),
        ("summary", "--compare", "year-ago", "--last", "9d"),
        ("summary", "--target", "fentanyl", "--adjust", "0.9,20,0.9,20"),
        ("demo", "--study", "uvic", "study.db", "-q"),
    ),
]


@pytest.mark.parametrize(
    ("env", "columns"),
    pairs([{}, {"NO_COLOR": "1"}, {"LC_ALL": "C"}], ["40", "60", "80", "200"], each=2),
    ids=str,
)
def test_at_any_width_a_table_has_every_word_whole_or_names_what_is_missing(
    varied, monkeypatch, columns, env
):
    Path("f.csv").write_text("Date,Drug,FTS,Site\n2026-01-02,down,pos,Powell Street\n")
    for name, text in {"TERM": "xterm", "COLUMNS": columns, **env}.items():
        monkeypatch.setenv(name, text)
    lines = [[*words, "--format", "screen"] for words in TABLES] + [[*words] for words in REPORTS]
    piped = [varied(words) for words in lines]
    monkeypatch.setattr(click.testing._NamedTextIOWrapper, "isatty", lambda self: True)
    for words, whole in zip(lines, piped, strict=True):
        seen = varied(words)
        assert ("\x1b" in seen) == (not env.get("NO_COLOR"))
        assert seen.isascii() or "LC_ALL" not in env
        lost = lost_words(whole, seen)
        if words[0] == "export":  # below each other, only fields that a test has are named
            lost -= {*whole.splitlines()[0].split()}
        assert not lost or "No room for" in seen, (words, lost)
        seen = re.sub(COLOURS, "", seen)
        assert all(len(line) <= int(columns) for line in seen.splitlines()), words
