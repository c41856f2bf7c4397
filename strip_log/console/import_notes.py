"""What the report of an import says of each sheet: what was noticed in its columns and words."""

import os
from collections.abc import Iterator, Sequence
from textwrap import shorten

from strip_log.console import import_advice as advice
from strip_log.console import import_commands, options
from strip_log.console.import_advice import LISTED, some
from strip_log.importing.cells.guesses import described
from strip_log.importing.columns.columns import typed_as
from strip_log.importing.result import ImportResult, SheetResult
from strip_log.record.shown import arguments, typed
from strip_log.record.words import either, plural, so_many


def notes(result: ImportResult, one: SheetResult) -> Iterator[str]:
    """All that is said of one sheet, except its refused rows."""
    yield from _hints(result, one)
    yield from _tests(result, one)
    yield from _warnings(result, one)
    yield from _dates(result, one)
    yield from _unsited(result, one)
    yield from _marks(one)
    yield from _new_drugs(result, one)
    yield from _unclear_drugs(result, one)
    yield from _categories(one)


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
    yield from _more_outcomes(result, one)
    if one.towns:
        named = [f"{site!r} ({', '.join(towns)})" for site, towns in one.towns.items()]
        more = and_more(named)
        yield (
            "Sites of one name in several towns may be different sites:"
            f" {'; '.join(named[:LISTED])}{more}."
        )


def _more_outcomes(result: ImportResult, one: SheetResult) -> Iterator[str]:
    """Which columns have outcomes of nobody knows which strips, and how to say which. A target
    that has a column already would count its tests twice."""
    if not one.more_outcomes:
        return
    headers = " and ".join(map(repr, one.more_outcomes[:LISTED]))
    yield (
        f"Outcomes are in {headers}, too, and were not read as strips, since nothing says of which"
        " target."
    )
    # Beside strips for another target, a column of outcomes alone has to name its own.
    alone = {column.header: one.target for column in one.columns if column.role == "outcome"}
    taken = {*alone.values(), *(column.target for column in one.columns)}
    free = next((target for target in result.targets if target not in taken), None)
    if free and advice.all_new(one):
        yield f"If they are strips for {free}, or for another target that you name in its place:"
        roles = {**alone, one.more_outcomes[0]: free}
        yield from import_commands.instead(result, roles=roles)


def _tests(result: ImportResult, one: SheetResult) -> Iterator[str]:
    """What became of the rows that gave no new test."""
    tally = one.tally
    if one.hidden_rows:
        rows = so_many(one.hidden_rows, "row")
        yield f"Read like the others, though hidden in the sheet: {rows}."
    if columns := one.hidden_columns:
        named = f"{', '.join(map(repr, columns[:LISTED]))}{and_more(columns)}"
        which = plural(len(columns), "the column", "the columns")
        yield f"Read like the others, though hidden in the sheet: {which} {named}."
    if tally.untested:
        yield f"Skipped, because there is no outcome: {so_many(tally.untested, 'row')}."
    if tally.totals:
        yield f"Skipped, as totals of other rows: {so_many(tally.totals, 'row')}."
    if tally.known:
        yield (
            f"Already in the logbook: {so_many(tally.known, 'test')}"
            f" (--again adds {plural(tally.known, 'it', 'them')} a second time)."
        )
    if tally.otherwise:
        yield (
            "In the logbook, where they are read in another way, and left as they are there:"
            f" {so_many(tally.otherwise, 'test')}. To have them as they are read now:"
        )
        yield f"  {import_commands.import_again(result, '--update')}"
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
        yield f"  {import_commands.import_again(result, '--update')}"
        yield "If the file numbers its rows from 1 each time, the numbers are not ids of tests:"
        yield from import_commands.instead(result, roles={name: "own"})


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
    yield from import_commands.undone(result)
    yield f"  {options.command('config', 'set', 'timezone', 'America/Vancouver')}"
    yield f"  {import_commands.import_again(result, save=True)}"


def _unsited(result: ImportResult, one: SheetResult) -> Iterator[str]:
    """How many tests have no site, though others have, and how to give them the one above."""
    column = advice.header_of(one, "site")
    if not one.unsited or not column or {*one.sites} <= {None}:
        return
    yield f"Tests without a site, since the cell in {column!r} is empty: {one.unsited}."
    if not advice.all_new(one) or one.marks or one.date_notes.undated:
        return
    means = f"If an empty cell in {column!r} means the one above it"
    if advice.better(result) or advice.site(result):
        yield f"{means}, add {typed('--fill', column)} to the command."
    else:
        yield f"{means}:"
        yield from import_commands.instead(result, "--fill", column)


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
                line += f" Then: {vocab('rename', word.lower(), words[word][0])}"
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
            line += f" Say which, in place of DRUG: {vocab('alias', word, 'DRUG')}"
        lines.append(line)
    if lines:
        yield "Words that can mean several drugs. Their tests keep the word, and have no drug yet:"
        yield from some(lines)
        if not result.request.dry_run:
            yield f"  Then: {import_commands.import_again(result, '--update')}"


def _categories(one: SheetResult) -> Iterator[str]:
    """The categories that tests have in place of the one of their drug."""
    lines = [
        f"  {drug or 'no drug'}: {category} ({so_many(tests, 'test')})"
        for (drug, category), tests in one.drug_words.categories.most_common()
    ]
    if lines:
        yield "Categories that are not those of the drugs here. These tests keep them:"
        yield from some(lines)


def and_more(names: Sequence[str]) -> str:
    return f" and {len(names) - LISTED} more" if len(names) > LISTED else ""


def vocab(what: str, *names: str) -> str:
    return options.command("vocab", what, *arguments(*names))
