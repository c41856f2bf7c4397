"""Samples are counted as the plain rule says, whatever the groups, the filter and the history."""

import json
from collections import Counter, defaultdict
from datetime import UTC, datetime
from random import Random

import pytest

from factories import SOURCES, a_test, days, opened, pairs
from strip_log.logbook.amendments import SAMPLE_CODES
from strip_log.logbook.book import reading
from strip_log.logbook.change import begin
from strip_log.logbook.merge import merge
from strip_log.logbook.versions import current, of_test
from strip_log.query.counts import Count, Counts
from strip_log.query.dimensions import DIMENSIONS
from strip_log.query.filter import Filter
from strip_log.query.samples import SampleStrip, conflict, latest
from strip_log.record.own_fields import own_fields
from strip_log.record.test import changed


def sample_of(versions, unique):
    """What ties strips together: the code, at a site on a day, in the logbook that wrote the test;
    one that striplog made holds everywhere, and one that is unique at its site."""
    test = versions[-1].test
    where = test.site if unique else (test.tested_on, test.site, versions[0].origin)
    return test.target, test.sample, None if test.sample in MADE else where


#: Codes as striplog makes them.
MADE = ("s-abcdef", "s-0123456789ab")


def made_up(random):
    """A test that may well be of the same sample as others, corrected or not."""
    return a_test(
        target=random.choice(("fentanyl", "fentanyl", "xylazine")),
        outcome=random.choice(("positive", "negative", "negative", "invalid")),
        sample=random.choice((None, "A1", "A2", "a1", "s-abcde1", *MADE)),
        site=random.choice((None, "Insite", "Powell")),
        tested_on=random.choice(("2025-12-31", "2026-01-01", "2026-01-02", "2026-02-01")),
        tested_time=random.choice((None, "02:00", "11:00", "23:00")),
        drug=random.choice(("down", "down", "cocaine", None)),
        colour=random.choice(("white", None)),
        extra=own_fields(random.choice(({}, {"kit": "yes"}, {"kit": "no"}))),
    )


@pytest.fixture(scope="module", params=["", "unique"], ids=["by day", "unique codes"])
def logbook(request, tmp_path_factory):
    """400 tests from two logbooks, of which many were corrected since or are void."""
    random = Random(4)
    folder = tmp_path_factory.mktemp("samples")
    for name in ("other.db", "logbook.db"):
        with opened(str(folder / name)) as book:
            with begin(book, "add") as change:
                numbers = change.add(made_up(random) for _ in range(200))
            with begin(book, "edit") as change:
                for number in random.sample(numbers, 70):
                    version = current(book, number)
                    test = changed(version.test, {"tested_time": None, "outcome": "positive"})
                    change.revise(version, test, void=random.random() < 0.3)
                if request.param:
                    change.amend("setting", SAMPLE_CODES, request.param)
            if name == "logbook.db":
                merge(book, [str(folder / "other.db")], datetime.now(UTC))
    return str(folder / "logbook.db")


@pytest.fixture(scope="module")
def book(logbook):
    with reading(logbook) as book:
        yield book


@pytest.fixture(scope="module")
def versions(book):
    """Every test with all its versions, the one that holds last."""
    return [of_test(book, number) for number in range(1, 401)]


def chosen(where, test):
    """Whether a test passes a filter, of those that are asked here."""
    first, last = where.days.first.isoformat(), where.days.last.isoformat()
    return (
        first <= test.tested_on <= last
        and all(getattr(test, name) in values for name, values in where.only.items())
        and not any(getattr(test, name) in values for name, values in where.but.items())
    )


def plain(book, versions, by, where, day_start):
    """The rule, strip by strip."""
    categories, unique = book.vocabulary().drugs, book.settings().get(SAMPLE_CODES) == "unique"
    kept = [all for all in versions if chosen(where, all[-1].test)]
    live = [all for all in kept if not all[-1].void]
    samples = defaultdict(list)
    for all in live:
        test = all[-1].test
        strip = SampleStrip(test.tested_on, test.tested_time, test.outcome, _written(all[0]))
        alone = all[0].id if test.sample is None else None
        samples[*sample_of(all, unique), alone].append((strip, test))

    def key(test):
        values = {**facts_of(test), "category": categories.get(test.drug)}
        labels = [DIMENSIONS[name].label if name in DIMENSIONS else str for name in by]
        columns = [DIMENSIONS[name].column if name in DIMENSIONS else name for name in by]
        found = [values.get(column) for column in columns]
        return test.target, *(
            None if value is None else label(value)
            for label, value in zip(labels, found, strict=True)
        )

    groups, conflicts = defaultdict(Counter), Counter()
    for strips in samples.values():
        facts = [strip for strip, _ in strips]
        test = strips[latest(facts, day_start)][1]
        groups[key(test)][test.outcome] += 1
        conflicts[key(test)] += conflict(facts)
    dates = [all[-1].test.tested_on for all in live]
    return Counts(
        {group: Count(**counted) for group, counted in groups.items()},
        min(dates, default=None),
        max(dates, default=None),
        Counter(all[-1].test.target for all in kept if all[-1].void),
        dict(conflicts),
        sum(all[-1].test.sample is None for all in live),
    )


def _written(version):
    return f"{version.stamp}{version.origin}{version.number:012}"


def facts_of(test):
    """Its facts by name, with its own fields."""
    own = json.loads(test.extra) if test.extra else {}
    return {**own, **test._asdict()}


FILTERS = {
    "all": Filter(),
    "January": Filter(days("2026-01-01", "2026-01-31")),
    "since": Filter(days("2026-02-01")),
    "one drug": Filter(only={"drug": ("down",)}),
    "not a site": Filter(but={"site": ("Insite",)}),
    "by the table": Filter(only={"colour": ("white",)}),
    "codes": Filter(only={"sample": ("A1", "s2")}),
    "none": Filter(days("2030-01-01")),
}
GROUPS = ([], ["drug"], ["category", "month"], ["week"], ["site", "colour"], ["kit"])


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize(("tests", "by"), pairs(FILTERS, GROUPS, each=3), ids=str)
def test_samples_are_counted_as_the_plain_rule_says(logbook, book, versions, source, tests, by):
    where = FILTERS[tests]
    with SOURCES[source](logbook) as asked:
        for day_start in ("00:00", "06:00"):
            expected = plain(book, versions, by, where, day_start)
            assert asked.sample_counts(by, where, day_start) == expected
    if where == Filter():
        assert expected.uncoded and sum(expected.conflicts.values())
        assert sum(count.tests for count in expected.groups.values()) < 300
