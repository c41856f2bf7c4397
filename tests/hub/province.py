"""Random logbooks of several sites, and the one into which all of them are merged.

Sites write, correct, strike out, undo, erase, purge, rename, import the same rows and merge each
other. Every change has a day of its own, so that its order is the same by day as by millisecond: a
hub is told the day alone.
"""

import time
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from factories import a_test, make_logbook
from strip_log.errors import Misused, NothingThere, UnknownWord
from strip_log.logbook import erasure, names, purge
from strip_log.logbook.amendments import NAME, SAMPLE_CODES
from strip_log.logbook.book import Logbook, making, writing
from strip_log.logbook.change import Change, begin
from strip_log.logbook.merge import merge
from strip_log.logbook.undo import undo
from strip_log.logbook.versions import Version, current, held
from strip_log.record import ids
from strip_log.record.own_fields import own_fields
from strip_log.record.test import Test, changed
from strip_log.record.words import as_known

#: The first day of the tests, how many days they have, and the day of the first change.
FIRST, DAYS, WRITTEN = datetime(2025, 1, 1), 180, datetime(2025, 7, 1, tzinfo=UTC)

#: The own fields that are pushed.
PUSHED = ("kit", "Bag No")

#: Codes that striplog made: a sample on any day, at any site.
_MADE_UP = ("s-222222", "s-7kq4md", "s-abcdef")

#: What a field of a test may have.
CHOICES: dict[str, tuple[Any, ...]] = {
    "target": ("fentanyl", "fentanyl", "xylazine", "benzodiazepine"),
    "outcome": ("positive", "negative", "negative", "positive", "invalid"),
    "drug": ("down", "down", "down", "cocaine", "mdma", None, "blue stuff"),
    "category": (None, None, None, None, "stimulant"),
    "brand": ("BTNX", "BTNX", "btnx", "WiseBatch", None),
    "lot": ("0012", "F1", "f1", None),
    "expires_on": (None, "2025-03-31", "2027-01-31"),
    "dilution": (None, "10 mg in 2.5 mL", "10 mg in 5 mL"),
    "form": ("rock", "powder", None),
    "colour": ("white", "purple", None),
    "timing": ("before", "before", "after", None, "not-using"),
    "intention": (None, "less", "less, dispose"),
    "note": (None, None, "sold as rock candy"),
    "said": (None, "fetty"),
    "sample": (None, None, "A", "B", "c-3", *_MADE_UP),
    "extra": tuple(
        own_fields(one)
        for one in ({}, {}, {"kit": "yes"}, {"kit": "no", "Bag No": "7"}, {"room": "3"})
    ),
}

#: The sites of each logbook in turn. Some differ only in spelling that does not count.
SITES = (("Insite", "The Hub", None), ("INSITE", "Powell", "the hub"), ("insite", "Van", "Powell"))
NAMES = ("Insite", "Powell Street", "Van")

#: Drugs that logbooks spell in their own ways.
_SPELLED = {"blue stuff": ("blue stuff", "blue-stuff", "blue stuff")}

#: What the rows of a file have, which several sites import.
_OF_ROWS = {"sample": "AB", "site": ["Bus"], "drug": ["down", "mdma"],
            "outcome": ["positive", "negative"]}  # fmt: skip

#: Names that are given up for others.
_RENAMED = (("drug", "mdma", "ketamine"), ("drug", "blue stuff", "mdma"), ("site", "Van", "Bus"),
            ("site", "Powell", "Powell Street"))  # fmt: skip


@dataclass
class Site:
    """A logbook, the ids of its tests that other logbooks have had too, and since when it keeps
    tests, as the number of a day."""

    path: Path
    place: int
    since: int = 0
    shared: set[str] = field(default_factory=set)


