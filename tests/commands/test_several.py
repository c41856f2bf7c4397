"""Corrections of several tests: which ones are meant, shown first, one change, one undo."""

import time
from itertools import count, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories import a_test, kept
from strip_log.console import questions
from strip_log.console.corrections import typed
from strip_log.errors import Misused
from strip_log.logbook import suspend
from strip_log.logbook.book import reading, writing
from strip_log.logbook.change import begin
from strip_log.logbook.connection import Connection
from strip_log.logbook.history import changes
from strip_log.logbook.schema import statements
from strip_log.logbook.versions import current, of_test, written
from strip_log.query.which import Which, listed, spans


@pytest.fixture
def twenty(striplog):
    """Twenty tests; every second is at Van, every third has a field of its own."""
    if not striplog.path.exists():
        kept(striplog.path, *(
            a_test(site="Van" if number % 2 else "Insite", lot="F1", drug="down",
                   tested_on=f"2026-01-{number:02}",
                   extra='{"kit": "yes"}' if number % 3 else None)
            for number in range(1, 21)
        ))  # fmt: skip
    return striplog


def live(striplog, **facts):
    """The numbers of the tests that count and have these facts."""
    return [
        int(row["number"])
        for row in striplog.csv("export")
        if all(row[name] == value for name, value in facts.items())
    ]


def history(striplog):
    return [(row["command"], row["tests"]) for row in striplog.json("history")["rows"]]


def everything(striplog):
    return [striplog(line) for line in ("export --notes", "list --void --all --format csv")]


@pytest.fixture
def answering(monkeypatch):
    """Somebody at a terminal, who gives this answer."""

    def answering(answer):
        monkeypatch.setattr(questions, "terminal", lambda: True)
        monkeypatch.setattr(questions, "yes", answer)

    return answering


# What is typed


@pytest.mark.parametrize(("words", "which", "rest"), [
    ("12", Which(spans=((12, 12),)), ()),
    ("#12 #40-#52 44", Which(spans=((12, 12), (40, 52), (44, 44))), ()),
    ("last", Which(last=1), ()),
    ("LAST 3", Which(last=3), ()),
    ("last 3 neg", Which(last=3), ("neg",)),
    ("last neg", Which(last=1), ("neg",)),
    ("40-52 xyl=neg", Which(spans=((40, 52),)), ("xyl=neg",)),
    ("1line", Which(), ("1line",)),
])  # fmt: skip
def test_tests_are_named_by_number_as_a_range_or_as_the_last_ones(words, which, rest):
    assert typed(words.split(), rest=1) == (which, rest)


@pytest.mark.parametrize("words", [
    "x", "0", "last 0", "0-3", "9-3", "1-", "-", "1-2-3", "1,2", "٣", "99999999999999999999",
    "1-99999999999999999999", "last last x y", "9" * 5000, f"1-{'9' * 5000}", f"last {'9' * 5000}",
])  # fmt: skip
def test_what_is_no_number_is_refused(words):
    with pytest.raises(Misused):
        typed(words.split())


@given(st.sets(st.integers(1, 60), min_size=1))
def test_spans_are_the_numbers_themselves(numbers):
    found = spans(sorted(numbers))
    assert {n for first, last in found for n in range(first, last + 1)} == numbers
    assert all(one[1] + 1 < two[0] for one, two in pairwise(found))


def test_a_list_of_numbers_is_never_long():
    assert listed([(1, 1)]) == "#1"
    assert listed([(1, 1), (3, 5)]) == "#1 and #3-#5"
    assert listed([(n, n) for n in range(1, 99, 2)]).endswith("#17, #19 and 39 more")


@pytest.mark.parametrize(("line", "numbers"), [
    ("void 3", [3]),
    ("void 3 5 3", [3, 5]),
    ("void last", [20]),
    ("void last 3 --yes", [18, 19, 20]),
    ("void 3-5 4-6 9 --yes", [3, 4, 5, 6, 9]),
    ("void --site Van --until 2026-01-04 --yes", [1, 3]),
    ("void --where kit=yes --site '!=Van' --yes", [2, 4, 8, 10, 14, 16, 20]),
    ("void --period 2026-01-07 --yes", [7]),
])  # fmt: skip
def test_void_strikes_out_what_is_meant_and_one_undo_brings_it_back(twenty, line, numbers):
    before = twenty.csv("export")
    twenty(line)
    assert live(twenty) == [number for number in range(1, 21) if number not in numbers]
    assert history(twenty)[0] == ("void", len(numbers))
    twenty("undo")
    assert twenty.csv("export") == before


