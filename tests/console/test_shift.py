"""What a line of a shift does and says, without a terminal."""

import sqlite3
from contextlib import closing
from datetime import date, datetime, timedelta

import pytest

from factories import make_logbook
from strip_log.console import options
from strip_log.console.shift.orders import HELP, ORDERS

TODAY = date.today().isoformat()


# A line is a sample


def test_a_line_is_a_sample_with_the_strips_in_use(shift, tests, striplog):
    said = shift("down + - -", "meth - . -", "coke f+").stdout
    assert tests() == [
        "down fen+", "down ben-", "down xyl-", "methamphetamine fen-", "methamphetamine xyl-",
        "cocaine fen+",
    ]  # fmt: skip
    rows = striplog.csv("export")
    assert [len({row["sample"] for row in rows if row["drug"] == drug})
            for drug in ("down", "methamphetamine")] == [1, 1]  # fmt: skip
    assert "#1 fentanyl POSITIVE (1 line), down" in said
    assert "#2 benzodiazepine NEGATIVE (2 lines), down" in said
    assert f"#6 fentanyl POSITIVE (1 line), cocaine (said 'coke'), on {TODAY}" in said


def test_more_outcomes_than_strips_in_use_are_printed_back_for_more_strips(shift, tests):
    told = shift("down + - -", "mdma - -", options="", code=4).stderr
    assert "There are 3 outcomes for 1 strip (fentanyl)" in told
    assert "every sample: strips fentanyl benzodiazepine xylazine\n" in told
    assert "It may mean:\n    down fentanyl=pos benzodiazepine=neg xylazine=neg\n" in told
    assert "    mdma fentanyl=neg benzodiazepine=neg\n    mdma=neg fentanyl=neg\n" in told
    shift("strips f b x", "down + - -", options="")
    assert tests() == ["down fen+", "down ben-", "down xyl-"]


def test_a_slip_in_a_drug_that_is_used_here_is_offered(shift, striplog):
    shift("down f+", "coke f-", options="")
    told = shift("doen +", "dwn +", "cole +", "xyz +", "do +", options="", code=4).stderr
    assert told.count("It may mean:\n    down +\n") == 2
    assert told.count("It may mean:\n    cocaine +\n") == 1
    said = striplog.refused("add dowm pos", 4)
    assert "If that is meant: striplog add positive --drug down\n" in said


@pytest.mark.parametrize("bad, good", [
    ("on 2026-13-01", "on today"), ("23/11", "today"), ("monday", "yesterday"),
    ("strips f q", "strips f b x"), ("date 2026", "day today"),
    ("site Inste", "site Insite"), ("onn 2026-01-02", "on today"), ("stripes f b", "strips f b x"),
])  # fmt: skip
def test_samples_after_a_refused_setting_are_refused_until_it_is_there(shift, tests, bad, good):
    shift("down f+", options="--site Insite")
    told = shift(bad, "mdma f-", "dip coke", "1 -", good, "meth f-", code=8).stderr
    assert told.count(f"It depends on an earlier line that was refused: {bad}\n") == 2
    assert told.endswith(f"These 3 lines were not written:\n  {bad}\n  mdma f-\n  dip coke\n")
    assert tests() == ["down fen-", "methamphetamine fen-"]


def test_a_correction_that_says_nothing_shows_what_one_is(shift, tests):
    assert "31 -, 31 b-, 31 down" in shift("down f+", "1 .", code=8).stderr
    assert tests() == ["down fen+"]


def test_strip_is_taken_for_strips_where_no_outcome_is_typed(shift, tests):
    shift("strip b x", "down + -", options="")
    shift("strip f +", "strip +", options="", code=4)
    assert tests() == ["down ben+", "down xyl-"]


def test_a_lot_that_is_refused_is_not_made_up_for_by_another(shift, tests):
    shift("down f+", "lot q F1", "lot b F2", "down b-", code=8)
    assert tests() == ["down fen+"]


