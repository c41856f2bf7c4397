"""What was released is remembered, and no second table gives away what the first one hides."""

import sqlite3
import time
from contextlib import closing
from datetime import date
from itertools import product
from math import ceil, floor
from pathlib import Path
from random import Random

import pytest

from factories import a_test, days, kept
from strip_log.console.output import Output
from strip_log.errors import RefusedForSafety
from strip_log.logbook.book import reading
from strip_log.logbook.releases import remembered
from strip_log.query.filter import Filter
from strip_log.query.releases import check
from strip_log.tables.answer import answer, released
from strip_log.tables.request import SummaryRequest

DRUGS, SITES, MONTHS = ("cocaine", "down"), ("A", "B", "C"), ("2026-01", "2026-02", "2026-03")


def supply(random, most=9):
    """Tests of every drug at every site in every month, so many of each outcome."""
    return [
        a_test(drug=drug, site=site, tested_on=f"{month}-15", outcome=outcome, sample=f"s{number}")
        for drug, site, month in product(DRUGS, SITES, MONTHS)
        for outcome in ("positive", "negative", "invalid")
        for number in range(random.choice((0, 0, 1, 2, most, 5 * most)))
    ]


@pytest.fixture(scope="module")
def logbooks(tmp_path_factory):
    """The bytes of two logbooks, which have tests of their own in the same groups."""
    folder = tmp_path_factory.mktemp("supply")
    for seed in (1, 2):
        kept(folder / f"{seed}.db", *supply(Random(seed)))
    return [(folder / f"{seed}.db").read_bytes() for seed in (1, 2)]


@pytest.fixture
def supplied(striplog, logbooks):
    striplog.path.write_bytes(logbooks[0])
    return striplog


JANUARY, QUARTER = "--period 2026-01 --by site", "--period 2026-Q1 --by site"
FINE = "--period 2026-01 --by site --by drug"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(JANUARY, QUARTER, id="a quarter after one of its months"),
        pytest.param(QUARTER, JANUARY, id="a month after its quarter"),
        pytest.param(JANUARY, f"{JANUARY} --drug '!=cocaine'", id="one drug left out"),
        pytest.param(f"{JANUARY} --drug down", JANUARY, id="all drugs after one"),
        pytest.param("--since 2026-01 --until 2026-02 --by site", QUARTER, id="a month more"),
        pytest.param(QUARTER, f"{QUARTER} --by month", id="a group inside another"),
        pytest.param(QUARTER, "--period 2026-Q1 --by month --by site", id="in another order"),
        pytest.param(QUARTER, "--period 2026-Q1 --by drug", id="other groups"),
        pytest.param(QUARTER, f"{QUARTER} --unit sample", id="samples after strips"),
        pytest.param(FINE, f"{FINE} --suppress-below 3", id="less of it hidden"),
        pytest.param("--until 2026-01 --by site", JANUARY, id="an open beginning"),
    ],
)
def test_a_second_table_of_the_same_tests_is_refused_with_the_reason(supplied, first, second):
    supplied(f"summary --publish {first} -o first.csv")
    said = supplied.refused(f"summary --publish {second} -o second.csv", 7)
    assert "was released on " in said and "give away" in said and "--forget" in said
    assert "by site" in said, "which one it was"
    assert not (supplied.path.parent / "second.csv").exists()


@pytest.mark.parametrize(
    "second",
    [
        QUARTER,
        f"{QUARTER} --format json",
        f"{QUARTER} --confidence 0.9 --interval jeffreys --min-n 3",
        "--since 2026-01 --until 2026-03 --by site",
        "--period 2025-Q4 --by site",
        "--until 2025-12 --by drug --by month",
        "--target xylazine --period 2026-Q1",
    ],
)
def test_the_same_table_and_one_of_other_tests_are_let_through(supplied, second):
    once = "--target fentanyl" if "xylazine" in second else ""
    supplied(f"summary --publish {QUARTER} {once}")
    supplied(f"summary --publish {second}")


@pytest.mark.parametrize(
    ("one", "other"), [("--site A", "--site B"), ("--drug down", "--drug coke")]
)
def test_tables_of_different_sites_or_drugs_share_no_test(supplied, one, other):
    supplied(f"summary --publish --period 2026-Q1 --by month {one}")
    supplied(f"summary --publish --period 2026-Q1 --by target {other}")
    supplied.refused("summary --publish --period 2026-02 --by month", 7)


