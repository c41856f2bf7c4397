"""What an import did, or would do, in lines for people."""

from collections.abc import Callable, Iterator, Sequence
from shlex import join, quote
from textwrap import shorten

from strip_log.console import sentences
from strip_log.formats.table import Column, Table, dash
from strip_log.importing.columns.layout import ANY
from strip_log.importing.result import SheetResult
from strip_log.record.words import either, so_many

#: Reasons, and words, that are listed; the rest is counted.
_LISTED = 12


def columns(one: SheetResult) -> Table:
    """What each column of a file became."""
    roles = {column.role for column in one.columns}
    rows = [(column.header, column.became) for column in one.columns]
    if "target" not in roles:
        of = f"outcome of a {one.target} strip"
        rows = [(header, of if became == "outcome" else became) for header, became in rows]
    return Table("columns", (Column("column", "Column"), Column("became", "Became")), rows)


def new(received: list[SheetResult], targets: tuple[str, ...]) -> Table:
    """New tests by target and outcome."""
    counts = sum((one.tally.new for one in received[1:]), received[0].tally.new)
    order = {target: place for place, target in enumerate(targets)}
    found = sorted({target for target, _ in counts}, key=lambda name: (order.get(name, 999), name))
    outcomes = ("positive", "negative", "invalid")
    return Table(
        "new tests",
        (
            Column("target", "New tests"),
            *(Column(name, name.capitalize(), show=dash, right=True) for name in outcomes),
        ),
        [(target, *(counts[target, outcome] for outcome in outcomes)) for target in found],
    )


def head(one: SheetResult) -> str:
    """How a file was read: `june.csv: CSV, UTF-8; BC Drug Sense; header in line 1; 60 rows`."""
    where = f"; header in line {one.header_line}" if one.header_line > 1 else ""
    rows = so_many(one.tally.rows, "row")
    return f"{one.name}: {one.kind}; layout {one.layout.name}{where}; {rows}."


def first(one: SheetResult) -> Iterator[str]:
    """The first tests, as they were understood."""
    for line, test in one.tally.first:
        yield f"  line {line}: {sentences.said(test)}"


def became(one: SheetResult, here: Callable[[str], str]) -> Iterator[str]:
    """What became of the rows of one file, a sentence each; only what there is to say.

    `here` makes a command one that means this logbook.
    """
    tally = one.tally
    own = [column.header for column in one.columns if column.role == "own"]
    if own and one.layout is ANY:
        yield (
            f"Kept as fields of your own: {', '.join(own)}. Where one is a field, take this"
            f" back and say so: --map {quote(f'{own[0]}=site')}"
        )
    if one.nowhere and tally.new:
        yield (
            "No column says where the tests were done: --site NAME does, and keeps equal rows of"
            " two sites apart when their logbooks are merged."
        )
    if tally.without:
        yield f"{so_many(tally.without, 'row')} without a strip that was tested: no test."
    if tally.known:
        yield (
            f"{so_many(tally.known, 'test')} in the logbook already, not added again"
            " (--again adds them all the same)."
        )
    if tally.void:
        yield f"{so_many(tally.void, 'test')} struck out in the logbook, left so."
    if tally.updated:
        yield f"{so_many(tally.updated, 'test')} in the logbook brought up to date."
    if tally.differing:
        name = next((column.header for column in one.columns if column.role == "id"), "")
        yield (
            f"{so_many(tally.differing, 'test')} in the logbook with the same id and other values,"
            " left as they are there. Where the file corrects them: --update lets it have the last"
            " word. Where it counts its rows from 1 anew: striplog undo, then"
            f" --map {quote(f'{name}=own')}"
        )
    for column, what in one.personal.items():
        yield (
            f"Warning: {column!r} looks like it holds {what}. A logbook can be demanded by a court:"
            f" take this back, and import again with --map {quote(f'{column}=leave out')}"
        )
    for name, said in one.unplaced.items():
        words = ", ".join(repr(shorten(word, 40, placeholder="...")) for word in said[:_LISTED])
        more = " and more" if len(said) > _LISTED else ""
        yield f"Kept in {name!r}, being none of the field's words: {words}{more}."
    yield from _odd_words(one, here)


def _odd_words(one: SheetResult, here: Callable[[str], str]) -> Iterator[str]:
    words, counts = one.words, one.words.counts
    new = [word for word in words.nearest if counts[word]]
    if new:
        yield "Words that the vocabulary does not know, kept as new drugs:"
        yield from _some(
            [
                f"  {word!r} ({so_many(counts[word], 'test')})"
                f"{_near(word, words.nearest[word], here)}"
                for word in sorted(new, key=lambda word: (-counts[word], word))
            ]
        )
    unclear = [word for word in words.ambiguous if counts[word]]
    if unclear:
        yield "Words that can mean several drugs, kept as they were said, with no drug:"
        yield from _some(
            [
                f"  {word!r} ({so_many(counts[word], 'test')}):"
                f" {either(words.ambiguous[word])}? Say which with:"
                f" {here(join(['striplog', 'vocab', 'alias', word, words.ambiguous[word][0]]))},"
                " then import the file again with --update"
                for word in sorted(unclear, key=lambda word: (-counts[word], word))
            ]
        )


def _near(word: str, nearest: tuple[str, ...], here: Callable[[str], str]) -> str:
    if not nearest:
        return ""
    command = here(join(["striplog", "vocab", "rename", word.lower(), nearest[0]]))
    return f". Did you mean {either(nearest)}? Then: {command}"


def refused(one: SheetResult, rejects: str | None, more: Sequence[str]) -> Iterator[str]:
    """The refused rows by reason, where they are, and how they come back, with `more` options."""
    if not one.tally.refused:
        return
    yield f"{so_many(one.tally.refused, 'row')} of {one.name} refused:"
    reasons = sorted(one.reasons.items(), key=lambda item: (-item[1][0], item[1][1]))[:_LISTED]
    for reason, (count, line) in reasons:
        yield f"  line {line}{f' and {count - 1} more' if count > 1 else ''}: {reason}"
    listed = sum(count for _, (count, _) in reasons)
    if listed < one.tally.refused:
        yield f"  and {so_many(one.tally.refused - listed, 'row')} more."
    if rejects:
        dates = ["--dates", one.dates] if one.dates else []
        command = join(["striplog", "import", rejects, *dates, *more])
        yield f"They are in {rejects}: mend them there, then: {command}"


def _some(lines: list[str]) -> Iterator[str]:
    yield from lines[:_LISTED]
    if len(lines) > _LISTED:
        yield f"  and {len(lines) - _LISTED} more."
