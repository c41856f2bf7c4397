"""What is typed for `--where`: dates, numbers and texts, and how they are said."""

from shlex import quote

import pytest

from factories import a_test, opened
from strip_log.logbook.change import begin
from strip_log.record.own_fields import own_fields

#: Tests 1 to 6: when the strip expires, and own fields, of which some have a sign in their name.
TESTS = (
    ("2026-11-30", {"dose": "5"}),
    ("2026-12-01", {"dose": "10"}),
    ("2026-12-31", {"dose": "a lot", "seen": "2026-12-24"}),
    ("2027-01-01", {"dose (>100 mg)": "yes", "seen": "2026-12-01"}),
    ("2027-12-31", {"share <": "1", "dose": "1.5"}),
    (None, {}),
)


@pytest.fixture
def kept(striplog):
    with opened(str(striplog.path)) as book, begin(book, "test") as change:
        change.add(a_test(expires_on=day, extra=own_fields(own)) for day, own in TESTS)
    return striplog


@pytest.mark.parametrize(
    ("condition", "numbers"),
    [
        ("expires_on=2026-12", [2, 3]),
        ("expires=2026", [1, 2, 3]),
        ("expires_on=2026-12-31", [3]),
        ("expires_on!=2026-12", [1, 4, 5, 6]),
        ("expires_on=", [6]),
        ("expires_on<2026-12", [1]),
        ("expires_on<=2026-12", [1, 2, 3]),
        ("expires_on>2026-12", [4, 5]),
        ("expires_on>=2026-12", [2, 3, 4, 5]),
        ("Expires-On >= 2027", [4, 5]),
        ("expires_on>2026", [4, 5]),
        ("tested_on<yesterday", [1, 2, 3, 4, 5, 6]),
        ("tested_on=2026-01", [1, 2, 3, 4, 5, 6]),
        ("dose<10", [1, 5]),
        ("dose>=5", [1, 2]),
        ("dose > 1.5", [1, 2]),
        ("dose<=-1", []),
        ("dose=10", [2]),
        ("seen<2026-12-24", [4]),
        ("seen>=2026-12", [3, 4]),
        ("dose (>100 mg)=yes", [4]),
        ("dose<=1", []),
        ("share <=1", [5]),
        ("share <!=1", [1, 2, 3, 4, 6]),
    ],
)
def test_a_condition_is_a_field_a_sign_and_a_value(kept, condition, numbers):
    rows = kept.csv(f"list --where {quote(condition)}")
    assert sorted(int(row["number"]) for row in rows) == numbers


@pytest.mark.parametrize(
    ("conditions", "said"),
    [
        (["expires_on=2026-12"], "expires_on 2026-12"),
        (
            ["expires_on>=2026-12", "expires_on<2027-02"],
            "expires_on from 2026-12-01, before 2027-02-01",
        ),
        (["expires_on<=2026-12"], "expires_on until 2026-12-31"),
        (["expires_on>2026"], "expires_on after 2026-12-31"),
        (["dose>=5", "dose<10"], "dose at least 5, below 10"),
        (["dose!=10", "dose<=10"], "dose not 10, at most 10"),
        (["dose>1"], "dose above 1"),
    ],
    ids=str,
)
def test_a_condition_is_said_in_words_under_the_table(kept, conditions, said):
    words = [word for condition in conditions for word in ("--where", condition)]
    assert f"only {said}: " in kept(["summary", *words])


@pytest.mark.parametrize(
    ("condition", "hint"),
    [
        ("broken", "< <= > >="),
        ("=1", "FIELD=VALUE"),
        ("<1", "FIELD=VALUE"),
        ("nosuch<1", "There is no field 'nosuch'"),
        ("site<5", "site is neither"),
        ("outcome>=pos", "outcome is neither"),
        ("expires_on<soon", "not a date"),
        ("expires_on<", "not a date"),
        ("expires_on=2026-13", "no day"),
        ("tested_on=1/2/2026", "two ways"),
        ("dose<", "a number or a date"),
        ("dose<many", "a number or a date"),
        ("dose<1,5", "a number or a date"),
    ],
)
def test_a_condition_that_cannot_be_meant_is_a_mistake(kept, condition, hint):
    assert hint in kept.refused(["summary", "--where", condition], 2)


@pytest.mark.parametrize("value", ["'", '"', "');--", "%", "2026-12' or '1'='1"])
def test_quotes_are_only_text(kept, value):
    assert kept.csv(f"list --where {quote(f'dose={value}')}") == []
    for condition in (f"expires_on={value}", f"dose<{value}"):
        kept.refused(["list", "--where", condition], 2)


def test_a_logbook_that_wrote_no_such_test_is_no_error(striplog):
    striplog("config set name Van")
    striplog("add pos --drug down")
    result = striplog.run("list --where logbook=Van --drug cocaine")
    assert (result.exit_code, result.stderr) == (0, "No tests match.\n")
