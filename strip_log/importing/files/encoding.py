"""The bytes of a file as text: which encoding it is in."""

from codecs import (
    BOM_UTF8,
    BOM_UTF16_BE,
    BOM_UTF16_LE,
    BOM_UTF32_BE,
    BOM_UTF32_LE,
    getincrementaldecoder,
)
from collections.abc import Iterator

from strip_log.errors import Misused, StriplogError
from strip_log.importing.files.sheet import File

#: The encodings that a file may turn out to be in, by how they are called for people.
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
    """An encoding as people call it."""
    return _NAMES.get(encoding, encoding)


def named(name: str) -> str:
    """The encoding that was typed, as Python calls it; raises Misused when there is none."""
    try:
        "".encode(name)
    except (LookupError, UnicodeError):
        raise Misused(
            f"There is no encoding {name!r}. Common ones: utf-8, utf-16, cp1252, cp850, mac-roman."
        ) from None
    return "utf-8-sig" if name.lower().replace("_", "-") in ("utf-8", "utf8") else name


def text(file: File, encoding: str) -> Iterator[str]:
    """The lines of a file as text, their ends as they are; closed when nobody reads on."""
    with open(file.path, encoding=encoding, newline="") as lines:
        yield from lines


def encoding_of(file: File) -> str:
    """UTF-8 where all of it is, else UTF-16 or 32 by marks or zeros, else Windows-1252."""
    first = file.head()
    if first.startswith((BOM_UTF32_LE, BOM_UTF32_BE)):  # the one begins as UTF-16 does
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
    names = " and not ".join(called(guess) for guess in guesses)
    raise StriplogError(f"{file.name} is no text that can be read: it is not {names}.")


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
