"""Checks of text. It is kept exactly as typed, or refused with the reason."""

from strip_log.errors import ValueRefused

#: The most characters that a note, and any other field, may have.
NOTE_LENGTH = 100_000
TEXT_LENGTH = 200


_EMPTY = "The {field} is empty: leave it out instead."
_SPACES = "The {field} begins or ends with white space: type {bare!r}."
_LONG = "The {field} has {length} characters; the most is {longest}."
_CONTROL = "The {field} has the control character U+{code:04X} at place {place}."
_INVISIBLE = "The {field} has the invisible mark U+{code:04X} at place {place}."


def text(value: str, longest: int = TEXT_LENGTH) -> str:
    """The text, unchanged. Raises ValueRefused if it is empty, too long or not printable."""
    bare = value.strip()
    if not bare:
        raise ValueRefused(_EMPTY)
    if value != bare:
        raise ValueRefused(_SPACES, bare=bare)
    return printable(value, longest, kept="")


def note(value: str) -> str:
    """The note, unchanged; it may have line breaks and tabs. Raises ValueRefused."""
    if not value.strip():
        raise ValueRefused(_EMPTY)
    return printable(value, NOTE_LENGTH, kept="\n\t\r")


def printable(value: str, longest: int, kept: str) -> str:
    """The text, unchanged; control characters in `kept` are allowed. Raises ValueRefused."""
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
    """Whether this is a control character, a broken byte, or a line break that is not visible."""
    return char < " " or "\x7f" <= char <= "\x9f" or "\ud800" <= char <= "\udfff" or char in _BREAKS


#: Unusual line breaks; and invisible marks that split words or change the direction of the text.
_BREAKS = "\u2028\u2029"
_UNSEEN = "\u200b\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
