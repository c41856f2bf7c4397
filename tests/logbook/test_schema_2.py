"""The second schema: what the first one wrote is all there, and what is new keeps what it says."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from factories import a_test, as_schema_1, kept, pairs
from strip_log.logbook import anew, erasure, file, shape
from strip_log.logbook.book import reading, writing
from strip_log.logbook.change import begin
from strip_log.logbook.connection import transaction
from strip_log.logbook.erased import erasures
from strip_log.logbook.merge import merge
from strip_log.logbook.versions import current

#: A logbook that the first schema wrote: purged, imported into, merged into, with tests that were
#: corrected, struck out and taken back, and a name given up.
OLD = (Path(__file__).parent / "schema_1.sql").read_text("utf-8")

TABLES = ("change", "entry", "setting", "drug", "target", "alias", "amendment")


@pytest.fixture(autouse=True)
def quick_creation():
    """Here a logbook is made as it always is, and no copy of another."""


def asked(path, question, *bound):
    with closing(sqlite3.connect(path)) as db:
        return db.execute(question, bound).fetchall()


@pytest.fixture
def old(striplog):
    with closing(sqlite3.connect(striplog.path)) as db:
        db.executescript(OLD)
        db.execute(f"pragma application_id = {file.APPLICATION_ID}")
        db.execute("pragma user_version = 1")
    return striplog


def test_a_logbook_of_the_first_schema_is_read_as_it_is(old):
    before = old.path.read_bytes()
    rows = [(row["number"], row["drug"], row["site"], row["category"]) for row in old.csv("export")]
    assert rows == [
        ("3", "down", "Insite", "opioid"), ("4", "down", "Insite", "opioid"),
        ("6", "mdma", "Insite", "stimulant"), ("8", "down", "Van", "opioid"),
        ("9", "snow", "Van", "stimulant"), ("10", "snow", "Van", "stimulant"),
        ("11", "down", "Elsewhere", "opioid"), ("12", "", "Insite", ""),
    ]  # fmt: skip
    for command in ("summary", "summary --by category", "list", "show 6", "history", "doctor"):
        old(command)
    assert old.path.read_bytes() == before


def test_the_migration_loses_nothing_and_leaves_what_was_beside_it(old, tmp_path):
    columns = {
        table: ", ".join(row[1] for row in asked(old.path, f"pragma table_info({table})"))
        for table in TABLES
    }
    whole = {
        table: asked(old.path, f"select {names} from {table} order by 1, 2")
        for table, names in columns.items()
    }
    exported = old("export --notes")
    old("config set min_n 5")
    copy = tmp_path / "logbook.db.version-1.bak"
    for path in (old.path, copy):
        for table, names in columns.items():
            found = asked(path, f"select {names} from {table} order by 1, 2")
            assert [row for row in whole[table] if row not in found] == []
            more = len(found) - len(whole[table])
            assert more in (0, 1) or (path == old.path and table in ("drug", "alias")), table
    assert old("export --notes") == exported
    assert asked(old.path, "pragma user_version") == [(file.SCHEMA,)]
    with file.reading(str(old.path)) as db:
        assert list(shape.differences(db)) == []
    assert "is sound" in old("doctor")
    with pytest.raises(sqlite3.IntegrityError):
        asked(old.path, "update entry set lot = 'x'")


def test_the_migration_brings_new_drugs_and_nothing_that_was_given_up(old):
    before = {row["name"]: row for row in old.csv("vocab list")}
    old("add pos --drug Lorazepam")
    after = {row["name"]: row for row in old.csv("vocab list")}
    assert (
        after["lorazepam"]["category"] == "depressant" and "ativan" in after["lorazepam"]["words"]
    )
    assert all(after[name]["category"] == row["category"] for name, row in before.items())
    assert "cocaine" not in after and "coca" not in after["snow"]["words"].split(", ")
    old("undo")
    assert "lorazepam" in old("vocab list drugs")  # shipped, and no change of the logbook's


def test_the_migration_knows_the_sites_and_the_name_of_the_logbook(old):
    old("add pos")
    sites = [name for (name,) in asked(old.path, "select name from site order by name")]
    assert sites == ["Elsewhere", "Insite", "Van"]  # not the slip, nor the site of a void test
    named = asked(old.path, "select origin, name, stamp from logbook")
    assert named == [("64ec84908c049a57", "Insite van", "2026-01-10T18:26:53.137Z-0000")]


@pytest.mark.parametrize("command", ["merge old.db", "restore old.db --yes"])
def test_a_logbook_of_the_first_schema_is_merged_and_restored(old, tmp_path, command):
    exported = {row["id"] for row in old.csv("export")}
    old.path.rename(tmp_path / "old.db")
    old("add neg --drug ketamine --at 2026-01-01")
    before = (tmp_path / "old.db").read_bytes()
    old(command)
    assert {row["id"] for row in old.csv("export") if row["drug"] != "ketamine"} == exported
    assert (tmp_path / "old.db").read_bytes() == before
    assert "is sound" in old("doctor")


@pytest.mark.parametrize("name", ["site", "Source", "logbook", "erased"])
def test_a_table_of_somebodys_own_that_is_in_the_way_is_named(old, name):
    asked(old.path, f"create table {name} (x)")
    before = old.path.read_bytes()
    for command in ("add pos", "list"):
        assert f"a table '{name}' that is not striplog's" in old.refused(command, 6)
    assert old.path.read_bytes() == before


def test_a_row_that_breaks_a_check_is_for_doctor_and_stops_no_migration(old):
    with closing(sqlite3.connect(old.path, isolation_level=None)) as db:
        db.execute("pragma ignore_check_constraints = on")
        db.execute("drop trigger entry_facts_stay")
        db.execute("update entry set outcome = 'maybe' where number = 8")
    assert "an unknown outcome" in old("doctor", code=6)
    old("add pos")
    assert asked(old.path, "pragma user_version") == [(file.SCHEMA,)]
    with pytest.raises(sqlite3.IntegrityError):  # the checks are on again
        asked(old.path, "insert into erased values (1, 'x', 'colours', 'x', 'x', 1)")


@pytest.mark.parametrize("table, column", [("entry", "note"), ("change", "reason")])
def test_what_no_older_striplog_can_have_written_is_damage(old, table, column):
    with closing(sqlite3.connect(old.path, isolation_level=None)) as db:
        db.execute("drop trigger entry_facts_stay")
        db.execute("drop trigger change_stays")
        db.execute("pragma writable_schema = on")
        db.execute("update sqlite_schema set sql = replace(sql, ') strict', ')')")
        db.execute("pragma writable_schema = reset")
        db.execute(f"update {table} set {column} = x'00ff'")
        db.execute("pragma writable_schema = on")
        db.execute("update sqlite_schema set sql = sql || ' strict' where type = 'table'")
        db.execute("pragma writable_schema = reset")
    before = old.path.read_bytes()
    for command in ("list", "add pos"):
        assert "is damaged" in old.refused(command, 6)
    assert old.path.read_bytes() == before


def test_a_logbook_that_is_made_older_again_and_migrated_is_what_it_was(striplog):
    """So that as_schema_1, which other tests trust, makes what the first schema made."""
    striplog("demo small.db")
    whole = striplog("export --logbook small.db")
    as_schema_1("small.db")
    assert asked("small.db", "pragma user_version") == [(1,)]
    assert striplog("export --logbook small.db") == whole
    striplog("config set name Small --logbook small.db")
    assert "is sound" in striplog("doctor --logbook small.db")
    assert striplog("export --logbook small.db") == whole


# What was erased


def erase(path, number, *fields):
    """Erase fields of a test for good, None for the whole test; the test's id."""
    with writing(str(path)) as book:
        with begin(book, "erase") as change:
            version = current(book, number)
            plan = erasure.Plan(version, {field or "": 1 for field in fields})
            erasure.erase(change, [plan])
        assert anew.write(book.connection)
    return version.id