class Province:
    """Some logbooks in a folder, and what was done to them, decided by a seed."""

    def __init__(self, folder: Path, seed: int, number: int = 3, codes: str = "daily") -> None:
        self.chance, self.folder, self.moment = Random(seed), folder, WRITTEN
        self.codes = codes
        self.sites = [Site(folder / f"site-{place}.db", place) for place in range(number)]
        for site in self.sites:
            with making(str(site.path), randomness=self.chance.randbytes):
                pass
            with writing(str(site.path)) as book:
                self._set(book, NAME, NAMES[site.place % len(NAMES)])
                self._set(book, SAMPLE_CODES, codes)

    @property
    def paths(self) -> list[Path]:
        return [site.path for site in self.sites]

    def go_on(self, steps: int) -> "Province":
        """Do so many things, most often adding and editing."""
        what = (*(self.add,) * 8, *(self.edit,) * 4, self.void, self.void, self.undo, self.erase,
                self.purge, self.rename, self.category, self.import_, self.merge)  # fmt: skip
        for site in self.sites:
            self._in(site, self.add)
        for _ in range(steps):
            self._in(self.chance.choice(self.sites), self.chance.choice(what))
        return self

    def _set(self, book: Logbook, setting: str, value: str) -> None:
        ms = int(self._now().timestamp() * 1000)
        with begin(book, "seen", None, ms, self.chance.randbytes) as change:  # undo passes over it
            change.amend("setting", setting, value)

    def _in(self, site: Site, what: Any) -> None:
        with writing(str(site.path)) as book:
            what(site, book)

    def merged(self, name: str = "merged.db") -> Path:
        """A new logbook into which all were merged at once."""
        path = self.folder / name
        make_logbook(path)
        with writing(str(path)) as book:
            found = merge(book, [*map(str, self.paths)], self._now())
            assert not any(report.left_out for report in found.reports), found
            self._set(book, SAMPLE_CODES, self.codes)
        return path

    def _now(self) -> datetime:
        """The next day, at some time of it."""
        self.moment += timedelta(days=1)
        return self.moment + timedelta(seconds=self.chance.randrange(80_000))

    def change(self, book: Logbook) -> AbstractContextManager[Change]:
        ms = int(self._now().timestamp() * 1000)
        return begin(book, "test", None, ms, self.chance.randbytes)

    def test(self, site: Site) -> Test:
        """A test as a logbook writes it."""
        chance, place = self.chance, site.place
        facts = {name: chance.choice(values) for name, values in CHOICES.items()}
        on = 7 * chance.randrange(4) if chance.random() < 0.5 else chance.randrange(DAYS)
        facts |= {
            "tested_on": _day(max(on, site.since)),
            "site": chance.choice(SITES[place % len(SITES)]),
        }
        facts["drug"] = _SPELLED.get(facts["drug"], (facts["drug"],) * 3)[place % 3]
        facts["faint"] = chance.choice([None, True])
        facts["confirmed"] = chance.choice([None, "positive", "negative"])
        facts["method"] = chance.choice(["GC-MS", "FTIR", None])
        if chance.random() < 0.1:
            facts |= {"tested_time": "23:30", "sample": None}
        return a_test(**_possible(facts))

    def known(self, change: Change, test: Test) -> Test:
        """A test under the names of its logbook, as when it is typed; new ones are added."""
        for kind in ("drug", "site"):
            name, vocabulary = getattr(test, kind), change.logbook.vocabulary()
            there = [*(vocabulary.drugs if kind == "drug" else vocabulary.sites)]
            if name is not None:
                test = changed(test, {kind: as_known(name, there)})
                if getattr(test, kind) not in there:
                    change.know(kind, name, "unknown" if kind == "drug" else name)
        return test

    # What may happen at a site.

    def add(self, site: Site, book: Logbook) -> None:
        with self.change(book) as change:
            tests = [self.test(site) for _ in range(self.chance.randint(1, 12))]
            change.add([self.known(change, test) for test in tests])

    def edit(self, site: Site, book: Logbook) -> None:
        with self.change(book) as change:
            for version in self.some(book):
                new = self.test(site)
                fields = self.chance.sample([*CHOICES, "site", "tested_on"], 3)
                facts = version.test._asdict() | {name: getattr(new, name) for name in fields}
                if facts["tested_time"]:
                    facts["sample"] = None
                test = self.known(change, Test(**_possible(facts)))
                change.revise(version, test, version.void)

    def void(self, site: Site, book: Logbook) -> None:
        with self.change(book) as change:
            for version in self.some(book):
                change.revise(version, version.test, void=not version.void)

    def undo(self, site: Site, book: Logbook) -> None:
        if not site.since:  # a test may have been of another day
            with suppress(NothingThere), self.change(book) as change:
                undo(change)

    def erase(self, site: Site, book: Logbook) -> None:
        """A field or the whole of tests that no other logbook has: those would be told later.

        With the site, a hub loses the code of a sample that is known by it: that is told in
        `test_push`, and is not so in a merged file.
        """
        with self.change(book) as change:
            for version in self.some(book):
                there = erasure.there(book, version.id)
                kept = {"reason"} | ({"site"} if version.test.sample else set())
                field = self.chance.choice(sorted({*there} - kept))
                if version.id not in site.shared:
                    erasure.erase(change, [erasure.plan(version, there, [field])])

    def purge(self, site: Site, book: Logbook) -> None:
        if site.shared:
            return
        now = int(self._now().timestamp() * 1_000_000_000)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(time, "time_ns", lambda: now)
            site.since = max(site.since, self.chance.randrange(60))
            purge.purge(book, _day(site.since))

    def rename(self, site: Site, book: Logbook) -> None:
        """A name that tests have becomes another; not one that questions are asked about, since the
        old name is then a word for the new one, and a hub is told no words."""
        kind, old, new = self.chance.choice(_RENAMED)
        with suppress(UnknownWord, Misused), self.change(book) as change:
            names.rename(change, book.vocabulary(), kind, old, new)

    def category(self, site: Site, book: Logbook) -> None:
        """A drug gets a category, or another one."""
        with self.change(book) as change:
            category = self.chance.choice(["opioid", "stimulant", "other"])
            drug = self.chance.choice(["blue stuff", "mdma", "down", "green stuff"])
            names.add(change, book.vocabulary(), "drug", drug, category)

    def import_(self, site: Site, book: Logbook) -> None:
        """Rows of a file that other sites import too: the same tests, by their ids."""
        rows = Random(self.chance.randrange(2))
        tests = []
        for _ in range(5):
            facts = {name: rows.choice(some) for name, some in _OF_ROWS.items()}
            tests.append(a_test(**facts, tested_on=_day(60 + rows.randrange(DAYS))))
        with self.change(book) as change:
            for place, test in enumerate(tests):
                seed, test = f"{place} {test}", self.known(change, test)
                id = ids.of_test(test.tested_on, Random(seed).randbytes)
                for one in self.sites:
                    one.shared.add(id)
                if id not in held(book, [id]):
                    assert change.seq
                    change.randomness = Random(seed).randbytes
                    change.add([test])

    def merge(self, site: Site, book: Logbook) -> None:
        other = self.chance.choice(self.sites)
        if other is site:
            return
        merge(book, [str(other.path)], self._now())
        both = {id for (id,) in book.connection.execute("select id from entry")}
        site.shared |= both
        other.shared |= both

    def some(self, book: Logbook) -> list[Version]:
        """A few tests, void or not."""
        numbers = [n for (n,) in book.connection.execute("select distinct number from entry")]
        most = min(len(numbers), self.chance.randint(1, 4))
        return [current(book, number) for number in self.chance.sample(numbers, most)]


def _day(number: int) -> str:
    return f"{FIRST + timedelta(days=number):%Y-%m-%d}"


def _possible(facts: dict[str, Any]) -> dict[str, Any]:
    """The same without what contradicts itself."""
    if facts["outcome"] != "negative":
        facts["faint"] = None
    if facts["outcome"] == "invalid" or not facts["confirmed"]:
        facts["confirmed"] = facts["method"] = None
    return facts
