"""Whatever answers as a Source, against plain Python on the view `tests`."""

import itertools
import json
import shutil
from collections import Counter
from datetime import date

import pytest

from factories import SOURCES, a_test, days, opened, pairs
from strip_log.logbook import scan, tests
from strip_log.logbook.book import reading, writing
from strip_log.logbook.change import begin
from strip_log.logbook.connection import STEPS
from strip_log.logbook.undo import undo
from strip_log.logbook.versions import current, of_test
from strip_log.query import dimensions
from strip_log.query.counts import Count
from strip_log.query.dimensions import DIMENSIONS
from strip_log.query.filter import Filter
from strip_log.query.source import TESTS
from strip_log.record.own_fields import own_fields
from strip_log.record.test import changed
from strip_log.tables import tests as tests_table


def varied(number):
    """A test unlike its neighbours: each field has its own period, and is missing now and then."""

    def one_of(*choices):
        return choices[number % len(choices)]

    return a_test(
        target=one_of("fentanyl", "xylazine", "fentanyl"),
        outcome=one_of("positive", "negative", "negative", "invalid", "positive"),
        tested_on=one_of(
            *("2024-12-29", "2024-12-30", "2025-12-28", "2025-12-29", "2026-01-01", "2026-01-04"),
            *("2026-01-05", "2026-03-31", "2026-04-01", "2026-12-31", "2027-01-03"),
        ),
        drug=one_of("down", "cocaine", None, "mdma", "heroin", "not in the vocabulary", "down"),
        site=one_of("Insite", "The Hub", "insite", None),
        brand=one_of("BTNX", None, "WiseBatch"),
        lot=one_of("0012", "12", None, None, "7"),
        form=one_of("rock", None),
        colour=one_of("white", "purple", None),
        timing=one_of("before", "after", None, "not-using"),
        intention=one_of(None, "less", "less, dispose"),
        confirmed=one_of(None, None, "positive", "negative"),
        extra=own_fields(one_of({}, {"kit": "yes"}, {"kit": "no", "a'\"b": "x"}, {})),
    )


@pytest.fixture(scope="module")
def logbook(tmp_path_factory):
    """220 tests that differ: a tenth void, a tenth corrected, a tenth void for a while."""
    path = str(tmp_path_factory.mktemp("query") / "logbook.db")
    with opened(path) as book, begin(book, "add") as change:
        for number in change.add(map(varied, range(220))):
            version = current(book, number)
            if number % 10 == 3:
                change.revise(version, version.test, void=True)
                struck = changed(version.test, {"tested_on": "2020-01-01", "site": "Insite"})
                change.revise(current(book, number), struck, void=True)
            if number % 10 == 8:
                change.revise(version, version.test, void=True)
                change.revise(current(book, number), version.test, void=False)
            if number % 10 == 6:
                change.revise(version, varied(number + 1), void=False)
    return path


@pytest.fixture(scope="module")
def book(logbook):
    with reading(logbook) as book:
        yield book


@pytest.fixture(scope="module", params=SOURCES)
def source(request, logbook):
    with SOURCES[request.param](logbook) as source:
        yield source


def rows(book):
    cursor = book.connection.execute("select * from tests order by tested_on, number")
    names = [column[0] for column in cursor.description]
    own = {"logbook": book.settings()["logbook"]}
    return [dict(zip(names, row, strict=True)) | own for row in cursor]


#: The dimensions that are no column of the view.
TIMES = {
    "day": lambda day: str(day),
    "week": lambda day: f"{day:%G-W%V}",
    "month": lambda day: f"{day:%Y-%m}",
    "quarter": lambda day: f"{day:%Y}-Q{'111222333444'[day.month - 1]}",
    "year": lambda day: f"{day:%Y}",
}


def group(row, name):
    if name in TIMES:
        return TIMES[name](date.fromisoformat(row["tested_on"]))
    return row[name] if name in row else json.loads(row["extra"] or "{}").get(name)


def counted(some, by):
    """The same as `counts`, in plain Python."""
    tally = Counter((row["target"], *(group(row, name) for name in by), row["outcome"])
                    for row in some)  # fmt: skip
    return {
        key[:-1]: Count(*(tally[(*key[:-1], outcome)] for outcome in Count._fields))
        for key in tally
    }