@pytest.mark.parametrize("bad", ["dwon -", "down", "down f+b-"])
@pytest.mark.parametrize("after", ["^ b+", "b+", "u"])
def test_what_is_about_a_refused_sample_is_refused_too(shift, tests, bad, after):
    told = shift("meth f+", bad, after, "coke f-", "b+", code=8).stderr
    assert f"It is about the line before it, which was refused: {bad}\n" in told
    assert tests() == ["methamphetamine fen+", "cocaine fen-", "cocaine ben+"]


def test_the_first_line_makes_a_logbook_and_says_where(shift, striplog):
    told = shift("down +").stderr
    assert told.startswith(f"Started a new logbook: {striplog.path}")
    assert "Started" not in shift("down +").stderr


def test_a_shift_in_which_nothing_is_written_makes_no_logbook(shift, striplog):
    for lines in [(), ("?",), ("q",), ("site Van", "on yesterday", "strips f")]:
        assert "Written in this shift: nothing." in shift(*lines).stderr
    shift("down ?", "l", code=4)
    assert not striplog.path.exists()


@pytest.mark.parametrize("line", ["b+", "^ b+", "^ benzo=pos"])
def test_one_more_strip_is_of_the_sample_above(shift, tests, striplog, line):
    shift("down +", line, options="--site Van")
    assert tests("site") == ["down fen+ Van", "down ben+ Van"]
    [code] = {row["sample"] for row in striplog.csv("export")}
    assert code


def test_one_more_strip_has_what_its_sample_has_and_nothing_of_the_other_strip(shift, striplog):
    make_logbook(striplog.path)
    striplog("config set lot.fentanyl F1")
    striplog("config set form rock")
    shift("jib - 'pink", "^ b- @B2")
    [first, second] = striplog.csv("export --notes")
    same = ("sample", "drug", "said", "form", "tested_on", "site")
    assert [first[name] for name in same] == [second[name] for name in same]
    assert (first["lot"], first["note"]) == ("F1", "pink")
    assert (second["lot"], second["note"]) == ("B2", "")


def test_what_was_taken_back_is_not_the_sample_above(shift, tests):
    shift("heroin +", "down +", "u", "b-")
    assert tests() == ["heroin fen+", "heroin ben-"]


def test_before_the_first_sample_the_one_above_is_the_last_of_the_day(shift, tests, striplog):
    shift("coke +", "on 2026-03-04", "heroin +")
    shift("^ b-", "on 2026-03-04", "^ x-")
    assert tests("tested_on") == [
        f"cocaine fen+ {TODAY}", "heroin fen+ 2026-03-04", f"cocaine ben- {TODAY}",
        f"cocaine xyl- {TODAY}",
    ]  # fmt: skip
    shift("on 2026-03-04", "^ x-")
    assert tests("tested_on")[-1] == "heroin xyl- 2026-03-04"


def test_without_a_sample_above_there_is_none(shift, tests):
    assert "There is no sample above" in shift("^ b+", code=4).stderr
    shift("b+")
    assert tests() == ["ben+"]


def test_a_second_strip_for_a_target_is_not_taken_for_a_retest(shift, tests):
    told = shift("down +", "f-", code=8).stderr
    assert "    ^ f-" in told
    assert tests() == ["down fen+"]
    shift("down i", "f-")
    assert tests() == ["down fen+", "down feni", "down fen-"]


def test_thirty_samples_are_one_line_and_one_change(shift, tests, striplog):
    said = shift("down - - x30", "u", "mdma f- x3").stdout
    assert "#1 to #60, 30 samples: fentanyl NEGATIVE (2 lines), down" in said
    assert tests() == ["mdma fen-"] * 3
    assert len({row["sample"] for row in striplog.csv("list --void --all")}) == 31


def test_words_of_a_shell_before_a_line_do_no_harm(shift, tests):
    lines = ["striplog add down +", "add coke f-", "Striplog undo", "striplog", "striplog list"]
    result = shift(*lines, "striplog summary --by site", "add", code=8)
    assert tests() == ["down fen+"]
    assert result.stderr.count("end the shift with q first") == 2


