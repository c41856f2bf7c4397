"""What an import advises: to read a file differently, to say what its words mean.

What only a person can know, such as the name of a site, is asked
for in a sentence beside the command, and never stands in it.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from textwrap import shorten

from strip_log.console.import_commands import (
    import_again,
    instead,
    of_incomplete,
    of_word,
    refused_again,
    undone,
)
from strip_log.importing.cells.outcome_words import answer, likely_meaning
from strip_log.importing.columns.request import ImportRequest
from strip_log.importing.counts import is_period
from strip_log.importing.incomplete import Incomplete
from strip_log.importing.result import ImportResult, SheetResult
from strip_log.importing.rows.rows import Unsaid
from strip_log.record.shown import typed
from strip_log.record.words import so_many

#: The most reasons, words or names that are listed. The rest are only counted.
LISTED = 12


def some(lines: Sequence[str]) -> Iterator[str]:
    """The first lines of a list, and how many more there are."""
    yield from lines[:LISTED]
    if len(lines) > LISTED:
        yield f"  and {len(lines) - LISTED} more."


# To read a file better


def all_new(one: SheetResult) -> bool:
    """Whether no test of a sheet was in the logbook before. If one was, reading its row differently
    now would make it a second test."""
    tally = one.tally
    return not (tally.known or tally.updated or tally.differing or tally.void or tally.otherwise)


def better(result: ImportResult) -> dict[str, str]:
    """The roles, by header, with which the sheets would be read better, as far as can be told."""
    found: dict[str, str] = {}
    for one in filter(all_new, result.sheets):
        towns = {column.header: "city" for column in one.columns if one.towns
                 and column.role == "town"}  # fmt: skip
        found |= {**one.guesses, **dict.fromkeys(one.personal, "leave out"), **towns}
    return found


def header_of(one: SheetResult, role: str) -> str | None:
    """The header of the column with a role."""
    return next((column.header for column in one.columns if column.role == role), None)


def site(result: ImportResult) -> list[str]:
    """The option for the only site that the logbook knows, if no column has the site."""
    sites = result.request.vocabulary.sites
    unknown = [one for one in result.sheets if one.site_unknown and one.tally.new and all_new(one)]
    return ["--site", sites[0]] if unknown and len(sites) == 1 else []


def sheets_as_sites(result: ImportResult) -> Iterator[str]:
    """The commands that import the sheets of a workbook one by one, each as a site of its own;
    nothing where their names can be no sites, or where something else is to be said first."""
    tabs = [one.tab for one in result.sheets if one.site_unknown and all_new(one)]
    known = result.request.vocabulary
    others = (is_period, known.targets_of, known.drugs_of, _PLAIN_TAB.fullmatch)
    places = not any(is_other(tab) for tab in tabs for is_other in others)
    one_file = len(result.request.files) == 1 and len(tabs) == len(result.sheets)
    if not (one_file and places and 1 < len(tabs) <= LISTED) or better(result) or result.refused:
        return
    yield from undone(result)
    for tab in tabs:
        yield f"  {import_again(result, '--sheet', tab, '--site', tab)}"


#: A name that says nothing, as spreadsheet programs give it to a sheet.
_PLAIN_TAB = re.compile(r"(?i)[a-zé]+ ?\d+|\d+|data|log|datos|donn[ée]es|daten|copy.*|copie.*|")


def all_in_one(result: ImportResult) -> Iterator[str]:
    """One command that does all that was advised of every sheet; nothing where none was."""
    roles, sited = better(result), site(result)
    if not roles and not sited:
        return
    unsaid = together([one.unsaid for one in result.sheets])

    def commands(*more: str) -> Iterator[str]:
        return instead(result, *sited, *more, roles=roles)

    if unsaid:
        yield from to_say(unsaid, commands, listed=_listed(result.sheets))
    else:
        first = ", do this first" if result.refused else ""
        yield f"If that is right{first}, all of it in one command:"
        yield from commands()


# To say what words and dates mean


def together(several: Sequence[Unsaid]) -> Unsaid:
    """What a person has to say about several sheets."""
    whole = Unsaid()
    for one in several:
        whole.words.update(one.words)
        whole.meanings |= one.meanings
        if one.two_ways:
            whole.two_ways += one.two_ways
            whole.orders = whole.orders & one.orders or whole.orders
    return whole


def _listed(sheets: Sequence[SheetResult]) -> bool:
    """Whether each word is told with the reason of a refused row, since it stands in the only
    column of outcomes."""
    return (
        len(sheets) == 1
        and not sheets[0].unsaid.two_ways
        and sum(column.role in ("strip", "outcome") for column in sheets[0].columns) == 1
    )


def to_say_of_refused(result: ImportResult, one: SheetResult) -> Iterator[str]:
    """What there is to say of the refused rows of a sheet, and the command that says it."""

    def commands(*more: str) -> Iterator[str]:
        again = (
            refused_again(result, one, *more) if one.rejects_file else import_again(result, *more)
        )
        yield f"  {again}"

    yield from to_say(one.unsaid, commands, _listed([one]))


def to_say(
    unsaid: Unsaid, commands: Callable[..., Iterable[str]], listed: bool = False
) -> Iterator[str]:
    """What there is to say of words and dates, and the commands that say it. `listed` says that
    the words have been told already."""
    words = [word for word, _ in unsaid.words.most_common()]
    meant = {word: unsaid.meanings.get(word) or likely_meaning(word) for word in words}
    if words and not listed:
        yield "Words that striplog does not know as outcomes:"
        yield from some(
            [
                f"  {shorten(word, 60, placeholder='...')!r} ({so_many(unsaid.words[word], 'row')})"
                for word in words
            ]
        )
    said = [part for word in words if (meaning := meant[word]) for part in of_word(meaning, word)]
    if said:
        yield "The command guesses what these words mean: check it before you run it."
    if left := [word for word in words if not meant[word]]:
        yield from _to_add(left, others=bool(said))
    if not unsaid.two_ways:
        yield from commands(*said)
        return
    for order, first in (("dmy", "day"), ("mdy", "month"), ("ymd", "year")):
        if order in unsaid.orders:
            yield f"If the {first} comes first in the dates:"
            yield from commands(*said, "--dates", order)


def _to_add(words: Sequence[str], others: bool) -> Iterator[str]:
    """How a person says what words mean that nobody can guess. A word stands with an option only
    where that is its likeliest: what is pasted must not be the opposite."""
    if len(words) == 1:
        ways = [typed(*of_word(name, words[0])) for name in ("positive", "negative", "invalid")]
        last = typed(*of_word("not tested", words[0]))
        yield f"Say what {words[0]!r} means: add {', '.join(ways)} or {last} to the command."
        return
    options = "--positive, --negative, --invalid or --not-tested"
    answers = [part for word in words if (meaning := answer(word))
               for part in of_word(meaning, word)]  # fmt: skip
    if answers:
        yield (
            f"If that is what they mean, add {typed(*answers)} to the command; else say it of each"
            f" with {options}."
        )
    if left := [word for word in words if not answer(word)]:
        which = "the other words" if others or answers else "the words"
        more = f", and {len(left) - LISTED} more" if len(left) > LISTED else ""
        yield (
            f"Say what {which} mean: add each to the command, with {options} before it:"
            f" {typed(*left[:LISTED])}{more}"
        )


# A sheet in which something is missing, and other files


def incomplete(request: ImportRequest, error: Incomplete) -> Iterator[str]:
    """The command for a sheet in which something is missing, as far as it can be guessed."""
    if not error.guesses and not error.unsaid and not error.answers:
        return

    command = partial(of_incomplete, request, error)

    if error.unsaid:
        yield from to_say(error.unsaid, lambda *more: [f"  {command(*more)}"])
    elif error.enough:
        yield f"If that is right: {command()}"
    else:
        so = "If that is right, add" if error.guesses else "Add"
        yield f"{so} what is missing to: {command()}"