FILTERS = [
    Filter(),
    Filter(days("2025-12-29", "2026-04-01")),
    Filter(only={"site": ("Insite", "")}, but={"drug": ("cocaine",)}),
    Filter(own_only={"kit": ("yes", "no")}),
]


def kept(book, source, where):
    numbers = {row[TESTS.index("number")] for row in source.tests(where)}
    return [row for row in rows(book) if row["number"] in numbers]


@pytest.mark.parametrize(
    ("name", "where"), pairs([*DIMENSIONS, "kit", "a'\"b", "no such field"], FILTERS, each=2)
)
def test_tests_are_counted_by_any_dimension_as_plain_python_does(book, source, name, where):
    found = source.counts([name], where)
    assert found.groups == counted(kept(book, source, where), [name])


def test_tests_are_counted_by_two_dimensions_as_plain_python_does(book, source, monkeypatch):
    monkeypatch.setattr(scan, "TOGETHER", 50)
    all_rows = rows(book)
    for place, by in enumerate(itertools.combinations([*DIMENSIONS, "kit"], 2)):
        by = by[:: 1 - 2 * (place % 2)]  # each pair in one order or the other
        assert source.counts(by, Filter()).groups == counted(all_rows, by), by


def test_values_that_are_unusual_as_text_are_groups_of_their_own(path):
    values = ("a\nb", 'a"b', "a\\nb", '", "', "[", "\u2028", "", None)
    with writing(path) as book:
        with begin(book, "add") as change:
            change.add([a_test(colour=one, form=other) for one in values for other in values])
        found = book.counts(("colour", "form"), Filter()).groups
    assert {key[1:] for key in found} == {(one, other) for one in values for other in values}


@pytest.mark.parametrize(
    "by",
    [
        (),
        ("drug", "category", "target"),
        ("week", "month", "day", "year"),
        ("kit", "site", "a'\"b"),
    ],
    ids=str,
)
@pytest.mark.parametrize("where", FILTERS, ids=["all", "dates", "fields", "own"])
def test_tests_are_counted_by_none_or_several_as_plain_python_does(book, source, by, where):
    assert source.counts(by, where).groups == counted(kept(book, source, where), by)


@pytest.mark.parametrize("where", FILTERS, ids=["all", "dates", "fields", "own"])
@pytest.mark.parametrize("by", [["drug"], ["month"], ["lot"]], ids=str)
def test_counts_say_the_first_and_the_last_day_of_what_was_counted(book, source, where, by):
    found = source.counts(by, where)
    days = [row["tested_on"] for row in kept(book, source, where)]
    assert (found.first, found.last) == (min(days), max(days))


def test_void_tests_are_counted_by_target_as_they_were_when_struck_out(book, source):
    versions = [version for number in range(1, 221) for version in of_test(book, number)[-1:]]
    void = Counter(version.test.target for version in versions if version.void)
    assert source.counts(["drug"], Filter()).void == void
    assert sum(void.values()) == 22

    sited = Counter(v.test.target for v in versions if v.void and v.test.site == "Insite")
    assert source.counts([], Filter(only={"site": ("Insite",)})).void == sited


@pytest.mark.parametrize("by", [[], ["drug"], ["month"], ["site"], ["kit"]], ids=str)
@pytest.mark.parametrize("where", [Filter(), Filter(days("2026-01-01"))], ids=["all", "since"])
@pytest.mark.parametrize("source", SOURCES)
def test_an_empty_logbook_has_no_groups_and_no_days(tmp_path, source, by, where):
    path = str(tmp_path / "empty.db")
    with opened(path):
        pass
    with SOURCES[source](path) as empty:
        found = empty.counts(by, where)
        assert (found.groups, found.first, found.last, found.void) == ({}, None, None, {})
        assert list(empty.tests(where)) == []


