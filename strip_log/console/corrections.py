"""Corrections of several tests: which ones are meant, and the question before they are changed."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import click

from strip_log.console import filters, options, questions, sentences, terminal
from strip_log.console.fields import no_number, number_of
from strip_log.console.logbooks import writing
from strip_log.console.options import F
from strip_log.errors import Missing, Misused, NothingThere, RefusedForSafety, Step, Unconfirmed
from strip_log.logbook import names, versions
from strip_log.logbook.book import Logbook
from strip_log.logbook.change import begin
from strip_log.logbook.chosen import Chosen, chosen
from strip_log.query.which import Span, Which, listed, spans
from strip_log.record.shown import arguments
from strip_log.record.words import plural

#: The command that does not ask, with the numbers that `last` stood for.
Again = Callable[[Sequence[int]], Step]

#: How many tests are shown before they are changed, and after; the rest are only counted.
SHOWN = 10

_SPAN = r"#?([0-9]+)(?:-#?([0-9]+))?"

yes = click.option("--yes", is_flag=True, help="Change several tests without asking.")


def words(metavar: str, complete: Callable[..., list[Any]] | None = None) -> Callable[[F], F]:
    """The argument that says which tests are meant, as `typed` reads it."""
    return click.argument("words", metavar=metavar, nargs=-1, shell_complete=complete)


def complete(ctx: click.Context, parameter: click.Parameter, word: str) -> list[Any]:
    """Completion of `[N...] [RESULT]`: a RESULT, or `last`."""
    return [
        *options.complete("tests")(ctx, parameter, word),
        *options.complete_result(ctx, parameter, word),
    ]


def typed(words: Sequence[str], rest: int = 0) -> tuple[Which, tuple[str, ...]]:
    """The tests that are meant by `12`, `#12`, `40-52`, `last` and `last 3`, and the other words.

    Raises Misused for what is no number, and for more than `rest` other words.
    """
    spans: list[Span] = []
    others: list[str] = []
    last = 0
    waiting = list(words)
    while waiting:
        word = waiting.pop(0)
        if word.casefold() == "last":
            count = waiting.pop(0) if waiting and waiting[0].isdecimal() else "1"
            last = max(last, number_of(count, f"last {count}"))
        elif found := re.fullmatch(_SPAN, word, re.ASCII):
            first = number_of(found[1], word)
            spans.append((first, number_of(found[2] or found[1], word)))
            if first > spans[-1][1]:
                raise Misused(f"{word!r}: type the smaller number first.")
        else:
            others.append(word)
    if len(others) > rest:
        raise no_number(others[0] if not spans and not last else others[-1])
    return Which(spans=tuple(spans), last=last), tuple(others)


def confirmed(words: Sequence[str], numbers: Sequence[int]) -> tuple[str, ...]:
    """The arguments and options of this command as they were typed, and `--yes`.

    `last` becomes the `numbers` that were shown: when this is pasted, others may be the last.
    """
    kept = [*words]
    lasts = [place for place, word in enumerate(kept) if word.casefold() == "last"]
    for place in reversed(lasts):
        counted = place + 1 < len(kept) and kept[place + 1].isdecimal()
        del kept[place : place + 1 + counted]
    if lasts:
        kept = [*typed_numbers(numbers), *kept]
    said = (*options.retyped(["yes"]), "--yes")
    after = arguments(*kept)
    return (*after, *said) if after == tuple(kept) else (*said, *after)


def typed_numbers(numbers: Sequence[int]) -> list[str]:
    """Numbers of tests, in ascending order, as they are typed: `12`, `40-52`."""
    return [f"{first}" if first == last else f"{first}-{last}" for first, last in spans([*numbers])]


def meant(book: Logbook, which: Which, given: Mapping[str, Any]) -> Which:
    """The tests that were typed: by their numbers, or by the options of `filters.filters`.

    Raises Misused for both at once, and for neither.
    """
    filtered = any(given.get(name) not in (None, ()) for name in filters.NAMES)
    numbered = bool(which.spans or which.last)
    if filtered and numbered:
        raise Misused("Numbers and filters both say which tests: leave one out.")
    if not filtered and not numbered:
        raise Missing(
            "Say which tests: by number (12, 40-52, last, last 3), or by a filter such as"
            " --where site=Van."
        )
    if not filtered:
        return which
    return Which(where=filters.selected(book, given, options.clock(book.settings())))


def found(book: Logbook, which: Which, void: bool = False, shown: Chosen | None = None) -> Chosen:
    """The tests that are meant, as they stand. Raises NothingThere if there are none.

    Raises RefusedForSafety if they are no longer those that were shown.
    """
    tests = chosen(book, which, void)
    if shown is not None and shown != tests:
        raise changed_meanwhile()
    if not tests.seqs and not tests.others:
        where = which.where
        raise NothingThere(
            "There are no such tests yet." if where is None else filters.nothing_found(book, where)
        )
    return tests


def changed_meanwhile() -> RefusedForSafety:
    """The error for tests that are no longer those that were shown."""
    return RefusedForSafety(
        "Another program has just changed some of these tests: check them again."
    )


class Asking(NamedTuple):
    """What is asked before several tests are changed, and what is said where nobody can be asked:
    each for one test and for several, with `{}` for how many."""

    question: tuple[str, str]
    refusal: tuple[str, str]


def agreed(lines: Sequence[str], total: int, asking: Asking, again: Step) -> None:
    """Show the first tests, each as a line, and ask whether all are to be changed.

    `again` is the command that does not ask. Raises Unconfirmed where nobody can be asked, and
    Abort if the answer is no.
    """
    options.say(*lines, *sentences.more(total - len(lines)))
    if not questions.terminal():
        raise Unconfirmed(plural(total, *asking.refusal), step=again)
    if not questions.yes(plural(total, *asking.question)):
        raise click.Abort


def pass_over(tests: Chosen) -> None:
    """Say which numbers of a span no test has any more."""
    if tests.gone:
        number = sum(last - first + 1 for first, last in tests.gone)
        said = plural(number, "was erased or purged", "were erased or purged")
        options.say(f"{listed(tests.gone)} {said}, and passed over.")


def report(book: Logbook, change: int) -> None:
    """Print what a change did to the first tests, how many more there are, and how to undo it."""
    more = sentences.more(versions.number_written(book, change) - SHOWN)
    terminal.echo(*sentences.changed(book, change, SHOWN), *more)
    options.hint(f"To take it back: {options.command('undo')}")


def strike(
    which: Which, typed: Mapping[str, Any], reason: str | None, again: Again | None, void: bool
) -> None:
    """Strike out the tests that were typed, or let them count again, and say so.

    Several are shown and asked about first, unless `again` is None. Raises as `agreed` does.
    """
    with writing(options.logbook_path()) as book:
        which = meant(book, which, typed)
        shown = None
        if again and not which.named:
            with book.moment():
                shown = found(book, which, void=not void)
                first = versions.at(book, shown.seqs[:SHOWN])
                numbers = versions.numbers_at(book, shown.seqs) if which.last else []
            lines = [sentences.line(one.number, one.test) for one in first]
            if lines:
                agreed(lines, len(shown.seqs), _STRIKE if void else _COUNT, again(numbers))
        with begin(book, "void" if void else "unvoid", reason) as change:
            tests = found(book, which, not void, shown)
            if not void:
                names.know_again(change, tests.seqs)
            change.strike(tests.seqs, void)
        if tests.others:
            already = listed(spans(tests.others))
            terminal.echo(f"{already} {plural(len(tests.others), *(_VOID if void else _NOT_VOID))}")
        pass_over(tests)
        if tests.seqs:
            report(book, change.seq)


_STRIKE = Asking(
    ("Strike out this test?", "Strike out these {} tests?"),
    ("This test would be struck out.", "These {} tests would be struck out."),
)
_COUNT = Asking(
    ("Count this test again?", "Count these {} tests again?"),
    ("This test would count again.", "These {} tests would count again."),
)
_VOID = ("is already struck out.", "are already struck out.")
_NOT_VOID = ("is not struck out.", "are not struck out.")
