"""Signals: which series are watched, when each would have been seen, and in what words."""

from datetime import date, timedelta

import pytest
from openpyxl import load_workbook

from factories import a_test, kept, sheet_rows
from strip_log.formats import FORMATS
from strip_log.query.days import Days
from strip_log.query.weeks import Weeks
from strip_log.record import synthetic
from strip_log.stats.signals import Series
from strip_log.tables.signals import SignalRequest

#: The Monday on which the looks below are, and the first Monday of the tests, 30 weeks before.
MONDAY = date(2026, 3, 2)
FIRST = MONDAY - timedelta(weeks=30)


def week(number, positive, n, **facts):
    """The strips of a week, counted from FIRST, spread over its days."""
    facts = {"target": "benzodiazepine", "drug": "down", "site": "Insite", **facts}
    return [
        a_test(
            tested_on=str(FIRST + timedelta(weeks=number, days=place % 7)),
            outcome="positive" if place < positive else "negative",
            **facts,
        )
        for place in range(n)
    ]


def steady(weeks=29, **facts):
    """One positive in ten each week."""
    return [test for number in range(weeks) for test in week(number, 1, 10, **facts)]


@pytest.fixture
def rising(striplog):
    """One in ten in 29 weeks, then 7 of 12."""
    kept(striplog.path, *steady(), *week(29, 7, 12))
    return striplog


SENTENCE = (
    "SIGNAL rise: benzodiazepine in down, all sites: 7 of 12 in the last week, 26 of 260 in the 26"
    " weeks before. By chance less than once in 100 years in one such series. Strips, not"
    " confirmed: test again, ask the lab."
)


def test_a_rise_is_a_sentence_that_can_be_read_aloud(rising):
    lines = rising(f"signals --as-of {MONDAY}").splitlines()
    assert lines[:3] == [
        f"Signals on {MONDAY}",
        SENTENCE,
        SENTENCE.replace("in down, all sites", "at Insite, all drugs"),
    ]
    assert len(lines) <= 10


def test_every_signal_has_its_counts_for_programs(rising):
    row, _ = rising.csv(f"signals --as-of {MONDAY}")
    p = float(row.pop("p"))
    assert 0 < p < 1e-4
    assert row == {
        "signal": "rise",
        "target": "benzodiazepine",
        "drug": "down",
        "site": "",
        "seen_on": "2026-03-02",
        "week": "2026-W09",
        "weeks": "1",
        "positive": "7",
        "valid": "12",
        "before_weeks": "26",
        "before_positive": "26",
        "before_valid": "260",
        "rang_weeks": "",
        "last_positive": "",
        "samples": "",
        "sentence": SENTENCE,
    }


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_has_the_sentence_and_what_was_watched(rising, name, tmp_path):
    rising(f"signals --as-of {MONDAY} --format {name} -o {tmp_path / 'out'}")
    if name == "xlsx":
        book = load_workbook((tmp_path / "out").rename(tmp_path / "out.xlsx"))
        assert next(row["sentence"] for row in sheet_rows(book, "Signals")) == SENTENCE
        return
    if name == "parquet":
        parquet = pytest.importorskip("pyarrow.parquet")
        assert parquet.read_table(tmp_path / "out")["sentence"][0].as_py() == SENTENCE
        return
    text = (tmp_path / "out").read_text("utf-8")
    assert SENTENCE in text
    spoken = name not in ("csv", "tsv", "ndjson", "json")
    assert ("Watched until 2026-W09: 2 series" in text) is spoken
    assert '"series": 2' in text or name != "json"


def test_a_program_that_gets_rows_alone_gets_the_rest_on_stderr(rising):
    assert "Watched until" in rising.run(f"signals --as-of {MONDAY} --format csv").stderr


def test_a_fall_is_told_alike(striplog):
    kept(striplog.path, *steady(29), *week(29, 0, 10, target="xylazine"))
    kept(striplog.path, *[test for number in range(29) for test in week(number, 9, 10, site="Van")])
    kept(striplog.path, *week(29, 1, 10, site="Van"))
    found = striplog(f"signals --as-of {MONDAY} --site Van")
    assert "SIGNAL fall: benzodiazepine in down, chosen sites: 1 of 10 in the last week," in found
    assert "SIGNAL fall: benzodiazepine at Van, all drugs: 1 of 10" in found
    assert "Only site Van." in found


