"""What is known of the lots of strips, as a Source returns it, and put together by lot."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from strip_log.query.counts import Count
from strip_log.record.words import fold


class LotGroup(NamedTuple):
    """The strips of a lot as its brand and number were written down.

    `first` and `last` are days, `expires` and `expires_last` the earliest and the latest expiry
    that was noted. `after_expiry` were used later than the expiry that was noted with them.
    """

    target: str
    brand: str | None
    lot: str | None
    positive: int
    negative: int
    invalid: int
    first: str
    last: str
    expires: str | None
    expires_last: str | None
    after_expiry: int


class LotStratum(NamedTuple):
    """The valid strips of a lot for one drug at one site in one month, `2026-01`.

    Of a brand or a dilution: that stands in place of the lot, and there is no brand.
    """

    target: str
    brand: str | None
    lot: str
    drug: str | None
    site: str | None
    month: str
    positive: int
    negative: int


#: A lot: its target, and its brand and number as they are compared. None where it is not known.
LotKey = tuple[str, str | None, str | None]

#: A lot whatever its brand: its target, and its number as it is compared.
TargetLot = tuple[str, str]

#: Positive and negative strips of a lot, and of the others of its brand in the same stratum.
FourCounts = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class LotUse:
    """All strips of a lot, under the spelling of its brand and number that most of them have."""

    brand: str | None
    lot: str | None
    count: Count
    first: str
    last: str
    expires: str | None
    expires_last: str | None
    after_expiry: int


def key_of(target: str, brand: str | None, lot: str | None) -> LotKey:
    """The lot that is meant: names that are compared as one are one."""
    return target, None if brand is None else fold(brand), None if lot is None else fold(lot)


def by_lot(groups: Iterable[LotGroup]) -> dict[LotKey, LotUse]:
    """The lots of these groups."""
    parts: dict[LotKey, list[LotGroup]] = {}
    for group in groups:
        parts.setdefault(key_of(group.target, group.brand, group.lot), []).append(group)
    return {key: _use(some) for key, some in parts.items()}


def _use(groups: list[LotGroup]) -> LotUse:
    def tests(group: LotGroup) -> int:
        return group.positive + group.negative + group.invalid

    most = max(groups, key=lambda group: (tests(group), str(group.brand), str(group.lot)))
    expires = [day for group in groups for day in (group.expires, group.expires_last) if day]
    count = Count()
    for group in groups:
        count = count.plus(Count(group.positive, group.negative, group.invalid))
    return LotUse(
        most.brand,
        most.lot,
        count,
        min(group.first for group in groups),
        max(group.last for group in groups),
        min(expires, default=None),
        max(expires, default=None),
        sum(group.after_expiry for group in groups),
    )


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class LotTables:
    """Each lot against the other lots of its brand, within strata.

    `tables` counts those of each lot where both outcomes occur. `shared` are the lots that were in
    use together with another one of their brand, for the same drug at the same site in a month.
    """

    tables: Mapping[LotKey, Mapping[FourCounts, int]]
    shared: Collection[LotKey]


def against_others(strata: Iterable[LotStratum]) -> LotTables:
    """The tables of each lot against the others."""
    key = cache(key_of)
    together: dict[object, dict[LotKey, list[int]]] = {}
    for target, brand, lot, drug, site, month, positive, negative in strata:
        mine = key(target, brand, lot)
        tally = together.setdefault((mine[:2], drug, site, month), {}).setdefault(mine, [0, 0])
        tally[0] += positive
        tally[1] += negative
    tables: dict[LotKey, Counter[FourCounts]] = {}
    shared: set[LotKey] = set()
    for lots in together.values():
        if len(lots) > 1:
            shared.update(lots)
            positive = sum(tally[0] for tally in lots.values())
            negative = sum(tally[1] for tally in lots.values())
            if positive and negative:
                for mine, (yes, no) in lots.items():
                    tables.setdefault(mine, Counter())[yes, no, positive - yes, negative - no] += 1
    return LotTables(tables, shared)
