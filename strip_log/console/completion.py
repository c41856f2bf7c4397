"""What the shell is told when someone presses Tab. Quick, and silent when there is no logbook."""

import re

from click.shell_completion import (
    BashComplete,
    CompletionItem,
    ShellComplete,
    add_completion_class,
)

from strip_log.errors import StriplogError
from strip_log.logbook.book import reading
from strip_log.query.dimensions import DIMENSIONS
from strip_log.record.fields import FIELDS
from strip_log.record.shown import shown

#: Fields whose values are the same in every logbook.
_FIXED = {
    **{name: field.choices for name, field in FIELDS.items() if field.choices},
    "dimension": tuple(DIMENSIONS),
}


def names(path: str, what: str, incomplete: str) -> list[CompletionItem]:
    """The names of this kind in the logbook that go on from what is typed."""
    start = incomplete.casefold()
    known = _FIXED[what] if what in _FIXED else _from_logbook(path, what)
    return [
        CompletionItem(name)
        for name in known
        if name.casefold().startswith(start) and shown(name) == name  # the shell shows it as it is
    ]


def _from_logbook(path: str, what: str) -> list[str]:
    try:
        with reading(path) as book:
            if what == "target":
                return list(book.vocabulary().targets)
            recent = book.recent_values(what)
            drugs = book.vocabulary().drugs if what == "drug" else ()
            return list(dict.fromkeys([*recent, *drugs]))
    except StriplogError:
        return []


#: What bash would take apart, and how it is told not to.
_SPECIAL, _ESCAPED = r"([^\w@%+=:,./-])", r"\\\1"


@add_completion_class
class Bash(BashComplete):
    """click's own, with blanks escaped: bash puts in what it is given, to the letter."""

    def format_completion(self, item: CompletionItem) -> str:
        return f"{item.type},{re.sub(_SPECIAL, _ESCAPED, item.value)}"


@add_completion_class
class PowerShell(ShellComplete):
    """PowerShell, which click does not know: the words come in one variable, joined by it."""

    name = "powershell"
    source_template = """\
Register-ArgumentCompleter -Native -CommandName %(prog_name)s -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $env:%(complete_var)s = "powershell_complete"
    $env:COMP_WORDS = ($commandAst.CommandElements | ForEach-Object { $_.ToString() }) -join "`n"
    $env:COMP_CWORD = $wordToComplete
    %(prog_name)s | ForEach-Object {
        $value, $help = $_ -split "`t", 2
        $text = if ($value -match "\\s") { "'" + ($value -replace "'", "''") + "'" } else { $value }
        [System.Management.Automation.CompletionResult]::new($text, $value, "ParameterValue", $help)
    }
    Remove-Item Env:%(complete_var)s, Env:COMP_WORDS, Env:COMP_CWORD
}
"""

    def get_completion_args(self) -> tuple[list[str], str]:
        import os

        incomplete = os.environ.get("COMP_CWORD", "").strip("'\"")
        words = [word.strip("'\"") for word in os.environ.get("COMP_WORDS", "").split("\n")[1:]]
        return (words[:-1] if incomplete and words else words), incomplete

    def format_completion(self, item: CompletionItem) -> str:
        return f"{item.value}\t{item.help or item.value}"