def test_the_same_table_with_other_counts_is_another_one(supplied):
    supplied(f"summary --publish {QUARTER}")
    kept(supplied.path, a_test(site="A", drug="down", tested_on="2026-01-20"))
    assert "now shows other counts" in supplied.refused(f"summary --publish {QUARTER}", 7)
    supplied("undo")
    supplied(f"summary --publish {QUARTER}")


def test_what_was_released_is_in_the_history_and_nothing_takes_it_back(supplied):
    supplied(f"summary --publish {JANUARY} --drug down")
    supplied("config set site Van")
    supplied(f"summary --publish {JANUARY} --drug cocaine -o release.csv")
    said = [row["what"] for row in supplied.csv("history")]
    assert said[0] == "released by site, 2026-01-01 to 2026-01-31, only drug cocaine"
    assert said[2] == "released by site, 2026-01-01 to 2026-01-31, only drug down"
    assert "config set" in supplied("undo")
    assert "released" not in supplied("config list")
    supplied.refused(f"summary --publish {QUARTER}", 7)


def test_forgetting_starts_anew(supplied):
    supplied(f"summary --publish {JANUARY}")
    supplied(f"summary --publish {QUARTER} --forget")
    supplied(f"summary --publish {QUARTER}")
    said = supplied.refused(f"summary --publish {JANUARY}", 7)
    assert "by site, 2026-01-01 to 2026-03-31" in said
    assert "released by site, 2026-01-01 to 2026-01-31, forgotten" in supplied("history")


def bytes_after(striplog, line, code):
    before = striplog.path.read_bytes()
    striplog(line, code=code)
    return before == striplog.path.read_bytes()


def test_only_a_table_that_goes_out_and_is_new_is_written_down(supplied, monkeypatch):
    assert bytes_after(supplied, "summary --by site --period 2026-01", 0)
    assert bytes_after(supplied, "summary --publish --by site --period 2026-01-15", 7)
    assert bytes_after(supplied, f"summary --publish {QUARTER} --site nowhere", 0)
    assert not bytes_after(supplied, f"summary --publish {QUARTER}", 0)
    assert bytes_after(supplied, f"summary --publish {QUARTER} --format html", 0)
    assert bytes_after(supplied, f"summary --publish {JANUARY}", 7)
    monkeypatch.setattr(Output, "leaves_the_screen", False)
    assert bytes_after(supplied, "summary --publish --period 2025-12", 0)
    assert bytes_after(supplied, f"summary --publish {JANUARY}", 7)
    assert bytes_after(supplied, f"summary --publish {JANUARY} --forget", 0)


def test_a_table_that_is_only_shown_is_said_not_to_be_remembered(supplied, monkeypatch):
    monkeypatch.setattr(Output, "leaves_the_screen", False)
    assert "not recorded as released" in supplied.run(f"summary --publish {JANUARY}").stderr


@pytest.mark.parametrize("rename, name", [
    (["vocab rename down mine"], "mine"),
    (["edit 1 --drug heroin", "edit 2 --drug heroin"], "heroin"),
    (["vocab rename down mine", "vocab alias --remove down", "vocab rename mine yours"], "yours"),
], ids=["renamed", "edited", "twice, and the word removed"])  # fmt: skip
@pytest.mark.parametrize("back", [0, 3], ids=["in time", "with a clock that is behind"])
def test_tests_that_got_another_name_since_are_still_those_that_were_released(
    striplog, monkeypatch, rename, name, back
):
    kept(striplog.path, *(a_test(drug="down", site=site) for site in "ABBB" * 8))
    kept(striplog.path, *(a_test(drug="cocaine", site=site) for site in "ABBB" * 8))
    striplog(f"summary --publish {JANUARY} --drug down")
    striplog("summary --publish --period 2026-01 --by month --drug cocaine")
    real = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: real() - back * 86_400 * 10**9)
    for line in rename:
        striplog(line)
    said = striplog.refused(f"summary --publish --period 2026-01 --by month --drug {name}", 7)
    assert "only drug down" in said
    striplog(f"summary --publish --period 2026-02 --by month --drug {name}")


def test_a_name_that_was_corrected_before_the_release_is_no_reason_to_refuse(supplied):
    supplied("edit 1 --drug heroin")
    supplied(f"summary --publish {JANUARY} --drug cocaine")
    supplied(f"summary --publish {QUARTER} --drug heroin")


# What was released is known wherever the tests go

OTHER = "--logbook other.db"


