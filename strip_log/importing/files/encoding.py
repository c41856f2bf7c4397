"""The bytes of a file as text, and which encoding they are in."""

from codecs import (
    BOM_UTF8,
    BOM_UTF16_BE,
    BOM_UTF16_LE,
    BOM_UTF32_BE,
    BOM_UTF32_LE,
    getincrementaldecoder,
)
from collections.abc import Iterator
from typing import TextIO

from strip_log.errors import Misused, StriplogError
from strip_log.importing.files.sheet import File
from strip_log.record.words import either, unknown

#: What people call the encodings that a file may turn out to be in.
_NAMES = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32": "UTF-32",
    "cp1252": "Windows-1252",
}


def called(encoding: str) -> str:
    """What people call an encoding."""
    return _NAMES.get(encoding, encoding)


#: Encodings to suggest when the one that was typed does not exist.
_COMMON = ("utf-8", "utf-16", "cp1252", "cp850", "mac-roman")


def named(name: str) -> str:
    """The encoding that was typed, as Python calls it; raises Misused when there is none."""
    try:
        "".encode(name)
    except (LookupError, UnicodeError):
        common = f"Common ones: {', '.join(_COMMON)}."
        raise Misused(unknown("encoding", name, _COMMON, all_of_them=common)) from None
    return "utf-8-sig" if name.lower().replace("_", "-") in ("utf-8", "utf8") else name


def not_all(name: str, encoding: str) -> str:
    """What to say where a file has bytes that its encoding does not know."""
    return (
        f"{name} is not all {called(encoding)}. If you know its encoding, name it with --encoding;"
        " otherwise open the file in a spreadsheet program and save it again as CSV in UTF-8."
    )


def opened(file: File, encoding: str) -> TextIO:
    """A file as lines of text, each with its end. The caller closes it."""
    return open(file.path, encoding=encoding, newline="")


def text(file: File, encoding: str) -> Iterator[str]:
    """The lines of a file as text, each with its end. The file is closed when reading stops."""
    with opened(file, encoding) as lines:
        yield from lines


def encoding_of(file: File) -> str:
    """UTF-16 or 32 where a mark or many zeros say so; else UTF-8, where all of it is valid; else
    Windows-1252. Raises StriplogError where it is none of these."""
    first = file.head()
    if first.startswith((BOM_UTF32_LE, BOM_UTF32_BE)):  # one of them begins like UTF-16
        guesses = ["utf-32"]
    elif first.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        guesses = ["utf-16"]
    elif first.startswith(BOM_UTF8):
        guesses = ["utf-8-sig"]
    elif first[1:200:2].count(0) > len(first[:200]) // 3:
        guesses = ["utf-16-le"]
    elif first[:200:2].count(0) > len(first[:200]) // 3:
        guesses = ["utf-16-be"]
    else:
        guesses = ["utf-8", "cp1252"]
    for guess in guesses:
        if _decodes(file, guess):
            return guess
    raise StriplogError(
        f"{file.name} cannot be read as text: it is not {either(map(called, guesses))}. If you know"
        " its encoding, name it: --encoding mac-roman"
    )


def _decodes(file: File, encoding: str) -> bool:
    decoder = getincrementaldecoder(encoding)()
    try:
        with open(file.path, "rb") as chunks:
            while chunk := chunks.read(1 << 20):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True
