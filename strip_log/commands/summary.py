"""Positivity rates, with their intervals."""

from typing import Any

import click

from strip_log import options, output, query, rates, selection, settings
from strip_log.logbook import Logbook, reading


@click.command()
@click.option(
    "--by",
    multiple=True,
    metavar="FIELD",
    shell_complete=options.complete("dimension"),
    help=f"Group by: {', '.join(query.DIMENSIONS)}, or a field of your own (repeatable: nests).",
)
@selection.filters
@click.option("--confidence", metavar="0.95", help="Of the interval.")
@click.option("--min-n", metavar="10", help="Fewer valid tests are marked low n.")
@output.options("screen")
@options.common
def command(
    by: tuple[str, ...],
    confidence: str | None,
    min_n: str | None,
    out: output.Output,
    **typed: Any,
) -> None:
    """Positivity, by drug unless told otherwise, each target by itself.

    Positivity is positive / (positive + negative). Invalid strips are shown and left out of the
    rate. The interval is Wilson's, 95 % unless told otherwise.

    \b
      striplog summary
      striplog summary --by site --by month --period this-year
      striplog summary --target xylazine --by week --last 90d
      striplog summary --format csv -o rates.csv
    """
    with reading(options.logbook_path()) as book:
        kept = book.settings()
        method = rates.Method(
            confidence=float(settings.chosen("confidence", confidence, kept)),
            min_n=int(settings.chosen("min_n", min_n, kept)),
        )
        where = selection.selected(book, typed, options.clock(kept))
        names = _dimensions(book, by or ("drug",))
        counts = query.counts(book.connection, names, where)
        targets = book.vocabulary().targets
        if not counts.groups:
            options.say(selection.nothing_found(book, where))
    table = rates.summary(counts, names, method, targets, selection.described(where))
    out.answer(table)
    if not out.speaks:
        for sentence in table.footer:
            options.say(sentence)


def _dimensions(book: Logbook, by: tuple[str, ...]) -> list[str]:
    """The dimensions that are meant; raises Misused for one that is none, or is given twice."""
    names = []
    for word in by:
        name = word.strip().lower()
        if name == "color":
            name = "colour"
        if name not in query.DIMENSIONS:
            selection.known_own(book, word, "--by", query.DIMENSIONS)
            name = word
        if name not in names:
            names.append(name)
    return names