def test_of_many_samples_the_last_is_the_one_above(shift, tests, striplog):
    shift("mdma f- x3", "b+")
    assert tests() == ["mdma fen-"] * 3 + ["mdma ben+"]
    codes = [row["sample"] for row in striplog.csv("export")]
    assert codes[:2] == ["", ""] and codes[2] == codes[3] != ""


# Corrections


@pytest.mark.parametrize("line, after, what", [
    ("1 -", "down fen-", "outcome changed from positive to negative"),
    ("#1 neg", "down fen-", "outcome changed from positive to negative"),
    ("1 coke", "cocaine fen+", "drug changed from down to cocaine"),
    ("1 b+", "down ben+", "target changed from fentanyl to benzodiazepine"),
    ("1 heroin 2 lines", "heroin fen-", "drug changed from down to heroin"),
    ("1 @F2", "down fen+ F2", "lot set to F2"),
    ("1 'odd smell", "down fen+ odd smell", "note set to odd smell"),
])  # fmt: skip
def test_a_number_corrects_its_test(shift, tests, line, after, what):
    said = shift("down +", line).stdout
    assert tests("lot", "note") == [after]
    assert what in said


def test_two_lines_are_an_outcome_and_no_number(shift, tests):
    shift("2 lines down", "1 line", options="")
    assert tests() == ["down fen-", "fen+"]


def test_a_correction_of_nothing_says_so(shift, striplog):
    shift("down +", "down +")
    striplog("void 2")
    result = shift("1 +", "2 -", "7 -", "0 -", "1 + +", "99999999999999999999 -", code=4)
    assert "#1 is already like that: nothing was written." in result.stdout
    told = result.stderr
    assert "#2 is void. To let it count again: striplog unvoid 2" in told
    assert "There is no test #7." in told
    assert "'0' is not the number of a test" in told
    assert "There are 2 outcomes for 1 strip" in told


def test_u_takes_back_the_last_line_and_then_the_one_before(shift, tests):
    said = shift("heroin +", "down + -", "2 -", "u", "u", "u", "u", code=8)
    assert tests() == []
    assert "outcome changed from negative to positive" in said.stdout
    assert "now struck out" in said.stdout
    assert "Nothing of this shift is left to take back." in said.stderr


def test_u_takes_back_only_what_this_shift_did(shift, tests, striplog):
    striplog("add pos --drug ketamine")
    told = shift("u", code=4).stderr
    assert "To take back what was written before it: striplog undo" in told
    assert tests() == ["ketamine fen+"]


def test_u_leaves_alone_what_another_program_wrote_meanwhile(fed, tests, striplog):
    def lines():
        yield "down +"
        striplog("add pos --drug ketamine")
        yield "u"

    fed(lines())
    assert tests() == ["ketamine fen+"]


def test_u_says_what_was_changed_since(fed, tests, striplog):
    def lines():
        yield "down + -"
        striplog("edit 1 neg")
        yield "u"

    assert "#1 was left alone: it has been changed since." in fed(lines()).stderr
    assert tests() == ["down fen-"]


def test_u_goes_on_where_another_program_has_taken_a_line_back(fed, tests, striplog):
    def lines():
        yield "coke +"
        yield "down +"
        striplog("undo")
        yield "u"
        yield "u"

    assert "taken back already" in fed(lines(), code=8).stderr
    assert tests() == []


# Where, with which strips, for which day


def test_the_lines_after_an_order_are_of_another_site_strip_lot_and_day(shift, tests):
    shift(
        "down + -", "site Van Two", "strips x f", "lot f F2", "on 2026-03-04", "coke - +",
        "site none", "lot f none", "on today", "strips b", "down -",
        options="--site Insite --strips fent,benzo --lot fent=F1",
    )  # fmt: skip
    assert tests("site", "lot", "tested_on") == [
        f"down fen+ Insite F1 {TODAY}", f"down ben- Insite {TODAY}",
        "cocaine xyl- Van Two 2026-03-04", "cocaine fen+ Van Two F2 2026-03-04",
        f"down ben- {TODAY}",
    ]  # fmt: skip