def test_a_flat_year_is_silent(striplog):
    kept(striplog.path, *steady(30))
    found = striplog(f"signals --as-of {MONDAY}")
    assert found.startswith(f"No signal on {MONDAY}.\n")
    assert "SIGNAL" not in found
    assert "2 series, each a target by drug or by site. 2 have 5 strips a week or more" in found
    assert "about 0.3 signals a year by chance." in found
    kept(striplog.path, *(t for n in range(30) for t in week(n, 0, 2, target="xylazine")))
    found = striplog(f"signals --as-of {MONDAY} --target xylazine")
    assert "None has 5 strips a week or more: expect fewer than 0.17 signals a year" in found
    assert striplog.json(f"signals --as-of {MONDAY}")["rows"] == []


def test_a_week_that_is_not_over_says_nothing_yet(rising):
    before = rising(f"signals --as-of {MONDAY - timedelta(days=1)}")
    assert "SIGNAL" not in before and "until 2026-W08" in before
    assert rising(f"signals --until {MONDAY - timedelta(days=1)}") == rising(
        f"signals --as-of {MONDAY}"
    ).replace("Watched", f"Only until {MONDAY - timedelta(days=1)}.\nWatched")


def test_targets_are_never_added_up(striplog):
    """Two targets with half of a rise each."""
    kept(striplog.path, *steady(), *steady(target="fentanyl"))
    kept(striplog.path, *week(29, 3, 5), *week(29, 3, 5, target="fentanyl"))
    assert "SIGNAL" not in striplog(f"signals --as-of {MONDAY}")
    kept(striplog.path, *week(29, 3, 5))
    assert "SIGNAL" in striplog(f"signals --as-of {MONDAY}")


def test_invalid_and_void_strips_are_not_counted(rising):
    invalid = [
        a_test(tested_on="2026-02-25", target="benzodiazepine", drug="down", outcome="invalid")
    ] * 5
    kept(rising.path, *invalid)
    assert SENTENCE in rising(f"signals --as-of {MONDAY}")
    rising(f"void --where outcome=positive --since {MONDAY - timedelta(days=7)} --yes")
    assert "SIGNAL" not in rising(f"signals --as-of {MONDAY}")


def test_tests_without_a_drug_or_a_site_are_a_series_too(striplog):
    bare = {"drug": None, "site": None}
    kept(striplog.path, *steady(**bare), *week(29, 7, 12, **bare))
    found = striplog(f"signals --as-of {MONDAY}")
    assert "SIGNAL rise: benzodiazepine in samples without a drug, all sites: 7 of 12" in found
    assert "SIGNAL rise: benzodiazepine at no named site, all drugs: 7 of 12" in found
    draft = striplog(f"signals --as-of {MONDAY} --draft")
    assert "Warning 1 (draft): benzodiazepine in samples without a drug\n" in draft
    assert "Warning 2 (draft): benzodiazepine at no named site\n" in draft


# Replay


def test_a_replay_says_when_each_signal_would_have_been_seen(striplog):
    kept(striplog.path, *steady(15), *week(15, 7, 12), *week(16, 8, 12), *week(17, 0, 90))
    seen = FIRST + timedelta(weeks=16)
    rows = [row for row in striplog.csv("signals --replay 2025") if row["signal"] == "rise"]
    assert [(row["seen_on"], row["site"], row["rang_weeks"]) for row in rows] == [
        (str(seen), "", "2"),
        (str(seen), "Insite", "2"),
    ]
    assert rows[0]["sentence"].startswith(f"{seen}: SIGNAL rise: benzodiazepine in down, all sites")
    assert "Mondays in a row" in rows[0]["sentence"]


def test_a_replay_is_a_look_at_each_monday(striplog):
    """Each signal of the replay is one of the look on its day, and it was none a week earlier."""
    kept(striplog.path, *steady(20), *week(20, 4, 12), *week(21, 8, 12), *week(24, 9, 10))
    found = striplog.csv("signals --replay 2026")
    for row in found:
        day = date.fromisoformat(row["seen_on"])
        now, before = (
            [
                one["site"]
                for one in striplog.csv(f"signals --as-of {on}")
                if one["signal"] == "rise"
            ]
            for on in (day, day - timedelta(days=7))
        )
        assert row["site"] in now and row["site"] not in before


def test_a_replay_looks_at_the_weeks_that_the_look_before_its_first_rests_on():
    replay = Days(date(2026, 3, 2), date(2026, 3, 15))
    asked = SignalRequest(as_of=date(2026, 6, 1), replay=replay)
    assert asked.ends == [date(2026, 3, 9), date(2026, 3, 16)]
    assert asked.weeks == Weeks(date(2026, 3, 9) - timedelta(weeks=31), date(2026, 3, 16))
    assert SignalRequest(as_of=date(2026, 3, 9)).weeks.number == 30


