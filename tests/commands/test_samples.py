"""`samples`: a row for each sample, a column for every target."""

import pytest

from factories import a_test, kept, opened
from strip_log.logbook.book import reading
from strip_log.logbook.change import begin
from strip_log.logbook.versions import current
from strip_log.query.filter import Filter
from strip_log.record.test import changed


def fill(striplog):
    common = {"drug": "down", "site": "Insite"}
    kept(
        striplog.path,
        a_test(sample="A", **common),
        a_test(sample="A", target="xylazine", outcome="negative", **common),
        a_test(sample="B", outcome="invalid", drug="mdma"),
        a_test(sample="A", tested_on="2026-01-16", site="Insite"),
        a_test(target="benzodiazepine", tested_on="2026-01-14"),
    )
    kept(striplog.path, a_test(sample="A", outcome="negative", **common))


def test_a_sample_is_a_row_with_a_column_for_every_target(striplog):
    fill(striplog)
    rows = striplog.csv("samples")
    assert [
        (row["sample"], row["tested_on"], row["fentanyl"], row["benzodiazepine"], row["xylazine"])
        for row in rows
    ] == [
        ("A", "2026-01-16", "positive", "", ""),
        ("A", "2026-01-15", "negative", "", "negative"),
        ("B", "2026-01-15", "invalid", "", ""),
        ("", "2026-01-14", "", "positive", ""),
    ]
    assert [(row["strips"], row["contradictory"]) for row in rows] == [
        ("1", ""), ("3", "fentanyl"), ("1", ""), ("1", ""),
    ]  # fmt: skip


def test_how_many_there_are_in_all_and_which_contradict_themselves(striplog):
    fill(striplog)
    answer = striplog.json("samples -n 1")
    assert (answer["samples"], answer["strips"], answer["without_sample_code"]) == (4, 6, 1)
    assert (answer["shown"], answer["contradictory"]) == (1, {"fentanyl": 1})
    said = striplog("samples -n 1")
    assert "1 of 4 samples, 6 strips; --all lists them all." in said
    assert "for a target): fentanyl 1." in said
    assert "1 strip without a code, each a sample of its own." in said


def test_the_filters_are_those_of_list(striplog):
    fill(striplog)
    assert [row["sample"] for row in striplog.csv("samples --since 2026-01-16")] == ["A"]
    [row] = striplog.csv("samples --sample A --target xylazine --period 2026-01-15")
    assert "fentanyl" not in row and row["xylazine"] == "negative"
    run = striplog.run("samples --site Nowhere --format csv")
    assert (run.exit_code, run.stderr.startswith("No tests match.")) == (0, True)


def test_a_code_that_is_unique_is_one_sample_on_all_days(striplog):
    fill(striplog)
    striplog("config set sample_codes unique")
    rows = striplog.csv("samples")
    assert [(row["sample"], row["strips"]) for row in rows] == [("A", "4"), ("B", "1"), ("", "1")]


@pytest.mark.parametrize("corrected", [False, True])
def test_the_samples_are_as_many_as_are_counted(striplog, corrected):
    facts = [
        {"sample": f"s{number % 7}", "tested_on": f"2026-01-{number % 3 + 10}",
         "target": ("fentanyl", "xylazine")[number % 2],
         "outcome": ("positive", "negative", "invalid", "negative")[number % 4]}
        for number in range(60)
    ]  # fmt: skip
    with opened(striplog.path) as book, begin(book, "test") as change:
        for number in change.add(a_test(**one) for one in facts):
            version = current(book, number)
            if corrected and number % 5 == 0:
                change.revise(version, changed(version.test, {"site": "Van"}), void=False)
    with reading(str(striplog.path)) as book:
        found = book.samples(Filter(), None, "00:00")
        counts = book.sample_counts((), Filter(), "00:00")
    assert len(found.listed) == found.samples
    assert sum(sample.strips for sample in found.listed) == found.strips == 60
    for (target,), count in counts.groups.items():
        shown = [sample.outcomes[target] for sample in found.listed if target in sample.outcomes]
        assert len(shown) == count.tests
        assert shown.count("positive") == count.positive
        contradictory = sum(target in sample.contradictory for sample in found.listed)
        assert contradictory == found.contradictory.get(target, 0) == counts.conflicts[(target,)]
