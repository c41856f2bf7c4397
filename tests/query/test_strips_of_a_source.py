"""Lots, strata and the lab's word, as a Source answers, against plain Python on the view `tests`.

The tests have lots, samples and the lab's word in many combinations; a few are void or corrected.
"""

from collections import Counter
from itertools import permutations
from random import Random

import pytest

from factories import SOURCES, a_test, days, opened
from strip_log.logbook.book import reading
from strip_log.logbook.change import begin
from strip_log.logbook.versions import current
from strip_log.query.filter import Filter
from strip_log.query.lab import BOTH, lab_counts
from strip_log.query.lots import LotStratum, against_others, by_lot, key_of
from strip_log.query.samples import SampleStrip
from strip_log.record.test import changed


def varied(chance):
    return a_test(
        target=chance.choice(["fentanyl", "xylazine"]),
        outcome=chance.choice(["positive", "negative", "negative", "invalid"]),
        tested_on=chance.choice(["2025-12-30", "2026-01-02", "2026-01-03", "2026-02-01"]),
        tested_time=chance.choice([None, "05:00", "10:00"]),
        sample=chance.choice([None, "A", "B", "C"]),
        site=chance.choice(["Insite", None]),
        drug=chance.choice(["down", "mdma", None]),
        brand=chance.choice(["BTNX", "btnx", None]),
        lot=chance.choice(["0012", "F1", "f1", None]),
        expires_on=chance.choice([None, "2026-01-02", "2026-06-30"]),
        confirmed=(word := chance.choice([None, None, "positive", "negative"])),
        method=word and chance.choice(["GC-MS", "FTIR", None]),
    )


@pytest.fixture(scope="module")
def logbook(tmp_path_factory):
    path = str(tmp_path_factory.mktemp("strips") / "logbook.db")
    chance = Random(1)
    with opened(path) as book, begin(book, "add") as change:
        for number in change.add(varied(chance) for _ in range(300)):
            version = current(book, number)
            if number % 9 == 0:
                change.revise(version, version.test, void=True)
            elif number % 7 == 0:
                change.revise(version, changed(version.test, {"lot": "0012"}), void=False)
    return path


@pytest.fixture(scope="module", params=SOURCES)
def source(request, logbook):
    with SOURCES[request.param](logbook) as source:
        yield source


@pytest.fixture(scope="module")
def rows(logbook):
    with reading(logbook) as book:
        cursor = book.connection.execute("select * from tests")
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]


FILTERS = [
    (Filter(), lambda row: True),
    (Filter(days("2026-01-01", "2026-01-31")), lambda row: row["tested_on"][:7] == "2026-01"),
    (Filter(only={"target": ("xylazine",)}), lambda row: row["target"] == "xylazine"),
]


@pytest.mark.parametrize("where, passes", FILTERS, ids=["all", "a month", "a target"])
def test_lots_are_summed_as_plain_python_does(source, rows, where, passes):
    some = [row for row in rows if passes(row)]
    found = by_lot(source.lots(where))
    keys = Counter(key_of(row["target"], row["brand"], row["lot"]) for row in some)
    assert {key: use.count.tests for key, use in found.items()} == keys
    for key, use in found.items():
        mine = [row for row in some if key_of(row["target"], row["brand"], row["lot"]) == key]
        outcomes = Counter(row["outcome"] for row in mine)
        assert use.count == tuple(outcomes[one] for one in ("positive", "negative", "invalid"))
        assert (use.first, use.last) == (
            min(row["tested_on"] for row in mine), max(row["tested_on"] for row in mine)
        )  # fmt: skip
        expiries = sorted(row["expires_on"] for row in mine if row["expires_on"])
        assert (use.expires, use.expires_last) == (
            (expiries[0], expiries[-1]) if expiries else (None, None)
        )
        assert use.after_expiry == sum(
            bool(row["expires_on"]) and row["tested_on"] > row["expires_on"] for row in mine
        )