@pytest.fixture
def noted(striplog):
    return striplog.filled(
        "add pos --drug down --note 'SECRET one' --field spot=SECRET --field ok=yes --lot L1",
        "edit 1 neg --note 'SECRET two' --reason SECRET",
        "add pos --drug down --note fine",
    )


@pytest.mark.parametrize("statement", [
    "update entry set note = null", "update entry set lot = null where number = 1",
    "update entry set note = 'else' where number = 1", "delete from entry where number = 1",
    "update entry set note = null, outcome = 'positive' where number = 1",
    "update entry set extra = null where number = 1",
    """update entry set extra = '{"spot": "SECRET"}' where number = 1""",
    """update entry set extra = '{"ok": "no"}' where number = 1""",
    """update entry set extra = '{"ok": "yes", "new": "x"}' where number = 1""",
    "delete from erased", "update erased set field = 'lot'",
    "insert into entry select null, number, id, '2026-12-01T00:00:00.000Z-0000', origin, change,"
    " 1, 0, reason, sample, tested_on, tested_time, site, drug, said, target, outcome, faint,"
    " brand, lot, expires_on, dilution, form, colour, timing, intention, confirmed, method, extra,"
    " 'SECRET', category from entry where number = 1 limit 1",
])  # fmt: skip
def test_nothing_goes_but_what_a_marker_names(noted, statement):
    """The note of #1 is marked as erased, and its own field `spot`."""
    id = erase(noted.path, 1, "note", "own spot")
    before = asked(noted.path, "select * from entry")
    with pytest.raises(sqlite3.IntegrityError):
        asked(noted.path, statement)
    assert asked(noted.path, "select * from entry") == before
    assert [row[-1] for row in before if id in row] == [None, None]