@pytest.mark.parametrize(("line", "facts", "numbers"), [
    ("edit 4-6 9 --lot F2 --yes", {"lot": "F2"}, [4, 5, 6, 9]),
    ("edit last 2 neg --yes", {"outcome": "negative"}, [19, 20]),
    ("edit 2 4 neg", {"outcome": "negative"}, [2, 4]),
    ("edit --where site=Van --until 2026-01-04 --site Insite --yes", {"site": "Insite"},
     sorted([1, 3, *range(2, 21, 2)])),
    ("edit --where site=Van --drug heroin --yes", {"drug": "heroin", "site": "Van"},
     list(range(1, 21, 2))),
    ("edit --last 99y --where kit= --lines 2 --yes", {"outcome": "negative"},
     [3, 6, 9, 12, 15, 18]),
])  # fmt: skip
def test_edit_changes_what_is_meant_and_one_undo_brings_it_back(twenty, line, facts, numbers):
    before = everything(twenty)
    twenty(line)
    assert live(twenty, **facts) == numbers
    assert [command for command, _ in history(twenty)] == ["edit", "test"]
    twenty("undo")
    assert everything(twenty) == before


def test_unvoid_is_for_what_is_void(twenty):
    twenty("void 2-9 --yes")
    twenty("unvoid --site Van --yes")
    assert live(twenty) == [1, 3, 5, 7, *range(9, 21)]
    twenty("unvoid last 2 --yes")
    assert live(twenty) == [1, 3, 5, *range(6, 21)]
    twenty("unvoid last")
    assert live(twenty) == [1, *range(3, 21)]
    twenty("unvoid 2")
    assert "There are no such tests" in twenty.refused("unvoid last 3 --yes", 3)


def test_last_passes_over_what_is_void(twenty):
    twenty("void 19 20")
    twenty("void last")
    assert live(twenty) == list(range(1, 18))


# What is not meant


@pytest.mark.parametrize(("line", "code", "said"), [
    ("void 18-24 30", 3, "There are no tests #21-#24 and #30."),
    ("void 20 21 --yes", 3, "There is no test #21."),
    ("edit 18-24 --lot 7 --yes", 3, "There are no tests #21-#24."),
    ("unvoid 21", 3, "There is no test #21."),
    ("void 1-9223372036854775807 --yes", 3, "There are no tests #21-#9223372036854775807."),
    ("edit 5-6 --lot 7 --yes", 1, "#5-#6 are void."),
    ("edit 3 5 6 --lot 7", 1, "To let them count again: striplog unvoid 3 5-6"),
    ("void --site Nowhere --yes", 3, "No tests match. No recent test has the site 'Nowhere'."),
    ("edit --where site=Nowhere --lot 7 --yes", 3, "No tests match."),
    ("unvoid --site Nowhere --yes", 3, "No tests match."),
    ("void", 2, "Say which tests"),
    ("edit neg", 2, "Say which tests"),
    ("edit --lot 7", 2, "Say which tests"),
    ("void 3 --lot F1", 2, "leave one out"),
    ("edit 3 --where lot=F1 --site Van", 2, "leave one out"),
    ("edit 1-2", 2, "Say what to change"),
    ("edit 1-2 neg pos", 2, "'pos' is not the number of a test"),
    ("edit 1-2 neg --outcome pos", 2, "only one of them"),
    ("edit 1-2 --clear zzz --yes", 2, "There is no field 'zzz'"),
    ("edit 1-2 --drug zzz --yes", 4, "striplog: There is no drug 'zzz'"),
    ("edit 8-12 --faint --yes", 4, "#8: A faint second line"),
])  # fmt: skip
def test_what_cannot_be_done_is_said_and_nothing_is_written(twenty, line, code, said):
    twenty("void 3 5 6")
    before = twenty.path.read_bytes()
    assert said in twenty.refused(line, code)
    assert twenty.path.read_bytes() == before


def test_one_test_that_refuses_the_correction_stops_it_for_all(twenty):
    twenty("edit 1-20 neg --faint --yes")
    twenty("edit 7 --no-faint")
    before = twenty.path.read_bytes()
    assert "#1: A faint second line" in twenty.refused("edit 1-20 pos --yes", 4)
    assert twenty.path.read_bytes() == before


def test_what_is_so_already_is_said(twenty):
    twenty("void 3 5 6")
    assert twenty("void 2-6 --yes").startswith("#3 and #5-#6 are already struck out.\n#2 ")
    assert twenty("unvoid 1 2").startswith("#1 is not struck out.\n#2 ")
    assert twenty("edit 7-9 --site Van --yes").startswith("#7 and #9 are already like that.\n#8 ")
    assert twenty("edit 7-9 --site Van") == "#7-#9 are already like that: nothing was written.\n"


def test_a_field_of_a_programs_own_is_cleared_where_there_is_one(twenty):
    assert twenty("edit 1-3 --clear kit --yes").startswith(
        "#3 is already like that.\n#1 kit cleared"
    )
    assert live(twenty, kit="yes") == [n for n in range(4, 21) if n % 3]


