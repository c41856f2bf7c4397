"""Completion: the answers to a shell when someone presses Tab. No logbook gives no names.

Names come from spreadsheets and other logbooks, so one may look like a command. Each name is
quoted so that the shell takes it as one word and runs no part of it. The scripts that ask for
names are in `scripts/`.
"""

import os
import re
from collections.abc import Iterator, Sequence

import click
from click.shell_completion import CompletionItem, ShellComplete

from strip_log.console.session import Session
from strip_log.errors import StriplogError
from strip_log.logbook.book import reading
from strip_log.query.cross import OUTCOME
from strip_log.query.dimensions import DIMENSIONS
from strip_log.query.filter import Filter
from strip_log.query.periods import PERIODS
from strip_log.record.fields import FIELDS, OF_STRIPS
from strip_log.record.outcomes import OUTCOMES
from strip_log.record.shown import shown

#: The shells that have a script, with the ending of its file.
SHELLS = {"bash": "bash", "zsh": "zsh", "fish": "fish", "powershell": "ps1"}

#: Fields whose values are the same in every logbook.
_FIXED = {
    **{name: field.choices for name, field in FIELDS.items() if field.choices},
    "dimension": tuple(DIMENSIONS),
    "period": PERIODS,
    "tests": ("last",),
}


# What can come next


def names(path: str, what: str, incomplete: str) -> list[CompletionItem]:
    """The names of this kind that begin with what is typed, from the logbook or a fixed list; what
    belongs to a strip also after its target, as in `fent=F`.

    Before anything is typed, the drugs of recent tests: the vocabulary has hundreds more.
    """
    start = incomplete.casefold()
    known = _FIXED[what] if what in _FIXED else _from_logbook(path, what, not start)
    found = [name for name in known if name.casefold().startswith(start)]
    target, sign, after = incomplete.partition("=")
    if not found and sign and what in OF_STRIPS:
        after = after.casefold()
        found = [f"{target}={name}" for name in known if name.casefold().startswith(after)]
    # Hidden characters could control the terminal, and a line break cannot be typed.
    return [CompletionItem(name) for name in found if shown(name) == name]


def of_line(
    path: str, typed: Sequence[str], incomplete: str, lines: str | None
) -> list[CompletionItem]:
    """Completions of a word of a line: a RESULT, a lot after `@`, or a drug if none is typed."""
    target, sign, lot = incomplete.partition("@")
    if sign:
        return [CompletionItem(f"{target}@{one.value}") for one in names(path, "lot", lot)]
    found = results(path, incomplete, lines)
    return [*found, *_drugs(path, typed, incomplete, only_recent=bool(found))]


def _drugs(
    path: str, typed: Sequence[str], incomplete: str, only_recent: bool
) -> list[CompletionItem]:
    """The drugs that begin with what is typed, if none of the other words is surely one."""
    try:
        with reading(path) as book:
            known, recent = book.vocabulary(), book.recent_values("drug")
    except StriplogError:
        return []
    if any(known.has_drug(word) and not known.targets_of(word) for word in typed):
        return []
    start = incomplete.casefold()
    drugs = dict.fromkeys(recent if only_recent else (*recent, *known.drugs))
    begins = [name for name in drugs if name.casefold().startswith(start) and shown(name) == name]
    # A name that begins with a sign would not be taken for a word.
    return [CompletionItem(name) for name in begins if name[0].isalnum()]


def results(path: str, incomplete: str, lines: str | None) -> list[CompletionItem]:
    """Completions of a RESULT: a target with `=`, then its outcome; or an outcome alone.

    With `lines`, which gives the outcome, they are targets alone.
    """
    target, sign, start = incomplete.rpartition("=")
    if not sign:
        targets = names(path, "target", incomplete)
        if lines is not None:
            return targets
        named = [CompletionItem(f"{found.value}=") for found in targets]
        return [*_outcomes("", incomplete), *named]
    return _outcomes(f"{target}=", start)


def _outcomes(before: str, start: str) -> list[CompletionItem]:
    return [
        CompletionItem(f"{before}{outcome}", help=seen)
        for outcome, seen in OUTCOMES.items()
        if outcome.startswith(start.casefold())
    ]


