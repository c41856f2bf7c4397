"""List and change the names of drugs, targets and sites, and the words for them."""

from collections.abc import Sequence

import click

from strip_log.console import options, output, sentences, terminal
from strip_log.console.logbooks import reading, writing
from strip_log.console.options import F
from strip_log.errors import Missing, Misused, Step
from strip_log.formats.table import Column, Table
from strip_log.logbook import names as naming
from strip_log.logbook.amendments import amended
from strip_log.logbook.book import Logbook
from strip_log.logbook.change import begin
from strip_log.record.shown import arguments
from strip_log.record.vocabulary import CATEGORIES, Vocabulary, Words
from strip_log.record.words import fold, so_many, unknown

_COLUMNS = (
    *(Column("kind", "Kind"), Column("name", "Name"), Column("category", "Category")),
    Column("words", "Words for it"),
)


def _of_kind(function: F) -> F:
    """The options that say whether a name is that of a drug, which it is if none is given."""
    return options.decorated(
        function,
        [
            click.option(
                *("--target", "kind"),
                flag_value="target",
                default="drug",
                help="It is the name of a target, not of a drug.",
            ),
            click.option(*("--site", "kind"), flag_value="site", help="It is the name of a site."),
        ],
    )


def _kind(words: Sequence[str], kind: str, number: int) -> tuple[str, tuple[str, ...]]:
    """The kind of a name and the other words, which are `number`: a kind may be the first word.

    Raises Misused for any other number of words.
    """
    first = fold(words[0]) if words else ""
    if len(words) == number + 1 and first in naming.KINDS and kind in ("drug", first):
        return first, tuple(words[1:])
    if len(words) != number:
        said = ", ".join(map(repr, words)) or "nothing"
        need = ("a name", "the old name and the new one")[number - 1]
        raise Missing(f"Type {need}, in quotes where it has blanks, and not {said}.")
    return kind, tuple(words)


@click.group(invoke_without_command=True)
@options.common
@click.pass_context
def command(ctx: click.Context) -> None:
    """List and change the names of drugs, targets and sites, and the words people use for them.

    \b
      striplog vocab list drugs
      striplog vocab add "purple down" --category opioid --word purp
      striplog vocab alias snow cocaine
      striplog vocab rename down 'street opioid'
      striplog vocab rename site Van 'Outreach van'
    """
    if ctx.invoked_subcommand is None:
        ctx.invoke(show)


@command.command("list")
@click.argument("kind", required=False, metavar="[drugs|targets|sites|ambiguous]")
@output.options("screen")
@options.common
def show(
    out: output.Output,
    kind: str | None = None,
) -> None:
    """List the names by category with the words for them, and the words that are ambiguous.

    \b
      striplog vocab list drugs
      striplog vocab list ambiguous
    """
    kinds = {f"{kind}s": kind for kind in naming.KINDS} | {"ambiguous": "ambiguous"}
    if kind is not None and kind not in kinds:
        raise Misused(unknown("list", kind, kinds))
    with reading(options.logbook_path()) as book:
        rows = _rows(book.vocabulary())
    table = Table(
        "vocab",
        _COLUMNS,
        [row for row in rows if kind is None or row[0] == kinds[kind]],
        section="kind",
    )
    out.answer(table)


def _rows(vocabulary: Vocabulary) -> list[tuple[str, str, str, str]]:
    by_category = sorted(
        vocabulary.drugs.items(), key=lambda drug: (CATEGORIES.index(drug[1]), drug[0])
    )
    rows = [
        ("drug", name, category, _words_for(name, vocabulary.drug_words))
        for name, category in by_category
    ]
    of_kind = {"target": vocabulary.target_words, "site": vocabulary.site_words}
    for kind, names in (("target", vocabulary.targets), ("site", vocabulary.sites)):
        rows += [(kind, name, "", _words_for(name, of_kind[kind])) for name in names]
    asked = [
        pair
        for words in (vocabulary.drug_words, *of_kind.values())
        for pair in sorted(words.items())
    ]
    rows += [
        ("ambiguous", word, "", f"can mean {', '.join(names)}")
        for word, names in asked
        if len(names) > 1
    ]
    return rows


