"""`erase`: no version, no page and no later command has the text again; the rest stays."""

import os
import shlex
import sqlite3
import subprocess
import time
from contextlib import closing
from datetime import date
from pathlib import Path
from shutil import copyfile

import click
import pytest

from strip_log.console.completion import names
from strip_log.logbook import anew
from strip_log.logbook.connection import Connection
from strip_log.logbook.schema_2 import ERASABLE
from strip_log.logbook.suspend import put_back, set_aside

TODAY = date.today().isoformat()

#: A value for each field that can be erased, as it is typed; those that no option gives come with
#: an import or with another field.
VALUES = {
    "sample": "CODE-77", "tested_time": "23:57", "site": "Elm Street 9", "drug": "Zorgon purple",
    "said": "Zorgon purple", "faint": None, "brand": "Brandolux", "lot": "LOT-4711",
    "expires_on": "2031-07-30", "dilution": "17 mg in 3 mL", "form": "crystal",
    "colour": "turquoise", "timing": "not-using", "intention": "sell",
    "confirmed": "negative", "method": "ftir", "note": "NOTEWORTHY",
    "reason": "WHEREFORE", "extra": "SPOTTED", "category": None,
}  # fmt: skip

#: What is found in no file that does not hold such a test: not a word of the schema.
TELLING = [name for name in VALUES if name in (
    "sample", "tested_time", "site", "drug", "said", "brand", "lot", "expires_on", "dilution",
    "note", "reason", "extra",
)]  # fmt: skip

ADD = (
    "add neg --faint --sample CODE-77 --at '2026-01-15 23:57' --site 'Elm Street 9'"
    " --drug 'Zorgon purple' --new --brand Brandolux --lot LOT-4711 --expires 2031-07-30"
    " --dilution '17 mg in 3 mL' --confirmed neg --method ftir --note NOTEWORTHY"
    " --field spot=SPOTTED --field dose=low"
)


@pytest.fixture
def filled(striplog):
    """#1 has all fields, in three versions; #2 is somebody else's."""
    return striplog.filled(
        ADD,
        "add pos --drug down --note fine --lot L2 --at 2026-01-16",
        "edit 1 --form crystal --colour orange --timing before --intention less --reason WHEREFORE",
        "void 1 --reason 'WHEREFORE too'",
        "unvoid 1",
    )


def asked(path, question):
    with closing(sqlite3.connect(path)) as db:
        return db.execute(question).fetchall()


def column(path, name):
    return [value for (value,) in asked(path, f"select {name} from entry where number = 1")]


def bytes_of(path):
    """A file and whatever SQLite left beside it."""
    return b"".join(each.read_bytes() for each in Path(path).parent.glob(f"{Path(path).name}*"))


def other(path, name):
    """A copy of a logbook that is another one."""
    copyfile(path, name)
    with closing(sqlite3.connect(name)) as db, db:
        db.execute("update setting set value = '0123456789abcdef' where name = 'logbook'")


def facts_but(path, *names):
    """Everything of every version but these columns."""
    with closing(sqlite3.connect(path)) as db:
        columns = [row[1] for row in db.execute("pragma table_info(entry)")]
        kept = ", ".join(name for name in columns if name not in names)
        return db.execute(f"select {kept} from entry order by seq").fetchall()


def test_every_field_that_can_be_erased_is_tried():
    assert {*VALUES} == {*ERASABLE}


WITH = {"drug": ("said",), "confirmed": ("method",)}


@pytest.mark.parametrize("name", ERASABLE)
def test_a_field_is_gone_from_every_version_and_the_rest_stays(filled, name):
    if name == "category":  # only an import gives a test one of its own
        with closing(sqlite3.connect(filled.path)) as db, db:
            aside = set_aside(db, ["entry_facts_stay"])
            db.execute("update entry set category = 'opioid' where number = 1")
            put_back(db, aside)
    before = facts_but(filled.path, name, *WITH.get(name, ()))
    assert any(column(filled.path, name))
    said = filled(f"erase 1 --field {name} --yes")
    assert not any(column(filled.path, name))
    assert facts_but(filled.path, name, *WITH.get(name, ())) == before
    what = "own fields" if name == "extra" else name.replace("_", " ")
    called = {"expires on": "expires", "tested time": "time"}.get(what, what)
    assert f"#1: {called} erased for good, in" in said
    assert f"erased for good on {TODAY}" in filled("show 1")
    assert filled("doctor").endswith("is sound.\n")


