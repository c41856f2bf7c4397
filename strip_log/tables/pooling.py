"""A footnote where the groups of a summary add up brands or dilutions that read differently."""

from collections.abc import Iterator
from dataclasses import replace

from strip_log.formats.table import Table
from strip_log.query.counts import Counts, sums_by_target
from strip_log.query.lots import LotStratum, against_others, key_of
from strip_log.query.source import Source
from strip_log.tables.request import SummaryRequest

#: Brands or dilutions with a p below this, after Holm's adjustment, are said to read differently.
_MARKED = 0.01

#: By so many tests of the whole logbook it is known which brands and dilutions there are.
_SOME = 2000

#: Of more tests than this it is not looked at whether they read differently: it would take long.
_MANY = 100_000

#: What may be added up, by its name in `strips_of_some`, and the filters that choose one of it.
_FIELDS = {"brand": ("brand", "lot"), "dilution": ("dilution",)}


def with_pooling(table: Table, source: Source, counts: Counts, asked: SummaryRequest) -> Table:
    """The same table, with a sentence for what its groups add up."""
    if asked.publish or not asked.rated or not table.rows:
        return table
    said = tuple(_said(source, counts, asked))
    if not said:
        return table
    page = table.page and replace(table.page, notes=(*table.page.notes, *said))
    return replace(table, footer=(*table.footer[:-1], *said, *table.footer[-1:]), page=page)


def _said(source: Source, counts: Counts, asked: SummaryRequest) -> Iterator[str]:
    there = source.strips_of_some(_SOME)
    tests = sums_by_target(counts.groups)
    for place, (field, chosen) in enumerate(_FIELDS.items(), 1):
        if any(name in asked.by or len(asked.where.only.get(name, ())) == 1 for name in chosen):
            continue
        values: dict[str, set[str]] = {}
        for row in there:
            value = row[place]
            if value is not None and row[0] in tests:
                values.setdefault(row[0], set()).add(value)
        several = [target for target, found in values.items() if len(found) > 1]
        if not several:
            continue
        if sum(tests[target].tests for target in several) > _MANY:
            yield (
                f"Groups add up several {_SEVERAL[field]} ({', '.join(sorted(several))}). Whether"
                " they read differently is only looked at for fewer tests: choose a period."
            )
            continue
        yield from _unlike(field, several, source.strata(field, asked.where))


_SEVERAL = {"brand": "brands", "dilution": "dilutions"}


def _unlike(field: str, targets: list[str], strata: list[LotStratum]) -> Iterator[str]:
    """A sentence for each target, about the brand or dilution that is most unlike the others."""
    from strip_log.stats.conditional import Fourfold  # few logbooks get so far
    from strip_log.stats.stratified import common, holm
    from strip_log.tables.figures import probability, times

    for target in sorted(targets):
        mine = [one for one in strata if one.target == target]
        shown = {key_of(one.target, one.brand, one.lot): one.lot for one in mine}
        found = {
            key: common({Fourfold(*table): many for table, many in tables.items()})
            for key, tables in against_others(mine).tables.items()
        }
        adjusted = zip(holm([one.p for one in found.values()]), found.items(), strict=True)
        for p, (key, one) in sorted(adjusted, key=lambda each: each[0])[:1]:
            if p < _MARKED:
                odds = f"odds ratio {times(one.ratio)}, " if one.ratio else ""
                yield (
                    f"Groups add up {_SEVERAL[field]} that read differently: {target}, {shown[key]}"
                    f" against the others within drug, month and site, {odds}p {probability(p)}."
                )
