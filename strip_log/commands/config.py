"""List and change the settings and defaults of a logbook."""

from collections.abc import Mapping

import click

from strip_log.console import entry_questions, options, output, terminal
from strip_log.console.logbooks import reading, starting, writing
from strip_log.console.settings import (
    BUILT_IN,
    SETTINGS,
    checked,
    default,
    in_force,
    meaning,
    of_target,
    setting_name,
)
from strip_log.errors import Misused, ValueRefused
from strip_log.formats.table import Column, Table, dash
from strip_log.logbook import names as naming
from strip_log.logbook.amendments import LOOKED, RELEASED
from strip_log.logbook.book import Logbook
from strip_log.logbook.change import Change, begin
from strip_log.logbook.waiting import WAITING
from strip_log.record.entry import Entry, NewNames
from strip_log.record.fields import OF_STRIPS
from strip_log.record.strips import field_of
from strip_log.record.vocabulary import Vocabulary

_COLUMNS = (
    Column("setting", "Setting"),
    Column("value", "Value", show=dash),
    Column("meaning", "Meaning"),
)


@click.group(invoke_without_command=True)
@options.common
@click.pass_context
def command(ctx: click.Context) -> None:
    """List and change settings and defaults. They are kept in the logbook itself.

    A default fills in what you leave out of `striplog add`. An option overrides it, and so does an
    environment variable such as STRIPLOG_SITE. Brand, lot, expiry and dilution belong to the strips
    of one target: lot.fentanyl is that of fentanyl strips, and lot that of the default target.

    \b
      striplog config set site Insite
      striplog config set day_start 06:00
      striplog config set lot.benzo B2
      striplog config unset lot
    """
    if ctx.invoked_subcommand is None:
        ctx.invoke(show)


@command.command("list")
@output.options("screen")
@options.common
def show(
    out: output.Output,
) -> None:
    """List every setting with its value.

    \b
      striplog config list
      striplog config list --format csv
    """
    with reading(options.logbook_path()) as book:
        kept = in_force(book.settings())
    rows = []
    for name in SETTINGS:
        of_targets = sorted(key for key in kept if key.startswith(f"{name}."))
        for key in of_targets or [name]:
            rows.append((key, kept.get(key, BUILT_IN.get(key)) or None, meaning(key)))
    others = [
        (name, kept[name], "Kept by striplog itself.")
        for name in kept
        if field_of(name) not in SETTINGS and not name.startswith((RELEASED, LOOKED, WAITING))
    ]
    table = Table("config", _COLUMNS, [*rows, *others])
    out.answer(table)


@command.command("get")
@click.argument("name")
@options.common
def get(name: str) -> None:
    """Print the value of one setting.

    \b
      striplog config get site
      striplog config get lot.fentanyl
    """
    name = setting_name(name)
    with reading(options.logbook_path()) as book:
        name = of_target(name, book.vocabulary(), book.settings())
        value = in_force(book.settings()).get(name, BUILT_IN.get(name, ""))
    terminal.value(value)
    if not value:
        set_it = options.command("config", "set", name, "VALUE")
        options.say(f"{name} is not set. To set it: {set_it}")


class _Settings(click.Command):
    """A command with the settings in its help."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Settings"):
            formatter.write_dl([(name, meaning(name) + default(name)) for name in SETTINGS])


@command.command("set", cls=_Settings)
@click.argument("name")
@click.argument("value")
@click.option("--new", is_flag=True, help="Keep a site that is not known here.")
@options.common
def set_(name: str, value: str, new: bool) -> None:
    """Change a setting. If there is no logbook yet, this starts one.

    \b
      striplog config set site Insite
      striplog config set lot.benzo B2
      striplog config set first_in off
    """
    name = setting_name(name)
    with starting(options.logbook_path()) as book:
        vocabulary, names = book.vocabulary(), NewNames()
        name = of_target(name, vocabulary, book.settings())
        if name == "site":
            value, names = _site(value, vocabulary, new)
        value = checked(name, value, vocabulary.knowing(*names))
        entry = Entry(texts={name: value}).written_as(book.recent_values, tuple)
        value = entry.texts[name]
        said = _amend(book, "config set", name, value, names)
    terminal.echo(*said)


def _site(value: str, vocabulary: Vocabulary, new: bool) -> tuple[str, NewNames]:
    """The site that was typed, and whether it is new. Raises Misused, or UncertainName."""
    try:
        entry, names = entry_questions.named(Entry(texts={"site": value}, new=new), vocabulary)
    except ValueRefused as error:
        raise Misused(str(error), step=error.step) from None
    return entry.texts["site"], names


@command.command("unset")
@click.argument("name")
@options.common
def unset(name: str) -> None:
    """Remove a setting, so that its built-in value counts again.

    \b
      striplog config unset site
      striplog config unset lot.benzo
    """
    name = setting_name(name)
    with writing(options.logbook_path()) as book:
        name = of_target(name, book.vocabulary(), book.settings())
        said = _amend(book, "config unset", name, None, NewNames())
    terminal.echo(*said)


def _amend(book: Logbook, by: str, name: str, value: str | None, new: NewNames) -> list[str]:
    """Give a setting a value, or none; what was done, in lines to print once it is kept."""
    kept = book.settings()
    before = in_force(kept).get(name)
    if before == value:
        is_so = "is not set" if value is None else f"is already {value}"
        return [f"{name} {is_so}. Nothing was written."]
    with begin(book, by) as change:
        naming.keep(change, new)
        if name == "target" or field_of(name) in OF_STRIPS:
            _name_their_target(change, kept)
        change.amend("setting", name, value)
    now = "is no longer set" if value is None else f"is now {value}"
    return [
        f"{name} {now}{f' (it was {before})' if before is not None else ''}.",
        *([f"New site: {new.site}."] if new.site else []),
        *([] if options.quiet() else [f"To take it back: {options.command('undo')}"]),
    ]


def _name_their_target(change: Change, kept: Mapping[str, str]) -> None:
    """Give the defaults from before there was one for each target the name of the default target:
    another one does not get them."""
    for name, value in in_force(kept).items():
        if field_of(name) in OF_STRIPS and name not in kept:
            change.amend("setting", field_of(name), None)
            change.amend("setting", name, value)
