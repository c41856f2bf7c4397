"""The report of an import: what it did, or would do, and the commands to type next."""

import os
from collections.abc import Iterator, Sequence
from textwrap import shorten

from strip_log.console import import_advice as advice
from strip_log.console import options, output, sentences, terminal
from strip_log.console.import_advice import LISTED, some
from strip_log.formats.table import Column, Table, dash
from strip_log.importing.cells.guesses import described
from strip_log.importing.columns.columns import typed_as
from strip_log.importing.result import ImportResult, SheetResult
from strip_log.record.shown import arguments, typed
from strip_log.record.words import either, so_many


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
        yield from _hints(result, sheet)
        yield from _tests(result, sheet)
        yield from _warnings(result, sheet)
        yield from _dates(result, sheet)
        yield from _marks(sheet)
        yield from _new_drugs(result, sheet)
        yield from _unclear_drugs(result, sheet)
        yield from _categories(sheet)
    yield from _unsited(result)
    if result.new_sites:
        named = ", ".join(map(repr, result.new_sites[:LISTED]))
        yield f"New sites: {named}{_and_more(result.new_sites)}."
    for name, near in list(result.near_sites.items())[:LISTED]:
        then = "" if result.request.dry_run else f" Then: {_vocab('rename', 'site', name, near)}"
        yield f"  {name!r}: did you mean {near!r}?{then}"
    for name, why in result.passed_over:
        yield f"Skipped, because {why}: {name}."
    yield from refused(result)
    if result.request.dry_run:
        yield "Nothing was written: this was a dry run."


def _hints(result: ImportResult, one: SheetResult) -> Iterator[str]:
    """What was understood without a column, and what may be understood better."""
    for role, value in one.above.items():
        yield (
            f"No column has the {typed_as(role)}. It is {value!r} for all rows, which stands above"
            " the table or on its tab."
        )
    own = [column.header for column in one.columns if column.role in ("own", "town")]
    if own and not one.layout.exact:
        yield f"Kept as fields of your own: {', '.join(own)}."
        if one.guesses and advice.all_new(one):
            yield f"Judging by the cells, {described(one.guesses)}."
    if one.more_outcomes:
        such = typed("--map", f"{one.more_outcomes[0]}=fentanyl")
        headers = " and ".join(map(repr, one.more_outcomes[:LISTED]))
        yield (
            f"Outcomes are in {headers}, too, and were not read as strips, since"
            f" nothing says of which target. If they are, say it: {such}"
        )
    if one.towns:
        named = [f"{site!r} ({', '.join(towns)})" for site, towns in one.towns.items()]
        more = _and_more(named)
        yield (
            "Sites of one name in several towns may be different sites:"
            f" {'; '.join(named[:LISTED])}{more}."
        )


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


def _tests(result: ImportResult, one: SheetResult) -> Iterator[str]:
    """What became of the rows that gave no new test."""
    tally = one.tally
    if one.hidden_rows:
        rows = so_many(one.hidden_rows, "row")
        yield f"Read like the others, though hidden in the sheet: {rows}."
    if tally.untested:
        yield f"Skipped, because there is no outcome: {so_many(tally.untested, 'row')}."
    if tally.totals:
        yield f"Skipped, as totals of other rows: {so_many(tally.totals, 'row')}."
    if tally.known:
        yield (
            f"Already in the logbook: {so_many(tally.known, 'test')}"
            " (--again adds them a second time)."
        )
    if tally.otherwise:
        yield (
            "In the logbook, where they are read in another way, and left as they are there:"
            f" {so_many(tally.otherwise, 'test')}. To have them as they are read now:"
        )
        yield f"  {advice.import_again(result, '--update')}"
    if tally.erased:
        yield f"Erased in the logbook, and left out: {so_many(tally.erased, 'test')}."
    if tally.void:
        yield f"Struck out in the logbook, and left so: {so_many(tally.void, 'test')}."
    if tally.updated:
        yield f"Brought up to date in the logbook: {so_many(tally.updated, 'test')}."
    if tally.differing:
        name = next((column.header for column in one.columns if column.role == "id"), "")
        yield (
            f"In the logbook with the same id but other values, and left as they are there:"
            f" {so_many(tally.differing, 'test')}. If the file is right:"
        )
        yield f"  {advice.import_again(result, '--update')}"
        yield "If the file numbers its rows from 1 each time, the numbers are not ids of tests:"
        yield from advice.instead(result, roles={name: "own"})