@pytest.mark.parametrize("where, passes", FILTERS, ids=["all", "a month", "a target"])
@pytest.mark.parametrize("field", ["lot", "brand", "dilution"])
def test_strata_are_those_of_plain_python(source, rows, field, where, passes):
    tally = Counter()
    for row in rows:
        if passes(row) and row[field] is not None and row["outcome"] != "invalid":
            within = row["brand"] if field == "lot" else None
            month = row["tested_on"][:7]
            stratum = (row["target"], within, row[field], row["drug"], row["site"], month)
            tally[(*stratum, row["outcome"])] += 1
    expected = {
        LotStratum(*stratum, *(tally[(*stratum, one)] for one in ("positive", "negative")))
        for stratum in {key[:-1] for key in tally}
    }
    assert {*source.strata(field, where)} == expected


def test_a_lot_is_set_against_the_others_of_its_brand_in_each_stratum():
    def stratum(lot, positive, negative, **other):
        facts = {"target": "fentanyl", "brand": "BTNX", "drug": "down", "site": None}
        return LotStratum(**{**facts, "month": "2026-01", **other}, lot=lot, positive=positive,
                          negative=negative)  # fmt: skip

    found = against_others([
        stratum("A", 1, 2), stratum("a", 1, 0, brand="btnx"), stratum("B", 3, 4),
        stratum("C", 5, 6), stratum("A", 9, 9, month="2026-02"), stratum("D", 1, 0, drug="mdma"),
        stratum("E", 1, 0, drug="mdma"),
    ])  # fmt: skip
    a, b, d = (key_of("fentanyl", "BTNX", lot) for lot in "ABD")
    assert found.tables[a] == {(2, 2, 8, 10): 1}
    assert found.tables[b] == {(3, 4, 7, 8): 1}
    assert d in found.shared and d not in found.tables  # all positive: nothing to compare


@pytest.mark.parametrize("limit", [20, 3])
@pytest.mark.parametrize("where, passes", FILTERS, ids=["all", "a month", "a target"])
def test_the_last_outcomes_are_in_the_order_of_the_tests(source, rows, where, passes, limit):
    expected, days = {}, {}
    for row in sorted(rows, key=lambda row: (row["tested_on"], row["number"])):
        if passes(row) and row["lot"]:
            lot = row["target"], row["lot"].lower()
            expected.setdefault(lot, []).append(row["outcome"])
            days[lot] = row["tested_on"]
    found = source.last_outcomes(where, days, limit)
    assert found == {lot: outcomes[-limit:] for lot, outcomes in expected.items()}


@pytest.mark.parametrize("by", [None, "drug", "lot"])
def test_samples_are_counted_by_their_first_valid_strip_and_the_labs_word(source, rows, by):
    samples = {}
    for row in rows:  # a code is one sample at one site on one day
        code = (row["sample"], row["site"], row["tested_on"]) if row["sample"] else row["number"]
        samples.setdefault((code, row["target"]), []).append(row)
    seen = Counter()
    for (_, target), strips in samples.items():
        valid = [row for row in strips if row["outcome"] != "invalid"] or strips
        outcomes = {row["outcome"] for row in valid}
        words = {row["confirmed"] for row in strips if row["confirmed"]}
        word = BOTH if len(words) > 1 else next(iter(words), None)
        if len(outcomes) == 1:  # else the order decides, which test_samples.py is about
            seen[target, *outcomes, word] += 1
    found = Counter()
    for key, number in source.lab_counts(by, Filter(), "06:00").items():
        found[key.target, key.outcome, key.confirmed] += number
    assert sum(found.values()) == len(samples)
    assert all(found[key] >= number for key, number in seen.items())


def test_of_two_words_of_the_lab_the_one_written_last_counts_in_any_order_of_rows():
    strips = [
        (SampleStrip("2026-01-02", None, outcome, at), ("xylazine", "xylazine", outcome, *word))
        for outcome, at, word in (
            ("negative", "1", (None, None)),
            ("negative", "2", ("negative", "GC-MS")),
            ("invalid", "3", ("negative", "FTIR")),
        )
    ]
    counted = [(values, 1) for _, values in strips]
    for order in permutations(strips):
        found = lab_counts(None, counted, [order], "06:00")
        assert found == {("xylazine", None, "negative", "negative", "FTIR"): 1}