@pytest.mark.parametrize("name", TELLING)
@pytest.mark.parametrize("whole", [False, True])
def test_no_byte_of_it_is_left_in_the_file(filled, name, whole):
    assert VALUES[name].encode() in bytes_of(filled.path)
    gone = "erase 1 --yes" if whole else f"erase 1 --field {name} --yes"
    if name == "said" and not whole:
        gone += " --field drug"  # which is the same word
    filled(gone)
    assert VALUES[name].encode() not in bytes_of(filled.path)
    assert b"fine" in bytes_of(filled.path)


@pytest.mark.parametrize("name", TELLING)
def test_it_is_overwritten_even_where_the_file_cannot_be_written_anew(filled, monkeypatch, name):
    """Some SQLites overwrite by themselves, and are kept from it here."""
    real = Connection.__init__

    def careless(connection, *where, **how):
        real(connection, *where, **how)
        connection.execute("pragma secure_delete = off")

    monkeypatch.setattr(Connection, "__init__", careless)
    monkeypatch.setattr(anew, "write", lambda connection: False)
    said = filled(f"erase 1 --field {name} --field drug --yes")
    assert "has not been rewritten yet. To do that: striplog doctor --repair" in said
    assert VALUES[name].encode() not in bytes_of(filled.path)
    monkeypatch.undo()


def test_the_file_has_no_pages_that_are_not_in_use(filled):
    for word in ("long", "longer", "longest"):
        filled(["edit", "2", "--note", f"{word} " * 1_400])
    filled("erase 2 --field note --yes")
    assert asked(filled.path, "pragma freelist_count") == [(0,)]


def test_an_own_field_goes_and_the_others_stay(filled):
    filled("erase 1 --field spot --yes")
    assert {*column(filled.path, "extra")} == {'{"dose": "low"}'}
    assert b"SPOTTED" not in bytes_of(filled.path)
    assert "was erased for good" in filled.refused("edit 1 --field spot=x", 4)
    filled("edit 1 --field dose=high")
    assert filled.csv("export")[0]["dose"] == "high"


def test_several_fields_of_several_tests(filled):
    said = filled("erase 1-2 --field note --field lot --yes")
    assert [line for line in said.splitlines() if "erased for good" in line] == [
        "#1: lot erased for good, in 4 versions",
        "#1: note erased for good, in 4 versions",
        "#2: lot erased for good, in 1 version",
        "#2: note erased for good, in 1 version",
    ]
    assert asked(filled.path, "select 1 from entry where note is not null or lot is not null") == []


def test_a_whole_test_is_gone_and_says_when_wherever_it_is_named(filled):
    assert "#1: the whole test erased for good, in 4 versions" in filled("erase 1 --yes")
    assert [row["number"] for row in filled.csv("export")] == ["2"]
    for line in ("show 1", "void 1", "unvoid 1", "edit 1 pos", "erase 1 --yes", "history 1",
                 "edit 1 2 --lot x --yes"):  # fmt: skip
        assert f"Test #1 was erased for good on {TODAY}." in filled.refused(line, 3)
    assert "#3 " in filled("add pos")
    said = filled("history")
    assert "the whole test erased for good" in said
    assert said.count("what it wrote was removed for good") == 4


def test_the_history_of_a_test_has_what_was_erased_of_it(filled):
    filled("erase 1 2 --field note --field lot --yes --reason 'a name'")
    [erasure, *_] = filled.csv("history 1")
    assert erasure["command"] == "erase" and erasure["reason"] == "a name"
    assert erasure["what"] == (
        "#1: lot erased for good, in 4 versions; #1: note erased for good, in 4 versions"
    )


def test_a_list_with_void_tests_says_how_many_were_erased(filled):
    filled("void 2")
    filled("erase 2 --field note --yes")
    assert "erased" not in filled.run("list --void").output
    filled("erase 1 --yes")
    assert "1 test was erased for good" in filled.run("list --void").stderr
    assert "erased" not in filled.run("list").output


def test_a_void_test_is_erased_as_well(filled):
    filled("void 2")
    filled("erase 2 --field note --yes")
    filled("unvoid 2")
    assert asked(filled.path, "select 1 from entry where note = 'fine'") == []
    filled("void 2")
    filled("erase last --yes")  # the last that counts
    assert [number for (number,) in asked(filled.path, "select distinct number from entry")] == [2]


# The names that came with it


