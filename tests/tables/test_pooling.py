"""A footnote where a summary adds up brands or dilutions that read differently."""

import pytest

from factories import a_test, kept


def strips(positive, negative, **facts):
    facts = {"drug": "down", "site": "Van", **facts}
    outcomes = ["positive"] * positive + ["negative"] * negative
    return [a_test(outcome=outcome, **facts) for outcome in outcomes]


SAID = "Groups add up {}s that read differently: fentanyl, "


@pytest.mark.parametrize("field, one, other", [
    ("brand", "BTNX", "WiseBatch"), ("dilution", "10 mg in 5 mL", "10 mg in 2.5 mL"),
])  # fmt: skip
def test_what_reads_differently_is_named(striplog, field, one, other):
    kept(striplog.path, *strips(40, 5, **{field: one}), *strips(20, 25, **{field: other}))
    said = striplog("summary")
    assert SAID.format(field) in said and "odds ratio" in said
    assert SAID.format(field) in striplog.run("summary --format csv").stderr
    chosen = f"--where '{field}={one}'"
    assert SAID.format(field) not in striplog(f"summary {chosen}")
    assert "read differently" not in striplog("summary --by target --publish --period 2026-01")


@pytest.mark.parametrize("by", ["brand", "lot"])
def test_groups_of_one_brand_add_nothing_up(striplog, by):
    kept(striplog.path, *strips(40, 5, brand="BTNX"), *strips(20, 25, brand="WiseBatch"))
    assert "read differently" not in striplog(f"summary --by {by}")


def test_brands_that_read_alike_or_met_other_supplies_are_not_named(striplog):
    kept(striplog.path, *strips(40, 5, brand="BTNX"), *strips(38, 6, brand="btnx"),
         *strips(41, 14, brand="WiseBatch"), *strips(0, 40, brand="WiseBatch", drug="mdma"),
         *strips(2, 40, brand="WiseBatch", tested_on="2026-02-01"),
         *strips(2, 40, brand="WiseBatch", target="xylazine"))  # fmt: skip
    assert "read differently" not in striplog("summary")


def test_of_very_many_tests_it_is_said_that_nobody_looked(striplog, monkeypatch):
    monkeypatch.setattr("strip_log.tables.pooling._MANY", 50)
    kept(striplog.path, *strips(40, 5, brand="BTNX"), *strips(20, 25, brand="WiseBatch"))
    assert "Groups add up several brands (fentanyl)." in striplog("summary")


def test_some_tests_say_which_brands_there_are(striplog):
    from strip_log.logbook.book import reading

    kept(striplog.path, *(a_test(brand=f"brand {n // 30}") for n in range(300)))
    with reading(str(striplog.path)) as book:
        assert {brand for _, brand, _ in book.strips_of_some(40)} == {
            f"brand {n}" for n in range(10)
        }
        assert len(book.strips_of_some(300)) == 10
