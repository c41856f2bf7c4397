"""The report of an import: what it did, or would do, and the commands to type next."""

from collections.abc import Iterator

from strip_log.console import import_advice as advice
from strip_log.console import options, output, sentences, terminal
from strip_log.console.import_advice import LISTED
from strip_log.console.import_commands import import_again, refused_again
from strip_log.console.import_notes import and_more, notes, vocab
from strip_log.formats.table import Column, Table, dash
from strip_log.importing.result import ImportResult, SheetResult
from strip_log.record.shown import typed
from strip_log.record.words import so_many


def show(result: ImportResult) -> None:
    """Print the report."""
    if options.quiet():
        terminal.echo(result.new)
        for line in refused(result):
            terminal.echo(line, err=True)
        return
    for sheet in result.sheets:
        _show_reading(sheet)
    if result.new:
        output.show(_new(result))
    for line in _outcome(result):
        terminal.echo(line)
    if result.written:
        options.hint(f"To take it back: {options.command('undo')}")


def refused(result: ImportResult) -> Iterator[str]:
    """The refused rows of all sheets by reason, where they are, and how to import them again.

    Where the file would be read better in another way, that comes first: it takes the import back.
    One command does both where it can.
    """
    better = list(advice.all_in_one(result))
    whole = bool(better) and any(one.unsaid for one in result.sheets)
    if not whole:
        yield from better
    for sheet in result.sheets:
        yield from _refused(result, sheet, alone=not whole)
    if whole:
        yield from better


# How a sheet was read


def _show_reading(one: SheetResult) -> None:
    """Print what the columns of a sheet became, and its first tests."""
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
    """What each column of a sheet became."""
    one_target = not any(column.role == "target" for column in one.columns)
    rows = [
        (column.header, f"outcome of a {one.target} strip")
        if column.role == "outcome" and one_target
        else (column.header, column.became)
        for column in one.columns
    ]
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


# What became of the rows


def _outcome(result: ImportResult) -> Iterator[str]:
    """What became of all rows. Nothing is printed about what did not happen."""
    would = "would be added" if result.request.dry_run else "added"
    yield f"{so_many(result.new, 'test')} {would}."
    if result.replaced:
        old = so_many(result.replaced, "older test")
        yield f"They take the place of {old}, which the logbook has struck out."
    if result.missing:
        some = " ".join(map(str, result.missing[:LISTED]))
        more = f" and {len(result.missing) - LISTED} more" if len(result.missing) > LISTED else ""
        void = options.command("void", *map(str, result.missing[:LISTED]))
        yield f"No longer in the file, and still in the logbook: #{some.replace(' ', ', #')}{more}."
        yield f"  If they were taken out of the file because they are wrong: {void}"
    for sheet in result.sheets:
        yield from notes(result, sheet)
    yield from _unsited(result)
    if result.new_sites:
        named = ", ".join(map(repr, result.new_sites[:LISTED]))
        yield f"New sites: {named}{and_more(result.new_sites)}."
    for name, near in list(result.near_sites.items())[:LISTED]:
        then = "" if result.request.dry_run else f" Then: {vocab('rename', 'site', name, near)}"
        yield f"  {name!r}: did you mean {near!r}?{then}"
    drugs = {} if result.request.dry_run else result.request.answers.drugs
    for word, drug in drugs.items():
        always = vocab("alias", word, drug)
        yield f"{word!r} was read as {drug}. To have that in every file and command: {always}"
    for name, why in result.passed_over:
        yield f"Skipped, because {why}: {name}."
    yield from refused(result)
    if result.request.dry_run:
        yield "Nothing was written: this was a dry run."


def _unsited(result: ImportResult) -> Iterator[str]:
    """That nobody knows where tests were done, and how to say it."""
    if not any(one.site_unknown and one.tally.new and advice.all_new(one) for one in result.sheets):
        return
    yield (
        "No column says where the tests were done. Without a site, the tests of two sites cannot"
        " be told apart once they are in one logbook."
    )
    if commands := list(advice.sheets_as_sites(result)):
        yield "If each sheet is a site:"
        yield from commands
    elif sited := advice.site(result):
        yield f"The logbook knows one site: {sited[1]!r}."
    elif result.written:
        yield (
            f"To say the site, do this first: {options.command('undo')}, and then the same import"
            " with --site and its name."
        )
    else:
        yield "To say the site, import with --site and its name."


def _refused(result: ImportResult, one: SheetResult, alone: bool) -> Iterator[str]:
    """The refused rows of a sheet, with their command if that stands `alone`."""
    if not one.tally.refused:
        return
    yield f"Refused in {one.name}: {so_many(one.tally.refused, 'row')}."
    reasons = sorted(one.reasons.items(), key=lambda item: (-item[1][0], item[1][1]))[:LISTED]
    for reason, (count, line) in reasons:
        yield f"  line {line}{f' and {count - 1} more' if count > 1 else ''}: {reason}"
    listed = sum(count for _, (count, _) in reasons)
    if listed < one.tally.refused:
        yield f"  and {so_many(one.tally.refused - listed, 'row')} more."
    undated = list(_undated(result, one, alone))
    yield from undated
    if not alone:
        if one.rejects_file:
            yield f"They are in {one.rejects_file}."
    elif one.unsaid:
        if one.rejects_file:
            yield (
                f"They are in {one.rejects_file}. If anything else in them is wrong, correct it"
                " there."
            )
        yield from advice.to_say_of_refused(result, one)
    elif one.rejects_file:
        again = refused_again(result, one)
        correct = "Else correct them" if undated else "Correct them"
        yield f"They are in {one.rejects_file}. {correct} there, then: {again}"


def _undated(result: ImportResult, one: SheetResult, alone: bool) -> Iterator[str]:
    """How to import rows whose date is only in a row above, as where it is written once a day. It
    is a command unless another follows that takes the import back."""
    dates, sites = (advice.header_of(one, role) for role in ("tested_on", "site"))
    if not one.date_notes.undated or not dates or one.marks:
        return
    filled = [dates, *([sites] if sites and not one.date_notes.sited else [])]
    means = f"If an empty cell in {' and '.join(map(repr, filled))} means the one above it"
    fill = [word for header in filled for word in ("--fill", header)]
    if alone:
        yield f"{means}:"
        yield f"  {import_again(result, *fill)}"
    else:
        yield f"{means}, add {typed(*fill)} to the command."
