"""A shift at a terminal: what is asked and offered again, the status below, what Tab gives."""

import signal
import sqlite3
import sys
from contextlib import closing

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories import make_logbook
from strip_log.console.session import Session, current
from strip_log.console.shift import completing, keyboard
from strip_log.console.shift import talk as talking
from strip_log.console.shift.completing import Completable, completions
from strip_log.console.shift.desk import Desk
from strip_log.console.shift.state import Shift
from strip_log.console.shift.status import status
from strip_log.console.shift.talk import Talk, answered
from strip_log.query.counts import Count
from strip_log.record.waiting import Dipped


@pytest.fixture
def talk(striplog, monkeypatch):
    """The command at a terminal where these lines are typed, and these answers to its questions.

    It gives what was said, and what was offered before each line. An error is what pressing
    Ctrl-C or Ctrl-D raises, and a function is called in its place.
    """

    def run(*typed, answers=(), options="--strips fent,benzo,xyl"):
        left, offered = [*typed, EOFError()], []

        def line(offer):
            offered.append(offer)
            while callable(left[0]):
                left.pop(0)()
            one = left.pop(0)
            if isinstance(one, BaseException):
                raise one
            return one

        monkeypatch.setattr(keyboard, "is_there", lambda: True)
        monkeypatch.setattr(keyboard, "reader", lambda talk: line)
        result = striplog.run(f"shift {options}", input="".join(f"{one}\n" for one in answers))
        assert result.exit_code == 0, result.output
        return result, offered

    return run


# Questions


def test_a_reading_of_a_sample_that_waits_does_not_say_that_it_has_no_drug(talk, tests):
    said = talk("dip coke", "a --", answers=["1"])[0].stderr
    assert "a - -   fentanyl NEGATIVE (2 lines), benzodiazepine NEGATIVE (2 lines)\n" in said
    assert tests() == ["cocaine fen-"]


@pytest.mark.parametrize("answer, written", [
    ("1", ["down fen+", "down ben-", "down xyl-"]), ("2", ["down fen+", "down fen-", "down fen-"]),
    ("write", ["down fen+", "down fen-", "down fen-"]), ("3", []),
])  # fmt: skip
def test_more_outcomes_than_strips_are_asked_about(talk, tests, striplog, answer, written):
    make_logbook(striplog.path)
    talk("down + - -", answers=[answer], options="")
    assert tests() == written


@pytest.mark.parametrize("line, answers, expected", [
    ("dope + -", ["1"], ["down fen+ dope", "down ben- dope"]),
    ("dope + -", ["9", "", "2"], ["heroin fen+ dope", "heroin ben- dope"]),
    ("dope + -", ["4"], ["dope fen+ dope", "dope ben- dope"]),
    ("dope + -", ["5"], []),
    ("dope + -", [], []),
    ("nurple +", ["1"], ["nurple fen+ nurple"]),
    ("down f+ f-", ["1"], ["down fen+ down", "down fen- down"]),
    ("dip dope f", ["2"], []),
])  # fmt: skip
def test_a_line_that_is_not_certain_is_asked_about(talk, tests, striplog, line, answers, expected):
    striplog("add pos --drug coke")
    _, offered = talk(line, answers=answers)
    assert tests("said")[1:] == expected
    if not expected and line != "dip dope f":
        assert offered == ["", line]  # to be put right


def test_a_second_strip_is_a_retest_or_another_sample(talk, tests, striplog):
    said, _ = talk("down +", "f-", "f-", answers=["2", "1"])
    assert "The sample above has such a strip: #1 fentanyl POSITIVE (1 line), down" in said.stderr
    assert tests() == ["down fen+", "fen-", "fen-"]
    codes = [row["sample"] for row in striplog.csv("export")]
    assert codes[0] == "" and codes[1] == codes[2] != ""


def test_a_lot_of_one_of_several_strips_is_asked_about(talk, tests):
    talk("down + - @F1", answers=["2"])
    assert tests("lot") == ["down fen+", "down ben- F1"]


def test_a_site_that_is_near_a_known_one_is_asked_about_once(talk, tests):
    talk("site Insite", "down +", "site Instie", "coke +", "site Instie", "meth +", "meth -",
         answers=["1", "2"])  # fmt: skip
    assert tests("site") == [
        "down fen+ Insite", "cocaine fen+ Insite", "methamphetamine fen+ Instie",
        "methamphetamine fen- Instie",
    ]  # fmt: skip


