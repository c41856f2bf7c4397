"""What an import did, or would do, in lines for people."""

from collections.abc import Iterator, Sequence
from shlex import join

from strip_log import wording
from strip_log.intake.layout import ANY
from strip_log.intake.received import Received
from strip_log.table import Column, Table, dash
from strip_log.words import either

#: Reasons, and words, that are listed; the rest is counted.
_LISTED = 12


def columns(one: Received) -> Table:
    """What each column of a file became."""
    roles = {column.role for column in one.columns}
    rows = [(column.header, column.became) for column in one.columns]
    if "target" not in roles:
        of = f"outcome of a {one.target} strip"
        rows = [(header, of if became == "outcome" else became) for header, became in rows]
    return Table("columns", (Column("column", "Column"), Column("became", "Became")), rows)


def new(received: list[Received], targets: tuple[str, ...]) -> Table:
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


def head(one: Received) -> str:
    """How a file was read: `june.csv: CSV, UTF-8; BC Drug Sense; header in line 1; 60 rows`."""
    where = f"; header in line {one.header_line}" if one.header_line > 1 else ""
    rows = _so_many(one.tally.rows, "row")
    return f"{one.name}: {one.kind}; layout {one.layout.name}{where}; {rows}."


def first(one: Received) -> Iterator[str]:
    """The first tests, as they were understood."""
    for line, test in one.tally.first:
        yield f"  line {line}: {wording.said(test)}"


def became(one: Received) -> Iterator[str]:
    """What became of the rows of one file, a sentence each; only what there is to say."""
    tally = one.tally
    own = [column.header for column in one.columns if column.role == "own"]
    if own and one.layout is ANY:
        yield (
            f"Kept as fields of your own: {', '.join(own)}. Where one is a field, take this"
            f" back and say so: --map '{own[0]}=site'"
        )
    if tally.without:
        yield f"{_so_many(tally.without, 'row')} without a strip that was tested: no test."
    if tally.known:
        yield (
            f"{_so_many(tally.known, 'test')} in the logbook already, not added again"
            " (--again adds them all the same)."
        )
    if tally.void:
        yield f"{_so_many(tally.void, 'test')} struck out in the logbook, left so."
    if tally.updated:
        yield f"{_so_many(tally.updated, 'test')} in the logbook brought up to date."
    if tally.differing:
        yield (
            f"{_so_many(tally.differing, 'test')} in the logbook with other values, left as they"
            " are there: --update lets the file have the last word. Where its ids are not of the"
            " same rows as before, such as in files numbered from 1 each: --map 'COLUMN=own'"
        )
    for column, what in one.personal.items():
        yield (
            f"Warning: {column!r} looks like it holds {what}. A logbook can be demanded by a court:"
            f" take this back, and import again with --map '{column}=leave out'."
        )
    yield from _odd_words(one)


def _odd_words(one: Received) -> Iterator[str]:
    words, counts = one.words, one.words.counts
    new = [word for word in words.nearest if counts[word]]
    if new:
        yield "Words that the vocabulary does not know, kept as new drugs:"
        yield from _some(
            [
                f"  {word!r} ({_so_many(counts[word], 'test')}){_near(word, words.nearest[word])}"
                for word in sorted(new, key=lambda word: (-counts[word], word))
            ]
        )
    unclear = [word for word in words.ambiguous if counts[word]]
    if unclear:
        yield "Words that can mean several drugs, kept as they were said, with no drug:"
        yield from _some(
            [
                f"  {word!r} ({_so_many(counts[word], 'test')}):"
                f" {either(words.ambiguous[word])}? Say which with: striplog vocab alias {word!r}"
                f" {words.ambiguous[word][0]!r}, then import the file again with --update"
                for word in sorted(unclear, key=lambda word: (-counts[word], word))
            ]
        )


def _near(word: str, nearest: tuple[str, ...]) -> str:
    if not nearest:
        return ""
    command = f"striplog vocab rename {word.lower()!r} {nearest[0]!r}"
    return f". Did you mean {either(nearest)}? Then: {command}"


def refused(one: Received, rejects: str | None, more: Sequence[str]) -> Iterator[str]:
    """The refused rows by reason, where they are, and how they come back, with `more` options."""
    if not one.tally.refused:
        return
    yield f"{_so_many(one.tally.refused, 'row')} of {one.name} refused:"
    reasons = sorted(one.reasons.items(), key=lambda item: (-item[1][0], item[1][1]))
    yield from _some(
        [
            f"  line {line}{f' and {count - 1} more' if count > 1 else ''}: {reason}"
            for reason, (count, line) in reasons
        ]
    )
    if rejects:
        dates = ["--dates", one.dates] if one.dates else []
        command = join(["striplog", "import", rejects, *dates, *more])
        yield f"They are in {rejects}: mend them there, then: {command}"


def _some(lines: list[str]) -> Iterator[str]:
    yield from lines[:_LISTED]
    if len(lines) > _LISTED:
        yield f"  and {len(lines) - _LISTED} more."


def _so_many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
