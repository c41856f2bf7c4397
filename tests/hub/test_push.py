"""`push`: what is here is there afterwards, once, and nothing else."""

import json
from datetime import UTC, datetime

import pytest

from factories import a_test, kept, opened
from hub.pushing import at, correct, spoil, there, to_be
from strip_log.hub import schema
from strip_log.logbook import outgoing
from strip_log.logbook.change import begin
from strip_log.logbook.merge import merge
from strip_log.logbook.versions import current
from strip_log.record.own_fields import own_fields

pytest.importorskip("psycopg")

FULL = {
    "tested_time": "23:40", "sample": "A7", "site": "Insite", "drug": "down", "said": "fetty",
    "category": "other", "outcome": "negative", "faint": True, "brand": "BTNX", "lot": "F1",
    "expires_on": "2027-01-31", "dilution": "10 mg in 5 mL", "form": "rock", "colour": "white",
    "timing": "before", "intention": "less", "confirmed": "positive", "method": "GC-MS",
    "note": "told by Sam", "extra": own_fields({"kit": "yes", "room": "3"}),
}  # fmt: skip

LIVE = "select count(*) from striplog.live"


def month():
    """The month in which what is written now is stamped."""
    return f"{datetime.now(UTC):%Y-%m}"


def test_all_that_is_here_is_there_afterwards_and_once(striplog, hub):
    kept(striplog.path, a_test(**FULL), a_test(), a_test(lot="F2"))
    said = striplog("push --hub north -q")
    assert said == f"Pushed 3 new versions of 3 tests to north ({month()}).\n"
    assert there(hub) == to_be(striplog.path)
    assert (
        striplog("push --hub north") == "Nothing new for north: all 3 versions are there already.\n"
    )
    correct(striplog.path, 1, outcome="invalid", faint=None, confirmed=None, method=None)
    correct(striplog.path, 1, void=True)
    said = striplog("push --hub north")
    assert said == f"Pushed 2 new versions of 1 test to north ({month()}). 3 were there already.\n"
    assert there(hub) == to_be(striplog.path)
    assert hub.rows("analyst", LIVE) == [(2,)]


@pytest.mark.parametrize("field", ["lot", "site"])
def test_every_text_is_there_as_it_is_here(striplog, hub, field):
    texts = ["null", "NULL", "\\.", "\\N", '"', '""', "\\", '\\"', "a,b", "a\tb", "a\nb", "a\r\nb",
             "\x1f", "é “x” 🧪", "\\u0041", "\\n", "'", "true", "1", " ", "%s"]  # fmt: skip
    kept(striplog.path, *[a_test(**{field: text}) for text in texts])
    striplog("push --hub north")
    assert there(hub) == to_be(striplog.path)
    rows = hub.rows("owner", f"select {field} from striplog.version")
    assert sorted(text for (text,) in rows) == sorted(texts)


def test_a_dry_run_says_what_would_be_pushed_and_pushes_nothing(striplog, hub):
    at(striplog.path, "2026-01-10", a_test(lot="F1"), a_test())
    at(striplog.path, "2026-02-10")
    foreseen = striplog("push --hub north -q --dry-run")
    assert foreseen == "Would push 3 new versions of 3 tests to north (2026-01, 2026-02).\n"
    for table in ("logbook", "version", "name", "month", "push"):
        assert hub.rows("owner", f"select count(*) from striplog.{table}") == [(0,)], table
    assert striplog("push --hub north -q") == foreseen.replace("Would push", "Pushed")
    correct(striplog.path, 2, outcome="invalid")
    striplog("erase 1 --field lot --yes")
    before = there(hub)
    foreseen = striplog("push --hub north --dry-run")
    assert there(hub) == before
    assert striplog("push --hub north") == foreseen.replace("Would push", "Pushed").replace(
        "would be", "was"
    )


def test_a_name_is_asked_for_where_the_logbook_has_none(striplog, hub):
    striplog("add pos --logbook a.db")
    assert "config set name NAME --logbook a.db" in striplog("push --hub north --logbook a.db")
    striplog("add pos --logbook b.db")
    striplog("config set name 'The van' --logbook b.db")
    said = striplog("push --hub north --logbook b.db")
    assert "There it is called The van." in said and "NAME" not in said


def test_many_months_are_said_from_the_first_to_the_last(striplog, hub):
    for number in range(1, 9):
        at(striplog.path, f"2025-0{number}-10")
    said = striplog("push --hub north -q")
    assert said == "Pushed 8 new versions of 8 tests to north (2025-01 to 2025-08).\n"


def test_an_empty_logbook_has_nothing_to_push_and_is_known_from_then_on(striplog, hub):
    striplog("config set name North")
    assert "no tests yet" in striplog("push --hub north")
    assert hub.rows("analyst", "select name, pushed = current_date from striplog.logbooks") == [
        ("North", True)
    ]