def _warnings(result: ImportResult, one: SheetResult) -> Iterator[str]:
    """Columns that could identify a person, and words that their fields do not know."""
    for column, what in one.personal.items():
        yield (
            f"Warning: the column {column!r} seems to hold {what}. A court can demand a logbook: it"
            " is safer to leave such a column out."
        )
    for name, unplaced in one.unplaced.items():
        words = ", ".join(repr(shorten(word, 40, placeholder="...")) for word in unplaced[:LISTED])
        more = " and more" if len(unplaced) > LISTED else ""
        yield f"Words that do not fit their field, kept in {name!r} instead: {words}{more}."


def _dates(result: ImportResult, one: SheetResult) -> Iterator[str]:
    """What was noticed about the dates of a sheet."""
    column = next((column.header for column in one.columns if column.role == "tested_on"), "")
    if one.date_notes.utc:
        zone = result.request.zone
        place = f"{zone}" if zone else "the local time of this computer"
        yield f"The times in {column!r} are in UTC. They were converted to {place}."
        if not zone:
            yield from _elsewhere(result)
    if one.date_notes.swapped:
        yield (
            f"Warning: a spreadsheet may have swapped day and month in {column!r}. Every real date"
            " there is in the first 12 days of a month, and every date stored as text, such as"
            " 13/04/2026, is later. Compare some of the real dates with the original."
        )


def _elsewhere(result: ImportResult) -> Iterator[str]:
    """How to say in which time zone tests were done."""
    if not os.path.exists(options.logbook_path()):
        yield "If the tests were done in another time zone, the import says how to choose that."
        return
    yield "If the tests were done in another time zone, put its name in place of this one:"
    yield from advice.undone(result)
    yield f"  {options.command('config', 'set', 'timezone', 'America/Vancouver')}"
    yield f"  {advice.import_again(result, save=True)}"


def _marks(one: SheetResult) -> Iterator[str]:
    """What was read in marks."""
    if one.minus:
        yield f"{one.minus!r} was read as negative, because + is used for positive."
    if one.ditto:
        columns = ", ".join(f"{name} ({count})" for name, count in one.ditto.items())
        yield f"Ditto marks were read as the cell above: {columns}."


def _new_drugs(result: ImportResult, one: SheetResult) -> Iterator[str]:
    """The drugs that this import brought, with the names that may have been meant."""
    words, counts = one.drug_words.nearest, one.drug_words.counts
    lines = []
    for word in sorted(filter(counts.get, words), key=lambda word: (-counts[word], word)):
        line = f"  {word!r} ({so_many(counts[word], 'test')})"
        if words[word]:
            line += f". Did you mean {either(words[word])}?"
            if not result.request.dry_run and len(words[word]) == 1:
                line += f" Then: {_vocab('rename', word.lower(), words[word][0])}"
        lines.append(line)
    if lines:
        yield "Drugs that the vocabulary did not know, kept as new ones:"
        yield from some(lines)


def _unclear_drugs(result: ImportResult, one: SheetResult) -> Iterator[str]:
    """The words that can mean several drugs."""
    words, counts = one.drug_words.ambiguous, one.drug_words.counts
    lines = []
    for word in sorted(filter(counts.get, words), key=lambda word: (-counts[word], word)):
        line = f"  {word!r} ({so_many(counts[word], 'test')}): {either(words[word])}?"
        if not result.request.dry_run:
            line += f" Say which, in place of DRUG: {_vocab('alias', word, 'DRUG')}"
        lines.append(line)
    if lines:
        yield "Words that can mean several drugs. Their tests keep the word, and have no drug yet:"
        yield from some(lines)
        if not result.request.dry_run:
            yield f"  Then: {advice.import_again(result, '--update')}"


def _categories(one: SheetResult) -> Iterator[str]:
    """The categories that tests have in place of the one of their drug."""
    lines = [
        f"  {drug or 'no drug'}: {category} ({so_many(tests, 'test')})"
        for (drug, category), tests in one.drug_words.categories.most_common()
    ]
    if lines:
        yield "Categories that are not those of the drugs here. These tests keep them:"
        yield from some(lines)


def _and_more(names: Sequence[str]) -> str:
    return f" and {len(names) - LISTED} more" if len(names) > LISTED else ""


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
        again = advice.refused_again(result, one)
        yield f"They are in {one.rejects_file}. Correct them there, then: {again}"


def _vocab(what: str, *names: str) -> str:
    return options.command("vocab", what, *arguments(*names))