@pytest.mark.parametrize("gone", ["erase 1 --yes", "erase 1 --field drug --yes"])
def test_a_name_that_came_with_the_test_goes_unless_another_has_it(filled, gone):
    names = "select 1 from drug where name = 'zorgon purple'"
    filled("add pos --drug 'zorgon purple'")
    filled(gone)
    assert asked(filled.path, names)
    filled("erase 3 --yes")
    assert not asked(filled.path, names)
    assert b"zorgon" not in bytes_of(filled.path).lower()
    assert filled("doctor").endswith("is sound.\n")


@pytest.mark.parametrize("gone", ["erase 1 --yes", "erase 1 --field drug --yes"])
def test_a_name_that_somebody_put_into_the_vocabulary_stays(striplog, gone):
    striplog("add pos --drug down")
    striplog("vocab add zorgon")
    striplog("add pos --drug zorgon")
    striplog(gone)  # of a drug that striplog knows itself
    striplog(gone.replace("1", "2"))
    for word in ("zorgon", "down"):
        striplog(f"add pos --drug {word}")


def test_a_site_that_came_with_a_merge_goes_too(filled):
    filled("erase 1 --field note --yes")
    filled("add pos --logbook b.db")
    filled("merge logbook.db --logbook b.db")
    with closing(sqlite3.connect("b.db")) as db, db:  # as it was known before sites were words
        db.execute("delete from amendment where subject glob '*site'")
    filled("erase 2-3 --yes --logbook b.db")
    assert b"Elm Street 9" not in bytes_of("b.db")
    assert asked("b.db", "select name from site") == []


def test_a_name_that_is_a_default_stays(filled):
    filled("config set site 'Elm Street 9'")
    filled("config set drug 'Zorgon purple'")
    filled("erase 1 --yes")
    said = filled("add pos")
    assert "Elm Street 9" in said and "zorgon purple" in said


# What nothing brings back


@pytest.mark.parametrize("line, what", [
    ("edit 1 --note x", "note"), ("edit 1 --lot x", "lot"), ("edit 1 --drug down", "drug"),
    ("edit 1 --confirmed pos", "confirmed"), ("edit 1 --faint", "faint"),
])  # fmt: skip
def test_a_field_that_was_erased_stays_empty_and_edit_says_so(filled, line, what):
    filled(f"erase 1 --field {what} --yes")
    before = filled.path.read_bytes()
    assert f"The {what} of #1 was erased for good on {TODAY}" in filled.refused(line, 4)
    assert filled.path.read_bytes() == before
    filled("edit 1 --brand other --reason 'read anew'")
    assert "read anew" in filled("show 1")


def test_undo_stops_at_an_erasure_and_brings_nothing_back(filled):
    filled("erase 1 --field note --yes")
    assert "an erasure, which cannot be undone" in filled.refused("undo", 3)
    filled("edit 1 --lot new")
    filled("undo")
    assert filled.csv("export --notes")[1]["note"] == "fine"
    assert "an erasure" in filled.refused("undo", 3)
    assert not any(column(filled.path, "note"))


@pytest.mark.parametrize("field", ["note", "spot", "lot", "reason", None])
def test_undo_of_what_was_before_a_merged_erasure_brings_nothing_back(filled, field):
    """The erasure is of another logbook, so that undo here reaches what is older."""
    filled("edit 1 --note 'NOTEWORTHY and more' --reason WHEREFORE")
    other(filled.path, "b.db")
    only = f" --field {field}" if field else ""
    filled(f"erase 1{only} --yes --logbook b.db")
    assert "details of 1 test" in filled("merge b.db")
    for _ in range(4):
        filled.run("undo")  # of what is left
        value = VALUES.get(field or "note", "SPOTTED").encode()
        assert value not in bytes_of(filled.path)
        assert filled("doctor").endswith("is sound.\n")


@pytest.mark.parametrize("line", ["void 1 --reason x", "edit 1 pos --no-faint --reason x",
                                  "unvoid 1", "undo"])  # fmt: skip
def test_reasons_erased_by_a_clock_that_is_ahead_hinder_no_correction(filled, monkeypatch, line):
    other(filled.path, "b.db")
    ahead = time.time_ns() + 3_600 * 10**9
    with monkeypatch.context() as patch:
        patch.setattr(time, "time_ns", lambda: ahead)
        filled("erase 1 --field reason --yes --logbook b.db")
    filled("merge b.db")
    if line == "unvoid 1":
        filled("void 1 --reason y")
    filled(line)
    assert b"WHEREFORE" not in bytes_of(filled.path)
    assert filled("doctor").endswith("is sound.\n")


