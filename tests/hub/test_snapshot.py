"""What a command asks of a hub: of one moment, in pages, and until Ctrl-C."""

import signal
import threading
import time
from datetime import UTC, datetime

import psycopg
import pytest

from factories import a_test, days, kept, opened
from hub import filling
from strip_log.hub import region, snapshot
from strip_log.logbook.book import reading
from strip_log.logbook.merge import merge
from strip_log.query.filter import Bound, Filter
from strip_log.record.own_fields import own_fields


def test_all_answers_are_of_one_moment_whatever_is_pushed_meanwhile(hub, tmp_path):
    kept(tmp_path / "a.db", *[a_test(site=f"{place}") for place in range(5)])
    kept(tmp_path / "b.db", a_test(tested_on="2026-02-02", site="later"))
    filling.fill(hub, [tmp_path / "a.db"])
    with region.reading("analyst") as found:
        before = found.counts(("site",), Filter())
        filling.fill(hub, [tmp_path / "b.db"])
        assert found.counts(("site",), Filter()).groups == before.groups
        assert found.number_of_tests(Filter()) == len([*found.tests(Filter())]) == 5
    with region.reading("analyst") as found:
        assert found.number_of_tests(Filter()) == 6


def test_nothing_can_be_written_while_a_hub_is_asked(hub, tmp_path):
    with region.reading("owner") as found, pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        found._snapshot.ask("delete from striplog.push")


def test_the_tests_come_in_pages_and_other_questions_between_them(hub, tmp_path, monkeypatch):
    kept(tmp_path / "a.db", *[a_test(tested_on=f"2026-01-{day:02}") for day in range(1, 21)])
    filling.fill(hub, [tmp_path / "a.db"])
    monkeypatch.setattr(snapshot, "PAGE", 3)
    with region.reading("analyst") as found:
        rows = found.tests(Filter())
        first = [next(rows) for _ in range(4)]
        [[there]] = found._snapshot.ask("select count(*) from pg_cursors where name = 'tests'")
        assert there == 1 and found.number_of_tests(Filter()) == 20
        assert [row[2] for row in (*first, *rows)] == [f"2026-01-{day:02}" for day in range(1, 21)]


def test_ctrl_c_ends_what_the_server_is_at(hub):
    with hub.connect("owner") as watching:
        at_work = "select count(*) from pg_stat_activity where query like '%%pg_sleep(50)%%'"
        at_work += " and state = 'active' and pid <> pg_backend_pid()"

        def interrupt():
            end = time.monotonic() + 20
            while time.monotonic() < end and not watching.execute(at_work).fetchone()[0]:
                time.sleep(0.02)
            signal.raise_signal(signal.SIGINT)

        teller = threading.Thread(target=interrupt)
        with pytest.raises(KeyboardInterrupt), region.reading("owner") as found:
            teller.start()
            found._snapshot.ask("select pg_sleep(50)")
        teller.join()
        assert watching.execute(at_work).fetchone()[0] == 0


def test_that_a_long_answer_goes_on_is_said_meanwhile(hub, monkeypatch):
    monkeypatch.setattr(snapshot, "_PATIENCE", 0.01)
    said = []
    with region.reading("owner") as found, found.telling(lambda: said.append(1)):
        found._snapshot.ask("select pg_sleep(0.2)")
    there = len(said)
    assert there > 1
    time.sleep(0.05)
    assert len(said) == there


#: Names of own fields that SQL and JSON would stumble over, and what looks like a number or a date.
ODD = ('a"b', "o'clock", "back\\slash", "$.x", "[0]", "%s", "%", "?", "\xe9t\xe9", "\U0001f600")
DOSES = (
    *("5", "05", "5.0", "-5", "+7.5", ".5", "10", "1e3", "5 mg", "--5", "1.2.3", "-", ".", "many"),
    *("2026-12-31", "2026-12-01T10:00", "2026-1-1", "9999999999999999999", "9" * 250),
)
INJECTED = "') or true --"

TESTS = (
    *(a_test(extra=own_fields({"dose": dose})) for dose in DOSES),
    *(a_test(extra=own_fields({name: name, "kit": INJECTED})) for name in ODD),
    a_test(site=INJECTED, drug="not in the vocabulary", dilution="10 mg in 5 mL"),
    a_test(site="\xc9toile", drug="down", intention="less, dispose", expires_on="2027-03-31"),
    a_test(site="E\u0301toile", drug="down", brand="BTNX rapid", tested_on="2025-12-31"),
    a_test(site="insite", brand="btnx-Rapid", outcome="negative", faint=True, lot="0012"),
    a_test(site="Insite ", brand="BTNX", intention="less", lot="12", tested_on="2026-01-31"),
    a_test(outcome="invalid", category="stimulant"),
)


def filters():
    """Each value of each field, wanted and not; and limits for what may be a number or a date."""
    for sign in ("<", "<=", ">", ">="):
        for value in ("5", "-5", "7.5", "1e3"[:1], "9999999999999999998"):
            yield Filter(bounds=(Bound("dose", sign, value, "number", own=True),))
        yield Filter(bounds=(Bound("dose", sign, "2026-12-01", "date", own=True),))
        for name in ("expires_on", "tested_on"):
            yield Filter(bounds=(Bound(name, sign, "2026-01-15", "date"),))
    for name in (*ODD, "kit", "dose", "no such field"):
        for value in (name, INJECTED, "", "5"):
            yield Filter(own_only={name: (value,)})
            yield Filter(own_but={name: (value, "many")})
    for name, values in {
        "site": (INJECTED, "\xc9toile", "Insite", ""),
        "drug": ("down", "not in the vocabulary", ""),
        "brand": ("BTNX-RAPID", "btnx", ""), "lot": ("12", "0012"), "faint": ("1", ""),
        "intention": ("less", "dispose", ""), "category": ("opioid", "stimulant", "", "unknown"),
        "tested_on": ("2026", "2026-01", "2025-12-31"), "expires_on": ("2027-03", ""),
        "dilution": ("10 mg in 5 mL",), "outcome": ("invalid",),
    }.items():  # fmt: skip
        for value in values:
            yield Filter(only={name: (value,)})
            yield Filter(but={name: (value,)}, days=days("2026-01-01", "2026-01-31"))
        yield Filter(only={name: values})


def test_values_that_sql_would_stumble_over_are_compared_as_in_a_logbook(hub, tmp_path):
    kept(tmp_path / "a.db", *TESTS)
    filling.fill(hub, [tmp_path / "a.db"], ["dose", "kit", *ODD])
    with opened(tmp_path / "merged.db") as book:
        merge(book, [str(tmp_path / "a.db")], datetime.now(UTC))
    some = 0
    with reading(str(tmp_path / "merged.db")) as book, region.reading("analyst") as found:
        for where in filters():
            expected = book.counts(("site", "drug", "brand", "dose"), where).groups
            assert found.counts(("site", "drug", "brand", "dose"), where).groups == expected, where
            some += bool(expected)
        for name in ODD:
            assert found.has_own_field(name)
            assert found.counts((name,), Filter()).groups == book.counts((name,), Filter()).groups
        assert not found.has_own_field("no such field")
    assert some > 50