@pytest.fixture
def merged(supplied, logbooks):
    """A logbook with tests of its own, and those of `other.db`, from which January was released."""
    supplied.path.rename("other.db")
    supplied(f"summary --publish {JANUARY} {OTHER}")
    supplied.path.write_bytes(logbooks[1])
    supplied("merge other.db")
    return supplied


@pytest.mark.parametrize("second", [QUARTER, JANUARY, f"{JANUARY} --drug down", FINE])
def test_what_a_merged_logbook_had_released_is_known_here(merged, second):
    said = merged.refused(f"summary --publish {second}", 7)
    assert "from another logbook that was merged here" in said and "--forget" in said
    assert "by site, 2026-01-01 to 2026-01-31" in said
    merged("summary --publish --period 2026-02 --by site")


def test_the_table_that_a_merged_logbook_released_may_be_released_again(supplied):
    supplied(f"summary --publish {JANUARY}")
    supplied(f"merge {supplied.path} {OTHER}")
    supplied(f"summary --publish {JANUARY} {OTHER}")
    supplied.refused(f"summary --publish {QUARTER} {OTHER}", 7)


@pytest.mark.parametrize("line", [
    *("backup copy.db", "merge logbook.db --logbook third.db"),
    "merge other.db logbook.db --logbook third.db",
])  # fmt: skip
def test_it_is_known_in_a_copy_and_in_a_logbook_that_merges_the_merged_one(merged, line):
    merged(line)
    place = {"backup": "copy.db", "merge": line.split()[-1]}[line.split()[0]]
    assert "was released" in merged.refused(f"summary --publish {QUARTER} --logbook {place}", 7)


def test_two_tables_of_one_question_that_two_logbooks_released_are_both_known(merged):
    merged(f"summary --publish --period 2026-02 --by site {OTHER}")
    merged("summary --publish --period 2026-02 --by site")
    for order in ("logbook.db other.db", "other.db logbook.db", "other.db other.db logbook.db"):
        merged(f"merge {order} --logbook third.db")
        with reading("third.db") as book:
            assert len(remembered(book)) == 3
        Path("third.db").unlink()


def test_a_release_comes_though_its_change_is_here_already(merged):
    """As where an earlier striplog merged it, which brought the change alone."""
    with closing(sqlite3.connect(merged.path)) as db:
        db.execute("delete from amendment where name like 'released %'")
        db.commit()
    for _ in range(2):
        merged("merge other.db")
        with reading(str(merged.path)) as book:
            assert len(remembered(book)) == 1
    merged.refused(f"summary --publish {QUARTER}", 7)


def test_a_dry_run_of_a_merge_remembers_nothing(merged):
    merged(f"summary --publish --period 2026-02 --by site {OTHER}")
    assert bytes_after(merged, "merge --dry-run other.db", 0)


@pytest.mark.parametrize("back", [0, 3], ids=["in time", "with a clock that is behind"])
def test_what_is_forgotten_here_stays_forgotten(merged, monkeypatch, back):
    real = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: real() - back * 86_400 * 10**9)
    merged(f"summary --publish {QUARTER} --forget")
    merged("merge other.db")
    merged(f"summary --publish {QUARTER}")


def test_who_released_a_table_may_say_that_it_never_went_out_and_only_of_its_own(merged):
    merged("summary --publish --period 2026-02 --by site")
    merged(f"summary --publish --period 2025-01 --by site --forget {OTHER}")
    merged(f"merge logbook.db {OTHER}")
    merged("merge other.db")
    merged.refused("summary --publish --period 2026-02 --by drug", 7)
    merged(f"summary --publish {JANUARY} --drug down")
    merged.refused(f"summary --publish {QUARTER} {OTHER}", 7)


def test_a_restore_of_an_older_copy_takes_back_no_release(supplied):
    supplied("backup old.db")
    supplied(f"summary --publish {JANUARY}")
    supplied("restore old.db --yes")
    said = supplied.refused(f"summary --publish {QUARTER}", 7)
    assert "another logbook" not in said
    assert "released by site, 2026-01-01" in supplied("history")


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "{}", "null", '{"by": 1}', "[" * 5000, "released", '{"by": [], "where": {}}'),
        '{"by": ["site"], "unit": "strip", "digest": "", "day": "",'
        ' "where": {"days": {}, "only": {"site": []}, "but": {}}}',
        '{"by": ["site"], "unit": "strip", "digest": "", "day": "",'
        ' "where": {"days": {}, "only": {"nonsense": ["x"], "site": ["X"]}, "but": {}}}',
    ],
)
def test_a_release_that_no_striplog_wrote_is_passed_over(merged, text):
    with closing(sqlite3.connect("other.db")) as db:
        db.execute("update amendment set after = ? where name like 'released %'", [text])
        db.commit()
    merged("merge other.db --logbook third.db")
    merged(f"summary --publish {QUARTER} --logbook third.db")
    merged(f"summary --publish {QUARTER} {OTHER}")