def _from_logbook(path: str, what: str, only_recent: bool = False) -> list[str]:
    try:
        with reading(path) as book:
            if what == "erasable":
                fields = (name for name, field in FIELDS.items() if not field.needed)
                return [*fields, "reason", *book.own_fields(Filter())]
            if what == "target":
                return list(book.targets())
            if what == "crossed":
                fields = (name for name in DIMENSIONS if name != "target")
                return [*book.targets(), OUTCOME, *fields, *book.own_fields(Filter())]
            recent = book.recent_values(what)
            if what not in ("drug", "site") or (only_recent and recent):
                return recent
            vocabulary = book.vocabulary()
            known = vocabulary.drugs if what == "drug" else vocabulary.sites
            return list(dict.fromkeys([*recent, *known]))
    except StriplogError:
        return []


# Answers to the scripts


def answer(
    command: click.Command, session: Session, shell: str, typed: Sequence[str]
) -> Iterator[str]:
    """The lines of an answer: `files` if a file can come next, or `names` and then one name a line.

    From bash, `typed` is the line up to the cursor, and the end of it that will be replaced; from
    zsh and fish, the words, of which the last is still being typed. PowerShell, which loses quotes
    and empty words on the way to a program, has them in $_STRIPLOG_WORDS. Any other script, such
    as that of an older striplog, is told nothing.
    """
    if shell not in SHELLS:
        return
    kept = quote = ""
    if shell == "bash":
        line, replaced = typed
        [_, *before, word] = unquoted(line)[0]
        [*_, kept], quote = unquoted(line[: len(line) - len(replaced)])
    else:
        if shell == "powershell":
            typed = os.environ["_STRIPLOG_WORDS"].split("\n")[1:]
        *before, last = typed
        word = unquoted(last)[0][-1]
    found = _completions(ShellComplete(command, {"obj": session}, "striplog", ""), before, word)
    if any(item.type in ("file", "dir") for item in found):
        yield "files"
        return
    yield "names"
    for item in found:
        help = item.help or ""
        if shell == "powershell":
            yield "\t".join((_in_powershell(item.value), item.value, help or item.value))
        elif shell != "bash":
            yield f"{item.value}\t{help}" if help else item.value
        elif item.value.startswith(kept):
            yield _in_bash(item.value[len(kept) :], quote)


def _completions(complete: ShellComplete, args: list[str], word: str) -> list[CompletionItem]:
    """The completions of a word, which may also be an option with a value, such as `--site=In`."""
    option, sign, _ = word.partition("=")
    before = f"{option}=" if sign and word.startswith("-") else ""
    found = complete.get_completions(args, word)
    return [CompletionItem(f"{before}{one.value}", one.type, one.help) for one in found]


def unquoted(line: str) -> tuple[list[str], str]:
    """The words of a line as a shell reads them, without expansion, and the quote still open.

    The last word is the one being typed; it is empty after a space.
    """
    words, word, begun, quote = [], "", False, ""
    chars = iter(line)
    for char in chars:
        if quote == "'" and char != quote:
            word += char
        elif char == "\\":
            following = next(chars, "")
            word += f"\\{following}" if quote and following not in '"\\$`' else following
            begun = True
        elif quote and char != quote:
            word += char
        elif char in "'\"":
            quote, begun = "" if quote else char, True
        elif char.isspace():
            words += [word] if begun else []
            word, begun = "", False
        else:
            word, begun = word + char, True
    return [*words, word], quote


def _in_bash(text: str, quote: str) -> str:
    """Text that continues a word in bash, escaped for the quotes that are open."""
    if not quote:
        return re.sub(r"([^\w@%+=:,./-])", r"\\\1", text)
    if quote == "'":
        inside = text.replace("'", r"'\''")
    else:
        inside = re.sub(r'(["\\$`])', r"\\\1", text).replace("!", "\"'!'\"")
    # bash closes the quotes itself, unless it takes them for closed already.
    return inside + quote if inside.endswith(quote) else inside


def _in_powershell(text: str) -> str:
    """A whole word quoted for PowerShell, where typographic quotes count as quotes too."""
    if re.fullmatch(r"--?[\w-]+|[\w/][\w./:=+-]*", text):
        return text
    doubled = re.sub("(['\u2018-\u201b])", r"\1\1", text)
    return f"'{doubled}'"
