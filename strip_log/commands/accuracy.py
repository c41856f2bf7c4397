"""How often strips are right, by the lab's word."""

from typing import Any

import click

from strip_log.console import filters, options, output, progress, settings
from strip_log.console.logbooks import asking
from strip_log.errors import Misused, NothingThere, Step
from strip_log.query.source import Source
from strip_log.record.fields import spelled
from strip_log.tables.accuracy import GROUPS, Accuracy, AccuracyRequest, accuracies
from strip_log.tables.accuracy_table import table


@click.command()
@options.single(
    "--by",
    metavar="FIELD",
    shell_complete=lambda ctx, parameter, word: [name for name in GROUPS if name.startswith(word)],
    help=f"Group by {', '.join(GROUPS)}.",
)
@filters.filters
@options.single(
    "--reference", metavar="lab|any", help="Whose word counts: any lets FTIR count too."
)
@options.single("--confidence", metavar="0.95", help="Of the intervals.")
@output.options("screen")
@options.source
def command(out: output.Output, **typed: Any) -> None:
    """Compare strips with the lab: sensitivity, specificity and predictive values.

    The first valid strip of a sample is compared with the lab's word on the same target, which add
    and edit take as --confirmed and --method. GC-MS, LC-MS, DART-MS and paper spray count; FTIR
    does not, since it misses small amounts. Where the strip decided what went to the lab, the rates
    allow for that, or are refused.

    \b
      striplog accuracy --target fentanyl
      striplog accuracy --by drug --reference any
    """
    with asking() as source:
        kept = source.settings()
        clock = options.clock(kept)
        chosen = settings.chosen("confidence", typed["confidence"], kept)
        asked = AccuracyRequest(
            by=None if typed["by"] is None else spelled(typed["by"]),
            where=filters.selected(source, typed, clock),
            any_method=_any_method(typed["reference"]),
            confidence=float(chosen),
            targets=source.targets(),
            day_start=clock.day_start,
        )
        with progress.waiting(source, options.quiet()):
            found = accuracies(source, asked)
        if not found:
            raise _nothing(source, asked)
    if not any(sum(one.verified) for one in found):
        raise _no_reference(found)
    shown = table(found, asked)
    out.answer(shown)
    if not out.speaks:
        for sentence in shown.footer:
            options.say(sentence)


def _any_method(typed: str | None) -> bool:
    if typed not in (None, "lab", "any"):
        raise Misused(f"--reference is lab or any, not {typed!r}.")
    return typed == "any"


def _nothing(source: Source, asked: AccuracyRequest) -> NothingThere:
    if not source.number_of_tests(asked.where):
        return NothingThere(filters.nothing_found(source, asked.where))
    return NothingThere(
        "No test here has the lab's word.",
        step=Step("To add it to a test", ("edit", "N", "--confirmed", "pos", "--method", "GC-MS")),
    )


def _no_reference(found: list[Accuracy]) -> NothingThere:
    """Where the lab spoke, but by no method that counts."""
    if not any(one.not_counted for one in found):
        if any(one.contradictory for one in found):
            return NothingThere("The lab's words on each sample here contradict each other.")
        return NothingThere("No sample here with the lab's word has a valid strip.")
    return NothingThere(
        "The lab's word is here by FTIR, or by no method that was noted, which does not count: FTIR"
        " misses what is below 5 %. To count it all the same: --reference any"
    )