@pytest.mark.parametrize(
    ("day", "week"),
    [
        *(("2024-12-29", "2024-W52"), ("2024-12-30", "2025-W01"), ("2025-12-28", "2025-W52")),
        *(("2025-12-29", "2026-W01"), ("2026-01-04", "2026-W01"), ("2026-01-05", "2026-W02")),
        *(("2026-12-31", "2026-W53"), ("2027-01-03", "2026-W53"), ("2027-01-04", "2027-W01")),
    ],
)
def test_a_week_around_new_year_belongs_to_the_iso_year(day, week):
    assert DIMENSIONS["week"].label(day) == week


@pytest.mark.parametrize(
    ("day", "quarter"),
    [
        *(("2026-01-01", "2026-Q1"), ("2026-03-31", "2026-Q1"), ("2026-04-01", "2026-Q2")),
        *(("2026-06-30", "2026-Q2"), ("2026-07-01", "2026-Q3"), ("2026-09-30", "2026-Q3")),
        *(("2026-10-01", "2026-Q4"), ("2026-12-31", "2026-Q4")),
    ],
)
def test_a_quarter_is_three_months(day, quarter):
    assert DIMENSIONS["quarter"].label(day) == quarter


def test_the_dimensions_of_time_are_those_of_the_date():
    assert dimensions.TIMES == ("day", "week", "month", "quarter", "year")


def test_valid_leaves_invalid_strips_out_and_tests_has_them():
    count = Count(positive=3, negative=4, invalid=5)
    assert (count.valid, count.tests) == (7, 12)
    assert count.plus(Count(1, 0, 2)) == Count(4, 4, 7)
    assert Count() == (0, 0, 0)


# The tests themselves


@pytest.mark.parametrize("page", [1, 7, 198, 199, 2000])
@pytest.mark.parametrize("where", FILTERS, ids=["all", "dates", "fields", "own"])
def test_the_tests_are_the_view_by_date_and_number_whatever_the_page(
    book, source, monkeypatch, page, where
):
    monkeypatch.setattr(tests, "PAGE", page)
    monkeypatch.setattr(tests, "FOUND", min(2 * page, 199))
    found = list(source.tests(where))
    assert found == [tuple(row[name] for name in TESTS) for row in kept(book, source, where)]
    assert source.number_of_tests(where) == len(found)


def test_what_is_before_a_period_is_not_read(book):
    """In a large logbook, the days of many years would be passed to find this month's."""

    def steps(*period):
        counted = []
        book.connection.set_progress_handler(lambda: counted.append(1), 1)
        assert not list(book.tests(Filter(days(*period))))
        book.connection.set_progress_handler(book.connection.step, STEPS)
        return len(counted)

    assert steps("2028-01-01") < steps("2000-01-01", "2000-01-02") + 50


def test_every_live_test_is_given_once(source):
    numbers = [row[TESTS.index("number")] for row in source.tests(Filter())]
    assert sorted(numbers) == [number for number in range(1, 221) if number % 10 != 3]


def test_the_latest_tests_come_first_and_are_as_many_as_were_asked_for(book, source):
    found = source.latest(Filter(), None)
    everything = [tuple(row[name] for name in TESTS) for row in reversed(rows(book))]
    assert [row[:-1] for row in found] == everything
    assert {row[-1] for row in found} == {0}
    assert source.latest(Filter(), 5) == found[:5]
    assert source.latest(Filter(), 5, oldest=True) == found[:-6:-1]


def test_the_latest_tests_have_the_void_ones_among_them_when_asked(source):
    found = source.latest(Filter(), None, void=True)
    struck = [row[TESTS.index("number")] for row in found if row[-1]]
    assert sorted(struck) == list(range(3, 221, 10))
    assert sorted(row[TESTS.index("number")] for row in found) == list(range(1, 221))
    assert [row for row in found if not row[-1]] == source.latest(Filter(), None)


def test_the_columns_are_those_of_the_view(book):
    cursor = book.connection.execute("select * from tests limit 0")
    assert sorted(column[0] for column in cursor.description) == sorted(TESTS)


# A listing is of one moment, whatever is written between its pages


def edit_what_was_read(book, change):
    change.revise(current(book, 1), a_test(site="changed"), void=False)


