"""Published tables: the tests that their counts stand for, and the figures that were printed.

Each is a file in the folder `studies`, with its source. Only what was printed, or follows from it,
is there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from strip_log.errors import Misused
from strip_log.record.own_fields import own_fields
from strip_log.record.test import Test
from strip_log.record.words import unknown

#: The studies, in the order of their help.
NAMES = ("insite", "tupper", "uvic", "nyc", "interior-health")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PrintedFigure:
    """A figure as it was printed, of the tests with these `facts`.

    `percent` is a positivity. `odds_ratio` is that of a positive against a negative test, with both
    ends of its interval: of having this `value` of an own `field`. The other of the two is empty.
    """

    label: str
    facts: Mapping[str, str]
    percent: str = ""
    odds_ratio: tuple[str, ...] = ()
    field: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Study:
    """A published table."""

    name: str
    title: str
    source: str
    note: str
    figures: tuple[PrintedFigure, ...]
    tests: tuple[Test, ...]


def study(name: str) -> Study:
    """The study with this name. Raises Misused for any other name."""
    import tomllib  # for a study alone
    from importlib.resources import files

    if name not in NAMES:
        raise Misused(unknown("study", name, NAMES))
    text = files("strip_log.record").joinpath(f"studies/{name}.toml").read_text("utf-8")
    data = tomllib.loads(text)
    groups = [*data.get("groups", ()), *_months(data.get("months", ()))]
    tests = [*data.get("tests", ()), *(test for group in groups for test in _outcomes(group))]
    figures = [*data.get("figures", ()), *groups]
    return Study(
        name,
        data["title"],
        data["source"],
        " ".join(data["note"].split()),
        tuple(_figure(one, data["facts"]) for one in figures),
        tuple(test for one in tests for test in _tests(one, data["facts"])),
    )


#: What a group has besides facts of its tests.
_NO_FACTS = ("label", "positive", "valid", "percent")


def _months(tables: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """A group for each month of a table with a column for each."""
    for table in tables:
        facts = {name: value for name, value in table.items() if isinstance(value, str)}
        columns = (table[name] for name in ("months", "positive", "valid", "percent"))
        for month, positive, valid, percent in zip(*columns, strict=True):
            label = f"{facts['target']}, {month}" if "target" in facts else month
            counts = {"positive": positive, "valid": valid, "percent": percent}
            yield {**facts, "label": label, "tested_on": f"{month}-01", **counts}


def _outcomes(group: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The tests of a group: the positive ones and the negative ones."""
    facts = _facts(group)
    positive = group["positive"]
    yield {**facts, "outcome": "positive", "number": positive}
    yield {**facts, "outcome": "negative", "number": group["valid"] - positive}


def _facts(group: Mapping[str, Any]) -> dict[str, str]:
    return {name: value for name, value in group.items() if name not in _NO_FACTS}


def _tests(group: Mapping[str, Any], facts: Mapping[str, str]) -> Iterator[Test]:
    """The equal tests that a number in a study stands for."""
    mine = {**facts, **group}
    number, extra = mine.pop("number"), own_fields(mine.pop("own", {}))
    for _ in range(number):
        yield Test(**mine, extra=extra)


def _figure(one: Mapping[str, Any], facts: Mapping[str, str]) -> PrintedFigure:
    if "odds_ratio" in one:
        return PrintedFigure(
            one["label"], facts, "", tuple(one["odds_ratio"]), one["field"], one["value"]
        )
    return PrintedFigure(one["label"], {**facts, **_facts(one)}, one["percent"])
