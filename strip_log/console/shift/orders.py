"""What a line of a shift asks for: a sample to write down, or something else, by its first word."""

import re
from collections.abc import Collection
from typing import NamedTuple

from strip_log.errors import Misused, Step
from strip_log.record.outcomes import OUTCOME_WORDS, outcome_word


class Order(NamedTuple):
    """What a line asks for, the name of one of ORDERS or one of the others below, and its words.

    `test` is a sample to be written down, `correct` a correction of the test whose number is the
    first of the words, and `read` is what the strips of a waiting sample show, its letter first.
    """

    name: str
    words: tuple[str, ...]


#: The first words that ask for something else than a sample, each with the name of it.
ORDERS = {
    "u": "undo",
    "undo": "undo",
    "l": "latest",
    "list": "latest",
    "?": "help",
    "help": "help",
    "q": "quit",
    "quit": "quit",
    "exit": "quit",
    "site": "site",
    "lot": "lot",
    "strips": "strips",
    "on": "on",
    "date": "on",
    "day": "on",
    "dip": "dip",
    "drop": "drop",
}

#: Orders that are one word: with others behind it, the line is a sample.
_ALONE = ("undo", "latest", "help", "quit")


def bare(line: str) -> str:
    """A line without what a file or the habit of a shell may have put before it: an invisible mark,
    `striplog` and `add`. Raises Misused for any other command of striplog."""
    line = line.replace("\ufeff", "").strip()
    first, _, rest = line.partition(" ")
    if first.casefold() == "striplog":
        command = rest.split()[:1]
        if not {*map(str.casefold, command)} & {"add", *ORDERS}:
            raise Misused("To run another command of striplog, end the shift with q first.")
        return bare(rest)
    return rest.strip() if first.casefold() == "add" else line


def order(line: str, waiting: Collection[str]) -> Order | None:
    """What a line asks for, where these letters of samples are waiting; None for an empty line."""
    words = tuple(line.split())
    if not words:
        return None
    first, rest = words[0].casefold(), words[1:]
    if first in _ELSEWHERE and rest and all(map(_is_number, rest)):
        raise Misused(
            f"To correct a test, type its number and what it is: {rest[0]} - or {rest[0]} down.",
            step=Step("To strike it out, end the shift with q, and type", ("void", rest[0])),
        )
    name = "strips" if first == "strip" and _are_targets(rest) else ORDERS.get(first)
    if name and not (rest and name in _ALONE):
        return Order(name, rest)
    if not rest and re.fullmatch(_DAY, first, re.ASCII):
        return Order("on", words)
    if _is_number(first) and rest and not _is_lines(first, rest[0]):
        return Order("correct", (first.removeprefix("#"), *rest))
    if first in waiting:
        return Order("read", (first, *rest))
    return Order("test", words)


#: Commands that correct tests, here and elsewhere: with numbers, none is a drug.
_ELSEWHERE = ("void", "unvoid", "edit", "undo", "u", "delete", "del", "remove", "rm", "erase")


def _is_number(word: str) -> bool:
    return re.fullmatch(r"#?[0-9]+", word, re.ASCII) is not None


def _are_targets(words: Collection[str]) -> bool:
    """Whether there are words, and none has an outcome."""
    return bool(words) and not any(
        word[-1:] in ("+", "-", ".") or "=" in word or outcome_word(word) in OUTCOME_WORDS
        for word in words
    )


#: A word that alone is a line for another day, as it stands above a page; some are refused as
#: `on` refuses them, and the samples after them with it.
_DAY = (
    r"today|yesterday|(mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|[0-9]{1,4}([-/.])[0-9]{1,2}(\2[0-9]{1,4})?"
)


def _is_lines(number: str, word: str) -> bool:
    """Whether two words are an outcome, such as `2 lines`."""
    return outcome_word(f"{number} {word}") in OUTCOME_WORDS


#: What `?` prints: no more than 24 lines of 80 columns.
HELP = (
    "A line is a sample: what it was sold as, then what each strip shows.",
    "  +  positive: 1 line            -  negative: 2 lines, however faint the second",
    "  i  invalid: no control line    .  a strip that was not used",
    "down + - -        the strips in use, in the order of the status line",
    "down f+ b-        each with the first letter of what it detects",
    "^ b+   or   b+    one more strip of the sample above",
    "meth - @F2        @ and a lot, or f@F2     x30   thirty samples like this",
    "down + 'pink      ' begins a note: leave out anything about a person",
    "31 -              correct number 31; also 31 down, or 31 @F2",
    "u                 take back the last line; again: the one before",
    "l                 list the last five",
    "dip down          the strips are in the water: they get a letter and a clock",
    "a + - -           what the strips of sample a show",
    "drop a            they are not read",
    "site Van          another site; site none: without one",
    "strips f b x      the strips in use",
    "lot f F2          the lot of the fentanyl strips; lot f none: not known",
    "on 2026-03-04     the day of the lines after it; on today: today again",
    "q   or Ctrl-D     end: whatever was echoed is written",
    "Tab completes a name, Up brings back a line, Ctrl-C clears it.",
)
