"""What commands answer of a hub: what they answer of one merged logbook."""

import csv
import inspect
import io
import json
import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories import examples
from hub.both import Both, said
from strip_log.hub import lots, region
from strip_log.hub.region import Region
from strip_log.logbook.book import Logbook
from strip_log.query.dimensions import DIMENSIONS
from strip_log.query.source import Source

#: Command lines without what the hub cannot say. The first of each command are always tried.
LINES = {
    "summary": (
        "--by logbook --by site --format csv",
        "--by category --by month --unit sample --format json",
        "--drug down --compare previous --period 2025-Q2",
        "--chart --by month --target fentanyl",
        "--trend --by month --by site --format json",
        "--adjust 0.962,106,0.904,104 --target fentanyl",
        "--by kit --by lot --format markdown",
        "--adjust own --target fentanyl",
        "--compare year-ago --period 2025-02 --by site --format json",
        "--chart --by week --by drug --format markdown",
        "--trend --by week --unit sample",
        "--by 'Bag No' --unit sample",
        "--unit sample --by logbook --format html",
        "--period 2025-03 --min-n 3 --interval jeffreys --confidence 0.9",
        "--period 2019",
        "--drug nowhere",
        *(f"--by {name} --unit sample --format csv" for name in DIMENSIONS),
        *(f"--by {name} --by target --by drug" for name in DIMENSIONS),
    ),
    "samples": (
        "--all --format csv",
        "",
        "--limit 3 --format json",
        "--period 2025-Q1 --all",
        "--site Insite --drug down --all --format markdown",
        "--site 'The Hub' --all",
        "--drug down --drug cocaine --all --format csv",
        "--category stimulant",
        "--category '' --all",
        "--target xylazine --format json",
        "--lot F1 --all --format csv",
        "--where kit=yes",
        "--outcome pos --all --format csv",
        "--period 2019",
    ),
    "signals": (
        "--as-of 2025-02-10",
        "--as-of 2025-06-30 --format json",
        "--replay 2025-Q2 --format csv",
        "--as-of 2025-05-05",
        "--replay 2025-H9",
        "--replay 2025 --site Insite",
        "--as-of 2025-04-01 --draft",
        "--as-of 2025-04-01 --check",
        "--drug down --as-of 2025-04-01 --format csv",
        "--outcome pos",
        "--as-of 2019-01-01",
    ),
    "lots": (
        "",
        "--target fentanyl --period 2025-Q1 --format json",
        "--expiring 2000d --format csv",
        "--expiring 1d",
        "--brand btnx",
        "--lot 0012 --drug down",
        "--confidence 0.9 --site Insite",
        "--where 'expires_on<2026'",
        "--lot ''",
        "--site Nowhere",
    ),
    "accuracy": (
        "--by drug",
        "--by lot --reference any --format json",
        "",
        "--by site --reference any",
        "--target xylazine --reference any",
        "--by nothing",
        "--by brand --confidence 0.8 --format csv",
        "--by dilution --reference any --where timing=before",
        "--period 2019",
        "--where method=FTIR",
    ),
    "cross": (
        "fentanyl benzodiazepine",
        "outcome drug --unit sample --format csv",
        "fentanyl xylazine --test",
        "xylazine benzo --format json",
        "outcome intention",
        "outcome site --format csv",
        "drug colour --target fentanyl",
        "kit --target fentanyl",
        "outcome category --test",
        "form timing",
        "logbook outcome",
        "fentanyl drug",
        "nitazene xylazine",
        "note outcome",
        "fentanyl xylazine --unit strip",
        "brand lot --unit sample --format json",
        "outcome month --drug cocaine",
    ),
}

#: How many of each command are tried in the plain suite.
ALWAYS = 3