# Shown first


ASKED = {
    "void last 2": ("Strike out these 2 tests?", "void 19-20 --yes"),
    "void --lot F1 --until 2026-01-01": (
        "Strike out this test?", "void --until 2026-01-01 --lot F1 --yes",
    ),
    "unvoid 1-3": ("Count these 2 tests again?", "unvoid 1-3 --yes"),
    "edit 3-5 --lot F2 --no-faint": ("Edit these 3 tests?", "edit 3-5 --no-faint --lot F2 --yes"),
    "edit --period 2026-01 neg": ("Edit these 18 tests?", "edit neg --period 2026-01 --yes"),
}  # fmt: skip


@pytest.mark.parametrize("line", ASKED)
def test_elsewhere_several_tests_are_shown_and_the_command_that_changes_them(twenty, line):
    twenty("void 1 2")
    if "2026-01-01" in line:
        twenty("unvoid 1")
    before = twenty.path.read_bytes()
    said = twenty.refused(line, 7)
    assert twenty.path.read_bytes() == before
    again = said.split("To go ahead: striplog ")[1]
    assert again == f"{ASKED[line][1]}\n"  # the end of what is said, and said once
    assert len(said.splitlines()) <= 12
    twenty(again)
    assert twenty.path.read_bytes() != before


@pytest.mark.parametrize("answer", [True, False])
@pytest.mark.parametrize("line", ASKED)
def test_at_a_terminal_a_person_is_asked(twenty, answering, line, answer):
    twenty("void 1 2")
    if "2026-01-01" in line:
        twenty("unvoid 1")
    before, asked = twenty.path.read_bytes(), []
    answering(lambda question: asked.append(question) or answer)
    run = twenty.run(line)
    assert asked == [ASKED[line][0]]
    assert (run.exit_code, twenty.path.read_bytes() != before) == (
        (0, True) if answer else (130, False)
    )
    assert ("Nothing was written." in run.stderr) != answer


@pytest.mark.parametrize("line", ["void 3", "void 3 5", "void last", "edit 3 5 neg", "unvoid 1 2"])
def test_tests_that_were_numbered_one_by_one_are_changed_at_once(twenty, answering, line):
    twenty("void 1 2")
    answering(lambda question: pytest.fail(question))
    twenty(line)


def test_nothing_is_asked_where_nothing_would_be_written(twenty, answering):
    answering(lambda question: pytest.fail(question))
    assert "nothing was written" in twenty("edit 1-3 --lot F1")
    assert "are not struck out" in twenty("unvoid 1-3")


def test_what_will_be_changed_is_shown_with_what_becomes_of_it(twenty):
    said = twenty.refused("edit 3-4 --site Van", 7)
    assert said.startswith("#4 fentanyl POSITIVE (1 line), down, at Insite, on 2026-01-04: site ")
    assert "site changed from Insite to Van\n" in said
    assert "This test would be changed." in said


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("void 1-5", "These 3 tests would be struck out."),
        ("unvoid 1-2", "These 2 tests would count again."),
        ("edit 3-6 neg", "These 4 tests would be changed."),
    ],
)
def test_where_nobody_can_be_asked_it_is_said_what_would_become_of_them(twenty, line, said):
    twenty("void 1 2")
    assert said in twenty.refused(line, 7)


def test_void_tests_inside_a_range_are_passed_over_and_said(twenty):
    twenty("void 3 5")
    run = twenty.run("edit 2-6 --site Surrey --yes")
    assert (run.exit_code, run.stderr) == (0, "#3 and #5 are void and passed over.\n")
    assert live(twenty, site="Surrey") == [2, 4, 6]
    assert "striplog unvoid 3 5" in twenty.refused("edit 3 4 5 --site Hope", 1)
    assert "striplog unvoid 3" in twenty.refused("edit 3-3 --site Hope --yes", 1)


@pytest.mark.parametrize(
    ("gone", "said", "left"),
    [
        ("erase 4 --yes", "#4 was erased", [3, 5, 6]),
        ("purge --before 2026-01-05 --confirm logbook", "#3-#4 were erased", [5, 6]),
    ],
)
@pytest.mark.parametrize("line", ["edit 3-6 --lot F9 --yes", "void 3-6 --yes"])
def test_numbers_inside_a_range_that_are_gone_for_good_are_passed_over(
    twenty, gone, said, left, line
):
    twenty(gone)
    run = twenty.run(line)
    assert (run.exit_code, run.stderr) == (0, f"{said} or purged, and passed over.\n")
    with reading(str(twenty.path)) as book:
        undone = changes(book, limit=1)[0]
        assert sorted(version.number for version in written(book, undone.seq)) == left
    twenty.refused("void 4", 3)
    assert "There are no tests #21-#24." in twenty.refused("void 18-24 --yes", 3)