def test_months_that_agree_are_not_sent_again(striplog, hub, monkeypatch):
    at(striplog.path, "2026-01-10")
    at(striplog.path, "2026-02-10")
    striplog("push --hub north")
    asked, given = [], outgoing.versions

    def counted(connection, origin, month, *rest):
        asked.append(month)
        return given(connection, origin, month, *rest)

    monkeypatch.setattr(outgoing, "versions", counted)
    striplog("push --hub north")
    assert asked == []
    at(striplog.path, "2026-02-11")
    striplog("push --hub north")
    assert asked == ["2026-02"]


# Which hub


def test_the_hub_is_the_one_that_is_typed_or_set_or_kept(striplog, hub, monkeypatch):
    at(striplog.path, "2026-01-10")
    assert "--hub" in striplog.refused("push", 2)
    striplog("config set hub north")
    assert " to north " in striplog("push --dry-run")
    monkeypatch.setenv("STRIPLOG_HUB", "south")
    assert " to south " in striplog("push --dry-run")
    assert " to owner " in striplog("push --dry-run --hub owner")


def test_a_hub_with_a_password_is_not_kept(striplog, hub):
    refused = striplog.refused("config set hub postgresql://north:secret@hub.example.org/hub", 7)
    assert "secret" not in refused
    assert not striplog.path.exists()


def test_a_hub_that_is_none_is_a_sentence(striplog, no_hub):
    at(striplog.path, "2026-01-10")
    assert "hub init" in striplog.refused("push --hub north", 6)
    assert "nowhere" in striplog.refused("push --hub nowhere", 3)


def test_a_reader_cannot_push(striplog, hub):
    at(striplog.path, "2026-01-10")
    assert "ask its owner" in striplog.refused("push --hub analyst", 1)


# Names


def names(hub, service="analyst"):
    rows = hub.rows(service, "select kind, name, value from striplog.names order by 1, 2")
    return {(kind, name): value for kind, name, value in rows}


def test_the_names_of_its_tests_and_its_own_are_told(striplog, hub):
    striplog("add pos --drug 'blue stuff' --site Insite --new")
    striplog("vocab add 'blue stuff' --category opioid")
    striplog("config set name North")
    striplog("push --hub north")
    expected = {
        ("drug", "blue stuff"): "opioid", ("logbook", ""): "North", ("site", "Insite"): "Insite",
        ("target", "fentanyl"): "0",
    }  # fmt: skip
    assert names(hub) == expected
    striplog("vocab add 'blue stuff' --category other")
    striplog("config set name 'North End'")
    striplog("push --hub north")
    assert names(hub) == expected | {
        ("drug", "blue stuff"): "other", ("logbook", ""): "North End",
    }  # fmt: skip
    striplog("undo")
    striplog("undo")
    striplog("push --hub north")
    assert names(hub) == expected
    striplog("vocab rename 'blue stuff' 'green stuff'")
    striplog("push --hub north")
    found = names(hub)
    assert found["drug", "green stuff"] == "opioid" and found["drug", "blue stuff"] is None


def test_a_name_that_was_erased_with_its_test_is_seen_by_nobody(striplog, hub):
    striplog('add pos --drug down --site "Sam\'s flat" --new')
    striplog("add pos --drug down --site Insite --new")
    striplog("push --hub north")
    striplog("erase 1 --field site --yes")
    striplog("push --hub north")
    assert [name for kind, name in names(hub) if kind == "site"] == ["Insite"]


# What was erased or purged


@pytest.mark.parametrize(
    "line", ["erase 1 --field lot --yes", "purge --before 2026-01-02 --confirm logbook",
             "merge other.db"]
)  # fmt: skip
def test_what_is_removed_for_good_is_said_to_be_on_the_hub_until_the_next_push(striplog, hub, line):
    striplog.filled("add pos --lot F1 --at 2026-01-01", "backup other.db",
                    "erase 1 --field lot --yes --logbook other.db")  # fmt: skip
    striplog("config set hub north")
    striplog("push")
    command = "striplog push --hub north"
    assert f"What was pushed to the hub north is there until the next push: {command}" in striplog(
        line
    )
    striplog(command.removeprefix("striplog "))
    assert hub.rows("analyst", "select lot from striplog.live where lot is not null") == []


def test_a_logbook_without_a_hub_is_told_of_none(striplog):
    striplog("add pos --lot F1")
    assert "hub" not in striplog("erase 1 --field lot --yes")


