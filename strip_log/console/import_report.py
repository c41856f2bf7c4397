"""The report of an import: what it did, or would do, and the commands to type next."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from textwrap import shorten

from strip_log.console import options, output, sentences, terminal
from strip_log.formats.table import Column, Table, dash
from strip_log.importing.cells.guesses import described
from strip_log.importing.cells.outcome_words import likely_meaning
from strip_log.importing.columns.request import ImportRequest
from strip_log.importing.incomplete import Incomplete
from strip_log.importing.result import ImportResult, SheetResult
from strip_log.importing.rows.rows import Unsaid
from strip_log.record.shown import arguments, undashed
from strip_log.record.words import either, so_many

#: The most reasons, or words, that are listed. The rest are only counted.
_LISTED = 12

#: The options that refused rows do not need when they come back. --dates is added by itself, since
#: the result knows which order the dates had.
_ONCE = ("files", "dates", "sheet", "encoding", "rejects", "save_layout", "strict", "dry_run")


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
    """The refused rows of all sheets by reason, where they are, and how to import them again."""
    for sheet in result.sheets:
        yield from _refused(result, sheet)


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
        some = " ".join(map(str, result.missing[:_LISTED]))
        more = f" and {len(result.missing) - _LISTED} more" if len(result.missing) > _LISTED else ""
        void = options.command("void", *map(str, result.missing[:_LISTED]))
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
        yield from _refused(result, sheet)
    yield from _better(result)
    if result.new_sites:
        named = ", ".join(map(repr, result.new_sites[:_LISTED]))
        yield f"New sites: {named}{_and_more(result.new_sites)}."
    for name, near in list(result.near_sites.items())[:_LISTED]:
        then = "" if result.request.dry_run else f" Then: {_vocab('rename', 'site', name, near)}"
        yield f"  {name!r}: did you mean {near!r}?{then}"
    for name, why in result.passed_over:
        yield f"Skipped, because {why}: {name}."
    if result.request.dry_run:
        yield "Nothing was written: this was a dry run."


def _hints(result: ImportResult, one: SheetResult) -> Iterator[str]:
    """What to type so that more of the sheet is understood."""
    own = [column.header for column in one.columns if column.role in ("own", "town")]
    if own and not one.layout.exact:
        yield f"Kept as fields of your own: {', '.join(own)}."
        if one.guesses and _all_new(one):
            yield f"Judging by the cells, {described(one.guesses)}."
    if one.towns:
        named = [f"{site!r} ({', '.join(towns)})" for site, towns in one.towns.items()]
        more = _and_more(named)
        yield (
            "Sites of one name in several towns may be different sites:"
            f" {'; '.join(named[:_LISTED])}{more}."
        )
    if one.site_unknown and one.tally.new and _all_new(one):
        yield (
            "No column says where the tests were done. Without a site, the tests of two sites"
            " cannot be told apart once they are in one logbook."
        )


def _mends(one: SheetResult) -> list[str]:
    """The options with which a sheet would be imported better, as far as that can be told."""
    if not _all_new(one):
        return []
    left_out = dict.fromkeys(one.personal, "leave out")
    site = ["--site", "NAME"] if one.site_unknown and one.tally.new else []
    return [*_maps({**one.guesses, **left_out, **_town(one)}), *site]


def _town(one: SheetResult) -> dict[str, str]:
    """The role with which sites of one name in several towns are told apart."""
    return {column.header: "city" for column in one.columns if one.towns and column.role == "town"}


def _better(result: ImportResult) -> Iterator[str]:
    """One command that does all that was advised of every sheet."""
    mends: dict[tuple[str, str], None] = {}
    for one in result.sheets:
        if not (one.unsaid and one.guesses):  # told with the words and dates of refused rows
            words = _mends(one)
            mends |= dict.fromkeys(zip(words[::2], words[1::2], strict=True))
    if mends:
        more = any(option != "--site" for option, _ in mends)
        yield "If that is right, all of it in one command:" if more else "If you know the site:"
        yield from _instead(result, *(word for pair in mends for word in pair))


def _tests(result: ImportResult, one: SheetResult) -> Iterator[str]:
    """What became of the rows that gave no new test."""
    tally = one.tally
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
        yield f"  {import_again(result, '--update')}"
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
        yield f"  {import_again(result, '--update')}"
        yield "If the file numbers its rows from 1 each time, the numbers are not ids of tests:"
        yield from _instead(result, "--map", f"{name}=own")


def _warnings(result: ImportResult, one: SheetResult) -> Iterator[str]:
    """Columns that could identify a person, and words that their fields do not know."""
    for column, what in one.personal.items():
        yield (
            f"Warning: the column {column!r} seems to hold {what}. A court can demand a logbook: it"
            " is safer to leave such a column out."
        )
    for name, unplaced in one.unplaced.items():
        words = ", ".join(repr(shorten(word, 40, placeholder="...")) for word in unplaced[:_LISTED])
        more = " and more" if len(unplaced) > _LISTED else ""
        yield f"Words that do not fit their field, kept in {name!r} instead: {words}{more}."


def _dates(result: ImportResult, one: SheetResult) -> Iterator[str]:
    """What was noticed about the dates of a sheet."""
    column = next((column.header for column in one.columns if column.role == "tested_on"), "")
    if one.date_notes.utc:
        zone = result.request.zone
        place = f"{zone}" if zone else "the local time of this computer"
        yield f"The times in {column!r} are in UTC. They were converted to {place}."
        if not zone:
            zone_set = options.command("config", "set", "timezone", "America/Vancouver")
            yield f"If the tests were done in another time zone, say so first: {zone_set}"
    if one.date_notes.swapped:
        yield (
            f"Warning: a spreadsheet may have swapped day and month in {column!r}. Every real date"
            " there is in the first 12 days of a month, and every date stored as text, such as"
            " 13/04/2026, is later. Compare some of the real dates with the original."
        )


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
        yield from _some(lines)


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
        yield from _some(lines)
        if not result.request.dry_run:
            yield f"  Then: {import_again(result, '--update')}"


def _categories(one: SheetResult) -> Iterator[str]:
    """The categories that tests have in place of the one of their drug."""
    lines = [
        f"  {drug or 'no drug'}: {category} ({so_many(tests, 'test')})"
        for (drug, category), tests in one.drug_words.categories.most_common()
    ]
    if lines:
        yield "Categories that are not those of the drugs here. These tests keep them:"
        yield from _some(lines)


def _and_more(names: Sequence[str]) -> str:
    return f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""


def _some(lines: list[str]) -> Iterator[str]:
    yield from lines[:_LISTED]
    if len(lines) > _LISTED:
        yield f"  and {len(lines) - _LISTED} more."


def _refused(result: ImportResult, one: SheetResult) -> Iterator[str]:
    if not one.tally.refused:
        return
    yield f"Refused in {one.name}: {so_many(one.tally.refused, 'row')}."
    reasons = sorted(one.reasons.items(), key=lambda item: (-item[1][0], item[1][1]))[:_LISTED]
    for reason, (count, line) in reasons:
        yield f"  line {line}{f' and {count - 1} more' if count > 1 else ''}: {reason}"
    listed = sum(count for _, (count, _) in reasons)
    if listed < one.tally.refused:
        yield f"  and {so_many(one.tally.refused - listed, 'row')} more."
    again = [*_learned(one), *_maps(result.answers), *options.retyped(leave=_ONCE)]

    def corrected(*more: str) -> str:
        path = undashed(str(one.rejects_file))
        return options.command("import", path, *again, *more)

    if one.rejects_file:
        correct = (
            "If anything else in them is wrong, correct it there."
            if one.unsaid.two_ways
            else f"Correct them there, then: {corrected()}"
        )
        yield f"They are in {one.rejects_file}. {correct}"
    columns = [column for column in one.columns if column.role in ("strip", "outcome")]
    listed = len(columns) == 1 and not one.unsaid.two_ways
    if one.unsaid and one.guesses and _all_new(one):
        yield from _to_say(one.unsaid, partial(_instead, result, *_mends(one)), listed)
    elif one.unsaid:
        command = corrected if one.rejects_file else partial(import_again, result)
        yield from _to_say(one.unsaid, lambda *more: [f"  {command(*more)}"], listed)


def _to_say(
    unsaid: Unsaid, commands: Callable[..., Iterable[str]], listed: bool = False
) -> Iterator[str]:
    """What there is to say of words and dates, and the commands that say it. `listed` says that
    each word is the reason of a refused row, and told with that."""
    meanings = {
        word: unsaid.meanings.get(word) or likely_meaning(word)
        for word, _ in unsaid.words.most_common()
    }
    if unsaid.words and not listed:
        yield "Words that striplog does not know as outcomes:"
        yield from _some(
            [
                f"  {shorten(word, 60, placeholder='...')!r} ({so_many(unsaid.words[word], 'row')})"
                for word in meanings
            ]
        )
    said = [
        part
        for word, meaning in meanings.items()
        if meaning
        for part in (f"--{meaning.replace(' ', '-')}", word)
    ]
    if said:
        yield "The command guesses what these words mean: check it before you run it."
    if None in meanings.values():
        words = "the other words" if said else "the words"
        yield (
            f"Say what {words} mean: put each in place of WORD, after --positive, --negative,"
            " --invalid or --not-tested:"
        )
        said += ("--positive", "WORD")
    if not unsaid.two_ways:
        yield from commands(*said)
        return
    for order, first in (("dmy", "day"), ("mdy", "month"), ("ymd", "year")):
        if order in unsaid.orders:
            yield f"If the {first} comes first in the dates:"
            yield from commands(*said, "--dates", order)


def incomplete(request: ImportRequest, error: Incomplete) -> Iterator[str]:
    """The command for a sheet in which something is missing, as far as it can be guessed."""
    if not error.guesses and not error.unsaid and not error.answers:
        return

    again = [*_maps(error.answers), *options.retyped(leave=("files",)), *_maps(error.guesses)]

    def command(*more: str) -> str:
        return options.command("import", *map(_path, request.files), *again, *more)

    if error.unsaid:
        yield from _to_say(error.unsaid, lambda *more: [f"  {command(*more)}"])
    elif error.enough:
        yield f"If that is right: {command()}"
    else:
        so = "If that is right, add" if error.guesses else "Add"
        yield f"{so} what is missing to: {command()}"


def _learned(one: SheetResult) -> Iterator[str]:
    """What the refused rows may not show by themselves once they are in a file of their own."""
    if one.dates:
        yield from ("--dates", one.dates)
    if one.named:
        yield from ("--target", one.target)
    if one.minus and one.minus not in one.unsaid.words:  # in another column it may mean another
        yield from ("--negative", one.minus)


# Commands to paste


def _all_new(one: SheetResult) -> bool:
    """Whether no test of a sheet was in the logbook before. If one was, reading its row differently
    now would make it a second test."""
    tally = one.tally
    return not (tally.known or tally.updated or tally.differing or tally.void or tally.otherwise)


def _vocab(what: str, *names: str) -> str:
    return options.command("vocab", what, *arguments(*names))


def _path(path: str) -> str:
    """A path that can be typed again. A pipe cannot be read twice, so it becomes standard input."""
    return undashed(path) if os.path.isfile(path) else "-"


def _maps(roles: Mapping[str, str]) -> list[str]:
    """What columns are, by header, as options."""
    named = {"tested_on": "date", "tested_time": "time"}
    return [
        word
        for header, role in roles.items()
        for word in ("--map", f"{header}={named.get(role, role)}")
    ]


def import_again(result: ImportResult, *more: str) -> str:
    """The command of this import with more options."""
    chosen = {"--again", "--update"} & {*more}  # each says the opposite of the other
    leave = ("files", "dry_run", *(("again", "update") if chosen else ()))
    again = [*_maps(result.answers), *options.retyped(leave=leave)]
    return options.command("import", *map(_path, result.request.files), *again, *more)


def _instead(result: ImportResult, *more: str) -> Iterator[str]:
    """The commands that take this import back, where it wrote anything, and do it differently."""
    if result.written:
        yield f"  {options.command('undo')}"
    yield f"  {import_again(result, *more)}"


def merge_instead(path: str) -> str:
    """How to add the tests of a logbook."""
    return f"To add the tests of a logbook: {options.command('merge', undashed(path))}"


def saved_layout(path: str) -> str:
    """How to use a layout that was saved."""
    again = options.command("import", "FILE", "--layout", path)
    return f"The layout is in {path}. To import the next file like this one: {again}"