@pytest.mark.parametrize("line", ["void --lot F1 --yes", "edit 1-500 --lot F2 --yes", "undo"])
def test_what_is_said_fits_on_a_screen_however_many_tests_there_are(striplog, line):
    kept(striplog.path, *(a_test(lot="F1", site=f"{number}") for number in range(500)))
    assert len(striplog(line).splitlines()) <= 24
    assert len(striplog.run("edit 1-500 --lot F3").stderr.splitlines()) <= 24


@pytest.mark.parametrize("other", ["edit 4 --lot F9", "void 4", "add pos --lot F1"])
@pytest.mark.parametrize("line", ["void --lot F1", "edit --where lot=F1 neg"])
def test_what_another_program_changes_while_a_person_thinks_is_not_changed_unseen(
    twenty, answering, line, other
):
    answering(lambda question: twenty.run(other).exit_code == 0)
    said = twenty.refused(line, 7)
    assert "Another program has just changed some of these tests" in said
    assert [command for command, _ in history(twenty)] == [other.split()[0], "test"]


def test_what_another_program_adds_besides_does_no_harm(twenty, answering):
    answering(lambda question: twenty.run("add pos --lot F9").exit_code == 0)
    twenty("void --lot F1")
    assert live(twenty) == [21]


def test_nobody_waits_for_the_answer(twenty, answering):
    """While a person thinks, another program may write: no lock is held."""
    answering(lambda question: twenty.run("config set site Van").exit_code == 0)
    twenty("void 1-3")
    assert live(twenty) == list(range(4, 21))


# Versions


def test_indexes_that_stand_aside_come_back(twenty, monkeypatch):
    """Where many tests are changed, making the indexes anew is faster."""
    monkeypatch.setattr("strip_log.logbook.suspend.FEW", 1)
    with reading(str(twenty.path)) as book:
        before = statements(book.connection)
    aside, real = [], suspend.set_aside
    monkeypatch.setattr(suspend, "set_aside", lambda *these: aside.append(these) or real(*these))
    for number, line in enumerate(("void --lot F1 --yes", "undo", "undo"), 1):
        twenty(line)
        assert len(aside) == number
        with reading(str(twenty.path)) as book:
            assert statements(book.connection) == before
        twenty("doctor")
    assert live(twenty) == []


def test_each_version_is_later_than_the_one_it_follows_and_none_is_stamped_ahead_for_another(
    twenty,
):
    ahead = time.time_ns() // 1_000_000 + 10**9
    with writing(str(twenty.path)) as book, begin(book, "edit", ms=ahead) as change:
        version = current(book, 7)
        change.revise(version, a_test(lot="F1", note="stamped ahead"), void=False)
    for line in ("void 6-8 --yes", "unvoid 6-8 --yes", "edit 6-8 neg --yes", "undo", "undo"):
        twenty(line)
    assert live(twenty) == [n for n in range(1, 21) if n not in (6, 7, 8)]
    with reading(str(twenty.path)) as book:
        for number in (6, 7, 8):
            stamps = [version.stamp for version in of_test(book, number)]
            seqs = [version.seq for version in of_test(book, number)]
            assert stamps == sorted({*stamps}) and seqs == sorted(seqs)
            assert (max(stamps)[:10] == current(book, 7).stamp[:10]) == (number == 7)


def test_undo_of_several_leaves_alone_what_another_logbook_has_changed_since(twenty):
    twenty("void 3-5 --yes")
    with writing(str(twenty.path)) as book, begin(book, "unvoid") as change:
        change.origin = "elsewhere"
        change.revise(current(book, 4), current(book, 4).test, void=False)
    said = twenty("undo").splitlines()
    assert [line.split()[0] for line in said[1:]] == ["#3", "#5", "#4"]
    assert "#4 was left alone" in said[-1]
    assert live(twenty) == list(range(1, 21))


@pytest.mark.parametrize("line", ["void --lot F1 --yes", "edit 1-20 --lot F2 --yes", "undo"])
def test_ctrl_c_in_the_middle_writes_nothing(twenty, monkeypatch, line):
    twenty("void 2-9 --yes")
    before = twenty.path.read_bytes()
    real, moments = Connection.execute, count(1)

    def execute(connection, statement, *values):
        found = real(connection, statement, *values)
        if statement.lstrip().startswith("insert into entry") and next(moments) == 1:
            raise KeyboardInterrupt
        return found

    monkeypatch.setattr(Connection, "execute", execute)
    run = twenty.run("unvoid 2-9 --yes" if line != "undo" else line)
    assert (run.exit_code, "Nothing was written" in run.stderr) == (130, True)
    assert twenty.path.read_bytes() == before
