"""What `add` says about a test after it is written: on stderr, and never in the logbook."""

import math
import re
import time
from datetime import date, datetime, timedelta
from random import Random
from types import SimpleNamespace

import pytest

from factories import a_test, each, kept, opened
from strip_log.logbook import file
from strip_log.logbook.change import begin
from strip_log.logbook.connection import unless_busy
from strip_log.record import firsts, lots
from strip_log.record.firsts import Before, days_of, is_first
from strip_log.record.interferents import INTERFERENTS
from strip_log.record.shipped import shipped


def day(ago: int) -> str:
    return str(date.today() - timedelta(days=ago))


def said(striplog, line: str) -> str:
    run = striplog.run(line)
    assert run.exit_code == 0, run.output
    return run.stderr


@pytest.fixture
def written(striplog):
    """Write tests into the logbook, each a fentanyl strip in cocaine, negative but for its facts;
    the first of them is another drug's."""

    def write(*facts, command="test"):
        tests = [a_test(tested_on=day(200), drug="ketamine")] if not striplog.path.exists() else []
        usual = {"outcome": "negative", "drug": "cocaine", "tested_on": day(0)}
        with opened(striplog.path) as book, begin(book, command) as change:
            change.add([*tests, *(a_test(**{**usual, **fact}) for fact in facts)])

    return write


# The first of its kind


def test_a_positive_is_the_first_in_sixty_days_with_twenty_tests_between(striplog, written):
    written({"outcome": "positive", "tested_on": day(60)}, *[{"tested_on": day(9)}] * 20)
    last = date.today() - timedelta(days=60)
    year = f" {last.year}" if last.year != date.today().year else ""
    assert said(striplog, "add pos --drug coke --sample A7") == (
        f"First fentanyl positive in cocaine here since {last.day} {last:%B}{year} (20 tests). One"
        " strip: test again with a new strip before telling others. Fentanyl strips:"
        " methamphetamine, mdma and diphenhydramine also turn them positive.\n"
    )


@pytest.mark.parametrize(
    ("ago", "tests", "more"),
    [(59, 20, {}), (60, 19, {}), (60, 20, {"tested_on": day(70)}), (60, 20, {"target": "xylazine"}),
     (60, 20, {"outcome": "invalid"}), (60, 20, {"drug": "heroin"})],
    ids=["too soon", "too few", "tests before it", "another target", "invalid", "another drug"],
)  # fmt: skip
def test_a_positive_is_no_news(striplog, written, ago, tests, more):
    counted = {"tested_on": day(9), **more}
    written({"outcome": "positive", "tested_on": day(ago)}, *[counted] * tests)
    assert said(striplog, "add pos --drug coke") == ""


def test_the_first_ever_is_said_but_not_in_a_new_logbook(striplog, written):
    assert "First" not in said(striplog, "add pos --drug down")
    written(*[{"site": site} for site in ("Van", None, "Insite")])
    assert said(striplog, "add pos --drug coke").startswith(
        "First fentanyl positive in cocaine in this logbook (3 tests). One strip: "
    )
    assert said(striplog, "add pos --drug coke --site Van").count("First") == 0


def test_tests_at_any_site_count_and_tests_without_a_drug_are_a_kind_of_their_own(
    striplog, written
):
    written({"outcome": "positive", "site": "Van"}, {"drug": None})
    assert "First" not in said(striplog, "add pos --drug coke --site Insite --new")
    assert "in samples with no drug named in this logbook (1 test)." in said(striplog, "add pos")
    assert "First" not in said(striplog, "add pos --site Van")
    written({"drug": None, "category": "opioid", "target": "xylazine", "outcome": "positive"})
    assert "First xylazine positive in samples" in said(striplog, "add xyl=pos")


@pytest.mark.parametrize("line", ["add pos --drug coke --at yesterday", "add pos --drug coke -q"])
def test_what_is_dated_back_or_quiet_is_not_news(striplog, written, line):
    written({})
    assert said(striplog, line) == ""


def test_an_import_says_nothing_of_the_first(striplog, written, tmp_path):
    written({})
    (tmp_path / "more.csv").write_text(f"Date,Drug,FTS\n{day(0)},coke,pos\n")
    assert "First" not in said(striplog, "import more.csv")


def test_it_can_be_set_to_other_days_or_off(striplog, written, monkeypatch):
    written({"outcome": "positive", "tested_on": day(10)}, *[{"tested_on": day(9)}] * 20)
    striplog("config set first_in 10")
    assert striplog("config get first_in") == "10d\n"
    assert "here since" in said(striplog, "add pos --drug coke")
    striplog("undo")
    striplog("config set first_in off")
    assert said(striplog, "add pos --drug coke") == ""
    monkeypatch.setenv("STRIPLOG_FIRST_IN", "soon")
    assert "first_in is a number of days such as 60d, or off" in said(
        striplog, "add pos --drug e --new"
    )
    assert "not 'soon'" in striplog.refused("config set first_in soon", 2)