def edit_what_comes(book, change):
    change.revise(current(book, 8), a_test(site="changed"), void=False)


def edit_twice(book, change):
    for site in ("once", "twice"):
        change.revise(current(book, 8), a_test(site=site), void=False)


def move_what_comes_to_the_front(book, change):
    change.revise(current(book, 8), changed(current(book, 8).test, {"tested_on": "2020-01-01"}), 0)


def move_what_was_read_to_the_end(book, change):
    change.revise(current(book, 1), changed(current(book, 1).test, {"tested_on": "2026-12-31"}), 0)


def void_what_was_read(book, change):
    change.revise(current(book, 2), current(book, 2).test, void=True)


def void_what_comes(book, change):
    for number in (6, 7, 10):
        change.revise(current(book, number), current(book, number).test, void=True)


def unvoid(book, change):
    change.revise(current(book, 5), current(book, 5).test, void=False)


def unvoid_and_void_again(book, change):
    for void in (0, 1):
        change.revise(current(book, 5), current(book, 5).test, void=void)


def add(book, change):
    days = ("2020-01-01", "2026-01-05", "2026-12-31")
    change.add(a_test(tested_on=day, site="Insite") for day in days)


def add_and_correct(book, change):
    [number] = change.add([a_test(site="Insite", tested_on="2026-12-31")])
    change.revise(current(book, number), a_test(site="Insite", tested_on="2026-01-03"), void=False)


def take_back(book, change):
    undo(change)


def make_it_no_longer_fit(book, change):
    change.revise(current(book, 9), changed(current(book, 9).test, {"site": None}), void=False)


def make_it_fit(book, change):
    change.revise(current(book, 4), changed(current(book, 4).test, {"site": "Insite"}), void=False)


def receive_an_older_version(book, change):
    """As a merge does: it comes later and holds nothing."""
    book.connection.execute(
        "insert into entry (number, id, stamp, origin, change, live, target, outcome, tested_on)"
        " select number, id, '2001-01-01T00:00:00.000Z-0000', origin, ?, 1, target, outcome, ?"
        " from entry where number = 8",
        [change.seq, "2020-01-01"],
    )


WRITES = (
    *(edit_what_was_read, edit_what_comes, edit_twice, move_what_comes_to_the_front),
    *(move_what_was_read_to_the_end, void_what_was_read, void_what_comes, unvoid),
    *(unvoid_and_void_again, add, add_and_correct, take_back, make_it_no_longer_fit, make_it_fit),
    receive_an_older_version,
)
CHANGE_NOTHING = (unvoid_and_void_again, receive_an_older_version)


@pytest.fixture(scope="module")
def ten(tmp_path_factory):
    """Ten tests: the fourth at no site, the fifth void, the ninth edited by the last change."""
    path = str(tmp_path_factory.mktemp("ten") / "logbook.db")
    with opened(path) as book:
        with begin(book, "add") as change:
            days = (1, 2, 3, 4, 5, 7, 6, 8, 10, 9)
            change.add(a_test(tested_on=f"2026-01-{day:02}", site="Insite") for day in days)
            change.revise(current(book, 4), a_test(tested_on="2026-01-04"), void=False)
            change.revise(current(book, 5), current(book, 5).test, void=True)
        with begin(book, "edit") as change:
            change.revise(
                current(book, 9), changed(current(book, 9).test, {"lot": "9"}), void=False
            )
    return path


@pytest.fixture
def path(ten, tmp_path):
    """A copy of these ten, to be changed."""
    return str(shutil.copy(ten, tmp_path))


@pytest.mark.parametrize(
    ("write", "moment"),
    pairs(WRITES, itertools.product([Filter(), Filter(only={"site": ("Insite",)})], range(3)), 2),
)
def test_a_listing_is_of_the_moment_it_began(path, monkeypatch, write, moment):
    where, pages = moment
    monkeypatch.setattr(tests, "PAGE", 3)
    monkeypatch.setattr(tests, "FOUND", 3)
    with reading(path) as reader, writing(path) as writer:
        before = list(reader.tests(where))
        listing = reader.tests(where)
        found = [next(listing) for _ in range(1 + 3 * pages)]
        with begin(writer, write.__name__) as change:
            write(writer, change)
        assert found + list(listing) == before
        after = list(reader.tests(where))
    assert (after == before) == (write in CHANGE_NOTHING)


