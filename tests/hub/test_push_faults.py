"""Whatever happens to a push: after the next one the hub has what the logbook has, and once."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from shutil import copy

import pytest

from factories import a_test, kept
from hub.pushing import Proxy, at, correct, there, to_be
from strip_log.console.session import Session
from strip_log.hub import push as pushing
from strip_log.hub import where
from strip_log.logbook import outgoing
from strip_log.logbook.book import reading

psycopg = pytest.importorskip("psycopg")


def through(hub, proxy):
    """The site `north` reaches its hub through a proxy."""
    hub.serve("slow", **hub.sections["north"] | {"host": "127.0.0.1", "port": proxy.port})


def equals(striplog, hub):
    """Push once more: then the hub is as the logbook, and there is nothing left to push."""
    striplog("push --hub north")
    assert there(hub) == to_be(striplog.path)
    assert striplog("push --hub north").startswith("Nothing new")


@pytest.fixture
def months(striplog):
    """A logbook of three months."""
    for number in (1, 2, 3):
        at(striplog.path, f"2026-0{number}-10", *[a_test(lot=f"{number}-{n}") for n in range(40)])
    return striplog


# The server


def test_a_server_that_is_away_is_a_sentence_and_nothing_is_lost(months, hub):
    hub.serve("north", host="127.0.0.1", port=1)
    assert "does not answer" in months.refused("push --hub north", 1)
    hub.serve("north", **hub.sections["owner"] | {"user": "striplog_north"})
    equals(months, hub)


def test_a_hub_that_was_restored_from_an_older_backup_gets_what_it_lost(months, hub):
    months("push --hub north")
    older = f"{hub.database}_older"
    hub.postgres.admin.execute(f"create database {older} template {hub.database}")
    try:
        at(months.path, "2026-03-12", *[a_test() for _ in range(5)])
        correct(months.path, 3, outcome="invalid")
        months("push --hub north")
        for service in hub.sections:
            hub.serve(service, dbname=older)
        assert len(there(hub)) == 120
        equals(months, hub)
        assert len(there(hub)) == 126
    finally:
        hub.close()
        hub.postgres.admin.execute(f"drop database {older} with (force)")


@pytest.mark.parametrize("lost", [
    "delete from striplog.version where stamp like '2026-02%'",
    "delete from striplog.version where lot = '2-7'",
    "delete from striplog.month where month = '2026-02'",
    "truncate striplog.version",
    "truncate striplog.month",
    "truncate striplog.logbook cascade",
])  # fmt: skip
def test_whatever_a_hub_has_lost_comes_again(months, hub, lost):
    months("push --hub north")
    hub.rows("owner", lost)
    equals(months, hub)


def test_what_one_lost_is_not_made_up_for_by_what_another_has_too_much(months, hub):
    """As many versions as before are no sign that they are the same."""
    months("push --hub north")
    hub.rows("owner", "delete from striplog.version where lot = '2-7'")
    hub.rows("owner", "insert into striplog.version (id, stamp, origin, void, tested_on, target,"
             " outcome, later, digest, pushed_by) select gen_random_uuid(), stamp, origin, void,"
             " tested_on, target, outcome, later, gen_random_uuid(), pushed_by"
             " from striplog.version where lot = '2-8'")  # fmt: skip
    assert "Pushed 1 new version of 1 test" in months("push --hub north")
    assert to_be(months.path) < there(hub)


# The connection


@pytest.mark.parametrize("place", range(4))
def test_a_connection_that_is_ended_in_the_middle_leaves_whole_months(
    months, hub, monkeypatch, place
):
    monkeypatch.setattr(outgoing, "BATCH", 30)
    given, count = outgoing.versions, 0

    def cut(*asked):
        nonlocal count
        for some in given(*asked):
            if count == place:
                hub.postgres.admin.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity"
                    " where datname = %s and application_name = 'striplog'", [hub.database],
                )  # fmt: skip
            count += 1
            yield some

    monkeypatch.setattr(outgoing, "versions", cut)
    said = months.refused("push --hub north", 8 if place > 1 else 1)
    assert ("2026-01 is on north." in said) == (place > 1)
    assert len(there(hub)) == (40 if place > 1 else 0)
    monkeypatch.setattr(outgoing, "versions", given)
    equals(months, hub)


@pytest.mark.parametrize("bytes", [900, 4_000, 9_000, 14_000, 20_000, 30_000])
def test_a_connection_that_is_cut_after_some_bytes_loses_nothing(months, hub, bytes):
    with Proxy(hub.postgres.place, bytes) as proxy:
        through(hub, proxy)
        result = months.run("push --hub slow")
    assert result.exit_code in (1, 8) and "striplog: " in result.stderr
    assert len(there(hub)) in (0, 40, 80, 120)
    equals(months, hub)


# Others at the same moment


def push_at_once(*pushes):
    """Run pushes in threads; what went wrong."""
    ready, failed = threading.Barrier(len(pushes)), []

    def run(path, service):
        try:
            with reading(str(path)) as book, where.opened(service) as hub:
                ready.wait(30)
                pushing.push(hub, book, lambda rows, total: None)
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=push) for push in pushes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return failed


def test_two_pushes_of_one_logbook_at_once_push_everything_once(months, hub, monkeypatch):
    monkeypatch.setattr(outgoing, "BATCH", 7)
    assert push_at_once(*[(months.path, "north")] * 3) == []
    assert there(hub) == to_be(months.path)
    assert months("push --hub north").startswith("Nothing new")


def test_pushes_of_two_sites_at_once_push_everything_once(months, hub, tmp_path, monkeypatch):
    monkeypatch.setattr(outgoing, "BATCH", 7)
    other = tmp_path / "south.db"
    at(other, "2026-02-11", *[a_test() for _ in range(50)])
    assert push_at_once((months.path, "north"), (other, "south")) == []
    assert there(hub) == to_be(months.path) | to_be(other)


# Copies of a logbook


def test_two_copies_that_both_go_on_are_both_there_and_that_is_said(striplog, hub):
    striplog("add pos --lot common")
    striplog("push --hub north")
    laptop = striplog.path.with_name("laptop.db")
    copy(striplog.path, laptop)
    striplog("add neg --lot here")
    striplog(f"add neg --lot there --logbook {laptop}")
    striplog("push --hub north")
    said = striplog(f"push --hub north --logbook {laptop}")
    assert "Pushed 1 new version" in said and "1 version that is not here" in said
    assert there(hub) == to_be(striplog.path) | to_be(laptop)
    assert striplog("push --hub north").startswith("Nothing new")


def test_two_copies_that_say_different_things_of_a_test_are_named(striplog, hub):
    kept(striplog.path, a_test(lot="F1"), a_test(lot="F1"))
    laptop = striplog.path.with_name("laptop.db")
    copy(striplog.path, laptop)
    striplog("edit 1 --lot F2")
    striplog(f"edit 1 --lot F3 --logbook {laptop}")
    striplog(f"push --hub north --logbook {laptop}")
    for _ in range(2):
        said = striplog("push --hub north", 8)
        assert "north has other facts of 1 test" in said and "#1: lot" in said
    assert hub.rows("analyst", "select lot from striplog.live order by lot") == [("F1",), ("F3",)]


def test_a_copy_that_another_site_pushes_is_refused_and_nothing_of_it_is_there(striplog, hub):
    striplog("add pos --lot common")
    laptop = striplog.path.with_name("laptop.db")
    copy(striplog.path, laptop)
    striplog("push --hub north")
    striplog(f"add pos --lot there --logbook {laptop}")
    before = there(hub)
    said = striplog.refused(f"push --hub south --logbook {laptop}", 7)
    assert "from another site" in said and f"--logbook {laptop}" in said
    assert there(hub) == before
    # The owner of the hub sees both, and is no other site's role either.
    striplog.refused(f"push --hub owner --logbook {laptop}", 7)
    assert there(hub) == before


# Its own computer


@pytest.mark.parametrize("first, then", [("2027-11-30", ""), ("2025-11-30", "2027-11-30")])
def test_a_clock_that_is_a_year_off_is_no_fault(striplog, hub, first, then):
    at(striplog.path, first, a_test(lot="F1"), a_test(lot="F2"))
    striplog("push --hub north")
    if then:
        at(striplog.path, then)
    correct(striplog.path, 1, lot="F3")
    correct(striplog.path, 2, void=True)
    equals(striplog, hub)
    live = hub.rows("analyst", "select lot from striplog.live where lot is not null")
    assert live == [("F3",)]


def test_what_is_there_when_a_person_stops_it_is_said(months, hub, monkeypatch):
    given = outgoing.versions

    def stopped(connection, origin, month, *rest):
        for some in given(connection, origin, month, *rest):
            if month == "2026-02":
                os.kill(os.getpid(), signal.SIGINT)
            yield some

    monkeypatch.setattr(outgoing, "versions", stopped)
    said = months.refused("push --hub north", 130)
    assert said.strip() == "Stopped. 2026-01 is on north."
    assert len(there(hub)) == 40
    monkeypatch.setattr(outgoing, "versions", given)
    equals(months, hub)


def test_a_month_that_is_being_confirmed_is_confirmed_and_said(months, hub, monkeypatch):
    held, holds = Session.held, []

    @contextmanager
    def stopped(session):
        with held(session):
            holds.append(session)
            if len(holds) == 2:  # after the names, the first month
                os.kill(os.getpid(), signal.SIGINT)
            yield

    monkeypatch.setattr(Session, "held", stopped)
    said = months.refused("push --hub north", 130)
    assert said.strip() == "Stopped. 2026-01 is on north."
    assert len(there(hub)) == 40


def started(*words):
    return subprocess.Popen(
        [sys.executable, "-m", "strip_log", *words], stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_a_push_that_is_killed_while_it_waits_for_the_network_locks_nobody_out(months, hub):
    with Proxy(hub.postgres.place, 14_000, stalls=True) as proxy:
        through(hub, proxy)
        run = started("push", "--hub", "slow")
        try:
            assert proxy.stalled.wait(60)
            began = time.monotonic()
            months("add pos --lot meanwhile")
            assert time.monotonic() - began < 20  # a writer waits for 30 seconds
        finally:
            run.kill()
            run.communicate()
    equals(months, hub)
    assert len(there(hub)) == 121


def test_a_push_that_waits_for_the_network_can_be_stopped(months, hub):
    with Proxy(hub.postgres.place, 14_000, stalls=True) as proxy:
        through(hub, proxy)
        run = started("push", "--hub", "slow")
        assert proxy.stalled.wait(60)
        run.send_signal(signal.SIGINT)
        _, said = run.communicate(timeout=60)
    assert run.returncode == 130 and "Stopped. " in said
    equals(months, hub)


@pytest.mark.slow
def test_a_push_that_is_killed_at_any_moment_loses_nothing(months, hub):
    for turn in range(25):
        kept(months.path, *[a_test(lot=f"turn {turn}") for _ in range(2_000)])
        run = started("push", "--hub", "north")
        time.sleep(0.2 + turn * 0.05)
        run.kill()
        run.communicate()
    equals(months, hub)


@pytest.mark.slow
def test_a_server_that_falls_in_the_middle_of_a_push_has_what_was_confirmed(
    months, hub, monkeypatch
):
    """On a server of its own, which is stopped at once, as when the current fails."""
    import postgres as embedded
    from hub.conftest import ROLES, _prepare

    monkeypatch.setitem(embedded.SETTINGS, "synchronous_commit", "on")
    server = embedded.Server()
    try:
        server.make()
        place = server.start()
        with psycopg.connect(
            host=place.host, port=place.port, user="postgres", dbname="postgres", autocommit=True
        ) as admin:
            _prepare(admin, place, "region")
        for name, role in ROLES.items():
            hub.serve(name, host=place.host, port=place.port, dbname="region", user=role)
        given = outgoing.versions

        def falls(connection, origin, month, *rest):
            for some in given(connection, origin, month, *rest):
                if month == "2026-02":
                    server.stop(signal.SIGQUIT)
                yield some

        monkeypatch.setattr(outgoing, "versions", falls)
        assert "2026-01 is on north." in months.refused("push --hub north", 8)
        assert "does not answer" in months.refused("push --hub north", 1)
        monkeypatch.setattr(outgoing, "versions", given)
        server.start()
        assert len(there(hub)) == 40
        equals(months, hub)
    finally:
        server.end()
