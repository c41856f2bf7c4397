"""The table of `striplog lots`, with its columns and its sentences."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from strip_log.formats.table import NUMBERS, Column, Page, Table, ValueKind, dash
from strip_log.query.days import EVER
from strip_log.record.lots import STOP_AMONG, STOP_INVALID
from strip_log.record.words import so_many
from strip_log.tables import coverage
from strip_log.tables.figures import confidence, ends, of_ratio, percent, probability, yes
from strip_log.tables.lots import MARKED, Lot, Lots, LotsRequest

_NOT_KNOWN = "not known"


def table(found: Lots, asked: LotsRequest) -> Table:
    """A line for each lot, in a section for each target."""
    columns = _columns(confidence(asked.confidence))
    footer = _footer(found, asked)
    return Table(
        name="lots",
        columns=columns,
        rows=[tuple(one.value(lot) for one in columns if one.value) for lot in found.lots],
        section="target",
        about={
            "filters": asked.where.described(),
            "confidence": asked.confidence,
            "compared": found.since.described(),
            "marked_below": MARKED,
            "stop": {"invalid": STOP_INVALID, "of_the_last": STOP_AMONG},
            "caution": coverage.CAUTION,
        },
        footer=footer,
        page=Page("Lots of strips", (("Caution", coverage.CAUTION),), footer[:-1]),
    )


def _column(
    name: str, title: str, value: Callable[[Lot], object], kind: ValueKind, **more: Any
) -> Column:
    right = kind in (*NUMBERS, "figures")
    return Column(name, title, value, right=right, kind=kind, **more)


def _columns(level: str) -> tuple[Column, ...]:
    return (*_of_use(level), *_invalid(), *_positivity(level), *_remark())


def _of_use(level: str) -> tuple[Column, ...]:
    """What a lot is, and what its strips showed."""
    return (
        _column("target", "Target", lambda lot: lot.target, "text",
                meaning="What the strip detects."),
        _column("lot", "Lot", lambda lot: lot.use.lot, "text",
                show=lambda lot: lot or _NOT_KNOWN, meaning="The lot number; empty if not known."),
        _column("brand", "Brand", lambda lot: lot.use.brand, "text", show=dash, spare=True,
                meaning="Who made the strips."),
        _column("first", "First", lambda lot: lot.use.first, "date", spare=True,
                meaning="The day of its first test."),
        _column("last", "Last", lambda lot: lot.use.last, "date",
                meaning="The day of its last test."),
        _column("expires", "Expires", lambda lot: lot.use.expires_last, "date", spare=True,
                show=dash,
                meaning="The latest expiry date that was noted for it."),
        _column("positive", "Positive", lambda lot: lot.use.count.positive, "integer",
                audience="files", meaning="Positive tests."),
        _column("negative", "Negative", lambda lot: lot.use.count.negative, "integer",
                audience="files", meaning="Negative tests."),
        _column("valid", "Valid", lambda lot: lot.use.count.valid, "integer",
                meaning="Positive and negative tests."),
        _column("invalid", "Invalid", lambda lot: lot.use.count.invalid, "integer",
                meaning="Invalid tests."),
        _column("invalid_share", "% inv", _invalid_share, "fraction", show=percent,
                meaning="invalid / (valid + invalid)."),
        _column("invalid_interval", f"{level} % CI", lambda lot: lot.invalid, "figures", show=ends,
                audience="people"),
        *_both_ends("invalid", "invalid_share", lambda lot: lot.invalid),
        _column("positivity", "% pos", _share, "fraction", show=percent,
                meaning="positive / (positive + negative)."),
        _column("interval", f"{level} % CI", lambda lot: lot.positivity, "figures", show=ends,
                audience="people"),
        *_both_ends("ci", "positivity", lambda lot: lot.positivity),
        _column("after_expiry", "After expiry", lambda lot: lot.use.after_expiry, "integer",
                meaning="Strips used after the expiry date that was noted with them."),
    )  # fmt: skip


def _both_ends(
    name: str, of: str, interval: Callable[[Lot], Any], kind: ValueKind = "fraction"
) -> tuple[Column, Column]:
    def end(place: int) -> Callable[[Lot], object]:
        return lambda lot: (interval(lot) or (None, None))[place]

    label = name.capitalize()
    return (
        _column(f"{name}_low", f"{label} low", end(0), kind, audience="files",
                meaning=f"Lower end of the confidence interval of {of}."),
        _column(f"{name}_high", f"{label} high", end(1), kind, audience="files",
                meaning=f"Upper end of the confidence interval of {of}."),
    )  # fmt: skip


def _invalid() -> tuple[Column, ...]:
    """How its invalid strips compare with those of the other lots, and the rule to stop."""
    return (
        _column("more_invalid_p", "More invalid p", lambda lot: lot.more_invalid, "decimal",
                audience="files",
                meaning="One-sided mid-P of its invalid strips against the brand's other lots."),
        _column("more_invalid_holm", "More invalid p, adjusted", lambda lot: lot.more_invalid_holm,
                "decimal", audience="files", meaning="The same, adjusted by Holm for all lots."),
        _column("more_invalid", "More invalid", lambda lot: lot.invalid_marked, "flag",
                audience="files", show=yes, meaning=f"Whether that is below {MARKED}."),
        _column("last_invalid", "Invalid of the last", lambda lot: lot.last_invalid, "integer",
                audience="files",
                meaning=f"Invalid strips among its last {STOP_AMONG}; empty if there were too few"
                " to look."),
        _column("stop", "Stop", lambda lot: lot.stop, "flag", audience="files", show=yes,
                meaning="Whether to stop using the lot and call the supplier."),
    )  # fmt: skip


def _positivity(level: str) -> tuple[Column, ...]:
    """How its positivity compares with that of the other lots."""
    return (
        _column("against", f"OR of a positive ({level} % CI)", _ratio, "figures",
                audience="people", spare=True),
        _column("odds_ratio", "Odds ratio", lambda lot: lot.compared and lot.compared.ratio,
                "decimal", audience="files",
                meaning="Mantel-Haenszel odds ratio of a positive strip against the brand's other"
                " lots, within drug, month and site."),
        *_both_ends("odds", "odds_ratio", lambda lot: lot.compared and lot.compared.interval,
                    "decimal"),
        _column("odds_p", "Odds p", lambda lot: lot.compared and lot.compared.p, "decimal",
                audience="files", meaning="Exact conditional mid-P, two-sided."),
        _column("odds_holm", "Odds p, adjusted", lambda lot: lot.compared_holm, "decimal",
                audience="files", meaning="The same, adjusted by Holm for all lots."),
        _column("informative", "Informative", lambda lot: lot.informative, "integer",
                audience="files", meaning="Valid tests, of this lot and of others, that say"
                " anything about the odds ratio."),
        _column("why_not", "Why not compared", lambda lot: lot.why, "text", audience="files",
                meaning="Why positivity is not compared."),
    )  # fmt: skip


def _remark() -> tuple[Column, ...]:
    return (_column("remark", "", lambda lot: "; ".join(_remarks(lot)), "text",
                    meaning="What to know about the lot, in words."),)  # fmt: skip


def _remarks(lot: Lot) -> list[str]:
    said = []
    if lot.stop:
        said.append(f"STOP: {lot.last_invalid} of the last {STOP_AMONG} invalid")
    if lot.invalid_marked:
        said.append(f"more invalid than other lots (p {probability(lot.more_invalid_holm)})")
    if lot.positivity_marked and lot.compared:
        way = "less" if (lot.compared.ratio or 0) < 1 else "more"
        said.append(f"{way} often positive than other lots (p {probability(lot.compared_holm)})")
    return said


def _invalid_share(lot: Lot) -> float:
    return lot.use.count.invalid / lot.use.count.tests


def _share(lot: Lot) -> float | None:
    count = lot.use.count
    return count.positive / count.valid if count.valid else None


def _ratio(lot: Lot) -> str:
    if lot.compared is None or lot.compared.interval is None:
        return "–"
    return of_ratio(lot.compared.ratio, lot.compared.interval)


def _footer(found: Lots, asked: LotsRequest) -> tuple[str, ...]:
    level = confidence(asked.confidence)
    only = "; ".join(f"{name} {value}" for name, value in asked.where.described().items())
    expiring = asked.expiring
    return (
        *(_stop(lot) for lot in found.lots if lot.stop),
        *_expiries(found.lots),
        *([f"Only lots that expire from {expiring.first} to {expiring.last}."] if expiring else []),
        *([f"Only {only}."] if only else []),
        f"{level} % CI: Wilson. Invalid strips are compared with the brand's other lots (one-sided"
        f" mid-P, adjusted by Holm), and marked below {MARKED}.",
        _how_compared(found, asked),
        *_refused(found.lots),
        coverage.CAUTION,
    )


def _stop(lot: Lot) -> str:
    return (
        f"Stop using lot {lot.use.lot} of {lot.target} strips, call the supplier:"
        f" {lot.last_invalid} of its last {STOP_AMONG} are invalid."
    )


def _expiries(lots: Sequence[Lot]) -> list[str]:
    return [
        f"Lot {lot.use.lot} of {lot.target} strips has several expiry dates, from {lot.use.expires}"
        f" to {lot.use.expires_last}."
        for lot in lots
        if lot.use.lot and lot.use.expires != lot.use.expires_last
    ]


def _how_compared(found: Lots, asked: LotsRequest) -> str:
    since = f", {found.since}" if asked.where.days == EVER else ""
    return (
        "Positivity is compared with the brand's other lots only within the same drug, month and"
        f" site{since}: Mantel-Haenszel odds ratio, exact mid-P adjusted by Holm. The supply"
        " changes: rates of lots from other months or sites do not compare."
    )


def _refused(lots: Sequence[Lot]) -> list[str]:
    """For how many lots positivity is not compared, and why."""
    reasons = Counter(lot.why for lot in lots if lot.why)
    return [
        f"Positivity not compared for {so_many(number, 'lot')}: {why[0].lower()}{why[1:]}"
        for why, number in reasons.items()
    ]
