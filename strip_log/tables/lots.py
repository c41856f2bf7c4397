"""The lots of strips: which give too many invalid strips, and which read differently."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from strip_log.errors import Misused, NothingThere
from strip_log.query.days import EVER, Days
from strip_log.query.filter import Filter
from strip_log.query.lots import LotKey, LotTables, LotUse, TargetLot, against_others, by_lot
from strip_log.query.source import Source
from strip_log.record.lots import STOP_AMONG, STOP_INVALID, invalid_of_last, verdict
from strip_log.stats.conditional import Fourfold, midp_above
from strip_log.stats.interval import Interval, wilson
from strip_log.stats.stratified import CommonRatio, common, holm
from strip_log.tables.rates import target_order

#: A p-value below this, after Holm's adjustment for how many lots there are, is marked.
MARKED = 0.01

#: Positivity is not compared where fewer valid tests than this say anything about it.
INFORMATIVE = 5

#: How far back positivity is compared, and the last strips looked at, where no period is asked for.
RECENT = timedelta(days=365)

UNKNOWN = "The lot is not known."
OLD = "Not used in the 12 months before the last test: choose a period to compare it."
ALONE = "No month and site where another lot of the brand was in use for the same drug."
TOO_FEW = f"Fewer than {INFORMATIVE} valid tests in months and sites with both lots and outcomes."


@dataclass(frozen=True, slots=True, eq=False, repr=False, kw_only=True)
class LotsRequest:
    """Which tests to look at; with `expiring`, only the lots that expire on one of these days.

    `targets` is the order of the sections. Raises Misused for tests chosen by their outcome.
    """

    where: Filter = field(default_factory=Filter)
    confidence: float = 0.95
    expiring: Days | None = None
    targets: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if {"outcome", "faint"} & {*self.where.only, *self.where.but}:
            raise Misused(
                "Lots are compared by what their strips showed, so strips cannot be chosen by it:"
                " leave outcome and faint out."
            )

    @property
    def of_all_lots(self) -> Filter:
        """The tests that match, and those of other lots: a lot that is chosen is compared too."""
        without = [{name: values for name, values in some.items() if name != "lot"}
                   for some in (self.where.only, self.where.but)]  # fmt: skip
        return replace(self.where, only=without[0], but=without[1])


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Lot:
    """A lot, and how it compares with the other lots of its brand.

    `more_invalid` is the p of as many invalid strips or more, `last_invalid` how many of its last
    strips are invalid where that was looked at, `stop` whether it should no longer be used.
    `compared` is its positivity against the others, from `informative` tests; None where that is
    refused, for the reason in `why`. Each `holm` is the p adjusted for how many lots there are.
    """

    target: str
    use: LotUse
    invalid: Interval
    positivity: Interval | None
    more_invalid: float | None = None
    more_invalid_holm: float | None = None
    last_invalid: int | None = None
    stop: bool = False
    informative: int = 0
    compared: CommonRatio | None = None
    compared_holm: float | None = None
    why: str = ""

    @property
    def invalid_marked(self) -> bool:
        return self.more_invalid_holm is not None and self.more_invalid_holm < MARKED

    @property
    def positivity_marked(self) -> bool:
        return self.compared_holm is not None and self.compared_holm < MARKED


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Lots:
    """The lots in order, and since when their positivity was compared."""

    lots: Sequence[Lot]
    since: Days


def look(source: Source, asked: LotsRequest) -> Lots:
    """The lots of the tests that match, none if no test does.

    Raises NothingThere where none of them expires on the days that are asked for.
    """
    chosen = by_lot(source.lots(asked.where))
    days = asked.where.days
    if not chosen:
        return Lots((), days)
    where = asked.of_all_lots
    uses = chosen if where == asked.where else by_lot(source.lots(where))
    if days == EVER:
        last = date.fromisoformat(max(use.last for use in uses.values()))
        days = Days(last - RECENT + timedelta(days=1), last)
    recent = replace(where, days=days)
    tables = against_others(source.strata("lot", recent))
    outcomes = _last_outcomes(source, where, uses, days)
    lots = {
        key: _lot(key, use, outcomes.get((key[0], key[2] or "")), asked.confidence)
        for key, use in uses.items()
    }
    lots = _with_positivity(_with_invalid(lots), tables, days, asked.confidence)
    shown = [lots[key] for key in _in_order(chosen, asked) if _is_shown(uses[key], asked.expiring)]
    if not shown:
        assert asked.expiring
        raise NothingThere(f"No lot expires from {asked.expiring.first} to {asked.expiring.last}.")
    return Lots(shown, days)


def _is_shown(use: LotUse, expiring: Days | None) -> bool:
    if expiring is None:
        return True
    expires = use.expires_last
    return expires is not None and f"{expiring.first}" <= expires <= f"{expiring.last}"


def _in_order(uses: Mapping[LotKey, LotUse], asked: LotsRequest) -> list[LotKey]:
    """Targets in their order, the brands with most strips first, of each the latest lots first."""
    brands: dict[tuple[str, str | None], int] = {}
    for key, use in uses.items():
        brands[key[:2]] = brands.get(key[:2], 0) + use.count.tests
    latest = sorted(uses, key=lambda key: (uses[key].last, key[2] or ""), reverse=True)
    return sorted(
        latest,
        key=lambda key: (
            *target_order(key[0], asked.targets), -brands[key[:2]], key[1] or "", key[2] is None,
        ),
    )  # fmt: skip


def _last_outcomes(
    source: Source, where: Filter, uses: Mapping[LotKey, LotUse], days: Days
) -> Mapping[TargetLot, list[str]]:
    """The last outcomes of the lots in use on these days that have enough invalid strips to be
    stopped: whoever stops a lot looks at its number, not at its brand."""
    invalid: dict[TargetLot, int] = {}
    last: dict[TargetLot, str] = {}
    for (target, _, lot), use in uses.items():
        if lot is not None:
            last[target, lot] = max(use.last, last.get((target, lot), ""))
            if use.last >= f"{days.first}":
                invalid[target, lot] = invalid.get((target, lot), 0) + use.count.invalid
    few = {lot: last[lot] for lot, number in invalid.items() if number >= STOP_INVALID}
    return source.last_outcomes(where, few, STOP_AMONG) if few else {}


def _lot(key: LotKey, use: LotUse, last: Sequence[str] | None, confidence: float) -> Lot:
    count = use.count
    return Lot(
        key[0],
        use,
        wilson(count.invalid, count.tests, confidence),
        wilson(count.positive, count.valid, confidence) if count.valid else None,
        last_invalid=None if last is None else invalid_of_last(last),
        stop=last is not None and verdict(last) == "stop",
    )


def _with_invalid(lots: Mapping[LotKey, Lot]) -> dict[LotKey, Lot]:
    """The lots with how their invalid strips compare with those of their brand's other lots."""
    sums: dict[tuple[str, str | None], list[int]] = {}
    for key, lot in lots.items():
        if key[2] is not None:
            of_brand = sums.setdefault(key[:2], [0, 0])
            of_brand[0] += lot.use.count.invalid
            of_brand[1] += lot.use.count.valid
    found: dict[LotKey, float] = {}
    for key, lot in lots.items():
        if key[2] is not None:
            invalid, valid = lot.use.count.invalid, lot.use.count.valid
            others = sums[key[:2]][0] - invalid, sums[key[:2]][1] - valid
            if sum(others):
                found[key] = midp_above(Fourfold(invalid, valid, *others))
    adjusted = dict(zip(found, holm([*found.values()]), strict=True))
    return {
        key: replace(lot, more_invalid=found.get(key), more_invalid_holm=adjusted.get(key))
        for key, lot in lots.items()
    }


def _with_positivity(
    lots: Mapping[LotKey, Lot], tables: LotTables, days: Days, confidence: float
) -> dict[LotKey, Lot]:
    """The lots with how their positivity compares, or why that is refused."""
    found: dict[LotKey, Lot] = {}
    for key, lot in lots.items():
        strata = {Fourfold(*table): many for table, many in tables.tables.get(key, {}).items()}
        informative = sum(sum(table) * many for table, many in strata.items())
        why = _why_not(key, lot.use, informative, tables.shared, days)
        compared = None if why else common(strata, confidence)
        found[key] = replace(lot, informative=informative, compared=compared, why=why)
    ps = {key: lot.compared.p for key, lot in found.items() if lot.compared}
    adjusted = dict(zip(ps, holm([*ps.values()]), strict=True))
    return {key: replace(lot, compared_holm=adjusted.get(key)) for key, lot in found.items()}


def _why_not(
    key: LotKey, use: LotUse, informative: int, shared: Collection[LotKey], days: Days
) -> str:
    if key[2] is None:
        return UNKNOWN
    if use.last < f"{days.first}":
        return OLD
    if key not in shared:
        return ALONE
    return TOO_FEW if informative < INFORMATIVE else ""
