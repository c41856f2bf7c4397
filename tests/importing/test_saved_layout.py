"""A saved layout keeps everything that was typed about how a file is read."""

import re
from pathlib import Path

import openpyxl
import pytest

from strip_log import cli
from strip_log.console.fields import fields

#: A file for each option that says how it is read: its text, the option, and what then is read, as
#: pairs of a field and its values. Read without the option, or its layout, it gives something else.
KEPT = {
    "mapped": ("Date,X,Y\n2026-01-02,Van,pos\n", ["--map", "X=site", "--map", "Y=xylazine"],
               {"site": ["Van"], "target": ["xylazine"]}),
    "positive": ("Date,FTS\n2026-01-02,reactive\n", ["--positive", "reactive"],
                 {"outcome": ["positive"]}),
    "negative": ("Date,FTS\n2026-01-02,clear\n", ["--negative", "clear"],
                 {"outcome": ["negative"]}),
    "invalid": ("Date,FTS\n2026-01-02,bad\n", ["--invalid", "bad"], {"outcome": ["invalid"]}),
    "not_tested": ("Date,FTS,XTS\n2026-01-02,skip,pos\n", ["--not-tested", "skip"],
                   {"target": ["xylazine"]}),
    "alias": ("Date,Drug,FTS\n2026-01-02,dope,pos\n", ["--alias", "dope=heroin"],
              {"drug": ["heroin"]}),
    "dates": ("Date,FTS\n3/4/2026,pos\n", ["--dates", "dmy"], {"tested_on": ["2026-04-03"]}),
    "fill": ("Date,FTS\n2026-01-02,pos\n,neg\n", ["--fill", "Date"],
             {"tested_on": ["2026-01-02", "2026-01-02"]}),
    "target": ("Date,Result\n2026-01-02,pos\n", ["--target", "xylazine"], {"target": ["xylazine"]}),
    "sheet": ("Date,FTS\n2026-01-02,pos\n", ["--sheet", "Second"], {"lot": ["B"]}),
    "encoding": ("Date,Site,FTS\n2026-01-02,Caf\xe9,pos\n", ["--encoding", "cp1253"],
                 {"site": ["Caf\u03b9"]}),
    "raw": ("", ["--raw"], {"site": ["'=1"]}),
}  # fmt: skip

#: The options that say something else: about this import, or about its tests.
OTHERS = {"layout_file", "save_layout", "dry_run", "strict", "update", "again", "rejects"}


def of_tests():
    """The parameters of the fields of a test."""

    @fields
    def command(**typed):
        pass

    return {str(option.name) for option in command.__click_params__}


def test_every_option_of_import_is_kept_or_says_nothing_about_reading():
    command = cli.striplog.get_command(None, "import")
    options = {str(option.name) for option in command.params if option.expose_value} - {"files"}
    assert options == {*KEPT, *OTHERS, *(of_tests() - {"target"})}


def written(option, text, name):
    """The path of the file for an option."""
    if option == "sheet":
        book = openpyxl.Workbook()
        for title, lot in (("First", "A"), ("Second", "B")):
            sheet = book.create_sheet(title)
            for row in (["Date", "Lot", "Result"], ["2026-01-02", lot, "pos"]):
                sheet.append(row)
        book.save(name := f"{name}.xlsx")
        return name
    Path(name := f"{name}.csv").write_bytes(text.encode("latin-1"))
    return name


def read(striplog, logbook, names):
    rows = striplog.csv(f"export --raw --logbook {logbook}")
    return {name: [row[name] for row in rows] for name in names}


@pytest.mark.parametrize("option", KEPT)
def test_a_saved_layout_keeps_how_a_file_is_read(striplog, option):
    text, typed, expected = KEPT[option]
    if option == "raw":
        striplog(["add", "pos", "--site", "'=1", "--new"])
        text = striplog("export --raw --format csv")
    path = written(option, text, "first")
    striplog(["import", path, *typed, "--save-layout", "l.toml", "--logbook", "first.db"])
    striplog(f"import {path} --layout l.toml --logbook next.db")
    assert read(striplog, "next.db", expected) == read(striplog, "first.db", expected) == expected
    striplog.run(f"import {path} --logbook plain.db")
    if Path("plain.db").exists():
        assert read(striplog, "plain.db", expected) != expected


@pytest.mark.parametrize("option", KEPT)
def test_a_layout_is_kept_in_the_one_that_is_saved_from_it(striplog, option):
    text, typed, _ = KEPT[option]
    if option == "raw":
        striplog("add pos --site Van --new")
        text = striplog("export --raw --format csv")
    path = written(option, text, "first")
    dry = ["import", path, "--dry-run"]
    striplog([*dry, *typed, "--save-layout", "l.toml"])
    striplog([*dry, "--layout", "l.toml", "--save-layout", "m.toml"])
    one, other = (re.sub("(?m)^name = .*\n", "", Path(name).read_text())
                  for name in ("l.toml", "m.toml"))  # fmt: skip
    assert one == other


def test_what_is_typed_goes_before_what_a_layout_says(striplog):
    said = ('sheet = "First"\nencoding = "utf-8"\ntarget = "xylazine"\ndates = "dmy"\n'
            '[drugs]\ndope = "down"\n')  # fmt: skip
    Path("l.toml").write_text(said)
    path = written("sheet", "", "log")
    striplog(f"import {path} --layout l.toml --sheet Second --target mdma")
    Path("log.csv").write_bytes(
        "Date,Drug,Site,Result\n3/4/2026,dope,Caf\xe9,pos\n".encode("cp1252")
    )
    more = "--encoding cp1252 --dates mdy --alias dope=heroin"
    striplog(f"import log.csv --layout l.toml {more}")
    names = ("tested_on", "lot", "drug", "site", "target")
    assert [tuple(row[name] for name in names) for row in striplog.csv("export")] == [
        ("2026-01-02", "B", "", "", "mdma"),
        ("2026-03-04", "", "heroin", "Caf\xe9", "xylazine"),
    ]


def test_columns_that_a_layout_fills_may_be_absent(striplog):
    Path("l.toml").write_text('fill = ["Date", "Shift"]\n')
    Path("log.csv").write_text("Date,FTS\n2026-01-02,pos\n,neg\n")
    striplog("import log.csv --layout l.toml")
    assert len(striplog.csv("export")) == 2


@pytest.mark.parametrize("text", [
    "fill = 1", "fill = [1]", "sheet = 1", "encoding = []", "drugs = 1", "[drugs]\ndope = 1",
])  # fmt: skip
def test_a_layout_with_values_of_another_kind_is_refused(striplog, text):
    Path("l.toml").write_text(text)
    Path("log.csv").write_text("Date,FTS\n2026-01-02,pos\n")
    assert "l.toml: " in striplog.refused("import log.csv --layout l.toml", 2)
