"""`edit`, `void`, `unvoid`, `undo`, `show`, `history`: nothing is erased, all can be taken back."""

import sqlite3
from contextlib import closing

import pytest

from strip_log.logbook.book import reading
from strip_log.logbook.history import changes
from strip_log.logbook.versions import current, of_test


def test_an_edit_is_a_new_version_and_the_old_one_stays(striplog):
    striplog("add pos --drug down")
    striplog("edit 1 neg --drug heroin --reason misheard")
    [test] = striplog.csv("export")
    assert (test["outcome"], test["drug"], test["said"]) == ("negative", "heroin", "heroin")
    versions = striplog.json("show 1")["rows"]
    assert [version["command"] for version in versions] == ["add", "edit"]
    assert versions[1]["what"] == (
        "outcome changed from positive to negative, drug changed from down to heroin"
    )
    assert versions[1]["reason"] == "misheard"


def test_an_edit_changes_nothing_else(striplog):
    striplog("add pos --drug down --site Insite --at 2026-01-02 --field overdose=no --note n")
    before = striplog.csv("export --notes")[0]
    striplog("edit 1 --lot 0012")
    after = striplog.csv("export --notes")[0]
    assert after == before | {"lot": "0012"}


def test_a_field_is_cleared(striplog):
    striplog("add neg --faint --drug coke --lot 1 --field overdose=no --field told=y")
    striplog("edit 1 --clear lot --clear drug --clear faint --clear overdose")
    [test] = striplog.csv("export")
    assert (test["lot"], test["drug"], test["said"], test["faint"]) == ("", "", "", "")
    assert "overdose" not in test
    assert test["told"] == "y"


def test_what_is_true_or_not_is_a_bool_and_a_faint_line_is_1_in_the_file_and_its_exports(striplog):
    striplog("add neg --faint")
    striplog("void 1")
    striplog("undo")
    with reading(str(striplog.path)) as book:
        version, [_, struck, added] = current(book, 1), changes(book)
        assert version.test.faint is version.live is struck.undone is True
        assert version.void is added.undone is False
        assert [one.void for one in of_test(book, 1)] == [False, True, False]
    with closing(sqlite3.connect(striplog.path)) as db:
        kept = db.execute("select faint, live, void from entry order by seq").fetchall()
    assert kept == [(1, 0, 0), (1, 0, 1), (1, 1, 0)]
    card = striplog.json("show 1")
    assert (repr(card["test"]["faint"]), card["void"]) == ("1", False)
    assert [repr(row["faint"]) for row in striplog.json("export")["rows"]] == ["1"]
    assert striplog.csv("list")[0]["faint"] == "1"
    striplog("edit 1 --no-faint")
    assert striplog.json("history 1")["rows"][0]["what"] == "#1 faint cleared (it was yes)"


@pytest.mark.parametrize("line, code", [
    ("edit 1", 2),
    ("edit 1 --clear outcome", 2),
    ("edit 1 --clear zzz", 2),
    ("edit 1 pos --lines 2", 2),
    ("edit x neg", 2),
    ("edit 0 neg", 2),
    ("edit 99999999999999999999 neg", 2),
    (f"show {'9' * 5000}", 2),
    ("edit 2 neg", 3),
    ("show 2", 3),
    ("void 1 2", 3),
    ("unvoid 2", 3),
    ("history 2", 3),
    ("edit 1 --drug cocane", 4),
    ("edit 1 --at 2999-01-01", 4),
    ("edit 1 --reason ''", 4),
    ("void 1 --reason ''", 4),
])  # fmt: skip
def test_a_refused_correction_writes_nothing(striplog, line, code):
    striplog("add pos")
    before = striplog.path.read_bytes()
    striplog.refused(line, code)
    assert striplog.path.read_bytes() == before


def test_a_correction_that_changes_nothing_is_none(striplog):
    striplog("add pos --drug down")
    assert "nothing was written" in striplog("edit 1 pos --drug down")
    assert len(striplog.json("history")["rows"]) == 1