@pytest.mark.parametrize("field", ["note", "spot", None])
@pytest.mark.parametrize("later", ["", "edit 1 --brand later --reason WHEREFORE"])
def test_a_merge_brings_nothing_back_and_takes_it_away_in_the_other(filled, field, later):
    other(filled.path, "b.db")
    if later:
        filled(f"{later} --logbook b.db")
    filled(f"erase 1{f' --field {field}' if field else ''} --yes")
    value = {"note": b"NOTEWORTHY", "spot": b"SPOTTED", None: b"NOTEWORTHY"}[field]
    filled("merge b.db")
    assert value not in bytes_of(filled.path)
    filled("merge logbook.db --logbook b.db")
    assert value not in bytes_of("b.db")
    filled("merge b.db logbook.db --logbook c.db")
    assert value not in bytes_of("c.db")
    for name in ("logbook.db", "b.db", "c.db"):
        assert "is sound" in filled(f"doctor --logbook {name}")
    assert "Zorgon" not in filled("vocab --logbook b.db") or field
    assert "nothing new" in filled("merge b.db")


def test_a_merge_names_the_copies_that_still_have_it(filled, tmp_path):
    other(filled.path, "b.db")
    filled("backup")
    filled("erase 1 --field note --yes --logbook b.db")
    filled("add pos")
    assert "logbook.backup-" in filled("merge b.db")


@pytest.mark.parametrize("field", ["note", "spot", "reason", None])
def test_a_restore_of_an_older_copy_brings_nothing_back(filled, field):
    filled("backup copy.db")
    filled(f"erase 1{f' --field {field}' if field else ''} --yes")
    said = filled("restore copy.db --yes")
    assert "stays erased: details of 1 test in the copy. copy.db itself still has them." in said
    value = {"note": b"NOTEWORTHY", "spot": b"SPOTTED", "reason": b"WHEREFORE", None: b"NOTEW"}
    assert value[field] not in bytes_of(filled.path)
    assert filled("doctor").endswith("is sound.\n")
    if field is None:
        assert f"Test #1 was erased for good on {TODAY}" in filled.refused("show 1", 3)
    filled("merge copy.db")
    assert value[field] not in bytes_of(filled.path)


def test_a_purge_and_an_erasure_get_along(filled):
    filled("erase 1 --field note --yes")
    filled("purge --before 2026-01-16 --confirm logbook")
    assert [row["number"] for row in filled.csv("export")] == ["2"]
    assert filled("doctor").endswith("is sound.\n")
    filled("erase 2 --yes")
    assert filled.csv("export") == []
    filled("backup copy.db")
    filled("restore copy.db --yes")
    assert "#3 " in filled("add pos")


ROWS = (
    "Date,Fentanyl,Benzo,Note,Spot\n2026-01-02,pos,neg,NOTEWORTHY,SPOTTED\n2026-01-03,neg,,fine,x\n"
)


@pytest.fixture
def imported(striplog):
    Path("rows.csv").write_text(ROWS)
    return striplog.filled("import rows.csv")


@pytest.mark.parametrize("more", ["", " --update"])
@pytest.mark.parametrize("field", ["note", "Spot", None])
def test_an_import_of_the_same_file_brings_nothing_back(imported, field, more):
    imported(f"erase 1-2{f' --field {field}' if field else ''} --yes")
    Path("rows.csv").write_text(ROWS)
    before = asked(imported.path, "select * from entry")
    for _ in range(2):
        said = imported(f"import rows.csv{more}")
        assert ("Erased in the logbook, and left out: 2 tests." in said) == (field is None)
        assert asked(imported.path, "select * from entry") == before
    value = b"NOTEWORTHY" if field != "Spot" else b"SPOTTED"
    assert value not in bytes_of(imported.path)


@pytest.mark.parametrize("more", ["", " --update"])
@pytest.mark.parametrize("field", ["note", "lot", "spot", None])
def test_an_import_of_an_older_export_brings_nothing_back(filled, field, more):
    """Its rows are known by the ids of their tests."""
    filled("export --raw --notes -o old.csv")
    filled(f"erase 1{f' --field {field}' if field else ''} --yes")
    before = asked(filled.path, "select * from entry")
    for _ in range(2):
        said = filled(f"import old.csv{more}")
        assert ("Erased in the logbook, and left out: 1 test." in said) == (field is None)
        assert asked(filled.path, "select * from entry") == before
    filled("import old.csv --again")
    assert len(filled.csv("export")) == len(
        {number for (number,) in asked(filled.path, "select number from entry")}
    )


