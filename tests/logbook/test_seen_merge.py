"""`merge`: what comes of it does not depend on the order of the files, and nobody comes between."""

import os
import sqlite3
import time
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from itertools import permutations
from threading import Thread

import pytest


def written(path, **stamps):
    """Give the versions and changes of this logbook other stamps: `n2="2026..."` by number."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("drop trigger entry_facts_stay")
        for name, stamp in stamps.items():
            db.execute("update entry set stamp = ? where number = ?", [stamp, int(name[1:])])
        db.commit()


def orders(striplog, *files):
    """What is exported after these files were merged in every order, each time into a new one."""
    found = []
    for place, order in enumerate(permutations(files)):
        new = ["--logbook", f"new {place}.db"]
        striplog(["merge", *order, *new])
        found.append(striplog(["export", *new]) + striplog(["vocab", "list", *new]))
    return found


def test_numbers_are_given_in_the_order_of_writing_whatever_file_comes_first(striplog):
    """A test that came to one file late was written early in another."""
    for name, site in (("a.db", "Insite"), ("b.db", "Powell"), ("c.db", "Van")):
        for drug in ("down", "heroin"):
            striplog(["add", "pos", "--site", site, "--drug", drug, "--logbook", name])
    striplog("edit 1 neg --logbook a.db")
    striplog("merge a.db --logbook c.db")
    written("b.db", n1="2020-01-01T00:00:00.000Z-0000", n2="2020-01-02T00:00:00.000Z-0000")
    found = orders(striplog, "a.db", "b.db", "c.db")
    assert len(set(found)) == 1
    rows = striplog.csv("export --logbook 'new 0.db'")
    first = [(row["site"], row["drug"]) for row in sorted(rows, key=lambda row: int(row["number"]))]
    assert first == [
        ("Powell", "down"), ("Powell", "heroin"), ("Insite", "down"), ("Insite", "heroin"),
        ("Van", "down"), ("Van", "heroin"),
    ]  # fmt: skip


def test_a_test_is_as_early_as_the_first_of_its_versions_in_any_file(striplog):
    """The file that has only the correction says nothing of when the test was written."""
    striplog("add pos --drug heroin --at 2026-01-02 --logbook a.db")
    striplog("backup b.db --logbook a.db")
    striplog("add pos --drug down --at 2026-01-02 --logbook c.db")
    with closing(sqlite3.connect("b.db")) as db:
        for name in ("entry_facts_stay", "entry_live_is_derived", "change_stays"):
            db.execute(f"drop trigger {name}")
        soon = f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%dT%H:%M:%S}.000Z-0000"
        db.execute("update entry set stamp = ?, outcome = 'negative'", [soon])
        db.commit()
    found = orders(striplog, "a.db", "b.db", "c.db")
    assert len(set(found)) == 1
    rows = striplog.csv("export --logbook 'new 0.db'")
    assert {row["drug"]: row["number"] for row in rows} == {"heroin": "1", "down": "2"}


@pytest.mark.parametrize(("first", "later", "kept"), [
    ("2024-12-31", "2025-01-02", ["2025-01-02"]), ("2025-01-02", "2024-12-31", []),
])  # fmt: skip
def test_what_a_purge_keeps_out_is_decided_by_the_latest_day_in_any_file(
    striplog, first, later, kept
):
    striplog(f"add pos --at {first} --logbook a.db")
    striplog("backup b.db --logbook a.db")
    striplog(f"edit 1 --at {later} --logbook b.db")
    before = ("add neg --at 2024-01-01", "purge --before 2025 --confirm NAME")
    for place, order in enumerate(permutations(["a.db", "b.db"])):
        new = ["--logbook", f"new{place}.db"]
        for line in before:
            striplog([*line.replace("NAME", f"new{place}").split(), *new])
        striplog(["merge", *order, *new])
        assert [row["tested_on"] for row in striplog.csv(f"export {' '.join(new)}")] == kept


@pytest.mark.parametrize("lines", [
    ("vocab alias white cocaine", "vocab alias white heroin", "vocab alias white ketamine"),
    ("vocab add down --category other", "vocab add down --category stimulant",
     "vocab add down --category depressant"),
    ("vocab rename down tar", "vocab add down --category other", "vocab alias snow down"),
])  # fmt: skip
def test_of_several_corrections_of_a_name_the_latest_holds_whatever_file_comes_first(
    striplog, lines
):
    for name, line in zip("abc", lines, strict=True):
        striplog(f"add pos --drug ketamine --at 2026-01-02 --logbook {name}.db")
        striplog(f"{line} --logbook {name}.db")
    assert len(set(orders(striplog, "a.db", "b.db", "c.db"))) == 1


def test_a_merge_brings_names_and_no_settings(striplog):
    striplog("add pos --logbook other.db")
    striplog("config set site Elsewhere --logbook other.db")
    striplog("vocab alias snow cocaine --logbook other.db")
    striplog("add neg")
    settings = striplog("config list --format csv")
    striplog("merge other.db")
    assert striplog("config list --format csv") == settings
    assert "site set" not in striplog("history")
    assert "cocaine" in striplog("add pos --drug snow")


def opened(pipe, by):
    """A pipe to write to, once it is being read, or whoever was to read it has ended."""
    while by.is_alive():
        with suppress(OSError):
            return open(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK), "wb")
        time.sleep(0.01)
    raise AssertionError("nobody reads it")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no file that waits until it is written")
def test_nobody_writes_to_a_logbook_while_others_are_merged_into_it(striplog, tmp_path):
    """The other file is one that waits to be read, so that the merge stands still in its midst."""
    striplog("add pos")
    waits = tmp_path / "other.db"
    os.mkfifo(waits)
    found = []
    merging = Thread(target=lambda: found.append(striplog.run("merge other.db")))
    merging.start()
    with opened(waits, merging) as other, closing(sqlite3.connect(striplog.path, timeout=0)) as db:
        waits.unlink()
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            db.execute("begin immediate")
        other.write(b"no logbook")
    merging.join(timeout=20)
    assert found[0].exit_code == 6
    striplog("add neg")


@pytest.mark.parametrize(("later", "said", "outcome"), [
    ("", "the one from this logbook", "negative"),
    (" --logbook other.db", "the one from other.db", "invalid"),
])  # fmt: skip
def test_it_is_said_on_which_side_the_later_of_two_corrections_was_made(
    striplog, later, said, outcome
):
    striplog("add pos --at 2026-01-02")
    striplog(f"merge {striplog.path} --logbook other.db")
    lines = ["edit 1 neg", "edit 1 inv --logbook other.db"]
    for line in lines if later else reversed(lines):
        striplog(line)
    assert said in striplog("merge other.db")
    [test] = striplog.csv("export")
    assert test["outcome"] == outcome