#: Filters over what is pushed, each one word or two.
FILTERS = (
    *("--site Insite", "--site !=Insite", "--site ''", "--drug down", "--drug !=cocaine"),
    *("--category stimulant", "--category !=opioid", "--category ''", "--target fentanyl"),
    *("--brand btnx", "--lot F1", "--lot ''", "--form rock", "--colour white", "--timing before"),
    *("--where kit=yes", "--where kit!=yes", "--where 'Bag No>6'", "--where 'expires_on<2026'"),
    *("--where logbook=Van", "--where faint=yes", "--where intention=less", "--where dilution="),
    *("--where confirmed=positive", "--where method=GC-MS", "--where tested_on=2025-01"),
    *("--outcome !=inv", "--outcome pos", "--period 2025-Q1", "--since 2025-02"),
)

#: What each command is asked with any of these filters.
ASKED = (
    *("summary", "summary --by site --by month", "summary --by logbook --unit sample"),
    *("summary --by category --by week", "summary --by lot --unit sample", "summary --trend"),
    *("samples --all", "samples", "signals --as-of 2025-03-03", "signals --replay 2025-Q1"),
    *("lots", "lots --expiring 2000d", "accuracy --reference any", "accuracy --by drug"),
    *("cross fentanyl xylazine", "cross outcome drug", "cross drug form --unit sample"),
)


@pytest.fixture(scope="module")
def pushed(postgres, tmp_path_factory):
    found = Both(tmp_path_factory.mktemp("province"), postgres, 2)
    yield found
    found.drop()


@pytest.fixture
def both(pushed, monkeypatch):
    pushed.known(monkeypatch)
    return pushed


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(f"{command} {line}", marks=[] if place < ALWAYS else pytest.mark.slow)
        for command, lines in LINES.items()
        for place, line in enumerate(lines)
    ],
)
def test_the_answer_is_that_of_the_merged_logbook(both, line):
    both.compare(line)


@examples(10)
@given(st.sampled_from(ASKED), st.lists(st.sampled_from(FILTERS), min_size=1, max_size=2))
def test_it_is_whatever_is_chosen(pushed, line, filters):
    with pytest.MonkeyPatch.context() as patch:
        pushed.known(patch)
        pushed.compare(f"{line} {' '.join(filters)} --format csv")


@examples(1)
@given(st.integers(3, 100_000), st.sampled_from(["daily", "unique"]))
def test_it_is_whatever_the_sites_wrote(postgres, tmp_path_factory, seed, codes):
    found = Both(tmp_path_factory.mktemp("any"), postgres, seed, codes)
    try:
        with pytest.MonkeyPatch.context() as patch:
            found.known(patch)
            for command, lines in LINES.items():
                found.compare(f"{command} {lines[seed % len(lines)]}")
    finally:
        found.drop()


def test_a_sample_has_a_code_of_the_hub_by_which_it_is_found(both, striplog):
    listed = json.loads(striplog("samples --hub hub --all --format json"))["rows"]
    ours = json.loads(striplog(f"samples --logbook {both.merged} --all --format json"))["rows"]
    pairs = {
        (mine["sample"], their["sample"]) for mine, their in zip(ours, listed, strict=True)
    } - {(None, None)}
    assert pairs
    for mine, theirs in sorted(pairs)[::8]:
        assert len(theirs) == 36 and theirs != mine
        found = json.loads(striplog(f"samples --hub hub --sample {theirs} --format json"))["rows"]
        assert found and {row["sample"] for row in found} == {theirs}


@pytest.mark.parametrize(
    "line",
    [
        "--period 2025-01 --site Insite",
        pytest.param("", marks=pytest.mark.slow),
        *(pytest.param(filters, marks=pytest.mark.slow) for filters in FILTERS),
    ],
)
def test_the_tests_listed_and_exported_are_those_of_the_merged_logbook(both, line):
    """But for their order in a day, and what is not pushed or is another code there."""
    for command in ("list --all", "list --all --void --oldest", "export"):
        asked = f"{command} {line} --format csv"
        answers = [
            csv.DictReader(io.StringIO(said([*shlex.split(asked), *where])[1]))
            for where in (["--logbook", str(both.merged)], ["--hub", "hub"])
        ]
        file, hub = ([*map(as_pushed, rows)] for rows in answers)
        days = [row["tested_on"] for row in hub]
        assert days == sorted(days, reverse=command == "list --all")
        assert sorted(hub, key=str) == sorted(file, key=str) != []


