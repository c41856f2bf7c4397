"""Text that a spreadsheet would run as a formula is made harmless by an apostrophe before it.

This follows OWASP, "CSV Injection": a cell is dangerous if it begins with = + - @ or the full-width
form of one, a tab, or a carriage return. A text that begins with apostrophes and then one of these
gets another apostrophe, so that taking one away always gives back the original text.
"""

import re
from collections.abc import Sequence
from operator import itemgetter

_STARTS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"
_FORMULA = re.compile(f"'*[{re.escape(_STARTS)}]")
_SUSPECT = frozenset(_STARTS + "'")
_first = itemgetter(0)


def defused(text: str) -> str:
    """The text, with an apostrophe before it if a spreadsheet would run it."""
    return f"'{text}" if _FORMULA.match(text) else text


def guarded(text: str, raw: bool, kind: str = "text") -> str:
    """A cell's text as it is written: defused, unless it is `raw`, or a number and no formula."""
    return text if raw or kind != "text" else defused(text)


def defused_column(values: Sequence[object]) -> Sequence[object]:
    """The values of one column with its texts defused. Fast where there is nothing to do."""
    try:
        firsts = set(map(_first, filter(None, values)))  # type: ignore[arg-type]
    except TypeError:  # not only text
        return [defused(value) if isinstance(value, str) else value for value in values]
    if firsts.isdisjoint(_SUSPECT):
        return values
    return [defused(value) if isinstance(value, str) else value for value in values]


def undefused(text: str) -> str:
    """The text that `defused` made this of."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def undefused_column(values: Sequence[str]) -> Sequence[str]:
    """The texts of one column as they were before they were defused."""
    if not any(value.startswith("'") for value in values):
        return values
    return [undefused(value) for value in values]