def test_a_listing_is_of_the_moment_it_began_when_something_is_written_after_every_page(
    path, monkeypatch
):
    monkeypatch.setattr(tests, "PAGE", 1)
    with reading(path) as reader, writing(path) as writer:
        before = list(reader.tests(Filter()))
        writes = iter(WRITES)
        found = []
        for row in reader.tests(Filter()):
            found.append(row)
            with begin(writer, "write") as change:
                next(writes)(writer, change)
    assert found == before


def test_a_listing_that_began_on_an_empty_logbook_stays_empty(tmp_path):
    path = str(tmp_path / "logbook.db")
    with opened(path) as writer, reading(path) as reader:
        listing = reader.tests(Filter())
        assert list(listing) == []
        with begin(writer, "add") as change:
            change.add([a_test()])
        assert len(list(reader.tests(Filter()))) == 1


def test_between_two_pages_a_writer_need_not_wait(path, monkeypatch):
    monkeypatch.setattr(tests, "PAGE", 1)
    with reading(path) as reader, writing(path) as writer:
        listing = reader.tests(Filter())
        next(listing)
        assert not reader.connection.in_transaction
        writer.connection.execute("pragma busy_timeout = 0")
        with begin(writer, "add") as change:
            change.add([a_test()])
        next(listing)


# Own fields and recent values


def test_own_fields_are_those_of_the_tests_that_pass_in_alphabetical_order(book):
    ask = book.connection
    assert tests.own_fields(ask, Filter()) == ["a'\"b", "kit"]
    assert tests.own_fields(ask, Filter(own_only={"kit": ("yes",)})) == ["kit"]
    assert tests.own_fields(ask, Filter(days("2030-01-01"))) == []


def test_an_own_field_is_there_by_exactly_its_name(book):
    for name in tests.own_fields(book.connection, Filter()):
        assert book.has_own_field(name)
    for name in ("KIT", "ki", "kit ", ""):
        assert not book.has_own_field(name)


@pytest.mark.parametrize("few", [1, 7, 198, 199, 8000])
@pytest.mark.parametrize("where", FILTERS, ids=["all", "dates", "fields", "own"])
def test_few_rows_say_which_own_fields_they_have_and_none_is_lost(source, monkeypatch, where, few):
    monkeypatch.setattr(tests_table, "FEW", few)
    expected = list(source.tests(where)), source.own_fields(where)
    asked = []
    monkeypatch.setattr(type(source), "own_fields", lambda *_: asked.append(1) or expected[1])
    rows, extras = tests_table.with_extras(source.tests(where), source, where)
    assert (list(rows), extras.own) == expected
    assert bool(asked) == (len(expected[0]) >= few)


def test_a_field_that_only_void_or_corrected_tests_had_is_no_longer_there(path):
    with writing(path) as book, begin(book, "add") as change:
        void, old = change.add([a_test(extra=own_fields({"a": "1"})) for _ in range(2)])
        assert tests.own_fields(book.connection, Filter()) == ["a"]
        change.revise(current(book, void), current(book, void).test, void=True)
        change.revise(current(book, old), a_test(extra=own_fields({"b": "1"})), void=False)
        assert tests.own_fields(book.connection, Filter()) == ["b"]
        assert (book.has_own_field("a"), book.has_own_field("b")) == (False, True)


def test_recent_values_are_the_most_frequent_first_and_never_nothing(path):
    with writing(path) as book:
        with begin(book, "add") as change:
            change.add([a_test(site="B"), a_test(site="A"), a_test(site="C"), a_test(site="C")])
        assert book.recent_values("site") == ["Insite", "C", "A", "B"]
        assert book.recent_values("form") == []


@pytest.mark.parametrize("column", ["number", "category", "site from entry --", ""])
def test_only_a_field_of_a_test_has_recent_values(path, column):
    with reading(path) as book, pytest.raises(ValueError):
        book.recent_values(column)
