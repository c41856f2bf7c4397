"""What is merged or restored is checked as what is typed: a bad row is named, the rest comes."""

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from factories import a_test, opened
from strip_log.logbook import check, file, schema
from strip_log.logbook.change import begin
from strip_log.logbook.rules import TABLES
from strip_log.record import ids

ID = "01890000-0000-7000-8000-0000000000"


def tamper(path, *statements):
    """Change a logbook as its triggers, checks and types forbid."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        parts = db.execute("select type, name, sql from sqlite_schema where sql <> ''").fetchall()
        db.execute("pragma writable_schema = on")
        db.execute("update sqlite_schema set sql = replace(sql, ') strict', ')')")
        db.execute("delete from sqlite_schema where type = 'trigger'")
        db.execute("pragma writable_schema = reset")
        db.execute("pragma ignore_check_constraints = on")
        for statement in statements:
            db.execute(statement)
        for kind, _, sql in parts:
            if kind == "trigger":
                db.execute(sql)
        db.execute("pragma writable_schema = on")
        for _, name, sql in parts:
            db.execute("update sqlite_schema set sql = ? where name = ?", [sql, name])
        db.execute("pragma writable_schema = reset")


def drugs(striplog):
    return [row["drug"] for row in striplog.csv("export")]


def of_2(column, value):
    """A statement that gives the version of #2 a value, in SQL."""
    return f"update entry set {column} = {value} where number = 2"


def json_text(value):
    return f"""cast('{json.dumps(value)}' as text)"""


AHEAD = ids.stamp_at(datetime.now(UTC) + timedelta(days=400))

#: What makes of #2 a row that nobody can have typed, and what is said of it.
BAD = {
    "a day that no calendar has": (of_2("tested_on", "'2026-02-31'"), "an impossible date"),
    "no day at all": (of_2("tested_on", "'yesterday'"), "an impossible date"),
    "a day before all strips": (of_2("tested_on", "'1789-07-14'"), "an impossible date"),
    "a day that is far away": (of_2("tested_on", "'2999-01-01'"), "an impossible date"),
    "a day that is a number": (of_2("tested_on", "20260102"), "an impossible date"),
    "an hour that no clock shows": (of_2("tested_time", "'29:00'"), "an impossible time"),
    "an expiry date": (of_2("expires_on", "'2026-02-30'"), "an impossible expiry date"),
    "an outcome": (of_2("outcome", "'maybe'"), "an unknown outcome"),
    "a lab's word": (of_2("confirmed", "'invalid'"), "an unknown lab result"),
    "a method without it": (of_2("method", "'FTIR'"), "a lab method but no lab result"),
    "a faint positive": (of_2("faint", "1"), "only a negative outcome"),
    "an id": (of_2("id", "'../../etc'"), "an invalid id"),
    "an id of capitals": (of_2("id", f"'{ID.upper()}AA'"), "an invalid id"),
    "an id of broken bytes": (of_2("id", "cast(x'ff' as text)"), "an invalid id"),
    "a logbook": (of_2("origin", "'Insite'"), "a logbook by an invalid id"),
    "a stamp": (of_2("stamp", "'now'"), "an invalid time stamp"),
    "a stamp of no day": (
        of_2("stamp", "'2026-02-31T00:00:00.000Z-0000'"), "an invalid time stamp"
    ),
    "the last stamp": (of_2("stamp", "'9999-12-31T23:59:59.999Z-9999'"), "more than a year ahead"),
    "a stamp that is far ahead": (of_2("stamp", f"'{AHEAD}'"), "more than a year ahead"),
    "a change that is not there": (of_2("change", "77"), "a change that is missing"),
    "bytes that are no text": (of_2("site", "cast(x'c3' as text)"), "not UTF-8"),
    "half a character in each of two fields": (
        "update entry set brand = cast(x'c3' as text), lot = cast(x'a9' as text) where number = 2",
        "not UTF-8",
    ),
    "a stray byte": (of_2("lot", "cast(x'80' as text)"), "not UTF-8"),
    "a picture": (of_2("note", "x'00ff'"), "a value that is not text"),
    "a command for the terminal": (of_2("site", "'In' || char(27) || '[2J'"), "U+001B"),
    "an end before the end": (of_2("lot", "'0012' || char(0) || 'x'"), "U+0000"),
    "two lines of a site": (of_2("site", "'a' || char(10) || 'b'"), "U+000A"),
    "a mark that nobody sees": (of_2("site", "'In' || char(8203) || 'site'"), "U+200B"),
    "a book of a note": (of_2("note", "printf('%.200000c', 'x')"), "200000 characters"),
    "no target": (of_2("target", "''"), "an empty field"),
    "own fields that are no JSON": (of_2("extra", "'{broken'"), "are not JSON"),
    "own fields that are a list": (of_2("extra", json_text(["a"])), "are not text"),
    "an own field that is a number": (of_2("extra", json_text({"a": 1})), "are not text"),
    "an own field of 5 000 digits": (of_2("extra", f"'{{\"a\": {'9' * 5000}}}'"), "are not text"),
    "an own field without a name": (of_2("extra", json_text({"": "a"})), "are not text"),
    "own fields in own fields": (of_2("extra", json_text({"a": {"b": "c"}})), "are not text"),
    "very deep own fields": (of_2("extra", f"'{'[' * 100_000}{']' * 100_000}'"), "are not JSON"),
    "a million characters": (
        of_2("extra", "json_object('a', printf('%.1000001c', 'x'))"), "too long"
    ),
    "an own field for the terminal": (of_2("extra", json_text({"a": "\x1b[2J"})), "U+001B"),
    "an own field of bytes": (
        of_2("extra", "cast(x'7b2261223a22ff227d' as text)"), "not UTF-8"
    ),
}  # fmt: skip


