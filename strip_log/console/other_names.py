"""What people type who know other programs, and what it is called here. Nothing of it is run."""

import shlex
from collections.abc import Iterable

import click

#: Commands by other names, each with the commands of ours that may be meant. A word in capitals
#: stands for what was typed after the name.
OTHER_COMMANDS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("new", "record", "write", "enter", "test", "insert"), ("add REST",)),
    **dict.fromkeys(("session", "counter", "prompt", "day"), ("shift",)),
    **dict.fromkeys(("remove", "delete", "del", "rm"), ("void REST", "erase REST")),
    **dict.fromkeys(("strike", "cancel"), ("void REST", "undo")),
    **dict.fromkeys(("revert", "back"), ("undo",)),
    **dict.fromkeys(("restoretest", "unstrike", "undelete"), ("unvoid REST",)),
    **dict.fromkeys(("fix", "change", "correct", "modify", "update", "amend"), ("edit REST",)),
    **dict.fromkeys(("ls", "latest", "recent", "tests", "entries"), ("list REST",)),
    **dict.fromkeys(("find", "search", "grep"), ("list --text REST",)),
    **dict.fromkeys(("view", "open", "get", "cat"), ("show REST",)),
    **dict.fromkeys(("log", "changes", "audit"), ("history REST", "list REST")),
    **dict.fromkeys(
        ("report", "stats", "statistics", "rates", "count", "totals"), ("summary REST",)
    ),
    **dict.fromkeys(("chart", "plot", "graph"), ("summary --by month --chart REST",)),
    "today": ("list today",),
    "week": ("summary --period this-week", "list --last 7d"),
    "month": ("summary --period this-month", "summary --period last-month"),
    "year": ("summary --period this-year", "summary --period last-year"),
    **dict.fromkeys(("csv", "xlsx", "excel", "dump", "download"), ("export REST",)),
    **dict.fromkeys(("load", "read", "upload"), ("import REST",)),
    **dict.fromkeys(("copy", "save"), ("backup REST", "export REST")),
    **dict.fromkeys(("check", "verify", "repair", "status"), ("doctor",)),
    **dict.fromkeys(("settings", "set", "options", "preferences"), ("config", "config set REST")),
    **dict.fromkeys(("drugs", "sites", "targets"), ("vocab list NAME",)),
    **dict.fromkeys(("words", "vocabulary", "names", "alias"), ("vocab",)),
    **dict.fromkeys(("where", "location", "file"), ("path",)),
    **dict.fromkeys(("example", "sample", "tutorial", "try"), ("demo",)),
    **dict.fromkeys(("duplicate", "dupes", "doubles"), ("duplicates",)),
    **dict.fromkeys(("alerts", "warnings", "alarm"), ("signals",)),
    **dict.fromkeys(("crosstab", "compare", "pivot"), ("cross REST",)),
    "version": ("--version",),
}

#: Options by other names, each with those of ours that may be meant, of which a command has some.
OTHER_OPTIONS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("--date", "--day", "--when", "--time", "--on"), ("--at", "--since", "--period")
    ),
    **dict.fromkeys(("--substance", "--sold-as", "--expected", "--product"), ("--drug",)),
    **dict.fromkeys(("--location", "--place", "--where-at", "--service"), ("--site",)),
    **dict.fromkeys(("--strip", "--type", "--analyte", "--assay"), ("--target", "--strips")),
    **dict.fromkeys(("--target", "--targets", "--tests"), ("--strips", "--target")),
    "--lots": ("--lot",),
    **dict.fromkeys(("--result", "--results", "--reading"), ("--outcome", "--lines")),
    **dict.fromkeys(("--comment", "--comments", "--notes", "--remark"), ("--note", "--notes")),
    **dict.fromkeys(("--batch", "--lot-number"), ("--lot",)),
    **dict.fromkeys(("--manufacturer", "--make"), ("--brand",)),
    **dict.fromkeys(("--expiry", "--expiration", "--exp", "--use-by"), ("--expires-on",)),
    **dict.fromkeys(("--concentration", "--dose", "--water"), ("--dilution",)),
    **dict.fromkeys(("--code", "--id", "--sample-id", "--client"), ("--sample",)),
    **dict.fromkeys(("--plan", "--purpose", "--intent"), ("--intention",)),
    **dict.fromkeys(("--lab", "--lab-result", "--confirm"), ("--confirmed",)),
    **dict.fromkeys(("--custom", "--extra", "--own"), ("--field",)),
    **dict.fromkeys(("--previous", "--last-sample", "--same-sample"), ("--same",)),
    **dict.fromkeys(("--why", "--message", "--because"), ("--reason",)),
    **dict.fromkeys(("--from", "--start", "--after", "--begin"), ("--since",)),
    **dict.fromkeys(("--to", "--end", "--till", "--before"), ("--until", "--before")),
    **dict.fromkeys(("--days", "--recent"), ("--last",)),
    **dict.fromkeys(("--month", "--year", "--quarter", "--week"), ("--period", "--by")),
    **dict.fromkeys(("--group", "--group-by", "--per", "--split"), ("--by",)),
    **dict.fromkeys(("--search", "--find", "--grep", "--contains"), ("--text",)),
    **dict.fromkeys(("--filter", "--query"), ("--where",)),
    **dict.fromkeys(("--count", "--number", "--head", "--max"), ("--limit",)),
    **dict.fromkeys(("--out", "--file", "--save", "--to-file"), ("--output",)),
    **{f"--{name}": (f"--format {name}",) for name in ("csv", "json", "xlsx", "html", "markdown")},
    **dict.fromkeys(("--plot", "--graph", "--bars"), ("--chart",)),
    **dict.fromkeys(("--ci", "--alpha", "--level"), ("--confidence",)),
    **dict.fromkeys(("--overwrite", "--replace"), ("--force",)),
    **dict.fromkeys(("--silent", "--no-output"), ("--quiet",)),
    **dict.fromkeys(("--db", "--database", "--book"), ("--logbook",)),
    **dict.fromkeys(("--no-confirm", "--assume-yes", "--force-yes"), ("--yes",)),
    **dict.fromkeys(("--simulate", "--preview", "--test-run"), ("--dry-run",)),
    **dict.fromkeys(("--fix", "--correct"), ("--repair",)),
    **dict.fromkeys(("--password", "--passphrase"), ("--encrypt", "--identity")),
}


def commands(name: str, rest: Iterable[str]) -> list[tuple[str, ...]]:
    """The commands that may be meant by a name that is none of ours, word by word, with the rest
    that was typed after it."""
    found = []
    for line in OTHER_COMMANDS.get(name.casefold(), ()):
        words = [
            one for word in shlex.split(line)
            for one in (rest if word == "REST" else [name] if word == "NAME" else [word])
        ]  # fmt: skip
        found.append(tuple(words))
    return found


def options(name: str, ctx: click.Context) -> list[str]:
    """The options of this command that may be meant by a name that is none of its own."""
    known = {
        option
        for parameter in ctx.command.get_params(ctx)
        for option in (*parameter.opts, *parameter.secondary_opts)
    }
    return [option for option in OTHER_OPTIONS.get(name, ()) if option.split()[0] in known]