def test_one_strip_of_a_row_is_erased_and_the_other_stays(imported):
    imported("erase 1 --yes")
    said = imported("import rows.csv")
    assert "Erased in the logbook, and left out: 1 test." in said
    assert len(imported.csv("export")) == 2
    imported("export --raw -o old.csv")
    imported("erase 2 --yes")
    assert "left out: 1 test." in imported("import old.csv")
    assert len(imported.csv("export")) == 1


# What is typed


def test_tab_offers_the_fields_that_can_be_erased(filled):
    said = [item.value for item in names(str(filled.path), "erasable", "")]
    assert {"note", "drug", "reason", "spot"} <= {*said}
    assert not {"target", "outcome", "tested_on"} & {*said}
    for name in said:
        assert filled.run(f"erase 1 --field {name}").exit_code in (3, 7)  # there is none, or asks


def test_elsewhere_than_at_a_terminal_yes_is_asked_for(filled):
    before = filled.path.read_bytes()
    said = filled.refused("erase 1 --field note", 7)
    assert "erase note, in 4 versions" in said and "NOTEWORTHY" not in said
    command = said.partition("To go ahead: striplog ")[2].splitlines()[0]
    assert filled.path.read_bytes() == before
    filled(shlex.split(command))
    assert not any(column(filled.path, "note"))


@pytest.mark.parametrize("answer, code", [("y\n", 0), ("n\n", 130), ("\n", 130)])
def test_at_a_terminal_it_is_asked(filled, monkeypatch, answer, code):
    monkeypatch.setattr(click.testing._NamedTextIOWrapper, "isatty", lambda self: True)
    before = filled.path.read_bytes()
    run = filled.run("erase 1 --field note", input=answer)
    assert run.exit_code == code, run.output
    assert "This cannot be undone." in run.stderr
    assert (filled.path.read_bytes() == before) == (code != 0)


def test_what_was_changed_while_it_was_asked_is_asked_again(filled, monkeypatch):
    monkeypatch.setattr(click.testing._NamedTextIOWrapper, "isatty", lambda self: True)

    def meanwhile(question):
        filled("edit 1 --brand other")
        return True

    monkeypatch.setattr("strip_log.console.questions.yes", meanwhile)
    run = filled.run("erase 1 --field note")
    assert run.exit_code == 7 and "has just changed" in run.stderr
    assert any(column(filled.path, "note"))


@pytest.mark.parametrize("line, code, said", [
    ("erase", 2, "Say which tests"),
    ("erase x", 2, "'x' is not the number of a test"),
    ("erase 1 --field colours", 2, "Did you mean"),
    ("erase 1 --field spott", 2, "Did you mean spot"),
    ("erase 1 --field outcome", 2, "Every test has its outcome"),
    ("erase 2 --field spot", 2, "There is no field 'spot'"),
    ("erase 2 --field sample --field brand", 3, "#2 has no sample and no brand"),
    ("erase 7", 3, "There is no test #7"),
])  # fmt: skip
def test_what_cannot_be_erased_is_said_and_nothing_is_written(filled, line, code, said):
    before = filled.path.read_bytes()
    assert said in filled.refused(f"{line} --yes", code)
    assert filled.path.read_bytes() == before


def test_erasing_it_again_says_that_there_is_none(filled):
    filled("erase 1 --field note --yes")
    assert "#1 has no note" in filled.refused("erase 1 --field note --yes", 3)


def test_only_copies_that_still_have_it_are_named(filled, tmp_path):
    filled("backup old.db")
    said = filled("erase 1 --field note --yes")
    [line] = [line for line in said.splitlines() if "To remove for good" in line]
    remove = line.partition("To remove for good: ")[2]
    assert shlex.split(remove) == ["rm", str(tmp_path / "old.db")]
    subprocess.run(remove, shell=True, check=True)
    filled("backup new.db")
    filled("add pos --note later")
    assert "To remove for good" not in filled("erase 3 --field note --yes")
    assert not os.path.exists("old.db")


def test_reasons_are_kept_and_how_they_go_is_said(filled):
    said = filled("erase 1 --field note --yes")
    assert "To erase them too: striplog erase 1 --field reason" in said
    assert "Reasons" not in filled("erase 1 --field reason --yes")
    assert b"WHEREFORE" not in bytes_of(filled.path)


# Faults


