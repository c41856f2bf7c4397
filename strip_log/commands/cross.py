"""Cross two targets, or an outcome and a field."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import click

from strip_log.console import filters, options, output, progress, settings
from strip_log.console.conditions import own_name
from strip_log.console.logbooks import asking
from strip_log.console.settings import default
from strip_log.errors import Misused, NothingThere, RecordRefused, UnknownWord
from strip_log.formats.table import Table
from strip_log.query.cross import OUTCOME
from strip_log.query.dimensions import DIMENSIONS
from strip_log.query.filter import Filter
from strip_log.query.source import Source
from strip_log.record.dates import Clock
from strip_log.record.fields import FIELDS, called, spelled
from strip_log.record.words import unknown
from strip_log.tables import cross, cross_table
from strip_log.tables.cross_request import CrossRequest


@click.command()
@click.argument("first", metavar="FIELD", shell_complete=options.complete("crossed"))
@click.argument(
    "second", metavar="[FIELD]", required=False, shell_complete=options.complete("crossed")
)
@filters.filters
@options.single("--confidence", metavar="LEVEL", help=f"Of the intervals.{default('confidence')}")
@options.single(
    "--unit",
    metavar="strip|sample",
    help=f"What is counted, of a field.{options.defaulted('strip')}",
)
@click.option("--test", is_flag=True, help="Add Fisher's exact test and its mid-P.")
@output.options("screen")
@options.source
def command(first: str, second: str | None, out: output.Output, **typed: Any) -> None:
    """Cross two targets, an outcome and a field, or any two fields.

    A FIELD is a target, outcome, anything that summary --by takes, or a field of your own. In each
    group of the first the table shows the share that has a value of the second. Two targets are
    those of one sample, with a valid strip for both. Anything else is for each target by itself; a
    target with a field is that target's outcome, and one FIELD alone is crossed with the outcome.
    An intention is looked at in samples that were checked before use, unless you choose with
    --timing.

    \b
      striplog cross fentanyl benzodiazepine --drug down
      striplog cross outcome intention --target fentanyl --test
    """
    with asking() as source:
        kept = source.settings()
        clock = options.clock(kept)
        typed["confidence"] = settings.chosen("confidence", typed["confidence"], kept)
        words = (OUTCOME, first) if second is None else (first, second)
        asked = _request(source, words, typed, clock)
        with progress.waiting(source, options.quiet()), source.moment():
            table = _answer(source, asked, clock)
    out.answer(table)
    if not out.speaks:
        for sentence in table.footer:
            options.say(sentence)


def _answer(source: Source, asked: CrossRequest, clock: Clock) -> Table:
    """The table. Raises NothingThere where no test has both."""
    if asked.of_targets:
        pairs = source.sample_pairs((asked.first, asked.second), asked.where, clock.day_start)
        found = cross.of_pairs(pairs, asked)
        if any(side.n for side in found[0].sides):
            return cross_table.table(found, pairs, asked)
    else:
        if asked.unit == "sample":
            counts = source.sample_counts(cross.by(asked), asked.where, clock.day_start)
        else:
            counts = source.counts(cross.by(asked), asked.where)
        found = [one for one in cross.of_counts(counts, asked) if any(s.n for s in one.sides)]
        if found:
            return cross_table.table(found, counts, asked)
    raise NothingThere(_nothing(source, asked))


def _nothing(source: Source, asked: CrossRequest) -> str:
    """Why there is nothing to compare."""
    only = f" {cross_table.INTENTIONS}" if cross_table.is_before_use(asked) else ""
    if not source.number_of_tests(asked.where):
        return filters.nothing_found(source, asked.where) + only
    if asked.of_targets:
        return (
            f"No sample has a valid strip for {asked.first} and one for {asked.second}. Strips of"
            " one sample have the same sample code."
        )
    return f"No test here has both: {called(asked.first)} and {called(asked.second)}.{only}"


def _request(
    source: Source, words: tuple[str, str], typed: Mapping[str, Any], clock: Clock
) -> CrossRequest:
    """What was typed, as a question that can be asked of this logbook. Raises Misused."""
    where = filters.selected(source, typed, clock)
    (one, of_one), (other, of_other) = (_meant(source, word) for word in words)
    targets = of_one and of_other
    if of_one or of_other:
        if "target" in {*where.only, *where.but}:
            raise Misused(f"{words[0]} {words[1]} already says which target: leave --target out.")
        if not targets:
            named, field = (one, other) if of_one else (other, one)
            if field == OUTCOME:
                raise Misused(f"{named} is the outcome of its strips: name another field.")
            where = replace(where, only={**where.only, "target": (named,)})
            one, other = (
                OUTCOME if of else name for name, of in ((one, of_one), (other, of_other))
            )
    if targets and typed["unit"] == "strip":
        raise Misused("Two targets are those of one sample: leave --unit strip out.")
    if "intention" in (one, other) and "timing" not in {*where.only, *where.but}:
        where = replace(where, only={**where.only, "timing": cross_table.BEFORE_USE})
    return CrossRequest(
        first=one,
        second=other,
        where=where,
        of_targets=targets,
        confidence=float(typed["confidence"]),
        test=typed["test"],
        unit="sample" if targets else typed["unit"] or "strip",
        targets=source.targets(),
    )


def _meant(source: Source, word: str) -> tuple[str, bool]:
    """The field or the target that is meant, and whether it is a target. Raises Misused."""
    name = spelled(word)
    if name == "target":
        raise Misused("Different targets are never put together: name two of them.")
    if name == OUTCOME or name in DIMENSIONS:
        return name, False
    if name in FIELDS:
        raise Misused(f"cross takes no {called(name)}. It takes: {', '.join(_fields())}.")
    try:
        return source.vocabulary().target(word), True
    except UnknownWord as error:
        known = own_name(source, word)
        if known is not None:
            return known, False
        there = [*source.targets(), *_fields(), *source.own_fields(Filter())]
        raise Misused(unknown("field", word, there, error.nearest or None)) from None
    except RecordRefused as error:
        raise Misused(str(error)) from None


def _fields() -> list[str]:
    return [OUTCOME, *(name for name in DIMENSIONS if name != "target")]