#: The columns of a test that are empty on a hub, and those with other codes there.
NOT_THERE, CODES = ("number", "said", "note", "tested_time", "retest_of"), ("id", "sample")


def as_pushed(row):
    """A row of an answer as a hub has it: without room, an own field that is not pushed."""
    row = {name: value for name, value in row.items() if name != "room"}
    return {
        **row,
        **{name: "" for name in NOT_THERE if name in row},
        **{name: bool(row[name]) for name in CODES if name in row},
    }


def test_an_export_has_nothing_that_is_not_pushed_and_codes_of_the_hub(both, striplog):
    rows = striplog.csv("export --hub hub")
    assert {row[name] for row in rows for name in NOT_THERE if name in row} == {""}
    codes = [row[name] for row in rows for name in CODES if row[name]]
    assert codes and all(len(code) == 36 for code in codes)
    assert rows == sorted(rows, key=lambda row: (row["tested_on"], row["id"]))
    code = next(row["sample"] for row in rows if row["sample"])
    assert {row["sample"] for row in striplog.csv(f"list --hub hub --sample {code}")} == {code}


def test_a_table_for_release_can_be_looked_at_on_a_hub_and_not_released(
    both, striplog, monkeypatch
):
    line = "summary --publish --by site --period 2025-Q1"
    assert "looked at and not released" in striplog.refused(f"{line} --hub hub", 2)
    monkeypatch.setattr("strip_log.console.terminal.at_terminal", lambda stream: True)
    shown = [said([*shlex.split(line), *where])[:2] for where in
             (["--logbook", str(both.merged)], ["--hub", "hub"])]  # fmt: skip
    assert shown[0] == shown[1] and "Insite" in shown[0][1]


def test_what_would_write_to_a_hub_is_refused(both, striplog):
    assert "no marks" in striplog.refused("summary --since-last monday --hub hub", 2)
    assert "no notes" in striplog.refused("export --notes --hub hub", 2)
    assert "both say" in striplog.refused("list --hub hub --logbook here.db", 2)
    for line in ("add pos", "undo", "backup", "config list", "doctor"):
        assert "is a hub" in striplog.refused(f"{line} --logbook service=hub", 2)


@pytest.mark.parametrize(
    "asked",
    ["summary", "export", "list", "samples", "signals", "lots", "accuracy", "cross drug outcome"],
)
def test_what_is_not_pushed_is_refused_and_not_answered_with_none(both, striplog, asked):
    for about in ("--text rock", "--where said=fetty", "--sample A"):
        assert "a hub has no" in striplog.refused(f"{asked} {about} --hub hub", 2).lower()
    for field in ("note", "tested_time", "room"):
        striplog.refused(f"{asked} --where {field}=3 --hub hub", 2)


def test_of_a_large_hub_some_tests_say_which_strips_there_are(both, monkeypatch):
    with region.reading("hub") as source:
        every = {*source.strips_of_some(2000)}
        monkeypatch.setattr(lots, "_MANY", 0)
        with both.connect("owner") as owner:
            owner.execute("analyze striplog.version")
        [[versions]] = source._snapshot.ask(lots._ABOUT).fetchall()
        assert {*source.strips_of_some(int(versions))} == every
        some = {*source.strips_of_some(int(versions) // 10)}
    assert some and some < every


def test_a_hub_may_be_named_in_place_of_a_logbook(both, striplog, monkeypatch):
    answer = striplog("lots --hub hub")
    assert striplog("lots --logbook service=hub") == answer
    monkeypatch.setenv("STRIPLOG_LOGBOOK", "service=hub")
    assert striplog("lots") == answer


def test_a_logbook_and_a_hub_answer_all_that_a_source_is_asked():
    asked = {name: one for name, one in vars(Source).items() if inspect.isfunction(one)}
    assert len(asked) > 15
    for name, one in asked.items():
        if not name.startswith("_"):
            for source in (Logbook, Region):
                given = inspect.signature(getattr(source, name)).parameters
                assert [*given] == [*inspect.signature(one).parameters], (source, name)