def test_a_void_test_is_kept_and_shown_on_request_but_never_counted(striplog):
    striplog("add pos")
    striplog("add neg")
    striplog("void #1 --reason 'typed twice'")
    assert [test["number"] for test in striplog.csv("list")] == ["2"]
    assert [(test["number"], test["void"]) for test in striplog.csv("list --void")] == [
        ("2", "false"), ("1", "true")
    ]  # fmt: skip
    summary = striplog.json("summary --by target")
    assert summary["rows"][0]["positive"] == 0
    assert summary["counted"] == [{"target": "fentanyl", "tests": 1, "invalid": 0, "void": 1}]
    striplog("unvoid 1")
    assert striplog.json("summary --by target")["rows"][0]["positive"] == 1


def test_a_void_test_cannot_be_edited_until_it_counts_again(striplog):
    striplog("add pos")
    striplog("void 1")
    assert "striplog unvoid 1" in striplog.refused("edit 1 neg", 1)


def test_voiding_what_is_void_says_so(striplog):
    striplog("add pos")
    striplog("void 1")
    assert "is already struck out" in striplog("void 1")
    striplog("unvoid 1")
    assert "is not struck out" in striplog("unvoid 1")
    assert len(striplog.json("history")["rows"]) == 3


def test_undo_walks_back_change_by_change(striplog):
    striplog("add pos --drug down")
    striplog("edit 1 neg")
    striplog("edit 1 --lot 7")
    striplog("void 1")
    facts = []
    for _ in range(4):
        striplog("undo")
        tests = striplog.csv("export")
        facts.append([(test["outcome"], test["lot"]) for test in tests])
    assert facts == [[("negative", "7")], [("negative", "")], [("positive", "")], []]
    assert "nothing left" in striplog.refused("undo", 3)


def test_undo_after_a_new_change_passes_over_what_is_undone(striplog):
    striplog("add pos")
    striplog("add neg")
    striplog("undo")
    striplog("add inv")
    striplog("undo")
    striplog("undo")
    assert striplog.csv("export") == []
    striplog.refused("undo", 3)


def test_an_undone_test_can_be_brought_back(striplog):
    striplog("add pos")
    striplog("undo")
    striplog("unvoid 1")
    assert len(striplog.csv("export")) == 1


def test_undo_takes_back_a_setting_and_a_name_too(striplog):
    striplog("add pos")
    striplog("config set site Insite")
    striplog("config set site Powell")
    striplog("vocab add novazolam --category depressant")
    striplog("undo")
    assert "novazolam" not in striplog("vocab list drugs")
    striplog("undo")
    assert striplog("config get site") == "Insite\n"
    striplog("undo")
    assert striplog("config get site") == "\n"


def test_undo_is_in_the_history_too(striplog):
    striplog("add pos")
    striplog("undo")
    rows = striplog.json("history")["rows"]
    assert [(row["command"], row["state"]) for row in rows] == [
        ("undo of 1", ""), ("add", "taken back")
    ]  # fmt: skip


def test_history_of_one_test_leaves_the_others_out(striplog):
    striplog("add pos")
    striplog("add neg")
    striplog("edit 1 inv")
    assert [row["change"] for row in striplog.json("history 1")["rows"]] == [3, 1]


def test_numbers_are_never_used_twice(striplog):
    striplog("add pos")
    striplog("add pos")
    striplog("undo")
    assert "#3 " in striplog("add neg")


@pytest.mark.parametrize("statement", [
    "delete from entry",
    "update entry set outcome = 'negative'",
    "update entry set number = 9",
    "update entry set live = 0",
    "update entry set live = 1 where void = 1",
    "delete from change",
    "update change set command = 'x'",
    "insert into entry (number, id, stamp, origin, change, live, void, tested_on, target, outcome)"
    " values (9, 'x', 'y', 'z', 1, 0, 0, '2026-01-01', 'fentanyl', 'positive')",
    "insert into entry (number, id, stamp, origin, change, live, void, tested_on, target, outcome)"
    " values (9, 'x', 'y', 'z', 1, 1, 0, '2026-01-01', 'fentanyl', 'perhaps')",
])  # fmt: skip
def test_the_file_itself_refuses_to_forget(striplog, statement):
    striplog("add pos")
    striplog("add neg")
    striplog("void 2")
    db = sqlite3.connect(striplog.path)
    with pytest.raises(sqlite3.IntegrityError):
        db.execute(statement)
    db.close()


