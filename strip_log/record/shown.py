"""Text made safe to show.

A header, a file name or a note from another logbook may contain characters that control a terminal,
reverse the text, or cannot be seen. They are spelled out wherever a person reads the text.
"""

import re

#: Control characters, invisible marks and tags, marks for the direction of text, and broken bytes.
#: Compiled when it is needed: most text is plain, and `add` must be fast.
_HIDDEN = (
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)


def shown(text: str, kept: str = "") -> str:
    r"""The text with hidden characters spelled out, such as `\x1b`, except those in `kept`.

    Nothing is lost: the characters can be read, but no longer have any effect.
    """
    if text.isascii() and text.isprintable():
        return text
    return re.sub(_HIDDEN, lambda found: found[0] if found[0] in kept else _spelled(found[0]), text)


def _spelled(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


def quoted(word: str) -> str:
    """The word quoted for a shell; hidden characters are escaped as in `$''` of bash and zsh."""
    if word.isascii() and word.isalnum():
        return word
    if shown(word) == word:
        from shlex import quote  # slow to import, and `add` prints a command of plain words

        return quote(word)
    escaped = word.replace("\\", "\\\\").replace("'", "\\'")
    return f"$'{re.sub(_HIDDEN, lambda found: _in_shell(found[0]), escaped)}'"


def typed(*words: str) -> str:
    """The words as one command line, quoted for a shell."""
    return " ".join(map(quoted, words))


def arguments(*words: str) -> tuple[str, ...]:
    """The words, after `--` if a command could take one for an option. Options must come before."""
    return ("--", *words) if any(word.startswith("-") for word in words) else words


def undashed(path: str) -> str:
    """The path, with `./` in front if a command could take it for an option or standard input."""
    return f"./{path}" if path.startswith("-") else path


def _in_shell(char: str) -> str:
    code = ord(char)
    if char in "\n\t\r":
        return _spelled(char)
    if 0xDC80 <= code <= 0xDCFF:  # a byte of a file name that is not text
        return f"\\x{code - 0xDC00:02x}"
    return (
        f"\\x{code:02x}" if code < 0x80 else f"\\u{code:04x}" if code < 2**16 else f"\\U{code:08x}"
    )