def test_what_is_erased_is_gone_from_every_version_and_the_rest_stays(noted):
    erase(noted.path, 1, "note", "own spot", "reason")
    assert asked(noted.path, "select note, extra, reason, lot from entry order by seq") == [
        (None, '{"ok": "yes"}', None, "L1"),
        (None, '{"ok": "yes"}', None, "L1"),
        ("fine", None, None, None),
    ]
    assert asked(noted.path, "select reason from change where reason is not null") == []
    assert "is sound" in noted("doctor")
    noted("edit 1 pos --reason 'read anew'")
    assert "read anew" in noted("show 1")


def test_a_test_that_is_erased_whole_is_gone_and_its_number_is_not_given_again(noted):
    erase(noted.path, 2, None)
    assert [row["number"] for row in noted.csv("export")] == ["1"]
    noted("show 2", code=3)
    assert "#3 " in noted("add pos")
    assert "is sound" in noted("doctor")


@pytest.mark.parametrize(
    ("field", "order"),
    pairs(["note", "own spot", "reason", None], [("erased", "other"), ("other", "erased")]),
)
def test_a_merge_never_brings_back_what_was_erased(noted, tmp_path, field, order):
    """Neither from a copy that still has it, nor from a correction of that copy."""
    other, here = tmp_path / "other.db", tmp_path / "here.db"
    with (
        closing(sqlite3.connect(noted.path)) as db,
        closing(sqlite3.connect(other)) as copy,
    ):
        db.backup(copy)
        copy.execute("update setting set value = '0123456789abcdef' where name = 'logbook'")
        copy.commit()
    noted(f"edit 1 inv --reason later --logbook {other}")
    erase(noted.path, 1, field)
    named = {"erased": noted.path, "other": other}
    column = "extra" if field and field.startswith("own") else field
    for target in (here, noted.path, other):
        for name in order:
            if named[name] != target:
                noted(f"merge {named[name]} --logbook {target}")
        found = asked(target, f"select {column or 'id'} from entry where number = 1")
        if field is None:
            assert found == [] or target == here  # where the numbers are others
            assert len(noted.csv(f"export --logbook {target}")) == 1
        else:
            assert not [row for row in found if "SECRET" in (row[0] or "")], target
            assert len(found) == 3
        if field in ("reason", None):
            assert not asked(target, "select 1 from change where reason = 'SECRET'")
        assert "is sound" in noted(f"doctor --logbook {target}")
        assert "nothing new" in noted(f"merge {noted.path if target != noted.path else other}"
                                      f" --logbook {target}")  # fmt: skip