#: When the first of three tests was written, in ms since 1970: the others a millisecond later each.
WRITTEN = 1_767_351_600_000


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    """A logbook with three tests, to be copied."""
    path = tmp_path_factory.mktemp("three") / "three.db"
    with opened(str(path)) as book:
        for ms, drug in enumerate(("down", "mdma", "ketamine"), WRITTEN):
            with begin(book, "add", ms=ms) as change:
                change.add([a_test(drug=drug, site="Insite", tested_on="2026-01-02")])
    return path


@pytest.fixture
def there(three, tmp_path):
    """Another logbook with three tests, each of a change of its own."""
    return Path(shutil.copy(three, tmp_path / "there.db"))


@pytest.fixture(scope="module")
def all_bad(tmp_path_factory):
    """A logbook with a test for every line of BAD, in its order, and two sound ones after them."""
    path = tmp_path_factory.mktemp("bad") / "bad.db"
    with opened(str(path)) as book, begin(book, "add") as change:
        change.add(a_test(drug="down", tested_on="2026-01-02") for _ in range(len(BAD) + 2))
    numbered = enumerate((statement for statement, _ in BAD.values()), 1)
    tamper(path, *(statement.replace("number = 2", f"number = {at}") for at, statement in numbered))
    return path


@pytest.fixture(scope="module")
def found(all_bad):
    """What is said of each number."""
    with file.reading(str(all_bad)) as db:
        rows = list(check.broken(db, datetime.now(UTC)))
    return {row.what: row.why for row in rows}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_row_is_found(found, name):
    number = list(BAD).index(name) + 1
    assert BAD[name][1] in found[f"a version of #{number}"]


def test_a_sound_row_is_not_found(found):
    assert len(found) == len(BAD)


def test_a_bad_row_is_named_and_the_rest_is_merged(striplog, all_bad):
    out = striplog(f"merge {all_bad}", code=8)
    assert ": 2 new tests" in out
    assert "Left out: a version of #1 there, which has an impossible date" in out
    assert out.count("Left out: ") == 20
    assert f"and {len(BAD) - 20} rows more." in out
    assert len(striplog.csv("export")) == 2
    assert "is sound" in striplog("doctor")
    again = striplog(f"merge {all_bad}", code=8)
    assert "nothing new" in again and "a version of #1 there" in again


def test_a_bad_row_is_named_and_the_rest_is_restored(striplog, all_bad, tmp_path):
    striplog("add neg")
    copy = shutil.copy(all_bad, tmp_path / "copy.db")
    before = Path(copy).read_bytes()
    assert f"Left out, because of invalid values: {len(BAD)} rows" in striplog.refused(
        "restore copy.db", 7
    )
    out = striplog("restore copy.db --yes", code=8)
    assert "Left out: a version of #1 there, which has an impossible date" in out
    assert len(striplog.csv("export")) == 2
    assert "is sound" in striplog("doctor")
    assert Path(copy).read_bytes() == before


