"""Which sites have entered tests: below summaries that go on until today, and below signals."""

from datetime import date, timedelta

import pytest

from factories import a_test, kept

TODAY = date.today()
#: A day of this week, one of the week before, and one five weeks before.
NOW, BEFORE = TODAY - timedelta(days=TODAY.weekday()), TODAY - timedelta(days=TODAY.weekday() + 7)
LONG_AGO = NOW - timedelta(weeks=5)


@pytest.fixture
def sites(striplog):
    days = {"Insite": NOW, "Powell": NOW, "Van": BEFORE, "Tent": LONG_AGO}
    kept(striplog.path, *(a_test(tested_on=str(day), site=site) for site, day in days.items()))
    return striplog


SAID = "2 of 3 sites have entered tests this week. Not yet: Van."


@pytest.mark.parametrize("more", ["", "--by month --chart", "--by month --trend", "--last 9w",
                                  "--drug cocaine", "--unit sample"])  # fmt: skip
def test_a_summary_until_today_says_which_sites_have_entered_tests(sites, more):
    kept(sites.path, a_test(tested_on=str(LONG_AGO), drug="cocaine", sample="a"))
    assert SAID in sites(f"summary {more}").splitlines()


def test_a_program_gets_it_as_data(sites):
    said = sites.json("summary")
    assert (said["sites_week"], said["sites"]) == (f"{NOW:%G-W%V}", 3)
    assert (said["sites_entered"], said["sites_missing"]) == (2, ["Van"])
    assert SAID in sites.run("summary --format csv").stderr


@pytest.mark.parametrize(
    "more", ["--period last-month", "--until 2026-01-31", "--site Insite", "--compare year-ago"]
)
def test_a_summary_of_the_past_or_of_one_site_does_not(sites, more):
    more += " --period this-year" if "--compare" in more else ""
    assert "have entered tests" not in sites(f"summary {more}")


def test_chosen_sites_alone_are_looked_at(sites):
    found = sites("summary --site Insite --site Van")
    assert "1 of 2 sites has entered tests this week. Not yet: Van." in found
    assert "2 of 2 sites have entered tests this week.\n" in sites("summary --site '!=Van'")


def test_many_sites_are_counted_and_few_are_named(striplog):
    kept(striplog.path, *(a_test(tested_on=str(BEFORE), site=f"S{n}") for n in range(9)))
    said = "0 of 9 sites have entered tests this week. Not yet: S0, S1, S2, S3, S4 and 4 more."
    assert said in striplog("summary")


def test_one_site_or_none_is_not_counted(striplog):
    kept(striplog.path, a_test(tested_on=str(NOW), site="Van"), a_test(tested_on=str(NOW)))
    assert "have entered tests" not in striplog("summary")
