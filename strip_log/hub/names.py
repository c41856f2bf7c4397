"""The names on a hub as one logbook has them into which all logbooks were merged.

Of a name that several logbooks have changed, the last change holds. Drugs and sites that compare as
equal are one, under the name that `logbook.alike` keeps.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from strip_log.logbook.alike import KINDS, usual
from strip_log.record.shipped import shipped
from strip_log.record.vocabulary import Vocabulary, Words
from strip_log.record.words import fold

#: The names that were ever pushed, each with the value that holds; null where it was given up.
LATEST = """
select distinct on (kind, name) kind, name, value from striplog.names
where kind <> 'logbook' order by kind, name, stamp desc, value is null, origin desc
"""

#: The logbooks by id, in the order in which they are merged, each with the name that it has now.
LOGBOOKS = """
select origin, coalesce((
    select coalesce(value, '') from striplog.names
    where names.origin = logbooks.origin and kind = 'logbook' order by stamp desc limit 1
), name, '')
from striplog.logbooks order by joined, origin
"""

#: HubNames by kind, each with its value; None for one that was given up.
_Known = Mapping[str, Mapping[str, str | None]]


class HubNames(NamedTuple):
    """The vocabulary, and by kind the name that is kept of each group of names that are one."""

    vocabulary: Vocabulary
    ever: _Known
    kept: Mapping[str, Mapping[str, str]]

    def shown(self, kind: str, name: Any) -> Any:
        """A value of a column as it is shown: of a drug or a site the name that is kept."""
        if name is None or kind not in self.kept:
            return name
        return self.kept[kind].get(fold(name), name)

    def written(self, kind: str, names: Iterable[str]) -> list[str]:
        """All that pushed tests may have where drugs or sites of these names are shown."""
        wanted = {name for name in names if self.shown(kind, name) == name}
        alike = {name for name in self.ever[kind] if self.shown(kind, name) in wanted}
        return sorted(wanted | alike)


def names(rows: Iterable[tuple[str, str, str | None]]) -> HubNames:
    """The names of a hub, from the rows of LATEST and what every logbook starts with."""
    first = shipped()
    ever: dict[str, dict[str, str | None]] = {
        "drug": {**first.drugs},
        "target": {name: str(place) for place, name in enumerate(first.targets)},
        "site": {},
    }
    for kind, name, value in rows:
        ever[kind][name] = value
    now = {kind: [name for name, value in ever[kind].items() if value is not None] for kind in ever}
    kept = {kind: usual(now[kind]) for kind in KINDS}
    # A site that was given up, and of which there are tests still, is a site again.
    kept["site"] = usual(ever["site"]) | kept["site"]
    drugs = sorted(kept["drug"].values())
    targets = sorted(now["target"], key=lambda name: (int(ever["target"][name] or 0), name))
    return HubNames(
        Vocabulary(
            drugs={name: str(ever["drug"][name]) for name in drugs},
            targets=tuple(targets),
            drug_words=_meaning(first.drug_words, drugs),
            target_words=_meaning(first.target_words, targets),
            sites=tuple(sorted(kept["site"].values())),
        ),
        ever,
        kept,
    )


def _meaning(words: Words, names: Iterable[str]) -> Words:
    """The words that mean some of these names."""
    there = {*names}
    meant = {word: tuple(name for name in means if name in there) for word, means in words.items()}
    return {word: means for word, means in meant.items() if means}
