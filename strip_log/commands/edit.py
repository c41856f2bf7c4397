"""Correct tests."""

from collections.abc import Iterator
from typing import Any

import click

from strip_log.console import (
    corrections,
    entry_questions,
    fields,
    filters,
    options,
    sentences,
    terminal,
)
from strip_log.console.logbooks import writing
from strip_log.errors import (
    Misused,
    RecordRefused,
    Step,
    StriplogError,
    UnknownWord,
    ValueRefused,
)
from strip_log.logbook import erased, versions
from strip_log.logbook import names as naming
from strip_log.logbook.amendments import OWN
from strip_log.logbook.book import Logbook
from strip_log.logbook.change import Change, begin
from strip_log.logbook.chosen import Chosen
from strip_log.logbook.versions import Version
from strip_log.query.filter import Filter
from strip_log.query.which import listed, spans
from strip_log.record.correction import corrected, targets
from strip_log.record.doubts import doubts
from strip_log.record.entry import Entry
from strip_log.record.fields import FIELDS
from strip_log.record.own_fields import fields_of
from strip_log.record.strips import StripValues
from strip_log.record.test import FACTS, Test
from strip_log.record.words import plural


@click.command()
@corrections.words("[N...] [RESULT]", corrections.complete)
@click.option("--lines", metavar="0|1|2", help="The lines the strip shows, instead of an outcome.")
@click.option("--faint/--no-faint", default=None, help="Whether the second line is faint.")
@click.option("--outcome", "outcome", metavar="TEXT", help="The outcome, the same as RESULT.")
@fields.fields
@click.option("--clear", multiple=True, metavar="FIELD", help="Leave this field empty.")
@click.option("--new", is_flag=True, help="Keep a drug, or a site, that is not known here.")
@click.option("--reason", metavar="TEXT", help="Why the test is corrected, for the history.")
@filters.filters_beside_fields
@corrections.yes
@options.common
def command(words: tuple[str, ...], reason: str | None, yes: bool, **typed: Any) -> None:
    """Correct tests. The old versions are kept, and `striplog show` prints them.

    \b
      striplog edit 1042 neg
      striplog edit 1042 --drug heroin --reason 'misheard'
      striplog edit 1042 --clear lot

    Choose several tests by number, as a range, as the last ones written down, or by filters:
    --where, --text, --since, --until, --last and --period. Every other option is a new value:
    --site Van sets the site, while --where site=Van finds the tests of that site. Unless you type
    each number, or `last` for one, the tests are shown and you are asked first; --yes skips the
    question. One `striplog undo` takes back the whole correction.

    \b
      striplog edit 40-52 44 57 --site Van
      striplog edit last 3 --site Van
      striplog edit --where site=Van --where lot=F1 --since 2026-03-01 --lot F2
    """
    which, results = corrections.typed(words, rest=1)
    given = {name: typed.pop(name) for name in filters.BESIDE_FIELDS}
    outcome = typed.pop("outcome")
    said = [*results, *([outcome] if outcome is not None else [])]
    if len(said) + (typed["lines"] is not None) > 1:
        raise Misused("RESULT, --lines and --outcome all say the outcome: use only one of them.")
    entry = fields.entry({**typed, "words": tuple(said)})
    shown = None
    with writing(options.logbook_path()) as book:
        asked = corrections.meant(book, which, given)
        edit = _Edit(book, entry, strict=asked.named)
        if not (yes or asked.named):
            with book.moment():
                shown = corrections.found(book, asked)
                lines, total = edit.preview(shown)
                numbers = versions.numbers_at(book, shown.seqs) if asked.last else []
            if total:
                again = Step("To go ahead", ("edit", *corrections.confirmed(words, numbers)))
                corrections.agreed(lines, total, _ASKING, again)
        with begin(book, "edit", options.reason(reason)) as change:
            tests = corrections.found(book, asked, shown=shown)
            edit.write(change, tests)
        edit.say(tests, change.written)
        if change.written:
            corrections.report(book, change.seq)


_ASKING = corrections.Asking(
    ("Edit this test?", "Edit these {} tests?"),
    ("This test would be changed.", "These {} tests would be changed."),
)


