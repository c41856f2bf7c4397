"""What `push` tells to type next works when it is pasted, and helps."""

import re
from shutil import copy

import pytest

from factories import a_test, kept
from hub.pushing import spoil, there, to_be

pytest.importorskip("psycopg")


def told(said):
    """The commands in an answer."""
    return re.findall(r"striplog (.*)", said)


@pytest.fixture
def laptops(striplog, hub, tmp_path):
    """Two copies of a logbook that say different things of its first test; one is pushed."""
    kept(striplog.path, a_test(lot="F1"), a_test(lot="F1"))
    laptop = tmp_path / "it's a laptop.db"
    copy(striplog.path, laptop)
    striplog("edit 1 --lot F2")
    striplog(["edit", "1", "--lot", "F3", "--logbook", str(laptop)])
    striplog("push --hub north")
    return striplog, laptop


def test_what_was_told_otherwise_is_written_again_and_counts(laptops, hub):
    striplog, laptop = laptops
    said = striplog(["push", "--hub", "north", "--logbook", str(laptop)], 8)
    void, unvoid, backup, restore = told(said)
    striplog(void)
    striplog(unvoid)
    striplog(backup)
    striplog(f"{restore} --yes")
    push = ["push", "--hub", "north", "--logbook", str(laptop)]
    assert "Pushed 2 new versions of 1 test" in striplog(push)
    striplog(["add", "pos", "--lot", "F4", "--logbook", str(laptop)])
    assert "Pushed 1 new version of 1 test" in striplog(push)
    live = hub.rows("analyst", "select lot from striplog.live order by lot")
    assert live == [("F1",), ("F3",), ("F4",)]


def test_a_copy_of_another_sites_logbook_pushes_its_own_under_an_id_of_its_own(laptops, hub):
    striplog, laptop = laptops
    push = ["push", "--hub", "south", "--logbook", str(laptop)]
    backup, restore = told(striplog.refused(push, 7))
    striplog(backup)
    striplog(f"{restore} --yes")
    striplog(["add", "pos", "--lot", "F4", "--logbook", str(laptop)])
    said = striplog(push, 8)
    assert "Pushed 1 new version of 1 test" in said
    assert "Not there: 3 versions from when the id of this logbook was" in said
    live = hub.rows("analyst", "select lot from striplog.live order by lot")
    assert live == [("F1",), ("F2",), ("F4",)]


def test_a_version_that_was_refused_is_shown_and_found_by_doctor(striplog, hub):
    kept(striplog.path, a_test(), a_test())
    spoil(striplog.path, "update entry set lot = char(0) where seq = 2")
    show, doctor = told(striplog("push --hub north -q", 8))
    assert striplog.run(show).exit_code in (0, 6)
    assert "version of #2" in striplog.run(doctor).output


def test_a_logbook_that_was_not_known_gets_a_name(striplog, hub):
    kept(striplog.path, a_test())
    [name] = told(striplog("push --hub north"))
    striplog(name.replace("NAME", "North"))
    striplog("push --hub north")
    assert there(hub) == to_be(striplog.path)
    named = "select value from striplog.names where kind = 'logbook'"
    assert hub.rows("analyst", named) == [("North",)]