def test_a_signal_that_goes_on_from_before_does_not_ring_again(striplog):
    kept(striplog.path, *steady(20), *(t for n in range(20, 24) for t in week(n, 8, 12)))
    later = FIRST + timedelta(weeks=22)
    assert striplog.csv(f"signals --replay {later:%G-W%V}") == []


# First positives and contradictions


def test_a_first_positive_ever_is_told_with_the_tests_before(striplog):
    kept(striplog.path, *steady(30))
    kept(striplog.path, *(a_test(tested_on=f"2026-01-{day:02}", target="nitazene", drug="cocaine",
                                 outcome="negative") for day in range(1, 31)))  # fmt: skip
    kept(striplog.path, a_test(tested_on="2026-02-24", target="nitazene", drug="cocaine"))
    line = "FIRST ever: nitazene in cocaine: 1 of 1 from 2026-02-23 on, none of 30 before."
    assert line in striplog(f"signals --as-of {MONDAY}").splitlines()
    [row] = striplog.csv(f"signals --as-of {MONDAY}")
    assert (row["signal"], row["before_valid"], row["last_positive"]) == ("first ever", "30", "")


@pytest.mark.parametrize(
    ("last", "tests", "told"),
    [("2025-12-26", 20, True), ("2025-12-26", 19, False), ("2025-12-27", 20, False)],
)
def test_a_first_positive_in_a_while_needs_sixty_days_and_twenty_tests(striplog, last, tests, told):
    nitazene = {"target": "nitazene", "drug": "cocaine"}
    kept(striplog.path, *steady(30), a_test(tested_on=last, **nitazene))
    negative = [a_test(tested_on="2026-01-15", outcome="negative", **nitazene)] * tests
    kept(striplog.path, *negative, a_test(tested_on="2026-02-24", **nitazene))
    found = [row for row in striplog.csv(f"signals --as-of {MONDAY}") if "first" in row["signal"]]
    assert bool(found) is told
    if told:
        assert found[0]["sentence"] == (
            f"FIRST since {last}: nitazene in cocaine: 1 of 1 from 2026-02-23 on, none of 20"
            " between."
        )


def test_the_setting_says_how_long_there_was_none_or_turns_firsts_off(striplog):
    nitazene = {"target": "nitazene", "drug": "cocaine"}
    kept(striplog.path, *steady(30), a_test(tested_on="2026-02-10", **nitazene))
    negative = [a_test(tested_on="2026-02-15", outcome="negative", **nitazene)] * 20
    kept(striplog.path, *negative, a_test(tested_on="2026-02-24", **nitazene))
    line = f"signals --as-of {MONDAY}"
    assert "FIRST" not in striplog(line)
    for days, told in (("14d", True), ("15d", False), ("1d", True), ("off", False)):
        striplog(f"config set first_in {days}")
        assert ("FIRST since 2026-02-10: nitazene in cocaine" in striplog(line)) is told


@pytest.mark.parametrize(("last", "told"), [("2025-12-31", True), ("2026-01-01", False)])
@pytest.mark.parametrize("as_of", ["2026-03-02", "2026-03-03", "2026-03-08"])
def test_the_sixty_days_are_those_before_the_first_positive_itself(striplog, last, told, as_of):
    """It is of the Sunday, and the week began on the Monday before."""
    nitazene = {"target": "nitazene", "drug": "cocaine"}
    kept(striplog.path, *steady(30), a_test(tested_on=last, **nitazene))
    negative = [a_test(tested_on="2026-01-15", outcome="negative", **nitazene)] * 20
    kept(striplog.path, *negative, a_test(tested_on="2026-03-01", **nitazene))
    assert (f"FIRST since {last}: nitazene" in striplog(f"signals --as-of {as_of}")) is told


def test_the_first_strips_of_a_kind_are_no_news(striplog):
    kept(striplog.path, *steady(30))
    kept(striplog.path, a_test(tested_on="2026-02-24", target="nitazene", drug="cocaine"))
    assert "FIRST" not in striplog(f"signals --as-of {MONDAY}")


def test_a_contradiction_of_the_week_is_told(striplog):
    kept(striplog.path, *steady(30))
    both = [
        a_test(tested_on="2026-02-24", sample="a", drug="down", outcome=outcome)
        for outcome in ("positive", "negative")
    ]
    kept(striplog.path, *both)
    assert (
        "CONTRADICTION: 1 sample has a positive and a negative strip for fentanyl from 2026-02-23"
        " on (down 1): test again with a new strip."
    ) in striplog(f"signals --as-of {MONDAY}")