@pytest.mark.parametrize("line", ["merge b.db", "purge --before 2026-01-16 --confirm logbook"])
def test_where_the_file_could_not_be_written_anew_that_is_said(filled, monkeypatch, line):
    other(filled.path, "b.db")
    filled("erase 1 --field note --yes --logbook b.db")
    monkeypatch.setattr(anew, "write", lambda connection: False)
    assert "has not been rewritten yet. To do that: striplog doctor --repair" in filled(line)


class Cut(Exception):
    """A program that ends between the erasure and what follows it."""


def test_what_was_cut_short_is_told_and_finished_by_doctor(filled, monkeypatch):
    def cut(connection):
        raise Cut

    with monkeypatch.context() as patch, pytest.raises(Cut):
        patch.setattr(anew, "write", cut)
        filled.run("erase 1 --field note --yes")
    assert not any(column(filled.path, "note"))
    assert "has to be written anew" in filled("doctor", code=6)
    filled("add pos")  # nobody waits for it at the counter
    assert "repaired: What was removed for good" in filled("doctor --repair")
    assert filled("doctor").endswith("is sound.\n")
    assert asked(filled.path, "pragma freelist_count") == [(0,)]


def test_doctor_says_where_the_file_cannot_be_written_anew(filled, monkeypatch):
    monkeypatch.setattr(anew, "write", lambda connection: False)
    filled("erase 1 --field note --yes")
    run = filled.run("doctor --repair")
    assert "could not be written anew" in run.stderr and run.exit_code in (1, 8)


def test_a_busy_logbook_is_left_as_it_is(filled, monkeypatch):
    monkeypatch.setattr("strip_log.logbook.connection.PATIENCE", 0.1)
    with closing(sqlite3.connect(filled.path, isolation_level=None)) as db:
        db.execute("begin immediate")
        assert "in use by another program" in filled.refused("erase 1 --field note --yes", 5)
    assert any(column(filled.path, "note"))


def test_a_reader_keeps_the_file_from_being_written_anew_and_that_is_said(filled, monkeypatch):
    """It holds its lock from the commit on: then the rest waits for doctor."""
    real = anew.write

    def write(connection):
        monkeypatch.setattr("strip_log.logbook.connection.PATIENCE", 0.1)
        with closing(sqlite3.connect(filled.path, isolation_level=None)) as db:
            db.execute("begin")
            db.execute("select 1 from entry").fetchone()
            return real(connection)

    monkeypatch.setattr(anew, "write", write)
    said = filled("erase 1 --field note --yes --logbook logbook.db")
    assert "has not been rewritten yet" in said
    monkeypatch.setattr(anew, "write", real)
    assert b"NOTEWORTHY" not in bytes_of(filled.path)
    assert filled.run("doctor").exit_code == 6
    [line] = [line for line in said.splitlines() if "not been rewritten yet" in line]
    filled(shlex.split(line.partition("To do that: striplog ")[2]))
    assert filled("doctor").endswith("is sound.\n")


# A vocabulary


def test_a_name_that_vocab_has_given_a_category_stays(filled):
    filled("vocab add 'zorgon purple' --category opioid")
    filled("erase 1 --yes")
    assert asked(filled.path, "select category from drug where name = 'zorgon purple'")


def test_why_an_erased_test_was_changed_elsewhere_does_not_come_with_a_merge(striplog):
    striplog("add pos --logbook other.db")
    striplog("merge other.db")
    striplog("edit 1 neg --reason secret --logbook other.db")
    striplog("erase 1 --yes")
    striplog("merge other.db")
    assert "secret" not in striplog("history --format csv")


@pytest.mark.parametrize("line", [
    "vocab alias jh Janehouse Other --site", "config set site Janehouse",
])  # fmt: skip
def test_a_name_goes_from_what_it_was_one_meaning_of_and_from_a_former_default(striplog, line):
    striplog("add pos --site Janehouse")
    striplog("add pos --site Other")
    striplog(line)
    striplog("config set site Other")
    striplog("erase 1 --yes")
    assert b"Janehouse" not in striplog.path.read_bytes()
    assert "Janehouse" not in striplog("history --all")


def test_the_history_says_so_where_all_that_a_change_wrote_was_erased(striplog):
    striplog("add neg")
    striplog("add pos --drug zzjohn --new")
    striplog("vocab rename zzjohn cocaine")
    striplog("erase 2 --yes")
    by_command = {row["command"]: row["what"] for row in striplog.json("history")["rows"]}
    assert by_command["vocab rename"] == "what it wrote was removed for good"
    assert "" not in by_command.values()