@pytest.mark.parametrize("options, code, why", [
    ("--strips f,q", 4, "There is no target 'q'"),
    ("--strips f,f", 2, "named twice"),
    ("--strips m", 4, "medetomidine or mdma"),
    ("--lot F1 --strips f,b", 2, "type --lot fentanyl=F1 or --lot benzodiazepine=F1"),
    ("--lot f=F1 --lot fent=F2", 2, "--lot is given twice for fentanyl"),
    ("--lot f=", 4, "empty"),
    ("--lot q=F1", 4, "There is no target 'q'"),
    ("--site ' '", 2, "--site is empty"),
])  # fmt: skip
def test_a_shift_does_not_begin_with_what_is_not_understood(shift, striplog, options, code, why):
    assert why in shift("down +", options=options, code=code).stderr
    assert not striplog.path.exists()


def test_a_lot_needs_no_target_where_one_strip_is_in_use(shift, tests):
    shift("down +", options="--lot F1 --strips xyl")
    assert tests("lot") == ["down xyl+ F1"]


def test_defaults_are_those_of_the_logbook(shift, tests, striplog):
    make_logbook(striplog.path)
    striplog("config set site Insite")
    striplog("config set target xylazine")
    striplog("config set lot.xylazine X1")
    shift("down +", options="")
    assert tests("site", "lot") == ["down xyl+ Insite X1"]


@pytest.mark.parametrize("line, why", [
    (f"on {date.today() + timedelta(days=2)}", "is in the future"),
    ("on 3/4/2026", "can be read in two ways"),
    ("23/11/2026", "is not clear: write the date as 2026-11-23"),
    ("on mon", "is not a date. Type today, yesterday, -3d or 2026-11-23.\n"),
    ("on 1826-03-04", "is too early"),
    ("on 2026-03-04 14:30", "has a time"),
    ("strips f f", "named twice"),
    ("strips f q", "There is no target 'q'"),
    ("lot F2", "type lot fentanyl F2 or lot benzodiazepine F2"),
    ("site \x1b[2J", "control character"),
    ("drop z", "No sample z is waiting"),
    ("drop", "Type drop and the letter"),
    ("down + - - -", "4 outcomes for 3 strips"),
    ("down", "What do the strips show?"),
    ("down 2", "If it is what the strip shows, type 2 lines."),
    ("void 2", "its number and what it is: 2 - or 2 down. To strike it out, end the shift"),
    ("undo 2", "striplog void 2\n"),
    ("down f+ f-", "fentanyl is there more than once"),
    ("down + - @F1", "is the lot of one strip"),
    ("^ b+ x2", "leave one out"),
    ("a + -", "There is no drug 'a'"),
])  # fmt: skip
def test_what_cannot_be_done_is_refused_and_nothing_is_written(shift, striplog, line, why):
    told = shift(line, code=4).stderr
    assert "Line 1 was not written." in told and why in told
    assert not striplog.path.exists()


def test_a_shift_at_night_turns_with_the_day_of_the_site(fed, tests, striplog, monkeypatch):
    make_logbook(striplog.path)
    striplog("config set day_start 06:00")
    now = []

    class Night(datetime):
        @classmethod
        def now(cls, tz=None):
            return cls(2026, 3, 5, *now)

    def lines():
        now[:] = 5, 59
        yield "down +"
        now[:] = 6, 0
        yield "coke +"

    now[:] = 1, 0
    monkeypatch.setattr(options, "datetime", Night)
    fed(lines())
    assert tests("tested_on") == ["down fen+ 2026-03-04", "cocaine fen+ 2026-03-05"]