# Completeness


def test_it_says_which_sites_have_entered_the_week(striplog):
    kept(striplog.path, *steady(30), *steady(29, site="Van"), *steady(10, site="Tent"))
    assert "1 of 2 sites has entered tests for 2026-W09. Not yet: Van." in striplog(
        f"signals --as-of {MONDAY}"
    )


def test_one_site_is_not_counted(rising):
    assert "sites have entered" not in rising(f"signals --as-of {MONDAY}")


# --check and --draft


def test_check_tells_by_the_exit_code(rising):
    rising(f"signals --as-of {MONDAY} --check", code=10)
    rising(f"signals --as-of {MONDAY} --check -q -o out.txt", code=10)
    rising(f"signals --as-of {MONDAY - timedelta(weeks=1)} --check", code=0)


def test_a_draft_has_all_lines_of_a_form(striplog):
    kept(striplog.path, *steady())
    kept(striplog.path, *week(29, 7, 12, form="rock", colour="purple"))
    draft = striplog(f"signals --as-of {MONDAY} --draft --drug down")
    assert draft.startswith("Warning 1 (draft): benzodiazepine in down\n")
    lines = dict(line.split(": ", 1) for line in draft.split("\n\n")[0].splitlines()[1:])
    assert lines | {"What to do": ""} == {
        "Sold as": "down (7)",
        "Looks like": "purple rock (7)",
        "Found": "benzodiazepine, with test strips",
        "Where": "Insite (7)",
        "Since": "2026-02-23 (seen until 2026-03-01)",
        "How many": "7 of 12 strips; 26 of 260 in the 26 weeks before",
        "Confirmed": "No: test strips can be wrong, and no lab has confirmed it.",
        "What to do": "",
    }
    rows = striplog.csv(f"signals --as-of {MONDAY} --draft --drug down")
    assert {row["line"]: row["text"] for row in rows} == lines
    assert {*rows[0]} == {"draft", "line", "text"}


def test_nothing_to_warn_of_is_said(striplog):
    kept(striplog.path, *steady(30))
    assert "nothing to warn of" in striplog.refused(f"signals --as-of {MONDAY} --draft", code=3)


def test_a_fall_is_a_signal_for_cron_where_there_is_nothing_to_warn_of(striplog):
    kept(striplog.path, *[test for number in range(29) for test in week(number, 9, 10)])
    kept(striplog.path, *week(29, 1, 10))
    assert "nothing to warn of" in striplog.refused(f"signals --as-of {MONDAY} --draft", code=3)
    run = striplog.run(f"signals --as-of {MONDAY} --draft --check")
    assert (run.exit_code, run.stdout) == (10, "")
    assert "nothing to warn of" in run.stderr


def test_what_was_not_written_down_is_left_to_be_filled_in(rising):
    assert "Looks like: ________" in rising(f"signals --as-of {MONDAY} --draft")


# What bad input gets


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("signals --as-of 2027-01-01", 2, "in the future"),
        ("signals --as-of 2026", 2, "one day"),
        ("signals --as-of yesterweek", 2, "yesterweek"),
        ("signals --replay 2099", 2, "in the future"),
        ("signals --replay 2026 --as-of 2026-03-02", 2, "leave one out"),
        ("signals --outcome pos", 2, "leave outcome out"),
        ("signals --drug ketamine", 3, "No tests match."),
        ("signals --site Insit", 3, "No recent test has the site 'Insit'. Did you mean Insite?"),
        ("signals --replay 2026-02-25", 3, "no week that is over ends from 2026-02-25 to"),
        ("signals --as-of 2025-08-05", 3, "no weeks before to compare with"),
        ("signals --as-of 2025-08-20", 3, "too few tests"),
        ("signals --as-of 2026-11-02", 3, "no tests in the 30 weeks before 2026-11-02"),
        ("signals --replay 2020", 3, "first tests are of 2025-08-04: there were none until then"),
    ],
)
def test_what_cannot_be_answered_is_a_sentence(rising, line, code, said):
    assert said in rising.refused(line, code)


def test_the_command_that_looks_back_is_the_one_to_paste(rising):
    said = rising.refused("signals --as-of 2026-11-02", 3)
    command = said.split("then: striplog ")[1].strip()
    assert command == f"signals --as-of {MONDAY}"
    assert SENTENCE in rising(command)


def test_a_logbook_of_one_day_is_a_sentence(striplog):
    kept(striplog.path, *(a_test(tested_on="2026-02-24") for _ in range(30)))
    said = striplog.refused(f"signals --as-of {MONDAY}", 3)
    assert "2026-02-24" in said and "look again on 2026-03-09" in said


