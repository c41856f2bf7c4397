"""A merge that was taken back: nothing of it is left, and merging once more says how to have it."""

import re
import sqlite3
from contextlib import closing

from click.testing import CliRunner

from strip_log import cli
from strip_log.logbook.book import reading


def run(path, *words):
    """striplog on this logbook; what it printed."""
    env = {"STRIPLOG_LOGBOOK": str(path)}
    result = CliRunner().invoke(cli.striplog, list(map(str, words)), env=env)
    assert result.exit_code == 0, result.output
    return result.output


def merged_and_undone(folder, *lines):
    """A logbook that merged another one and took that back, and that other logbook, in which these
    commands were run after it had merged the first."""
    ours, theirs = folder / "ours.db", folder / "theirs.db"
    run(ours, "add", "pos", "--site", "Van", "--new")
    run(theirs, "merge", ours)
    for line in lines:
        run(theirs, *line.split())
    before = names(ours), counted(ours)
    run(ours, "merge", theirs)
    run(ours, "undo")
    assert (names(ours), counted(ours)) == before
    return ours, theirs


def names(path):
    with reading(str(path)) as book:
        known = book.vocabulary()
        return known.sites, known.drugs


def counted(path):
    with closing(sqlite3.connect(path)) as db:
        return db.execute(
            "select number, site, drug, lot from entry where live order by 1"
        ).fetchall()


NEW = ("add pos --site Tent --drug zaza --new", "add neg --site Tent --drug zaza")


def test_undo_of_a_merge_forgets_the_names_that_came_with_it(tmp_path):
    merged_and_undone(tmp_path, *NEW)


def test_undo_of_a_merge_forgets_a_site_that_only_tests_had(tmp_path):
    """The other logbook has no record of it, as after an older striplog."""
    ours, theirs = tmp_path / "ours.db", tmp_path / "theirs.db"
    run(ours, "add", "pos", "--site", "Van", "--new")
    run(theirs, "add", "pos", "--site", "Hub", "--new")
    with closing(sqlite3.connect(theirs)) as db, db:
        db.execute("delete from site")
        db.execute("delete from amendment")
    run(ours, "merge", theirs)
    assert names(ours)[0] == ("Hub", "Van")
    run(ours, "undo")
    assert names(ours)[0] == ("Van",)
    assert "1 test that counts there was taken back" in run(ours, "merge", theirs)


def test_a_merge_after_its_undo_says_how_to_have_its_tests(tmp_path):
    ours, theirs = merged_and_undone(tmp_path, *NEW, "void 3")
    said = run(ours, "merge", theirs)
    assert "theirs.db: nothing new." in said
    [command] = re.findall(r"1 test that counts there was taken .* again: striplog (.*)", said)
    run(ours, *command.split())
    assert [row[:3] for row in counted(ours)] == [(1, "Van", None), (2, "Tent", "zaza")]
    assert "taken back" not in run(ours, "merge", theirs)


def test_the_names_of_tests_that_count_again_are_known_again(tmp_path):
    ours, _ = merged_and_undone(tmp_path, *NEW)
    before = names(ours)
    said = run(ours, "unvoid", "2-3", "--yes")
    assert "site Tent added" in said and "drug zaza added" in said
    assert names(ours)[0] == ("Tent", "Van") and "zaza" in names(ours)[1]
    run(ours, "undo")
    assert names(ours) == before


def test_a_name_that_is_now_a_word_for_another_does_not_come_again(tmp_path):
    ours, _ = merged_and_undone(tmp_path, *NEW)
    run(ours, "vocab", "alias", "site", "Tent", "Van")
    run(ours, "unvoid", "2")
    assert names(ours)[0] == ("Van",)


def test_a_correction_that_was_taken_back_with_a_merge_is_told(tmp_path):
    ours, theirs = merged_and_undone(tmp_path, "edit 1 --lot L1")
    said = run(ours, "merge", theirs)
    assert "What that logbook says of 1 test stays away too" in said
    assert "striplog show 1" in said
    run(ours, "edit", "1", "--lot", "L1")
    assert "stays away" not in run(ours, "merge", theirs)


def test_of_a_merge_that_stands_nothing_is_told(tmp_path):
    _, theirs = merged_and_undone(tmp_path, *NEW)
    third = tmp_path / "third.db"
    run(third, "merge", theirs)
    assert "taken back" not in run(third, "merge", theirs)