class _Edit:
    """The same correction of every test that is meant.

    `same` are the numbers of tests that are as the correction would make them, and `doubts` the
    warnings about those that were written. If `strict`, no test may be void; otherwise void ones
    are passed over.
    """

    def __init__(self, book: Logbook, entry: Entry, strict: bool) -> None:
        """At a terminal, a name that is not certain is asked about. Raises UncertainName."""
        vocabulary = book.vocabulary()
        self.book, self.strict = book, strict
        entry = entry.written_as(book.recent_values, book.recent_own_fields)
        self.entry, self.new = entry_questions.named(entry, vocabulary)
        self.vocabulary = vocabulary.knowing(*self.new)
        self.clock = options.clock(book.settings())
        self.same: list[int] = []
        self.doubts: dict[str, None] = {}

    def preview(self, tests: Chosen) -> tuple[list[str], int]:
        """A line for each of the first tests that will be changed, and how many there are."""
        lines: list[str] = []
        total = 0
        for total, (version, test) in enumerate(self._corrected(tests), 1):
            if total <= corrections.SHOWN:
                differences = sentences.differences(version.test, test)
                lines.append(f"{sentences.line(version.number, version.test)}: {differences}")
        return lines, total

    def write(self, change: Change, tests: Chosen) -> None:
        """Write the next version of each test that is not the same."""
        naming.keep(change, self.new)
        for version, test in self._corrected(tests):
            change.revise(version, test, void=False)
            if len(self.doubts) < corrections.SHOWN:
                self.doubts |= dict.fromkeys(doubts(test))

    def say(self, tests: Chosen, written: bool) -> None:
        """Print the warnings, and which of these tests were not changed, and why."""
        for doubt in self.doubts:
            options.say(f"Warning: {doubt}")
        if self.same:
            nothing = "." if written else ": nothing was written."
            say = plural(len(self.same), "is already like that", "are already like that")
            terminal.echo(f"{listed(spans(self.same))} {say}{nothing}")
        corrections.pass_over(tests)
        if tests.others:
            options.say(_void(tests.others, "passed over"))

    def _corrected(self, tests: Chosen) -> Iterator[tuple[Version, Test]]:
        """Each test that is not the same, before and after. Raises StriplogError for void ones."""
        if tests.others and (self.strict or not tests.seqs):
            raise StriplogError(_void(tests.others), step=_unvoid(tests.others))
        self._of_one_target(tests)
        self.same = []
        own = () if {*self.entry.cleared} <= {*FIELDS} else self.book.own_fields(Filter())
        for place in range(0, len(tests.seqs), _AT_ONCE):
            for version in versions.at(self.book, tests.seqs[place : place + _AT_ONCE]):
                try:
                    test = corrected(self.entry, version.test, self.vocabulary, self.clock, own)
                except (ValueRefused, UnknownWord):  # which is what was typed, not this test
                    raise
                except RecordRefused as error:
                    named = f"#{version.number}: " if len(tests.seqs) > 1 else ""
                    raise RecordRefused(f"{named}{error}", step=error.step) from None
                self._refuse_erased(version, test)
                if all(getattr(test, name) == getattr(version.test, name) for name in FACTS):
                    self.same.append(version.number)
                else:
                    yield version, test

    def _refuse_erased(self, version: Version, test: Test) -> None:
        """Raise RecordRefused for a field that was erased for good: it stays empty."""
        own = fields_of(test.extra)
        for field, day in erased.days_of(self.book.connection, version.id).items():
            name = field.removeprefix(OWN)
            if own.get(name) if field.startswith(OWN) else getattr(test, field, None):
                raise RecordRefused(
                    f"The {sentences.erased(field)} of #{version.number} was erased for good on"
                    f" {day}, and stays empty."
                )

    def _of_one_target(self, tests: Chosen) -> None:
        """Raise Misused where the tests are of several targets and a lot, say, is of one of them,
        or where none is of the target that was typed."""
        strips = StripValues(self.entry.texts, (), self.vocabulary, self.clock)
        if strips:
            strips.of(
                targets(self.entry, self.vocabulary) or versions.targets_at(self.book, tests.seqs)
            )


#: How many tests are read at a time.
_AT_ONCE = 1_000


def _void(numbers: list[int], *more: str) -> str:
    """The sentence for tests that are struck out."""
    said = " and ".join([plural(len(numbers), "is void", "are void"), *more])
    return f"{listed(spans(numbers))} {said}."


def _unvoid(numbers: list[int]) -> Step:
    return Step(
        plural(len(numbers), "To let it count again", "To let them count again"),
        ("unvoid", *corrections.typed_numbers(numbers)),
    )