def test_doctor_says_what_is_bad_those_alike_together(striplog, there):
    tamper(there, "update entry set outcome = 'maybe'")
    said = striplog("doctor --logbook there.db", code=6)
    assert "There is a version of #1, which has an unknown outcome. 2 more are" in said


@pytest.mark.parametrize("by", ["site", "lot"])
def test_a_test_without_an_outcome_is_never_passed_over_in_a_count(striplog, there, by):
    tamper(there, of_2("outcome", "'maybe'"))
    assert "holds invalid values" in striplog.refused(f"summary --by {by} --logbook there.db", 6)


@pytest.mark.parametrize("statement", [statement for statement, _ in BAD.values()], ids=list(BAD))
def test_no_command_breaks_on_a_bad_row_in_its_logbook(striplog, there, statement):
    tamper(there, statement)
    for command in ("list", "show 2", "export", "history", "summary --by site", "edit 2 neg"):
        assert striplog.run(f"{command} --logbook there.db").exit_code in (0, 4, 6), command


#: What makes a change, or what it did to names, such that nobody can have made it.
BAD_CHANGES = {
    "an id": ("update change set id = 'x' where seq = 2", "an invalid id"),
    "a stamp": (f"update change set stamp = '{AHEAD}' where seq = 2", "a year ahead"),
    "bytes": ("update change set reason = cast(x'ff' as text) where seq = 2", "not UTF-8"),
    "what it takes back": ("update change set undoes = 99 where seq = 2", "undoes a change"),
    "taking back itself": ("update change set undoes = 2 where seq = 2", "undoes a change"),
    "taking back what is to come": (
        "update change set undoes = 3 where seq = 2",
        "undoes a change",
    ),
}


@pytest.mark.parametrize("statement, said", BAD_CHANGES.values(), ids=list(BAD_CHANGES))
@pytest.mark.parametrize("command", ["merge there.db", "restore there.db --yes"])
def test_a_bad_change_is_left_out_with_its_versions(striplog, there, command, statement, said):
    tamper(there, statement)
    out = striplog(command, code=8)
    assert "Left out: row 2 of the table change there, which " in out and said in out
    assert "a version of #2 there, which belongs to a change that is missing" in out
    assert drugs(striplog) == ["down", "ketamine"]
    assert "is sound" in striplog("doctor")


def test_what_takes_back_a_change_that_is_left_out_is_left_out_too(striplog, there):
    striplog("undo --logbook there.db")
    tamper(there, "update change set origin = 'x' where seq = 3")
    out = striplog("merge there.db", code=8)
    assert "row 4 of the table change there, which undoes a change that is left out" in out
    assert drugs(striplog) == ["down", "mdma"]


@pytest.mark.parametrize("subject, after", [
    ("drug", "'sweets'"), ("target", "'9999999999999999999999'"), ("target", "'first'"),
    ("drug word", "cast(x'ff' as text)"), ("drug word", "'down' || char(27)"),
])  # fmt: skip
def test_a_bad_name_is_left_out(striplog, there, subject, after):
    tamper(
        there,
        "insert into amendment (change, subject, name, before, after)"
        f" values (2, '{subject}', 'sweetie', null, {after})",
    )
    assert "row 1 of the table amendment there, which " in striplog("merge there.db", code=8)
    assert drugs(striplog) == ["down", "mdma", "ketamine"]
    assert "sweetie" not in striplog("vocab list --format csv")


def test_a_word_that_stands_twice_for_one_name_comes_once(striplog, there):
    tamper(
        there,
        "insert into amendment (change, subject, name, before, after)"
        " values (2, 'drug word', 'snow', null, 'down' || char(10) || 'down')",
    )
    striplog("merge there.db")
    assert ", snow, " in striplog("vocab list --format csv")


def test_what_people_may_type_comes_whole(striplog, there):
    """Accents, quotes, backslashes, lines of a note, own fields: none of it is taken for bad."""
    words = [
        "add",
        "pos",
        "--logbook",
        "there.db",
        "--drug",
        "bidon été",
        "--new",
        "--site",
        "a\\b",
    ]
    note, own = 'zwei\nZeilen, "eine"\tund 中文', 'größe=ein "Stück" C:\\tmp'
    striplog([*words, "--note", note, "--field", own])
    striplog("merge there.db")
    [row] = [row for row in striplog.csv("export --notes") if row["drug"] == "bidon été"]
    assert (row["site"], row["größe"]) == ("a\\b", 'ein "Stück" C:\\tmp')