def test_an_older_version_that_comes_late_does_not_hold(striplog):
    """As a merge will bring them: the greatest stamp holds, whatever the order of writing."""
    striplog("add pos")
    db = sqlite3.connect(striplog.path)
    db.execute(
        "insert into entry (number, id, stamp, origin, change, live, void, tested_on, target,"
        " outcome) select number, id, '2000-01-01T00:00:00.000Z-0000', 'elsewhere', change, 1, 0,"
        " tested_on, target, 'negative' from entry"
    )
    db.commit()
    assert db.execute("select outcome, live from entry order by seq").fetchall() == [
        ("positive", 1), ("negative", 0)
    ]  # fmt: skip
    db.close()
    assert [test["outcome"] for test in striplog.csv("export")] == ["positive"]


def test_a_version_is_never_earlier_than_the_one_it_follows(striplog):
    striplog("add pos")
    db = sqlite3.connect(striplog.path)
    db.execute(
        "insert into entry (number, id, stamp, origin, change, live, void, tested_on, target,"
        " outcome) select number, id, '2099-01-01T00:00:00.000Z-0000', origin, change, 1, 0,"
        " tested_on, target, 'negative' from entry"
    )
    db.commit()
    db.close()
    striplog("edit 1 inv")
    assert [test["outcome"] for test in striplog.csv("export")] == ["invalid"]


@pytest.mark.parametrize("outcome, void, kept", [
    ("invalid", 0, ["invalid"]), ("negative", 1, []),
])  # fmt: skip
def test_undo_leaves_alone_what_another_logbook_has_changed_since(striplog, outcome, void, kept):
    """It came with a merge that an older striplog made, which is no change here."""
    striplog("add pos")
    striplog("edit 1 neg")
    db = sqlite3.connect(striplog.path)
    db.execute(
        "insert into change values (9, 'x', '2099-01-01', 'elsewhere', 'edit', null, null, null)"
    )
    db.execute(
        "insert into entry (number, id, stamp, origin, change, live, void, tested_on, target,"
        " outcome) select number, id, '2099-01-01T00:00:00.000Z-0000', 'elsewhere', 9, 1 - ?1, ?1,"
        " tested_on, target, ?2 from entry where live = 1",
        [void, outcome],
    )
    db.commit()
    db.close()
    assert "left alone" in striplog("undo")
    assert [test["outcome"] for test in striplog.csv("export")] == kept


def test_undo_leaves_alone_a_name_that_another_logbook_has_changed_since(striplog):
    """It came with a merge that an older striplog made, which is no change here."""
    striplog("add pos")
    striplog("vocab alias white cocaine")
    db = sqlite3.connect(striplog.path)
    db.execute("update alias set name = 'heroin' where word = 'white'")
    db.commit()
    db.close()
    striplog("undo")
    assert "heroin (said 'white')" in striplog("add pos --drug white")


def test_a_corrected_slip_is_no_longer_suggested(striplog):
    striplog("add pos --site Insitte")
    striplog("edit 1 --site Insite --new")
    assert "Did you mean Insite?" in striplog.run("list --site Insitte").stderr


@pytest.mark.parametrize("table", ["entry", "change"])
def test_a_replacing_insert_forgets_nothing_either(striplog, table):
    striplog("add pos")
    db = sqlite3.connect(striplog.path)
    before = db.execute(f"select * from {table}").fetchall()
    db.execute(f"insert or replace into {table} select * from {table}")
    changed = {"entry": ("outcome", "'invalid'"), "change": ("command", "'x'")}[table]
    names = [row[1] for row in db.execute(f"pragma table_info({table})")]
    values = ", ".join(changed[1] if name == changed[0] else name for name in names)
    db.execute(f"insert or replace into {table} select {values} from {table}")
    db.commit()
    assert db.execute(f"select * from {table}").fetchall() == before
    db.close()


def test_a_field_is_not_given_and_cleared_at_once(striplog):
    striplog("add pos --lot 7")
    assert "leave one of them out" in striplog.refused("edit 1 --clear lot --lot 9", 2)
