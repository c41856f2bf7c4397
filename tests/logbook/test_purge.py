"""`purge`: old tests are gone for good, how many there were is known, nothing brings them back."""

import sqlite3

import pytest


@pytest.fixture
def two_years(striplog):
    return striplog.filled(
        "add fentanyl=pos benzo=neg --at 2024-03-04 --sample OLDCODE --note OLDNOTE",
        "add pos --at 2024-03-05",
        "edit 3 neg --reason OLDREASON",
        "add inv --at 2024-05-05",
        "void 4",
        "add pos --at 2025-01-01 --note kept",
        "add neg --at 2024-12-31",
        "edit 6 --at 2025-01-02 --reason moved",
    )


def test_tests_from_before_the_day_are_gone_and_counted(two_years):
    said = two_years("purge --before 2025 --confirm logbook")
    assert "4 tests from before 2025-01-01 were removed for good." in said
    assert [row["number"] for row in two_years.csv("export")] == ["5", "6"]
    two_years("show 1", code=3)
    assert "purged 2024-03 benzodiazepine negative: 1 test" in two_years("history")
    assert two_years("doctor").endswith("is sound.\n")


def test_the_counts_are_kept_in_the_change(two_years):
    two_years("purge --before 2025 --confirm logbook")
    with sqlite3.connect(two_years.path) as db:
        kept = db.execute("select name, before from amendment where subject = 'purged'").fetchall()
    db.close()
    assert sorted(kept) == [
        ("2024-03 benzodiazepine negative", "1"),
        ("2024-03 fentanyl negative", "1"),
        ("2024-03 fentanyl positive", "1"),
        ("2024-05 fentanyl void", "1"),
    ]


def test_no_byte_of_what_was_removed_is_left_in_the_file(two_years):
    for word in (b"OLDCODE", b"OLDNOTE", b"OLDREASON"):
        assert word in two_years.path.read_bytes()
    two_years("purge --before 2025 --confirm logbook")
    for word in (b"OLDCODE", b"OLDNOTE", b"OLDREASON"):
        assert word not in two_years.path.read_bytes()
    assert b"moved" in two_years.path.read_bytes()


@pytest.mark.parametrize("more", ["", " --confirm Logbook", " --confirm ''"])
def test_nothing_is_removed_without_the_logbooks_name(two_years, more):
    before = two_years.path.read_bytes()
    assert two_years.run(f"purge --before 2025{more}").exit_code == 7
    assert two_years.path.read_bytes() == before


def test_the_name_is_the_setting_where_there_is_one(two_years):
    two_years("config set name Insite")
    assert two_years.run("purge --before 2025 --confirm logbook").exit_code == 7
    two_years("purge --before 2025 --confirm Insite")


def test_a_dry_run_removes_nothing(two_years):
    before = two_years.path.read_bytes()
    assert "would be removed" in two_years("purge --before 2025 --dry-run")
    assert two_years.path.read_bytes() == before


def test_the_future_is_refused_and_nothing_old_is_said(two_years):
    two_years("purge --before 2999 --confirm logbook", code=2)
    assert "There are no tests from before" in two_years("purge --before 2020")


def test_an_older_copy_brings_nothing_back(two_years, tmp_path):
    two_years("backup copy.db")
    two_years("purge --before 2025 --confirm logbook")
    said = two_years("merge copy.db")
    assert "Left out 4 tests from before 2025-01-01" in said
    assert [row["number"] for row in two_years.csv("export")] == ["5", "6"]
    assert two_years("doctor").endswith("is sound.\n")
    assert "nothing new" in two_years("merge copy.db")


def test_an_import_brings_nothing_back(two_years, tmp_path):
    two_years("export -o old.csv")
    two_years("purge --before 2025 --confirm logbook")
    assert "from before that day has been purged" in two_years("import old.csv", code=8)
    assert len(two_years.csv("export")) == 2


def test_a_merge_into_another_logbook_takes_only_what_is_left(two_years):
    two_years("purge --before 2025 --confirm logbook")
    two_years(["merge", str(two_years.path), "--logbook", "other.db"])
    assert len(two_years.csv("export --logbook other.db")) == 2


def test_undo_stops_at_a_purge(two_years):
    """Who wants a purge back must not lose the change before it as well."""
    two_years("purge --before 2025 --confirm logbook")
    left = two_years("export")
    assert "a purge, which cannot be undone" in two_years.refused("undo", 3)
    two_years("add pos")
    assert "add" in two_years("undo")
    assert "a purge" in two_years.refused("undo", 3)
    assert two_years("export") == left
    assert two_years("doctor").endswith("is sound.\n")


def test_a_number_is_never_given_twice(two_years):
    two_years("purge --before 2026 --confirm logbook")
    assert "#7 " in two_years("add pos")


def test_append_only_holds_again_after_a_purge(two_years):
    two_years("purge --before 2025 --confirm logbook")
    db = sqlite3.connect(two_years.path)
    for statement in ("delete from entry", "update change set reason = 'x'"):
        with pytest.raises(sqlite3.IntegrityError):
            db.execute(statement)
    db.close()