def test_what_was_erased_is_gone_there_at_once_and_never_comes_again(striplog, hub):
    kept(striplog.path, a_test(**FULL), a_test(lot="F2"), a_test(lot="F3"))
    striplog("push --hub north")
    older = striplog.path.with_name("older.db")
    older.write_bytes(striplog.path.read_bytes())
    for what in ("1 --field drug", "1 --field note", "2 --field lot", "3"):
        striplog(f"erase {what} --yes")
    said = striplog("push --hub north")
    assert "What was erased here was withdrawn there: 3 in all." in said
    seen = "select drug, lot, outcome from striplog.live order by outcome"
    left = [(None, "F1", "negative"), (None, None, "positive")]
    assert hub.rows("analyst", seen) == left
    striplog("hub purge --hub owner --yes")
    striplog("push --hub north")
    striplog(f"push --hub north --logbook {older}")
    striplog("push --hub north")
    assert hub.rows("analyst", seen) == left
    assert "down" not in str(hub.rows("owner", "select * from striplog.version"))
    assert len(there(hub)) == 2


@pytest.mark.parametrize("sample, left", [("A7", 0), ("s-7kq4md", 1)])
def test_a_code_from_which_an_erased_site_could_be_guessed_goes_too(striplog, hub, sample, left):
    kept(striplog.path, a_test(sample=sample, site="Sam's flat"))
    striplog("push --hub north")
    striplog("erase 1 --field site --yes")
    striplog("push --hub north")
    striplog("edit 1 --lot F2")
    striplog("push --hub north")
    assert hub.rows("analyst", "select count(sample), count(site) from striplog.live") == [
        (left, 0)
    ]


def test_no_digest_is_left_of_what_was_erased_and_purged(striplog, hub):
    kept(striplog.path, a_test(lot="F1"), a_test(lot="F2"))
    striplog("push --hub north")
    before = dict(hub.rows("owner", "select lot, digest::text from striplog.version"))
    striplog("erase 1 --field lot --yes")
    striplog("push --hub north")
    striplog("hub purge --hub owner --yes")
    after = dict(hub.rows("owner", "select lot, digest::text from striplog.version"))
    assert after["F2"] == before["F2"] and after[None] != before["F1"]
    assert striplog("push --hub north").startswith("Nothing new")


def test_what_was_purged_is_gone_there_and_no_older_copy_brings_it_again(striplog, hub):
    at(striplog.path, "2026-01-10", a_test(tested_on="2026-01-10"))
    at(striplog.path, "2026-03-10", a_test(tested_on="2026-03-10"))
    striplog("push --hub north")
    older = striplog.path.with_name("older.db")
    older.write_bytes(striplog.path.read_bytes())
    striplog("purge --before 2026-02 --confirm logbook")
    assert "from before 2026-02-01" in striplog("push --hub north")
    assert hub.rows("analyst", "select tested_on::text from striplog.held") == [("2026-03-10",)]
    striplog("hub purge --hub owner --yes")
    striplog(f"push --hub north --logbook {older}")
    assert len(there(hub)) == 1
    assert "purged" not in striplog("push --hub north")


# What is not pushed


def fields(hub, *names):
    [value] = [json.dumps([*names])]
    hub.rows("owner", "update striplog.about set value = %s where name = 'fields'", [value])


def test_only_the_own_fields_that_the_hub_wants_are_pushed(striplog, hub):
    fields(hub, "kit")
    kept(striplog.path, a_test(**FULL))
    striplog("push --hub north")
    assert hub.rows("owner", "select extra from striplog.version") == [({"kit": "yes"},)]
    fields(hub, "kit", "room")
    kept(striplog.path, a_test(extra=own_fields({"room": "4"})))
    assert "1 was there already" in striplog("push --hub north")
    rows = hub.rows("owner", "select extra from striplog.version order by stamp")
    assert rows == [({"kit": "yes"},), ({"room": "4"},)]


def test_what_other_logbooks_wrote_is_theirs_to_push_and_that_is_said(striplog, hub, tmp_path):
    other = tmp_path / "south.db"
    kept(other, a_test())
    striplog(f"config set name South --logbook {other}")
    kept(striplog.path, a_test())
    with opened(striplog.path) as book:
        merge(book, [str(other)], datetime.now(UTC))
    said = striplog("push --hub north")
    assert "Pushed 1 new version of 1 test" in said
    assert "1 version here is of another logbook, which pushes its own: South" in said
    assert there(hub) == to_be(striplog.path)


def test_two_sites_that_share_a_test_have_it_once(striplog, hub, tmp_path):
    other = tmp_path / "south.db"
    kept(striplog.path, a_test(lot="F1"))
    kept(other, a_test(lot="F2"))
    with opened(other) as book:
        merge(book, [str(striplog.path)], datetime.now(UTC))
        shared = next(current(book, n) for n in (1, 2) if current(book, n).test.lot == "F1")
        with begin(book, "test") as change:
            change.revise(shared, shared.test._replace(outcome="invalid"), void=False)
    striplog("push --hub north")
    striplog(f"push --hub south --logbook {other}")
    rows = hub.rows("analyst", "select lot, outcome from striplog.live order by lot")
    assert rows == [("F1", "invalid"), ("F2", "positive")]