def test_a_merge_says_that_something_was_erased(noted, tmp_path):
    noted(f"merge {noted.path} --logbook {tmp_path / 'here.db'}")
    erase(noted.path, 1, "note")
    said = noted(f"merge {noted.path} --logbook {tmp_path / 'here.db'}")
    assert "Erased there, and now here too: details of 1 test." in said


def test_doctor_finds_and_mends_what_should_be_erased(noted):
    with closing(sqlite3.connect(noted.path)) as db:
        db.execute(
            "insert into erased (id, field, stamp, origin, change)"
            " select id, 'note', stamp, origin, change from entry where number = 1 limit 1"
        )
        db.commit()
    assert "1 test still has what was erased of it." in noted("doctor", code=6)
    noted("doctor --repair")
    assert asked(noted.path, "select note from entry where number = 1") == [(None,), (None,)]


# The rows of files that tests came from


def sourced(path, *keys):
    """A logbook with a test for each key, all of one import."""
    kept(path, *(a_test(tested_on="2026-01-02") for _ in keys))
    with writing(str(path)) as book:
        rows = book.connection.execute("select id, change from entry order by seq desc limit ?",
                                       [len(keys)]).fetchall()  # fmt: skip
        with transaction(book.connection):
            book.connection.executemany(
                "insert into source (key, id, change) values (?, ?, ?)",
                [(key, *row) for key, row in zip(keys, rows, strict=True)],
            )


KEYS = [bytes([number]) * 16 for number in range(5)]
SOURCES = (
    "select key, source.id, change.id from source join change on change.seq = change order by 1"
)


def test_the_rows_of_files_are_merged_once(tmp_path):
    here, there, more = (tmp_path / f"{name}.db" for name in ("here", "there", "more"))
    sourced(there, *KEYS[:3])
    sourced(more, *KEYS[2:])
    kept(here, a_test())
    for path in (there, more):
        with writing(str(here)) as book:
            merge(book, [str(path)], datetime.now(UTC))
    union = sorted([*asked(there, SOURCES), *asked(more, SOURCES)])
    assert sorted(asked(here, SOURCES)) == union and len(union) == 6
    before = here.read_bytes()
    with writing(str(here)) as book:
        merge(book, [str(there), str(more)], datetime.now(UTC))
    assert here.read_bytes() == before


def test_a_row_of_a_file_is_not_merged_without_its_test(striplog, tmp_path):
    """Of five tests one breaks a rule and is left out."""
    striplog("add pos")
    sourced(tmp_path / "there.db", *KEYS)
    with closing(sqlite3.connect(tmp_path / "there.db")) as db:
        db.execute("drop trigger entry_facts_stay")
        db.execute("update entry set site = 'a' || char(27) where number = 2")
        db.commit()
    striplog("merge there.db", 8)
    assert len(asked(striplog.path, "select 1 from source")) == 4
    assert "is sound" in striplog("doctor")


def test_a_purge_forgets_the_rows_and_a_restore_keeps_them(striplog, tmp_path):
    sourced(striplog.path, *KEYS)
    striplog("backup copy.db")
    striplog("purge --before 2026-02 --confirm logbook")
    assert asked(striplog.path, "select 1 from source") == []
    striplog("restore copy.db --yes")
    assert len(asked(striplog.path, "select 1 from source")) == 5


@pytest.mark.parametrize("statement", [
    "delete from source", "update source set id = 'x'", "replace into source select * from source",
    "insert into source (key, id, change) values ('text', 'x', 1)",
    "insert into source (key, id, change) values (zeroblob(15), 'x', 1)",
])  # fmt: skip
def test_the_rows_of_files_are_append_only(striplog, statement):
    sourced(striplog.path, *KEYS)
    before = asked(striplog.path, "select * from source")
    with closing(sqlite3.connect(striplog.path)) as db:
        try:
            db.execute(statement)
            db.commit()
        except sqlite3.IntegrityError:
            db.rollback()
    assert asked(striplog.path, "select * from source") == before