def test_a_clock_that_was_set_wrong_by_months_is_believed(striplog, there):
    ahead = ids.stamp_at(datetime.now(UTC) + timedelta(days=300))
    tamper(there, f"update entry set stamp = '{ahead}'", f"update change set stamp = '{ahead}'")
    striplog("merge there.db")
    striplog("edit 1 neg")
    assert striplog.csv("export")[0]["outcome"] == "negative"


def test_the_version_before_a_bad_one_holds_after_a_restore(striplog, there):
    striplog("edit 2 neg --logbook there.db")
    tamper(there, "update entry set site = cast(x'ff' as text) where number = 2 and live = 1")
    striplog("restore there.db --yes", code=8)
    assert [row["outcome"] for row in striplog.csv("export")] == ["positive"] * 3


@pytest.mark.parametrize("statement", [
    "update setting set value = cast(x'ff' as text) where name = 'site'",
    "insert into drug values ('In' || char(27), 'opioid')",
    "insert into alias values ('drug', cast(x'ff' as text), 'down')",
    "insert into target values (char(10), 99)",
])  # fmt: skip
def test_bad_settings_and_names_are_not_restored(striplog, there, statement):
    striplog("config set site Insite --logbook there.db")
    tamper(there, statement)
    assert "of the table " in striplog("restore there.db --yes", code=8)
    assert "is sound" in striplog("doctor")
    striplog("vocab list")
    striplog("config list")


RECURSIVE = "with recursive n(x) as (select 1 union all select x + 1 from n) select"

#: Parts that are not striplog's, and whether `doctor --repair` removes them.
FOREIGN = {
    "a trigger": ("create trigger spy after insert on entry begin select 1; end", True),
    "a view": (f"create view more as {RECURSIVE} x from n", True),
    "an index": ("create unique index once on entry (number)", True),
    "a view instead of ours": (
        "drop view tests",
        f"create view tests as {RECURSIVE} x from n",
        True,
    ),
    "a column": ("alter table entry add column phone text", False),
    "a table": ("create table people (name)", False),
}


@pytest.mark.parametrize("statements", FOREIGN.values(), ids=list(FOREIGN))
def test_what_is_not_striplogs_is_not_restored_and_repair_removes_it(striplog, there, statements):
    *statements, mendable = statements
    with closing(sqlite3.connect(there)) as db:
        for statement in statements:
            db.execute(statement)
    striplog("add neg")
    before = striplog.path.read_bytes()
    assert "Nothing was restored" in striplog.refused("restore there.db --yes", 6)
    assert striplog.path.read_bytes() == before
    repaired = striplog.run("doctor --repair --logbook there.db")
    assert (repaired.exit_code == 0) == (mendable or "people" in statements[0])
    if mendable:
        striplog("restore there.db --yes")
        assert drugs(striplog) == ["down", "mdma", "ketamine"]
        assert "is sound" in striplog("doctor")


def test_a_logbook_with_a_column_more_is_not_merged(striplog, there):
    striplog("add neg")
    with closing(sqlite3.connect(there)) as db:
        db.execute("alter table entry add column phone text")
    assert "the table entry is not as shipped. Nothing was merged" in striplog.refused(
        "merge there.db", 6
    )


@pytest.mark.parametrize("command", [
    "merge there.db", "restore there.db --yes", "summary --logbook there.db",
    "list --logbook there.db", "doctor --logbook there.db", "add pos --logbook there.db",
])  # fmt: skip
@pytest.mark.parametrize("name", ["entry", "Change", "setting"])
def test_a_view_in_the_place_of_a_table_is_never_read(striplog, there, command, name):
    """It may never come to an end."""
    striplog("add neg")
    with closing(sqlite3.connect(there, isolation_level=None)) as db:
        db.execute("pragma writable_schema = on")
        db.execute("delete from sqlite_schema where tbl_name = ?", [name.lower()])
        db.execute("pragma writable_schema = reset")
        db.execute(f"create view {name} as {RECURSIVE} x as seq from n")
    assert "is not a plain table" in striplog.refused(command, 6)


def test_every_text_of_a_version_is_looked_at():
    kind = TABLES["entry"]
    looked_at = {*kind.lines, *kind.notes, *kind.formats}
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        schema.apply(db)
        columns = db.execute("pragma table_info(entry)").fetchall()
    assert looked_at == {row[1] for row in columns if row[2] == "TEXT"}