@each(["60d", "60", " 60 D", "7d", "off", "OFF"])
def test_days_are_read(word):
    assert days_of(word) == (None if word.lower() == "off" else int(re.findall(r"\d+", word)[0]))


#: Positives that are first in N days by chance alone, a year, by N and positives a year at random:
#: 365 r exp(-r N), of which the program's own document has these; at most 365 / (e N).
BY_CHANCE = {
    (30, 12): 4.475442726, (60, 1): 0.8484165394, (60, 6): 2.237721363, (60, 24): 0.464333772,
    (90, 12): 0.6225088339,
}  # fmt: skip


@pytest.mark.parametrize(("days", "a_year"), BY_CHANCE)
def test_by_chance_there_are_so_many_firsts_a_year(days, a_year):
    expected = BY_CHANCE[days, a_year]
    rate = a_year / 365
    assert expected == pytest.approx(365 * rate * math.exp(-rate * days))
    random, at, found = Random(days + a_year), 0.0, 0
    years = 600 if a_year > 5 else 3000
    while at < 365 * years:
        last, at = at, at + random.expovariate(rate)
        today = date(2000, 1, 1) + timedelta(days=int(at) % 300_000)
        found += is_first(Before(today - timedelta(days=int(at) - int(last)), 99), today, days)
    assert found == pytest.approx(expected * years, abs=3 * math.sqrt(expected * years))


# Interferents


def test_every_interferent_is_a_drug_and_every_target_is_known():
    known = shipped()
    for target, found in INTERFERENTS.items():
        assert known.target(target) == target
        assert [known.drug(name) for name in (*found.most, *found.some)] == [
            *found.most,
            *found.some,
        ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("pos --drug meth", "A fentanyl strip can be positive from methamphetamine alone, from 1 mg"
         " in 1 mL of water on: test again with more water before relying on it."),
        ("xyl=pos --drug lidocaine", "A xylazine strip can be positive from lidocaine alone: test"),
        ("neg --drug meth", ""),
        ("xyl=pos --drug meth", ""),
    ],
)  # fmt: skip
def test_a_drug_that_turns_the_strip_positive_is_named(striplog, line, expected):
    found = said(striplog, f"add {line}")
    assert expected in found
    assert expected or "alone" not in found


# Lots


def test_a_lot_is_stopped_where_the_fourth_of_its_last_twenty_is_invalid(striplog, written):
    bad, good = {"lot": "0012", "outcome": "invalid"}, {"lot": "0012", "tested_on": day(3)}
    written(bad, bad, bad, *[good] * 16, {"lot": "7", "outcome": "invalid"})
    assert said(striplog, "add inv --drug coke --lot 7").startswith("2 invalid fentanyl strips in")
    assert "0012" not in said(striplog, "add xyl=inv --drug coke --lot 0012")
    assert said(striplog, "add inv --drug coke --lot 0012 --at yesterday") == (
        "4 of the last 20 fentanyl strips of lot 0012 are invalid: stop using lot 0012, call the"
        " supplier.\n"
    )
    assert said(striplog, "add neg --drug coke --lot 0012") == ""


def test_after_two_invalid_in_a_row_it_says_to_check_the_water_and_wait(striplog):
    assert "in a row" not in said(striplog, "add inv --drug down")
    assert "in a row" not in said(striplog, "add xyl=inv --drug down")
    assert said(striplog, "add inv --drug coke") == (
        "2 invalid fentanyl strips in a row: check the water, and wait as long as the leaflet says"
        " before you read the next one.\n"
    )
    assert "3 invalid" in said(striplog, "add inv --drug meth")
    assert "in a row" not in said(striplog, "add neg --drug meth")
    assert "in a row" not in said(striplog, "add inv --drug meth")


@pytest.mark.parametrize(
    ("days", "expected"),
    [(-1, "Warning: The strip had expired on"), (0, "Lot F1 of fentanyl strips expires today"),
     (1, "Lot F1 of fentanyl strips expires in 1 day, on "), (31, ""),
     (30, "Lot F1 of fentanyl strips expires in 30 days, on ")],
)  # fmt: skip
def test_a_lot_that_expires_soon_is_said_once_a_day(striplog, days, expected):
    line = f"add neg --drug down --lot F1 --expires {day(-days)}"
    found = said(striplog, line).removeprefix(f"Started a new logbook: {striplog.path}\n")
    assert found.startswith(expected) and bool(found) == bool(expected)
    again = said(striplog, f"{line} --site Van --new")
    assert ("expire" in again) == (days < 0)


def test_the_day_that_a_lot_expires_is_known_from_its_other_strips(striplog, written):
    written({"lot": "F1", "expires_on": day(1)}, {"lot": "F2", "expires_on": day(-9)})
    assert said(striplog, "add neg --drug down --lot F1") == (
        f"Lot F1 of fentanyl strips expired on {day(1)}: its outcomes are less certain.\n"
    )
    assert "F2" not in said(striplog, "add neg --drug down --lot F2"), "said of the first today"
    assert said(striplog, "add xyl=neg --drug down --lot F1") == ""


# Typed twice


