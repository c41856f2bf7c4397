"""Names that differ only in spelling, such as capital letters. A merge makes them one name."""

from collections.abc import Iterable, Mapping, Set
from typing import NamedTuple

from strip_log.logbook import names
from strip_log.logbook.amendments import MERGED
from strip_log.logbook.change import Change
from strip_log.record.vocabulary import Vocabulary
from strip_log.record.words import fold

#: The kinds of names that people make up at the counter.
KINDS = ("drug", "site")


class Joined(NamedTuple):
    """A name that was replaced by another, and in how many tests."""

    kind: str
    old: str
    new: str
    tests: int


def alike(names: Iterable[str]) -> list[list[str]]:
    """Groups of names that compare as equal; the one to keep comes first in its group.

    Which one that is depends only on the names, so that every logbook keeps the same.
    """
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(fold(name), []).append(name)
    return [sorted(group, key=_order) for group in groups.values() if len(group) > 1]


def usual(names: Iterable[str]) -> dict[str, str]:
    """The name to keep of those that compare as equal, by what they compare as."""
    found: dict[str, str] = {}
    for name in sorted(names, key=_order):
        found.setdefault(fold(name), name)
    return found


def _order(name: str) -> tuple[bool, bool, bool, str]:
    """A sort key that puts the usual spelling first: `Insite` before `insite` and `INSITE`."""
    from unicodedata import normalize  # é can be one character or two

    odd = name != " ".join(normalize("NFC", name).split())
    return odd, name == name.upper(), name == name.lower(), name


def known(vocabulary: Vocabulary) -> dict[str, set[str]]:
    """The names of each kind."""
    return {"drug": {*vocabulary.drugs}, "site": {*vocabulary.sites}}


def join(change: Change, before: Mapping[str, set[str]], last: int) -> list[Joined]:
    """Join the names that came with a merge with those that compare as equal to them.

    `before` are the names known before the merge, `last` is the last `seq` of `entry` before it. A
    site of tests that is not among the names here is added, unless it is a word for another.
    """
    found = []
    names_now = known(change.logbook.vocabulary())
    for kind in KINDS:
        now = names_now[kind]
        nameless = {*change.logbook.nameless(kind)}
        if kind == "site":
            added = _know(change, nameless)
            now |= added
            nameless -= added
        came = {name for (name,) in change.ask(_CAME.format(kind), [last])}
        came |= nameless | (now - before[kind])
        for group in alike(now | nameless):
            keep = next((name for name in group if name in now), None)
            if keep is None or came.isdisjoint(group):
                continue
            for old in group:
                if old != keep:
                    tests = names.become(change, change.logbook.vocabulary(), kind, old, keep)
                    found.append(Joined(kind, old, keep, tests))
    return found


def _know(change: Change, nameless: Set[str]) -> set[str]:
    """Add the sites of tests that are not among the names: the logbook that they came from has no
    record of adding them, or undid the change that did. Returns the sites that were added."""
    if not nameless:
        return set()
    vocabulary = change.logbook.vocabulary()
    taken = {*map(fold, vocabulary.sites), *vocabulary.site_words}
    added: dict[str, str] = {}
    for site in sorted(nameless, key=_order):
        if fold(site) not in taken:
            added.setdefault(fold(site), site)
    for site in added.values():
        change.ask("insert into site (name) values (?)", [site])
        change.record(f"{MERGED}site", site, None, site)  # so that undo finds it
    return {*added.values()}


_CAME = "select distinct {0} from entry where seq > ? and live = 1 and {0} is not null"
