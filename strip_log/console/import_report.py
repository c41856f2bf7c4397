"""What an import did, or would do, told to a person."""

from collections.abc import Iterable, Iterator, Sequence
from textwrap import shorten

from strip_log.console import options, output, sentences, terminal
from strip_log.formats.table import Column, Table, dash
from strip_log.importing.columns.layout import ANY
from strip_log.importing.result import ImportResult, SheetResult
from strip_log.record.shown import quoted, typed
from strip_log.record.words import either, so_many

#: How many reasons, or words, are listed; the others are counted.
_LISTED = 12


def show(result: ImportResult, dry_run: bool, retyped: Sequence[str]) -> None:
    """Print the report. `retyped` are the options with which refused rows must come back."""
    if options.quiet():
        terminal.echo(result.new)
        for line in refused(result, retyped):
            terminal.echo(line, err=True)
        return
    for sheet in result.sheets:
        _show_reading(sheet)
    if result.new:
        output.show(_new(result))
    _echo(_outcome(result, dry_run, retyped))
    if not dry_run and (result.new or any(one.tally.updated for one in result.sheets)):
        options.hint(f"To take it back: {options.here('striplog undo')}")


def warn(result: ImportResult) -> None:
    """Warn on stderr where most new tests may have been imported before."""
    if result.alike:
        options.say(
            f"Warning: {so_many(result.alike, 'new test')} with the day, site, drug, target and"
            " outcome of tests that were here. If the file came before with other columns or"
            f" spellings, it counts twice now: take it back with {options.here('striplog undo')}"
        )


def _echo(lines: Iterable[str]) -> None:
    for line in lines:
        terminal.echo(line)


def _show_reading(one: SheetResult) -> None:
    """How a sheet was read: what its columns became, and its first tests."""
    terminal.echo(_head(one))
    output.show(_columns(one))
    for line, test in one.tally.first:
        terminal.echo(f"  line {line}: {sentences.said(test)}")
    if one.tally.first:
        terminal.echo("")


def _head(one: SheetResult) -> str:
    """`june.csv: CSV, UTF-8; layout BC Drug Sense; header in line 2; 60 rows.`"""
    where = f"; header in line {one.header_line}" if one.header_line > 1 else ""
    rows = so_many(one.tally.rows, "row")
    return f"{one.name}: {one.kind}; layout {one.layout.name}{where}; {rows}."


def _columns(one: SheetResult) -> Table:
    """What each column of a file became."""
    roles = {column.role for column in one.columns}
    rows = [(column.header, column.became) for column in one.columns]
    if "target" not in roles:
        of = f"outcome of a {one.target} strip"
        rows = [(header, of if became == "outcome" else became) for header, became in rows]
    return Table("columns", (Column("column", "Column"), Column("became", "Became")), rows)


def _new(result: ImportResult) -> Table:
    """New tests by target and outcome."""
    first, *others = (sheet.tally.new for sheet in result.sheets)
    counts = sum(others, first)
    order = {target: place for place, target in enumerate(result.targets)}
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


def _outcome(result: ImportResult, dry_run: bool, retyped: Sequence[str]) -> Iterator[str]:
    """What became of all rows, a sentence each; only what there is to say."""
    yield f"{so_many(result.new, 'test')} {'would be added' if dry_run else 'added'}."
    for sheet in result.sheets:
        yield from _hints(sheet)
        yield from _tests(sheet)
        yield from _warnings(sheet)
        yield from _drug_words(sheet)
        yield from _refused(sheet, [*_answers(result), *retyped])
    for name in result.passed_over:
        yield f"Passed over, since no column has a date or outcomes: {name}."
    if dry_run:
        yield "Nothing was written: this was a dry run."


def _hints(one: SheetResult) -> Iterator[str]:
    """What could be typed so that more of the sheet is understood."""
    own = [column.header for column in one.columns if column.role == "own"]
    if own and one.layout is ANY:
        yield (
            f"Kept as fields of your own: {', '.join(own)}. Where one is a field, take this"
            f" back and say so: --map {quoted(f'{own[0]}=site')}"
        )
    if one.site_unknown and one.tally.new:
        yield (
            "No column says where the tests were done: --site NAME does, and keeps equal rows of"
            " two sites apart when their logbooks are merged."
        )