def test_an_answer_can_be_a_correction(talk, tests):
    talk("coke +", "1 dope", answers=["3"])
    assert tests("said") == ["methamphetamine fen+ dope"]


# What is offered again


def test_a_line_that_is_mended_in_one_way_is_offered_so(talk):
    _, offered = talk("down ++", "down +", "31 ,-", "down -,-")
    assert offered == ["", "down + +", "", "31 ,-", "down - -"]


def test_a_line_stays_while_the_logbook_is_busy(talk, tests, striplog, monkeypatch):
    monkeypatch.setattr("strip_log.logbook.connection.PATIENCE", 0.1)
    striplog("add pos --drug coke")
    with closing(sqlite3.connect(striplog.path, isolation_level=None)) as other:
        said, offered = talk(
            lambda: other.execute("begin immediate"), "down + -",
            lambda: other.execute("rollback"), "down + -",
        )  # fmt: skip
    assert offered == ["", "down + -", ""]
    assert "has been in use by another program" in said.stderr
    assert tests() == ["cocaine fen+", "down fen+", "down ben-"]


def test_a_line_stays_where_the_disk_is_full(talk, tests, striplog):
    resource = pytest.importorskip("resource")
    striplog("add pos --drug coke")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = striplog.path.stat().st_size

    def full(on):
        resource.setrlimit(resource.RLIMIT_FSIZE, (size if on else before[0], before[1]))

    long = f"down + 'pink{'x' * 20_000}"
    try:
        said, offered = talk(lambda: full(True), long, lambda: full(False), long)
    finally:
        full(False)
    assert offered == ["", long, ""]
    assert "the disk is full" in said.stderr
    assert tests() == ["cocaine fen+", "down fen+"]


def test_ctrl_c_clears_the_line_and_ends_nothing(talk, tests):
    _, offered = talk("down ++", KeyboardInterrupt(), "coke +", KeyboardInterrupt(), "coke -")
    assert offered == ["", "down + +", "", "", "", ""]
    assert tests() == ["cocaine fen+", "cocaine fen-"]


def test_a_signal_that_is_not_ctrl_c_ends_the_shift(striplog, monkeypatch, talk, tests):
    from strip_log.console.session import current

    def stop():
        current().signal = 15
        raise KeyboardInterrupt

    with pytest.raises(AssertionError, match="Every line that was echoed is written"):
        talk("down +", stop)
    assert tests() == ["down fen+"]


def test_what_takes_a_line_back_is_said_as_it_is_typed_here(talk):
    said, _ = talk("down +", "down +")
    assert "The same was written less than a minute ago (#1). If it was typed twice: u" in (
        said.stderr.splitlines()
    )


def test_an_empty_line_shows_what_others_wrote_meanwhile(talk, striplog, monkeypatch):
    seen = []
    real = Talk._one

    def one(self, line):
        answer = real(self, line)
        seen.append(dict(self.shift.tally))
        return answer

    monkeypatch.setattr(Talk, "_one", one)
    elsewhere = ("--site Van", "--at yesterday --site Insite")

    def others():
        for where in ("--site Insite", *elsewhere):
            striplog(f"add neg --drug coke {where}")

    lines = ("down +", others, "", lambda: striplog.path.unlink(), "")
    talk(*lines, options="--site Insite")
    counts = [count for tally in seen for count in tally.values()]
    assert counts == [Count(1), Count(1, 1), Count(1, 1)]


# Pasted text


def test_a_thousand_pasted_lines_are_written_and_the_bad_ones_listed(talk, tests):
    lines = ["down + -", "meth - ."] * 40 + ["dope -"] + ["coke f-"] * 3 + ["site"]
    said, offered = talk("\r\n".join(lines))
    assert len(tests()) == 40 * 3 + 3
    assert "> coke f-" in said.stderr and "same was written" not in said.stderr
    assert "1 line not written:\n  dope -\n" in said.stderr
    assert offered == ["", ""]


def test_q_in_pasted_text_ends_the_shift(talk, tests):
    said, offered = talk("down +\nsite\ndope +\nq\ncoke +", "meth +")
    assert tests() == ["down fen+"]
    assert offered == [""]
    assert "1 line not written:\n  dope +\n" in said.stderr


