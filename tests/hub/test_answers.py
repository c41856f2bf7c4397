"""`samples`, `signals`, `lots`, `accuracy`, `cross` of a hub: what one merged logbook answers."""

import inspect
import json
import re
import shlex

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from factories import examples
from hub import filling
from hub.province import PUSHED, Province
from strip_log import cli
from strip_log.hub import lots, region
from strip_log.hub.region import Region
from strip_log.logbook.book import Logbook
from strip_log.query.source import Source

#: Command lines without what the hub cannot say. The first of each command are always tried.
LINES = {
    "summary": ("", "--by site --by month --format csv", "--unit sample --by category --last 3y"),
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
    *("samples --all", "samples", "signals --as-of 2025-03-03", "signals --replay 2025-Q1"),
    *("lots", "lots --expiring 2000d", "accuracy --reference any", "accuracy --by drug"),
    *("cross fentanyl xylazine", "cross outcome drug", "cross drug form --unit sample"),
)


class Both:
    """A hub that some logbooks were pushed to, and the one that they were merged into."""

    def __init__(self, folder, postgres, seed, codes="daily"):
        self.folder, self.postgres = folder, postgres
        province = Province(folder, seed, codes=codes).go_on(40)
        self.merged = province.merged()
        self.database = f"striplog_answers_{seed}_{id(self)}"
        postgres.admin.execute(f"create database {self.database} template {postgres.template}"
                               " owner striplog_owner")  # fmt: skip
        place = postgres.place
        (folder / "services").write_text("".join(
            f"[{name}]\nhost={place.host}\nport={place.port}\ndbname={self.database}\n"
            f"user=striplog_{role}\n" for name, role in (("owner", "owner"), ("hub", "analyst"))
        ))  # fmt: skip
        passwords = [f"*:*:*:striplog_{role}:striplog_{role}\n" for role in ("owner", "analyst")]
        (folder / "pgpass").write_text("".join(passwords))
        (folder / "pgpass").chmod(0o600)
        with pytest.MonkeyPatch.context() as patch:
            self.known(patch)
            filling.fill(self, province.paths, PUSHED)

    def known(self, patch):
        """Make the services known."""
        patch.setenv("PGSERVICEFILE", str(self.folder / "services"))
        patch.setenv("PGPASSFILE", str(self.folder / "pgpass"))

    def connect(self, service):
        import psycopg

        return psycopg.connect(service=service, autocommit=True)

    def drop(self):
        self.postgres.admin.execute(f"drop database {self.database} with (force)")

    def compare(self, line):
        """The same command line on both."""
        file = said([*shlex.split(line), "--logbook", str(self.merged)])
        hub = said([*shlex.split(line), "--hub", "hub"])
        if line.startswith("samples"):
            file, hub = map(without_codes, (file, hub))
        assert hub == file, line


def said(words):
    """The exit code, stdout and stderr without the options that name what was asked."""
    result = CliRunner().invoke(cli.striplog, words)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    where = shlex.join(words[-2:])
    return result.exit_code, result.stdout, result.stderr.replace(f" {where}", "")


#: The codes of samples, here and on a hub, and what else depends on how long they are.
_CODE = re.compile(r"\b([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[AB]|c-3|s-[0-9a-z]{6})\b")
_WIDTH = re.compile(" +|─+")


def without_codes(answer):
    code, out, err = answer
    return code, _WIDTH.sub(" ", _CODE.sub("CODE", out)), err


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
    for mine, theirs in pairs:
        assert len(theirs) == 36 and theirs != mine
        found = json.loads(striplog(f"samples --hub hub --sample {theirs} --format json"))["rows"]
        assert found and {row["sample"] for row in found} == {theirs}


@pytest.mark.parametrize("asked", ["samples", "signals", "lots", "accuracy", "cross drug outcome"])
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