def test_months_without_tests_are_weeks_without_tests(striplog):
    """Of windows with the same tests the one with more before it says more."""
    kept(striplog.path, *steady(10), *week(29, 7, 12))
    assert "7 of 12 in the last 4 weeks, 10 of 100 in the 26 weeks before" in striplog(
        f"signals --as-of {MONDAY}"
    )


def test_a_young_logbook_says_how_many_weeks_there_were(striplog):
    kept(striplog.path, *(t for n in range(20, 29) for t in week(n, 1, 10)), *week(29, 7, 12))
    assert "9 of 90 in the 9 weeks before" in striplog(f"signals --as-of {MONDAY}")


def test_no_word_says_more_than_strips_can(rising):
    for line in (f"--as-of {MONDAY}", "--replay 2026", f"--as-of {MONDAY} --draft", "--help"):
        said = rising(f"signals {line}").lower()
        assert not [word for word in ("alert", "outbreak", "strong") if word in said]


# The demo: one series has a planted rise, all others stay as they are


def weekly(last):
    """The series of the demo that ends on a day, as (positive, valid) by week, and the weeks."""
    first = last - timedelta(days=364)
    monday = first - timedelta(days=first.weekday())
    number = (last + timedelta(days=1) - monday).days // 7
    found = {}
    for test in synthetic.tests(1, 2400, first, 365):
        place = (date.fromisoformat(test.tested_on) - monday).days // 7
        if test.outcome != "invalid" and place < number:
            counts = found.setdefault((test.target, test.drug), [(0, 0)] * number)
            positive, valid = counts[place]
            counts[place] = positive + (test.outcome == "positive"), valid + 1
    return found, number, (last - timedelta(days=synthetic.RISE.days - 1) - monday).days // 7


@pytest.mark.parametrize("weekday", range(7))
def test_the_planted_rise_of_the_demo_is_found_and_a_flat_year_is_silent(weekday):
    """On the first Monday on which the prediction, computed here, makes it improbable enough."""
    from scipy.stats import betabinom

    def improbable(counts, end):
        for weeks in (1, 2, 4):
            window, before = (
                counts[end - weeks : end],
                counts[max(end - weeks - 26, 0) : end - weeks],
            )
            x, n, y, total = (
                sum(one[k] for one in part) for part in (window, before) for k in (0, 1)
            )
            f = min(total, 200) / total
            peer = betabinom(n, y * f + 0.5, (total - y) * f + 0.5)
            if x >= 2 and total >= 20 and peer.sf(x) + peer.pmf(x) / 2 <= 0.001:
                return True
        return False

    found, number, planted = weekly(date(2026, 11, 23) + timedelta(days=weekday))
    rising = found["nitazene", "down"]
    seen = [end for end in range(10, number + 1) if Series(rising).signals(end)]
    assert seen == [end for end in range(10, number + 1) if improbable(rising, end)]
    assert planted < seen[0] <= planted + 4 and seen[-1] == number
    flat = Series(found["medetomidine", "down"])
    assert not [end for end in range(number + 1) if flat.signals(end)]


def test_the_demo_tells_its_rise(striplog):
    striplog.filled("demo d.db")
    assert "SIGNAL rise: nitazene in down, all sites:" in striplog("--logbook d.db signals")
    draft = striplog("--logbook d.db signals --draft --drug down")
    assert "Sold as: down (" in draft


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-11-02", "the last before them is of 2026-03-01. To see what it would have said"),
        ("2026-11-09", "after 2026-03-01 are of 2026-11-02, so there are no weeks before to"),
        ("2026-11-09", "look again on 2026-11-16."),
    ],
)
def test_weeks_after_a_gap_of_months_are_those_that_are_told(rising, day, said):
    kept(rising.path, *(a_test(tested_on="2026-11-02") for _ in range(30)))
    assert said in rising.refused(f"signals --as-of {day}", 3)


def test_a_signal_that_goes_on_is_not_said_to_be_none(rising):
    after = MONDAY.strftime("%G-W%V")
    said = rising(f"signals --replay {after}")
    assert "No signal would have begun from" in said


def test_no_signal_of_a_week_without_tests_is_no_good_news(rising):
    later = MONDAY + timedelta(weeks=2)
    said = rising(f"signals --as-of {later}")
    assert "No tests in 2026-W11: the last before are of 2026-03-01." in said
    assert "No tests in" not in rising(f"signals --as-of {MONDAY}")