def test_pasted_lines_that_a_busy_logbook_or_ctrl_c_left_out_are_listed(
    talk, tests, striplog, monkeypatch
):
    monkeypatch.setattr("strip_log.logbook.connection.PATIENCE", 0.1)
    striplog("add pos --drug coke")
    with closing(sqlite3.connect(striplog.path, isolation_level=None)) as other:
        other.execute("begin immediate")
        said, _ = talk("\n".join(["down + -"] * 5 + ["l"]))
    assert said.stderr.count("in use by another program") == 3
    assert f"6 lines not written:\n{'  down + -' * 1}\n" in said.stderr
    assert said.stderr.count("\n  down + -\n  down + -\n") == 2 and "\n  l\n" in said.stderr

    def stopped(desk, shift, typed):
        got = answered(desk, shift, typed)
        current().signal = signal.SIGINT
        return got

    with monkeypatch.context() as patch:
        patch.setattr("strip_log.console.shift.talk.answered", stopped)
        said, offered = talk("down + -\nmeth -\nket -")
    assert "2 lines not written:\n  meth -\n  ket -\n" in said.stderr
    assert tests() == ["cocaine fen+", "down fen+", "down ben-"] and offered == ["", ""]


# The status


SHIFTS = st.builds(
    Shift,
    site=st.none() | st.text(min_size=1, max_size=30),
    strips=st.lists(st.sampled_from(["fentanyl", "mdma", "medetomidine", "xylazine"]), min_size=1,
                    unique=True).map(tuple),
    lots=st.dictionaries(st.sampled_from(["fentanyl", "mdma"]), st.text(max_size=20)),
    day=st.none() | st.just("2026-03-04"),
    tally=st.dictionaries(
        st.sampled_from(["fentanyl", "benzodiazepine"]),
        st.builds(Count, *[st.integers(0, 10_000)] * 3),
    ),
    waiting=st.lists(st.builds(
        Dipped, st.sampled_from("acdh"), st.floats(0, 1e6), st.just("2026-03-04"),
        st.just(("fentanyl", "xylazine")), st.just({"drug": "down"}),
    ), max_size=9).map(tuple),
)  # fmt: skip


@given(SHIFTS, st.floats(0, 1e7), st.integers(1, 250))
def test_the_status_fits_any_terminal(shift, now, width):
    lines = status(shift, now, width)
    assert 1 <= len(lines) <= 5
    assert all(len(line) <= width for line in lines)


A_SHIFT = Shift(
    site="Insite",
    strips=("fentanyl", "xylazine"),
    lots={"fentanyl": "F1"},
    day="2026-03-04",
    tally={"fentanyl": Count(3, 5, 1), "xylazine": Count(0, 8)},
    waiting=(
        Dipped("a", 0, "2026-03-04", ("fentanyl", "xylazine"), {"drug": "down"}),
        Dipped("c", 100, "2026-03-04", ("fentanyl",), {"drug": "coke"}),
    ),
)


def test_the_status_says_where_which_strips_how_many_and_what_waits():
    assert status(A_SHIFT, 190, 250) == [
        "FOR Wednesday 4 March 2026 | a down 3:10 read fentanyl | Insite"
        " | strips fentanyl (lot F1), xylazine"
        " | that day: fentanyl 3 positive 5 negative 1 invalid, xylazine 0 positive 8 negative"
        " | c coke 1:30"
    ]
    assert status(A_SHIFT, 400, 80) == [
        "FOR Wed 4 Mar 2026 | a 6:40 late: f, read x | c 5:00 read f | Insite | f@F1 x",
        "f 3+ 5- 1i | x 0+ 8-",
    ]
    assert status(A_SHIFT, 190, 20) == [
        "FOR Wed 4 Mar 2026", "a 3:10 read f", "Insite | f@F1 x", "f 3+ 5- 1i | x 0+ 8-", "c 1:30"
    ]  # fmt: skip


# Tab


NAMES = Completable(
    drugs=("down", "crack cocaine", "cocaine", "doxepin", "bad\x1bname"),
    sites=("Insite", "Main Street Van"),
    targets=("fentanyl", "benzodiazepine"),
    lots=("F1", "F2", "B1"),
    recent=2,
)


