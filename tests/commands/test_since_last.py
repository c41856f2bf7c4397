"""summary --since-last: what was written down since somebody last looked, under a name."""

import os

import pytest

from factories import a_test, kept


def look(striplog, name="monday", more=""):
    """The positives by target of a look, with exit code 0, and what was said beside the table."""
    run = striplog.run(f"summary --by target --since-last {name} {more} --format csv")
    assert run.exit_code == 0, run.output
    rows = [line.split(",") for line in run.stdout.splitlines()[1:]]
    return {row[0]: int(row[1]) for row in rows}, run.stderr


@pytest.fixture
def three(striplog):
    return striplog.filled("add pos pos pos --again --at 2026-01-02")


def test_the_first_look_shows_everything_and_sets_the_mark(three):
    found, said = look(three)
    assert found == {"fentanyl": 3}
    assert "There is no mark monday yet: this is everything." in said
    assert "Marked monday at test #3: --since-last monday shows what is written down after" in said


def test_the_next_look_shows_only_what_was_written_down_since(three):
    look(three)
    three("add pos --at 2025-12-31")  # dated back, and new all the same
    found, said = look(three)
    assert found == {"fentanyl": 1}
    assert "after test #3." in said and "only number after #3" in said
    assert look(three)[0] == {}


def test_each_name_has_its_own_mark(three):
    look(three)
    found, said = look(three, "'the team'")
    assert found == {"fentanyl": 3}
    assert "--since-last 'the team' shows what" in said  # as it is typed
    three("add pos")
    assert look(three)[0] == look(three, "'the team'")[0] == {"fentanyl": 1}


def test_it_goes_with_filters_and_with_samples(three):
    look(three, more="--drug cocaine")  # a look is a look, at whatever was chosen
    three("add neg --again --sample a --drug cocaine")
    three("add pos --again --sample a --drug cocaine")  # later: the ids of one change have no order
    three("add pos --drug down")
    assert look(three, more="--drug cocaine --unit sample")[0] == {"fentanyl": 1}


def test_what_was_corrected_since_is_said(three):
    look(three)
    three("edit 1 neg")
    three("void 2")
    found, said = look(three)
    assert found == {}
    assert "2 earlier tests were corrected since. To see how: striplog history" in said
    assert "corrected" not in look(three)[1]


def test_a_merge_brings_new_tests(three, tmp_path):
    kept(tmp_path / "other.db", a_test(target="xylazine"))
    look(three)
    three("merge other.db")
    assert look(three)[0] == {"xylazine": 1}


def test_undo_takes_back_the_last_work_and_no_mark(three):
    look(three)
    assert "#1" in three("undo")
    assert look(three)[0] == {}
    assert "seen" in three("history") and "monday: seen up to #3" in three("history")


def test_no_other_summary_writes(three):
    before = three.path.read_bytes()
    three("summary --by month --trend")
    three("summary")
    assert three.path.read_bytes() == before


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("summary --since-last monday --by nothing", 2),
        ("summary --since-last monday -o /nowhere/x.csv", 1),
        ("summary --since-last monday --publish --period 2026-01", 2),
        ("summary --since-last monday --compare previous --period 2026-01", 2),
        (["summary", "--since-last", "a\nb"], 2),
        ("summary --since-last ''", 2),
    ],
)
def test_what_showed_nothing_sets_no_mark(three, line, code):
    before = three.path.read_bytes()
    three.refused(line, code)
    assert three.path.read_bytes() == before


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no full disk")
@pytest.mark.parametrize("where", ["/dev/full", "a closed pipe"])
def test_an_answer_that_nobody_got_sets_no_mark(three, where):
    before = three.path.read_bytes()
    code, _ = three.answering_to(where, "summary --since-last monday")
    assert code in (1, 141)
    assert three.path.read_bytes() == before


def test_marks_are_no_settings_to_list(three):
    look(three)
    assert "monday" not in three("config list")