def _words_for(name: str, words: Words) -> str:
    return ", ".join(sorted(word for word, names in words.items() if names == (name,)))


@command.command("add")
@click.argument("name", nargs=-1, required=True, metavar="[KIND] NAME")
@click.option("--category", metavar="NAME", help=f"One of: {', '.join(CATEGORIES)}.")
@click.option("--word", "words", multiple=True, help="Another word for it (repeatable).")
@_of_kind
@options.common
def add(name: tuple[str, ...], category: str | None, words: tuple[str, ...], kind: str) -> None:
    """Add a drug, a target or a site, or change the category of a drug.

    KIND is drug, target or site; a drug if it is left out.

    \b
      striplog vocab add "purple down" --category opioid --word purp
      striplog vocab add site 'The Hub'
    """
    kind, (added,) = _kind(name, kind, 1)
    if category is not None:
        if kind != "drug":
            raise Misused(f"A {kind} has no category: leave --category out.")
        if fold(category) not in CATEGORIES:
            raise Misused(unknown("category", category, CATEGORIES))
        category = fold(category)
    with writing(options.logbook_path()) as book:
        with begin(book, "vocab add") as change:
            naming.add(change, book.vocabulary(), kind, added, category)
            for word in words:
                naming.alias(change, book.vocabulary(), kind, word, (added,))
        _echo(book, change.seq if change.written else None)


@command.command("alias")
@click.argument("word")
@click.argument("names", nargs=-1, metavar="NAME...")
@click.option("--remove", is_flag=True, help="Remove the word.")
@_of_kind
@options.common
def alias(word: str, names: tuple[str, ...], remove: bool, kind: str) -> None:
    """Make a word stand for a drug, or for a target or a site with --target or --site.

    So does a KIND before the word: vocab alias site hub 'The Hub'.

    A word that stands for several is ambiguous: striplog asks which one is meant each time.

    \b
      striplog vocab alias snow cocaine
      striplog vocab alias blues fentanyl oxycodone
    """
    if word in naming.KINDS and len(names) > 1 - remove:
        kind, (word, *rest) = word, names
        names = tuple(rest)
    if bool(names) == remove:
        option = naming.KINDS[kind]
        raise Misused(
            "Say what the word stands for, or add --remove.",
            step=Step("For example", ("vocab", "alias", *option, *arguments(word, "NAME"))),
        )
    with writing(options.logbook_path()) as book:
        with begin(book, "vocab alias") as change:
            naming.alias(change, book.vocabulary(), kind, word, names)
        _echo(book, change.seq if change.written else None)


@command.command("rename")
@click.argument("names", nargs=-1, required=True, metavar="[KIND] OLD NEW")
@_of_kind
@options.common
def rename(names: tuple[str, ...], kind: str) -> None:
    """Rename a drug, a target or a site in every test. If the new name is taken, they become one.

    KIND is drug, target or site; a drug if it is left out. The word that was said at the counter
    stays as it is. The old name becomes a word for the new one.

    \b
      striplog vocab rename down 'street opioid'
      striplog vocab rename site Van 'Outreach van'
    """
    kind, (old, new) = _kind(names, kind, 2)
    with writing(options.logbook_path()) as book:
        with begin(book, "vocab rename") as change:
            tests = naming.rename(change, book.vocabulary(), kind, old, new)
        if change.written:
            now = new if kind == "site" else new.lower()
            terminal.echo(f"Changed to {now} in {so_many(tests, 'test')}.")
        _echo(book, change.seq if change.written else None)


def _echo(book: Logbook, change: int | None) -> None:
    if change is None:
        terminal.echo("It is that way already. Nothing was written.")
        return
    for one in amended(book.connection, change):
        terminal.echo(sentences.amendment(*one))
    options.hint(f"To take it back: {options.command('undo')}")