@pytest.mark.parametrize("text, found", [
    ("do", ["down", "doxepin"]),
    ("DO", ["down", "doxepin"]),
    ("s", ["site", "strips"]),
    ("", ["down", "crack cocaine"]),
    ("dip ", ["down", "crack cocaine"]),
    ("dip c", ["crack cocaine", "cocaine"]),
    ("crack c", ["crack cocaine"]),
    ("dip crack c", ["crack cocaine"]),
    ("+ - crack", ["crack cocaine"]),
    ("31 co", ["cocaine"]),
    ("site ", ["Insite", "Main Street Van", "none"]),
    ("site main s", ["Main Street Van"]),
    ("strips f", ["fentanyl"]),
    ("strips f b", ["benzodiazepine"]),
    ("lot ", ["fentanyl", "benzodiazepine"]),
    ("lot f ", ["F1", "F2", "B1", "none"]),
    ("lot f f", ["F1", "F2"]),
    ("down + @", ["F1", "F2", "B1"]),
    ("down + f@f", ["F1", "F2"]),
    ("on t", ["today"]),
    ("drop ", ["a", "c"]),
    ("bad", []),
    ("down + 'do", []),
    ("zzz", []),
])  # fmt: skip
def test_tab_completes_names_and_orders(text, found):
    got = list(completions(text, A_SHIFT, NAMES))
    assert [name.rstrip() for name, _ in got] == found
    assert all(name.endswith(" ") for name, _ in got if name.rstrip() in (*NAMES.drugs, "site"))
    for name, length in got:
        assert name.casefold().startswith(text[len(text) - length :].casefold())


def test_names_are_those_of_the_logbook_the_latest_first_also_after_a_line(striplog, monkeypatch):
    striplog("add pos --drug ketamine --site Van --lot F9")
    found = []

    def reader(talk):
        names = completing.Lookup(talk.desk)
        lines = iter(["down + @F10", "site Insite", "coke +"])

        def line(offered):
            found.append(names.of(talk.shift))
            assert names.of(talk.shift) is found[-1]
            if (typed := next(lines, None)) is None:
                raise EOFError
            return typed

        return line

    monkeypatch.setattr(keyboard, "is_there", lambda: True)
    monkeypatch.setattr(keyboard, "reader", reader)
    striplog.run("shift")
    first, last = found[0], found[-1]
    assert first.drugs[0] == "ketamine" and "cocaine" in first.drugs and first.recent == 1
    assert (first.sites, first.lots) == (["Van"], ["F9"])
    assert {*last.drugs[: last.recent]} == {"ketamine", "down", "cocaine"}
    assert ({*last.sites}, {*last.lots}) == ({"Van", "Insite"}, {"F9", "F10"})


def test_names_that_cannot_be_had_now_are_those_known_before(striplog, tmp_path, monkeypatch):
    striplog("add pos --drug ketamine")
    with click.Context(click.Command("shift"), obj=Session()):
        names = completing.Lookup(Desk(str(striplog.path)))
        before = names.of(Shift())
        striplog.path.rename(tmp_path / "away.db")
        assert names.of(Shift(site="Van")) == before
        assert before.drugs[0] == "ketamine"


# Ctrl-C


def test_ctrl_c_at_any_moment_ends_the_line_and_not_the_shift(striplog, tests, monkeypatch):
    """Before each line of the code that answers what is typed, once, in a shift of many lines."""
    rounds = 0
    passed = [
        0,
        0,
    ]  # how many lines of code were reached since something was typed; the one to stop at

    def trace(frame, event, _):
        if frame.f_code.co_filename != talking.__file__:
            return None
        if event == "line":
            passed[0] += 1
            if passed[0] == passed[1]:
                signal.raise_signal(signal.SIGINT)
        return trace

    def line(_):
        nonlocal rounds
        sys.settrace(None)
        if rounds and passed[0] < passed[1]:
            raise EOFError  # it is done before so many lines
        rounds += 1
        passed[:] = 0, rounds
        sys._getframe(1).f_trace = trace
        sys.settrace(trace)
        return "down +"

    monkeypatch.setattr(keyboard, "is_there", lambda: True)
    monkeypatch.setattr(keyboard, "reader", lambda talk: line)
    try:
        result = striplog.run("shift --strips fent")
    finally:
        sys.settrace(None)
    assert result.exit_code == 0, result.output
    assert rounds > 30 and 0 < len(tests()) < rounds
    assert result.stdout.count("POSITIVE") == len(tests())  # what is written is said