def test_today_goes_on_with_the_clock_and_a_day_that_was_typed_does_not(fed, tests, monkeypatch):
    now = [datetime(2026, 3, 5, 23, 59)]

    class Clock(datetime):
        @classmethod
        def now(cls, tz=None):
            return now[0]

    def lines():
        yield "on 2026-03-04"
        yield "down +"
        yield "on today"
        now[0] += timedelta(minutes=2)
        yield "coke +"
        yield "on yesterday"
        now[0] += timedelta(days=1)
        yield "meth +"

    monkeypatch.setattr(options, "datetime", Clock)
    fed(lines())
    assert tests("tested_on") == [
        "down fen+ 2026-03-04", "cocaine fen+ 2026-03-06", "methamphetamine fen+ 2026-03-05"
    ]  # fmt: skip


# Lines from a file


def test_a_bad_line_is_printed_back_with_its_number_and_the_rest_is_written(shift, tests):
    result = shift("down +", "", "down + hreoin", "dope -", "31 -", "meth -", options="", code=8)
    assert tests() == ["down fen+", "methamphetamine fen-"]
    told = result.stderr
    assert "Line 3 was not written." in told and "Line 4 was not written." in told
    assert "    heroin -" in told  # one of the ways to read `dope`
    assert told.endswith("These 3 lines were not written:\n  down + hreoin\n  dope -\n  31 -\n")


def test_what_is_printed_back_can_be_fed_again(shift, tests):
    told = shift("dope -", "down + . q", options="", code=4).stderr
    lines = [line[4:] for line in told.splitlines() if line.startswith("    ")]
    assert "heroin -" in lines
    shift(*[line for line in lines if line == "heroin -"], options="")
    assert tests() == ["heroin fen-"]


@pytest.mark.parametrize("content", [
    b"down +\r\ncoke -\r\n",
    b"down +\rcoke -",
    b"\xef\xbb\xbfdown +\ncoke -",
    "down +\r\ncoke -\r\n".encode("utf-16"),
    "\n\n  down\t+ \n\u00a0\ncoke \u2212\n".encode(),
    b"down +\ncoke -\nq\nheroin +\n",
], ids=["windows", "old mac", "mark", "utf-16", "blanks", "q"])  # fmt: skip
def test_lines_come_in_any_form(striplog, tests, content):
    result = striplog.run("shift", input=content)
    assert result.exit_code == 0, result.output
    assert tests() == ["down fen+", "cocaine fen-"]


def test_a_line_that_is_no_text_is_refused(striplog, tests):
    result = striplog.run("shift --new", input=b"down +\nh\xe9ro -\n")
    assert result.exit_code == 8
    assert tests() == ["down fen+"]


def test_new_keeps_names_that_are_not_known(shift, tests):
    assert "Line 1 was not written." in shift("nurple -", options="", code=4).stderr
    shift("nurple -", "site Insite", "coke +", "site Instie", "coke -", options="--new")
    assert tests("site") == ["nurple fen-", "cocaine fen+ Insite", "cocaine fen- Instie"]


def test_a_busy_logbook_and_a_full_disk_leave_the_line_to_be_typed_again(
    shift, striplog, tests, monkeypatch
):
    shift("down +", options="")
    monkeypatch.setattr("strip_log.logbook.connection.PATIENCE", 0.1)
    with closing(sqlite3.connect(striplog.path, isolation_level=None)) as other:
        other.execute("begin immediate")
        told = shift("coke -", options="", code=4).stderr
    assert "has been in use by another program" in told
    assert told.endswith("This line was not written:\n  coke -\n")
    assert tests() == ["down fen+"]


def test_a_logbook_that_stays_busy_is_not_waited_for_by_every_line(
    shift, striplog, tests, monkeypatch
):
    shift("down +", options="")
    monkeypatch.setattr("strip_log.logbook.connection.PATIENCE", 0.1)
    with closing(sqlite3.connect(striplog.path, isolation_level=None)) as other:
        other.execute("begin immediate")
        told = shift("coke -", "meth -", "", "heroin +", *["ket -"] * 9, options="", code=4).stderr
    assert told.count("in use by another program") == 3
    assert "No line after number 4 was tried." in told
    assert told.endswith("These 12 lines were not written:\n  coke -\n  meth -\n  heroin +\n"
                         + "  ket -\n" * 9)  # fmt: skip
    assert tests() == ["down fen+"]


