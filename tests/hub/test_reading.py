"""A hub answers what one logbook does into which all that was pushed is merged."""

from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from factories import a_test, days, opened
from hub import filling
from hub.both import said
from hub.province import PUSHED, Province
from strip_log.hub import region
from strip_log.hub.conditions import NOT_PUSHED
from strip_log.logbook.book import reading
from strip_log.logbook.change import begin
from strip_log.logbook.merge import merge
from strip_log.query.dimensions import DIMENSIONS
from strip_log.query.filter import CONDITIONS, Bound, Filter
from strip_log.query.source import TESTS
from strip_log.record.fields import FIELDS

#: The columns of a test that are not pushed, or are other codes on a hub.
APART = ("number", "id", "sample", "said", "note", "tested_time", "extra")

#: The columns of a test that are pushed.
LOOKED_UP = [name for name in TESTS if name not in ("number", "id", *NOT_PUSHED)]

FILTERS = [
    Filter(),
    Filter(days("2025-01-15", "2025-03-31")),
    Filter(only={"site": ("Insite", "")}, but={"drug": ("cocaine",)}),
    Filter(only={"category": ("stimulant", "")}, but={"lot": ("F1",)}),
    Filter(only={"brand": ("BTNX",), "intention": ("less", "")}),
    Filter(but={"category": ("opioid",), "faint": ("1",), "tested_on": ("2025-02", "2025-03-01")}),
    Filter(own_only={"kit": ("yes", "")}, own_but={"Bag No": ("8",)}),
    Filter(bounds=(Bound("expires_on", "<=", "2026-01-01", "date"),)),
    Filter(bounds=(Bound("Bag No", ">", "6.5", "number", own=True),)),
]


@pytest.fixture
def both(hub, tmp_path):
    """The logbooks of a province, merged; and a hub that has what each pushed."""
    province = Province(tmp_path, 3).go_on(40)
    filling.fill(hub, province.paths, PUSHED)
    with reading(str(province.merged())) as book, region.reading("analyst") as found:
        yield book, found


def rows(source, where):
    """What the tests have that is pushed, in any order."""
    places = [place for place, name in enumerate(TESTS) if name not in APART]
    return sorted([tuple(row[place] for place in places) for row in source.tests(where)], key=str)


def test_groups_tests_and_names_are_those_of_the_merged_logbook(both):
    book, found = both
    dimensions = [*DIMENSIONS, *PUSHED]
    chance = Random(1)
    for where in FILTERS:
        for _ in range(3):
            by = chance.sample(dimensions, chance.choice([0, 1, 1, 2, 3]))
            assert asdict(found.counts(by, where)) == asdict(book.counts(by, where)), (by, where)
            expected = asdict(book.sample_counts(by, where, "06:00"))
            assert asdict(found.sample_counts(by, where, "06:00")) == expected, (by, where)
        assert rows(found, where) == rows(book, where), where
        assert found.number_of_tests(where) == book.number_of_tests(where)
    assert found.targets() == book.targets()
    assert found.vocabulary().drugs == book.vocabulary().drugs
    assert found.vocabulary().sites == book.vocabulary().sites
    assert found.own_fields(Filter()) == sorted(PUSHED)


def test_tests_that_are_looked_up_are_those_that_are_live(both):
    found = both[1]
    columns = ", ".join(("id", "stamp", "origin", "own_code", "received", *LOOKED_UP))
    live, looked_up = (
        sorted(found._snapshot.ask(f"select {columns} from striplog.{view}").fetchall(), key=str)
        for view in ("live", "looked_up")
    )
    assert live
    assert looked_up == live


def test_every_condition_but_those_on_what_is_not_pushed_is_answered_alike(both):
    book, found = both
    there = {name: {*book.recent_values(name)} for name in FIELDS if name != "category"}
    there |= {"category": {"opioid", "other"}, "logbook": {*book.logbooks().values()}}
    for name in CONDITIONS:
        if name in ("said", "sample"):
            continue
        for value in sorted({f"{int(one)}" if one == 1 else str(one) for one in there[name]}):
            for where in (Filter(only={name: (value,)}), Filter(but={name: (value,)})):
                assert found.counts((), where).groups == book.counts((), where).groups, where


def test_the_sites_that_have_entered_tests_this_week_are_counted_over_all_logbooks(hub, tmp_path):
    today = date.today()
    for name, site, ago in (("a", "Van", 0), ("b", "Tent", 7), ("c", "VAN", 14), ("d", "Old", 60)):
        test = a_test(site=site, drug="down", tested_on=f"{today - timedelta(days=ago)}")
        with opened(tmp_path / f"{name}.db") as book, begin(book, "add") as change:
            change.know("site", site, site)
            change.add([test])
    paths = [tmp_path / f"{name}.db" for name in "abcd"]
    filling.fill(hub, paths)
    with opened(tmp_path / "merged.db") as book:
        merge(book, [*map(str, paths)], datetime.now(UTC))
    asked = ["summary", "--format", "markdown"]
    answer = said([*asked, "--hub", "analyst"])
    assert answer == said([*asked, "--logbook", f"{tmp_path / 'merged.db'}"])
    assert "1 of 2 sites" in answer[1] and "this week. Not yet: Tent." in answer[1]