# A category of a test's own


@pytest.fixture
def categories(striplog):
    kept(
        striplog.path,
        a_test(sample="A", drug="cocaine", category="opioid"),
        a_test(sample="B", drug="cocaine", outcome="negative"),
        a_test(sample="C", drug="mystery", category="dissociative"),
        a_test(sample="D", category="other"),
        a_test(sample="E"),
    )
    return striplog


def test_a_category_of_its_own_counts_wherever_a_category_does(categories):
    own = [row["category"] for row in categories.csv("export")]
    assert own == ["opioid", "stimulant", "dissociative", "other", ""]
    assert [
        row[0] or "" for row in asked(categories.path, "select category from tests order by number")
    ] == own
    for name in dict.fromkeys(own):
        where = f"'category={name}'"
        numbers = [str(at) for at, word in enumerate(own, 1) if word == name]
        for command in ("export", "list --all"):
            found = categories.csv(f"{command} --where {where}")
            assert [row["number"] for row in found] == numbers
        but = categories.csv(f"export --where 'category!={name}'")
        assert len(but) == 5 - len(numbers)
        for unit in ("strip", "sample"):
            for by in ("category", "category --by month", "drug"):
                rows = categories.csv(f"summary --by {by} --unit {unit} --where {where}")
                assert sum(int(row["valid"]) for row in rows) == len(numbers), (by, name)
    for unit in ("strip", "sample"):
        rows = categories.csv(f"summary --by category --unit {unit}")
        assert {row["category"]: row["valid"] for row in rows} == dict.fromkeys(own, "1")


def test_a_category_goes_with_the_drug_that_it_was_said_of(categories):
    categories("edit 1 --lot L1")
    assert categories.csv("export")[0]["category"] == "opioid"
    assert "category cleared (it was opioid)" in categories("edit 1 --drug ketamine")
    assert categories.csv("export")[0]["category"] == "dissociative"


def test_a_category_is_merged_and_a_bad_one_is_not(categories, tmp_path):
    here = tmp_path / "here.db"
    with closing(sqlite3.connect(categories.path)) as db:
        db.execute("pragma ignore_check_constraints = on")
        db.execute("drop trigger entry_facts_stay")
        db.execute("update entry set category = 'x' where number = 2")
        db.commit()
    assert "an unknown category" in categories(f"merge logbook.db --logbook {here}", 8)
    found = sorted(row["category"] for row in categories.csv(f"export --logbook {here}"))
    assert found == ["", "dissociative", "opioid", "other"]


# Ids, names, samples


def test_an_id_says_the_day_of_the_test_and_not_when_it_was_written(striplog):
    striplog("add fentanyl=pos benzo=neg --at 2026-01-02")
    for row in striplog.csv("export"):
        ms = int(row["id"].replace("-", "")[:12], 16)
        assert datetime.fromtimestamp(ms / 1000, UTC) == datetime(2026, 1, 2, tzinfo=UTC)


def names_of(path):
    return [name for (name,) in asked(path, "select name from logbook order by name")]


def test_the_names_of_logbooks_are_kept_and_come_with_a_merge(striplog, tmp_path):
    here = tmp_path / "here.db"
    striplog("add pos")
    assert names_of(striplog.path) == []
    striplog("config set name Powell")
    striplog(f"merge logbook.db --logbook {here}")
    striplog(f"config set name Here --logbook {here}")
    assert names_of(here) == ["Here", "Powell"]
    striplog("config set name 'Powell Street'")
    striplog(f"merge logbook.db --logbook {here}")
    assert names_of(here) == ["Here", "Powell Street"]
    striplog("undo")
    striplog("merge here.db")
    assert names_of(striplog.path) == ["Here", "Powell"]  # the later name, though one came back
    striplog("backup copy.db")
    striplog("restore copy.db --yes")
    assert names_of(striplog.path) == ["Here", "Powell", "Powell"]  # it has another id now