def _tests(one: SheetResult) -> Iterator[str]:
    """What became of the rows that gave no new test."""
    tally = one.tally
    if tally.untested:
        yield f"{so_many(tally.untested, 'row')} without a strip that was tested: no test."
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
            f" --map {quoted(f'{name}=own')}"
        )


def _warnings(one: SheetResult) -> Iterator[str]:
    """Columns that may lead to a person, and words that their fields do not know."""
    for column, what in one.personal.items():
        yield (
            f"Warning: {column!r} looks like it holds {what}. A logbook can be demanded by a court:"
            f" take this back, and import again with --map {quoted(f'{column}=leave out')}"
        )
    for name, unplaced in one.unplaced.items():
        words = ", ".join(repr(shorten(word, 40, placeholder="...")) for word in unplaced[:_LISTED])
        more = " and more" if len(unplaced) > _LISTED else ""
        yield f"Kept in {name!r}, being none of the field's words: {words}{more}."


def _drug_words(one: SheetResult) -> Iterator[str]:
    words, counts = one.drug_words, one.drug_words.counts

    def often_first(word: str) -> tuple[int, str]:
        return -counts[word], word

    new = [word for word in words.nearest if counts[word]]
    if new:
        yield "Words that the vocabulary does not know, kept as new drugs:"
        yield from _some(
            [
                f"  {word!r} ({so_many(counts[word], 'test')}){_near(word, words.nearest[word])}"
                for word in sorted(new, key=often_first)
            ]
        )
    unclear = [word for word in words.ambiguous if counts[word]]
    if unclear:
        yield "Words that can mean several drugs, kept as they were said, with no drug:"
        yield from _some(
            [
                f"  {word!r} ({so_many(counts[word], 'test')}):"
                f" {either(words.ambiguous[word])}? Say which with:"
                f" {_command('vocab', 'alias', word, words.ambiguous[word][0])},"
                " then import the file again with --update"
                for word in sorted(unclear, key=often_first)
            ]
        )


def _near(word: str, nearest: tuple[str, ...]) -> str:
    if not nearest:
        return ""
    command = _command("vocab", "rename", word.lower(), nearest[0])
    return f". Did you mean {either(nearest)}? Then: {command}"


def _command(*words: str) -> str:
    """A command to paste, for the logbook of this one."""
    return options.here(typed("striplog", *words))


def refused(result: ImportResult, retyped: Sequence[str]) -> Iterator[str]:
    """The refused rows of all sheets by reason, where they are, and how they come back."""
    for sheet in result.sheets:
        yield from _refused(sheet, [*_answers(result), *retyped])


def _refused(one: SheetResult, retyped: Sequence[str]) -> Iterator[str]:
    if not one.tally.refused:
        return
    yield f"{so_many(one.tally.refused, 'row')} of {one.name} refused:"
    reasons = sorted(one.reasons.items(), key=lambda item: (-item[1][0], item[1][1]))[:_LISTED]
    for reason, (count, line) in reasons:
        yield f"  line {line}{f' and {count - 1} more' if count > 1 else ''}: {reason}"
    listed = sum(count for _, (count, _) in reasons)
    if listed < one.tally.refused:
        yield f"  and {so_many(one.tally.refused - listed, 'row')} more."
    if one.rejects_file:
        dates = ["--dates", one.dates] if one.dates else []
        command = _command("import", one.rejects_file, *dates, *retyped)
        yield f"They are in {one.rejects_file}: mend them there, then: {command}"


def _answers(result: ImportResult) -> list[str]:
    """What a person answered that columns are, as options."""
    return [
        word for header, role in result.answers.items() for word in ("--map", f"{header}={role}")
    ]


def _some(lines: list[str]) -> Iterator[str]:
    yield from lines[:_LISTED]
    if len(lines) > _LISTED:
        yield f"  and {len(lines) - _LISTED} more."
