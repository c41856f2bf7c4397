"""Text as it is kept: to the letter, or refused with a sentence."""

from strip_log.errors import ValueRefused

#: The longest text in characters: of a note, and of any other field.
NOTE_LENGTH = 100_000
TEXT_LENGTH = 200


_EMPTY = "The {field} is empty: leave it out instead."
_SPACES = "The {field} begins or ends with white space: type {bare!r}."
_LONG = "The {field} has {length} characters, {longest} is the most."
_CONTROL = "The {field} has the control character U+{code:04X} at place {place}."
_INVISIBLE = "The {field} has the invisible mark U+{code:04X} at place {place}."


def text(value: str, longest: int = TEXT_LENGTH) -> str:
    """The text itself; raises ValueRefused for what no tool would show again as it was typed."""
    bare = value.strip()
    if not bare:
        raise ValueRefused(_EMPTY)
    if value != bare:
        raise ValueRefused(_SPACES, bare=bare)
    return printable(value, longest, kept="")


def note(value: str) -> str:
    """The note itself, line breaks and tabs included; raises ValueRefused."""
    if not value.strip():
        raise ValueRefused(_EMPTY)
    return printable(value, NOTE_LENGTH, kept="\n\t\r")


def printable(value: str, longest: int, kept: str) -> str:
    if len(value) > longest:
        raise ValueRefused(_LONG, length=len(value), longest=longest)
    if not value.isprintable():
        for place, char in enumerate(value, 1):
            if _unkeepable(char) and char not in kept:
                raise ValueRefused(_CONTROL, code=ord(char), place=place)
            if char in _UNSEEN and not kept:
                raise ValueRefused(_INVISIBLE, code=ord(char), place=place)
    return value


def _unkeepable(char: str) -> bool:
    """Control characters, broken bytes, and line breaks that are not for people to see."""
    return char < " " or "\x7f" <= char <= "\x9f" or "\ud800" <= char <= "\udfff" or char in _BREAKS


#: Line breaks, and marks that nobody sees but that make two words of one, or turn the text around.
_BREAKS = "\u2028\u2029"
_UNSEEN = "\u200b\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