@pytest.fixture
def two_logbooks(striplog):
    """Powell, which has a name, wrote #1 and #2; this one, which has none, #3, and corrected #1."""
    return striplog.filled(
        "add pos --drug down --at 2026-01-02 --sample A --logbook powell.db",
        "add neg --drug mdma --at 2026-01-02 --sample B --logbook powell.db",
        "config set name Powell --logbook powell.db",
        "merge powell.db",
        "add neg --drug down --at 2026-01-02 --sample C",
        "edit 1 inv",
    )


@pytest.mark.parametrize("unit", ["strip", "sample"])
@pytest.mark.parametrize("more", ["", " --by drug", " --since 2026-01-01", " --where lot="])
def test_tests_are_counted_by_the_logbook_that_wrote_them_first(two_logbooks, unit, more):
    own = two_logbooks.json("config list")["rows"]
    own = next(row["value"] for row in own if row["setting"] == "logbook")
    rows = two_logbooks.csv(f"summary --by logbook --unit {unit}{more}")
    found = {}
    for row in rows:
        name = row["logbook"]
        found[name] = found.get(name, 0) + int(row["valid"]) + int(row["invalid"])
    assert found == {"Powell": 2, own: 1}


def test_tests_are_chosen_by_the_logbook_that_wrote_them_first(two_logbooks):
    numbers = {
        condition: [row["number"] for row in two_logbooks.csv(f"export --where {condition}")]
        for condition in ("logbook=powell", "logbook!=Powell")
    }
    assert numbers == {"logbook=powell": ["1", "2"], "logbook!=Powell": ["3"]}
    two_logbooks.refused("list --where logbook=", 2)
    said = two_logbooks.refused("export --where logbook=Powel", 2)
    assert "Did you mean Powell?" in said
    two_logbooks.refused("list --where 'logbook<Powell'", 2)
    two_logbooks.refused("summary --by logbook --publish --until 2026-01", 7)


def test_show_says_who_wrote_and_who_changed_it_where_there_are_several(two_logbooks):
    shown = two_logbooks.json("show 1")
    assert shown["logbook"] == "Powell"
    assert "Powell" in [row["logbook"] for row in shown["rows"]]
    assert "Logbook" in two_logbooks("show 1")
    assert "Logbook" not in two_logbooks("show 1 --logbook powell.db")


def test_a_code_is_a_sample_of_one_day_unless_codes_are_unique(striplog):
    def samples():
        rows = striplog.json("summary --unit sample")["rows"]
        return sum(row["valid"] + row["invalid"] for row in rows)

    for day in ("2026-01-02", "2026-01-02", "2026-01-03"):
        striplog(f"add pos --sample A7 --at {day}")
    assert samples() == 2
    striplog("edit 3 --lot L1")
    assert samples() == 2
    striplog("config set sample_codes unique")
    assert samples() == 1
    striplog("add pos --sample A7 --site Van --at 2026-01-03")
    assert samples() == 2
    striplog.refused("config set sample_codes never", 2)


@pytest.mark.parametrize("code", ["s-7kq4md", "s-0123456789ab"])
def test_a_code_that_striplog_made_holds_over_days_and_sites(striplog, code):
    for day, site in (("2026-01-02", "Van"), ("2026-01-05", "Insite")):
        striplog(f"add pos --sample {code} --at {day} --site {site}")
    [row] = striplog.json("summary --unit sample")["rows"]
    assert row["valid"] == 1


def test_a_code_is_a_sample_of_the_logbook_that_wrote_it(striplog, tmp_path):
    for path in (striplog.path, tmp_path / "other.db"):
        striplog(f"add pos --sample A7 --at 2026-01-02 --logbook {path}")
    striplog("merge other.db")
    striplog("edit 2 neg")  # here, of a test that came
    [row] = striplog.json("summary --unit sample")["rows"]
    assert row["valid"] == 2


def test_erasures_are_told_by_test_and_field(noted):
    id = erase(noted.path, 1, "note", None)
    with reading(str(noted.path)) as book:
        assert {id: {*fields} for id, fields in erasures(book.connection).items()} == {
            id: {"note", ""}
        }
    assert json.loads(noted("list --format json"))["rows"][0]["number"] == 2