# An attack on pairs of tables, with all the arithmetic there is

OUTCOMES = ("positive", "negative", "invalid")
CELLS = [
    {"drug": drug, "site": site, "month": month, "quarter": "2026-Q1"}
    for drug, site, month in product(DRUGS, SITES, MONTHS)
]
BY = (("site",), ("drug",), ("month",), ("quarter", "site"), ("site", "month"), ("drug", "site"))
PERIODS = (
    *(
        days(f"{month}-01", f"{month}-{last}")
        for month, last in zip(MONTHS, (31, 28, 31), strict=True)
    ),
    *(days("2026-01-01", "2026-02-28"), days("2026-02-01", "2026-03-31")),
    days("2026-01-01", "2026-03-31"),
)
CHOSEN = (
    {},
    {"only": {"drug": ("down",)}},
    {"but": {"drug": ("cocaine",)}},
    {"only": {"site": ("A",)}},
)


def question(random):
    where = Filter(random.choice(PERIODS), **random.choice(CHOSEN))
    below = random.choice((3, 5))
    return SummaryRequest(
        by=random.choice(BY),
        where=where,
        publish=True,
        suppress_below=below,
        today=date(2026, 4, 1),
    )


def chosen(cell, where):
    return (
        f"{where.days.first:%Y-%m}" <= cell["month"] <= f"{where.days.last:%Y-%m}"
        and all(cell[name] in values for name, values in where.only.items())
        and not any(cell[name] in values for name, values in where.but.items())
    )


def lines(table, asked):
    """For each number of a table: which counts of which cells it adds up, and what it shows."""
    names = [column.name for column in table.columns]
    for row in (*table.rows, *table.totals):
        line = dict(zip(names, row, strict=True))
        total = "total" in (line[name] for name in asked.by)
        cells = [
            chosen(cell, asked.where)
            and (total or all(cell[name] == line[name] for name in asked.by))
            for cell in CELLS
        ]
        for name in (*OUTCOMES, "valid"):
            added = (name,) if name != "valid" else ("positive", "negative")
            yield (
                [float(inside and one in added) for inside in cells for one in OUTCOMES],
                line[name],
            )


def given_away(*tables):
    """The hidden counts for which only one number is left by all that the tables show together."""
    from scipy.optimize import linprog  # only here: it takes its time to load

    found = [line for table, asked in tables for line in lines(table, asked)]
    shown = [(sums, number) for sums, number in found if number != "hidden"]
    if not shown:
        return []
    known = {"A_eq": [sums for sums, _ in shown], "b_eq": [number for _, number in shown]}
    away = []
    for sums, number in found:
        if number == "hidden":
            least = linprog(sums, **known)
            most = linprog([-one for one in sums], **known)
            if most.success and floor(0.001 - most.fun) == ceil(least.fun - 0.001):
                away.append(sums)
    return away


def attack(path, random, pairs):
    """So many pairs of questions, as a person would ask them, against every hidden count: how many
    were let through and how many of the others would have given something away."""
    through = refused = 0
    with reading(str(path)) as book:
        for _ in range(pairs):
            asked = [question(random) for _ in range(2)]
            tables = [(answer(book, one, drawn=False), one) for one in asked]
            assert not given_away(tables[0]) and not given_away(tables[1])
            first, second = (released(*one) for one in tables)
            try:
                check(second, [first])
            except RefusedForSafety:
                refused += bool(given_away(*tables))
            else:
                through += 1
                assert not given_away(*tables), asked
    return through, refused


def test_a_solver_finds_nothing_in_pairs_that_are_let_through(supplied):
    through, refused = attack(supplied.path, Random(2), 12)
    assert through and refused, "the solver sees what the refusals are for"


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_a_solver_finds_nothing_in_many_pairs(striplog, seed):
    kept(striplog.path, *supply(Random(seed)))
    through, _ = attack(striplog.path, Random(seed), 40)
    assert through