def test_the_same_is_said_with_its_number_and_how_long_ago(striplog, monkeypatch):
    striplog("add neg benzo=pos --drug down")
    assert said(striplog, "add benzo=pos neg --drug down") == (
        "The same was written less than a minute ago (#1, #2). If it was typed twice: striplog"
        " undo\n"
    )
    striplog("undo")
    in_minutes(monkeypatch, 3)
    assert "3 minutes ago (#1, #2)" in said(striplog, "add neg benzo=pos --drug down")
    in_minutes(monkeypatch, 9)
    assert said(striplog, "add neg benzo=pos --drug down") == ""


def in_minutes(monkeypatch, minutes):
    """Let it be so many minutes later from now on."""
    real = time.time_ns() + (minutes * 60 + 1) * 1_000_000_000

    class Later(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.fromtimestamp(real / 1e9, tz)

    monkeypatch.setattr("strip_log.logbook.change.time", SimpleNamespace(time_ns=lambda: real))
    monkeypatch.setattr("strip_log.console.remarks.datetime", Later)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("neg --drug down", "neg --drug heroin"),
        ("neg --drug down", "neg --drug down --site Van"),
        ("neg --drug down", "pos --drug down"),
        ("neg --drug down", "neg --drug down --at yesterday"),
        ("neg --drug down --sample A", "neg --drug down --sample B"),
        ("neg benzo=neg --drug down", "neg --drug down"),
        ("neg --drug down", "neg benzo=neg --drug down"),
        ("neg --drug down --sample s-wwday7", "neg --drug down --sample s-wwday7"),
    ],
)
def test_what_is_not_the_same_is_not_said_to_be(striplog, first, second):
    striplog(f"add {first}")
    assert "same" not in said(striplog, f"add {second}")


def test_what_was_struck_out_corrected_or_imported_was_not_typed_twice(striplog, tmp_path):
    striplog("add neg --drug down")
    striplog("void 1")
    assert said(striplog, "add neg --drug down") == ""
    striplog("edit 2 --note looked --form rock")
    assert said(striplog, "add neg --drug down") == ""
    (tmp_path / "more.csv").write_text(f"Date,Drug,FTS\n{day(0)},coke,neg\n")
    striplog("import more.csv")
    assert said(striplog, "add neg --drug coke") == ""


def test_one_more_strip_of_a_sample_is_not_the_same_as_that_of_another(striplog):
    striplog("add neg --drug down")
    striplog("add inv --drug down")
    assert "The same was written" not in said(striplog, "add neg --same")
    assert "The same was written" in said(striplog, "add neg --drug down")


# All of them


def test_nothing_that_is_said_is_kept_names_a_sample_or_is_said_when_quiet(striplog, written):
    written({"lot": "F1", "outcome": "invalid"}, {"lot": "F1", "outcome": "invalid"},
            {"lot": "F1", "outcome": "invalid", "expires_on": day(1)})  # fmt: skip
    line = "add inv xyl=pos --drug lidocaine --sample A7 --lot fent=F1 --lot xyl=X1"
    found = said(striplog, line)
    for part in ("stop using lot F1", "expired on", "First xylazine", "lidocaine alone"):
        assert part in found
    assert "A7" not in found
    twice = said(striplog, f"{line} --again")
    assert "The same was written" in twice
    assert "A7" not in twice
    with file.reading(str(striplog.path)) as connection:
        kept_text = "\n".join(connection.iterdump())
    for part in ("stop using", "First", "lidocaine alone", "expired on", "was written"):
        assert part not in kept_text
    assert said(striplog, f"{line} --again -q") == ""


def test_nobody_waits_for_remarks_while_another_program_has_the_logbook(striplog, monkeypatch):
    striplog("add neg --drug down")
    with opened(striplog.path) as book, opened(striplog.path) as other:
        other.connection.execute("begin exclusive")
        with unless_busy(book.connection):
            book.settings()
            raise AssertionError("it was not busy")
        other.connection.execute("rollback")
        assert book.connection.patient
        assert book.settings()


def test_the_rule_of_the_lot_is_the_one_that_is_said():
    assert (lots.STOP_INVALID, lots.STOP_AMONG, firsts.DAYS, firsts.TESTS) == (4, 20, 60, 20)


def test_what_is_asked_of_the_logbook_is_found_by_an_index(striplog):
    from strip_log.logbook import kinds, lately

    kept(striplog.path, a_test())
    named = {"target": "", "drug": None, "category": None, "outcome": "", "first": 1, "stop": 2,
             "last": "", "most": 1}  # fmt: skip
    with file.reading(str(striplog.path)) as connection:
        for question in (
            kinds._LAST,
            kinds._SINCE,
            lately._ALIKE,
            lately._LAST_HERE,
            lately._OF_LOT,
        ):
            bound = named if ":target" in question else [None] * question.count("?")
            plan = [row[3] for row in connection.execute(f"explain query plan {question}", bound)]
            of_tests = [step for step in plan if " entry" in step]
            assert of_tests and all("INDEX entry_" in step for step in of_tests), plan
