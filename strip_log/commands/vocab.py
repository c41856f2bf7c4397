"""List and change the names of drugs and targets, and the words for them."""

import click

from strip_log.console import options, output, sentences, terminal
from strip_log.console.logbooks import reading, writing
from strip_log.errors import Misused, Step
from strip_log.formats.table import Column, Table
from strip_log.logbook import names as naming
from strip_log.logbook.book import Logbook
from strip_log.logbook.change import begin
from strip_log.record.shown import arguments
from strip_log.record.vocabulary import CATEGORIES, Vocabulary, Words
from strip_log.record.words import fold, so_many, unknown

_COLUMNS = (
    *(Column("kind", "Kind"), Column("name", "Name"), Column("category", "Category")),
    Column("words", "Words for it"),
)

_of_target = click.option(
    "--target",
    "kind",
    flag_value="target",
    default="drug",
    help="It is the name of a target, not of a drug.",
)


@click.group(invoke_without_command=True)
@options.common
@click.pass_context
def command(ctx: click.Context) -> None:
    """List and change the names of drugs and targets, and the words people use for them.

    \b
      striplog vocab list drugs
      striplog vocab add "purple down" --category opioid --word purp
      striplog vocab alias snow cocaine
      striplog vocab rename cocane cocaine
    """
    if ctx.invoked_subcommand is None:
        ctx.invoke(show)


@command.command("list")
@click.argument("kind", required=False, metavar="[drugs|targets|ambiguous]")
@output.options("screen")
@options.common
def show(
    out: output.Output,
    kind: str | None = None,
) -> None:
    """List the names by category with the words for them, and the words that are ambiguous."""
    kinds = {"drugs": "drug", "targets": "target", "ambiguous": "ambiguous"}
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
    rows += [
        ("target", name, "", _words_for(name, vocabulary.target_words))
        for name in vocabulary.targets
    ]
    asked = sorted(vocabulary.drug_words.items()) + sorted(vocabulary.target_words.items())
    rows += [
        ("ambiguous", word, "", f"can mean {', '.join(names)}")
        for word, names in asked
        if len(names) > 1
    ]
    return rows


def _words_for(name: str, words: Words) -> str:
    return ", ".join(sorted(word for word, names in words.items() if names == (name,)))


@command.command("add")
@click.argument("name")
@click.option("--category", metavar="NAME", help=f"One of: {', '.join(CATEGORIES)}.")
@click.option("--word", "words", multiple=True, help="Another word for it (repeatable).")
@_of_target
@options.common
def add(name: str, category: str | None, words: tuple[str, ...], kind: str) -> None:
    """Add a drug or a target, or change the category of a drug."""
    if category is not None:
        if kind == "target":
            raise Misused("A target has no category: leave --category out.")
        if fold(category) not in CATEGORIES:
            raise Misused(unknown("category", category, CATEGORIES))
        category = fold(category)
    with writing(options.logbook_path()) as book:
        with begin(book, "vocab add") as change:
            naming.add(change, book.vocabulary(), kind, name, category)
            for word in words:
                naming.alias(change, book.vocabulary(), kind, word, (name,))
        _echo(book, change.seq if change.written else None)


@command.command("alias")
@click.argument("word")
@click.argument("names", nargs=-1, metavar="NAME...")
@click.option("--remove", is_flag=True, help="Remove the word.")
@_of_target
@options.common
def alias(word: str, names: tuple[str, ...], remove: bool, kind: str) -> None:
    """Make a word stand for a drug or a target.

    A word that stands for several is ambiguous: striplog asks which one is meant each time.
    """
    if bool(names) == remove:
        option = ("--target",) if kind == "target" else ()
        raise Misused(
            "Say what the word stands for, or add --remove.",
            step=Step("For example", ("vocab", "alias", *option, *arguments(word, "NAME"))),
        )
    with writing(options.logbook_path()) as book:
        with begin(book, "vocab alias") as change:
            naming.alias(change, book.vocabulary(), kind, word, names)
        _echo(book, change.seq if change.written else None)


@command.command("rename")
@click.argument("old")
@click.argument("new")
@_of_target
@options.common
def rename(old: str, new: str, kind: str) -> None:
    """Rename a drug or a target in every test. If the new name is taken, the two become one.

    The word that was said at the counter stays as it is. The old name becomes a word for the new
    one.
    """
    with writing(options.logbook_path()) as book:
        with begin(book, "vocab rename") as change:
            tests = naming.rename(change, book.vocabulary(), kind, old, new)
        if change.written:
            terminal.echo(f"Changed to {new.lower()} in {so_many(tests, 'test')}.")
        _echo(book, change.seq if change.written else None)


def _echo(book: Logbook, change: int | None) -> None:
    if change is None:
        terminal.echo("It is that way already. Nothing was written.")
        return
    for amended in book.amended(change):
        terminal.echo(sentences.amendment(*amended))
    options.hint(f"To take it back: {options.command('undo')}")