def test_a_restored_logbook_pushes_what_it_wrote_before(striplog, hub):
    striplog("add pos --drug down")
    striplog("backup copy.db")
    striplog("restore copy.db --yes")
    striplog("add neg --drug down")
    assert "Pushed 2 new versions of 2 tests" in striplog("push --hub north")
    assert there(hub) == to_be(striplog.path)
    assert hub.rows("owner", "select count(*) from striplog.logbook") == [(2,)]
    assert striplog("push --hub north").startswith("Nothing new")


def test_a_scope_of_sample_codes_that_changes_is_no_fault(striplog, hub):
    kept(striplog.path, a_test(sample="A7"))
    striplog("push --hub north")
    striplog("config set sample_codes unique")
    kept(striplog.path, a_test(sample="A8"))
    assert "Pushed 1 new version" in striplog("push --hub north")


# What the hub refuses


@pytest.mark.parametrize("statement, why", [
    ("update entry set tested_on = '2026-02-30' where seq = 7", "2026-02-30"),
    ("update entry set lot = char(0) where seq = 7", "0x00"),
    ("update entry set outcome = 'maybe' where seq = 7", "version_outcome_check"),
    ("update entry set extra = '{' where seq = 7", "own fields"),
    ("update entry set extra = '{\"kit\": \"\\u0000\"}' where seq = 7", ""),
    ("update entry set extra = '{\"kit\": \"\\ud800\"}' where seq = 7", "character"),
])  # fmt: skip
def test_a_bad_version_is_set_aside_and_named_and_the_others_go_on(
    striplog, hub, monkeypatch, statement, why
):
    monkeypatch.setattr(outgoing, "BATCH", 5)
    fields(hub, "kit")
    kept(striplog.path, *[a_test(lot=f"{n}") for n in range(23)])
    striplog("push --hub north --dry-run")
    spoil(striplog.path, statement)
    for _ in range(2):  # it is named each time, until it is mended
        said = striplog("push --hub north", 8)
        assert "Not there: 1 version that north refused." in said
        assert "#7: " in said and why in said and "striplog show 7" in said
        assert len(there(hub)) == 22
    spoil(striplog.path, "update entry set tested_on = '2026-02-20', lot = null, extra = null,"
          " outcome = 'invalid' where seq = 7")  # fmt: skip
    assert "Pushed 1 new version" in striplog("push --hub north")
    assert there(hub) == to_be(striplog.path)


def test_what_a_rule_of_the_hub_refuses_is_named_as_it_says(striplog, hub):
    hub.rows("owner", "alter table striplog.version add constraint no_lot check (lot <> 'F3')")
    kept(striplog.path, *[a_test(lot=f"F{n}") for n in range(5)])
    assert "#4: " in (said := striplog("push --hub north", 8)) and "no_lot" in said
    assert len(there(hub)) == 4


def test_what_a_hub_drops_in_silence_is_named(striplog, hub):
    dropped = "begin if new.lot = 'F3' then return null; end if; return new; end"
    hub.rows("owner", "create function striplog.dropped() returns trigger language plpgsql as"
             f" $$ {dropped} $$")  # fmt: skip
    hub.rows("owner", "create trigger dropped before insert on striplog.version for each row"
             " execute function striplog.dropped()")  # fmt: skip
    kept(striplog.path, *[a_test(lot=f"F{n}") for n in range(5)])
    for _ in range(2):
        assert "#4: the hub did not keep it" in striplog("push --hub north", 8)
    assert len(there(hub)) == 4


def test_a_push_of_which_all_is_refused_fails(striplog, hub):
    hub.rows("owner", "alter table striplog.version add constraint nothing check (lot <> 'F1')")
    kept(striplog.path, *[a_test(lot="F1") for n in range(25)])
    said = striplog("push --hub north", 4)
    assert "Not there: 25 versions that north refused." in said and "and 5 more" in said


@pytest.mark.slow
def test_one_bad_version_among_ten_thousand_is_the_only_one_that_is_missing(striplog, hub):
    kept(striplog.path, *[a_test(lot=f"{n}") for n in range(10_000)])
    spoil(striplog.path, "update entry set tested_on = '2026-02-30' where seq = 7777")
    assert "#7777: " in striplog("push --hub north", 8)
    assert len(there(hub)) == 9_999


def test_the_columns_that_are_sent_are_those_of_the_table(hub):
    from strip_log.hub.pushed import COLUMNS

    columns = hub.rows(
        "owner",
        "select column_name::text from information_schema.columns where table_schema = 'striplog'"
        " and table_name = 'version'",
    )
    assert {*COLUMNS} == {name for (name,) in columns} - {"pushed_by", "received"}
    assert schema.VERSION >= 1