def test_a_logbook_that_was_taken_away_is_not_made_again(striplog, tests, fed):
    """A stick was pulled out: what is written to another file would be looked for in vain."""
    striplog("add pos --drug down")

    def lines():
        yield "coke -"
        striplog.path.rename("away.db")
        yield "meth +"
        striplog.path.with_name("away.db").rename(striplog.path)
        yield "heroin +"

    assert "There is no logbook" in fed(lines(), options="", code=8).stderr
    assert tests() == ["down fen+", "cocaine fen-", "heroin fen+"]


def test_a_logbook_that_is_another_one_now_gets_nothing_of_the_shift_before(fed, tests, striplog):
    """It was restored from a copy: its numbers and changes are of other tests."""

    def lines():
        yield "down +"
        striplog("restore other.db --yes")
        yield "b-"
        yield "u"
        yield "u"

    striplog("add pos --drug heroin --logbook other.db")
    told = fed(lines(), code=8).stderr
    assert tests() == ["heroin fen+"]
    assert "Nothing of this shift is left to take back." in told
    assert "Written in this shift: nothing." in told


def test_a_logbook_that_is_gone_at_the_end_does_not_hide_what_was_refused(fed, striplog):
    def lines():
        yield "down +"
        yield "dope +"
        striplog.path.rename("away.db")

    told = fed(lines(), options="", code=8).stderr
    assert "Every line that was echoed is written." in told
    assert told.endswith("This line was not written:\n  dope +\n")


def test_names_that_another_program_adds_are_known_at_once(striplog, tests, fed):
    def lines():
        yield "down +"
        striplog("vocab alias zonk heroin")
        yield "zonk -"
        striplog("config set day_start 06:00")
        yield "zonk +"

    fed(lines(), options="")
    assert tests("said") == ["down fen+ down", "heroin fen- zonk", "heroin fen+ zonk"]


def test_equal_lines_of_a_file_are_meant_and_an_equal_file_is_told(shift):
    assert "same" not in shift("down + -", "coke -", "down + -").stderr
    told = shift("down + -", "down + -").stderr.splitlines()
    assert [line.split("(")[1].split(")")[0] for line in told if "same" in line] == ["#4, #5"] * 2
    assert "If it was typed twice: striplog undo" in told[0]


# Help and the end


def test_help_is_one_screen_and_names_every_order(shift):
    lines = shift("?").stdout.splitlines()
    assert len(lines) <= 24 and max(map(len, lines)) <= 80
    first = {line.split()[0] for line in HELP}
    assert {"u", "l", "q", "site", "strips", "lot", "on", "dip", "drop"} <= first
    assert {*ORDERS.values()} == {
        "undo", "latest", "help", "quit", "site", "lot", "strips", "on", "dip", "drop"
    }  # fmt: skip


def test_l_lists_the_last_five_whoever_wrote_them(shift, striplog):
    striplog("add pos --drug ketamine")
    said = shift(*["down +"] * 5, "u", "l").stdout
    listed = said.split("now struck out\n")[1].splitlines()
    assert [line.split()[0] for line in listed] == ["#1", "#2", "#3", "#4", "#5"]


def test_the_end_says_what_was_written_and_still_counts(shift):
    told = shift("down + - i", "meth - - -", "u", "1 -").stderr
    assert (
        "Written in this shift: benzodiazepine 0 positive 1 negative, fentanyl 0 positive 1"
        " negative, xylazine 0 positive 0 negative 1 invalid." in told
    )


def test_quiet_says_only_what_was_written(shift):
    result = shift("down +", options="-q")
    assert result.stderr == "" and "#1 fentanyl POSITIVE" in result.stdout
