"""The words by which the shape of a table is known, and texts cut into words to compare."""

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any
from unicodedata import normalize

from strip_log.errors import RecordRefused
from strip_log.record.words import unaccented


class ShapeRefused(RecordRefused):
    """What a table has in which one line is not one test, as `shape`; and what to do `instead`.

    Whoever knows the name of the sheet puts it before that.
    """

    def __init__(self, shape: str, instead: str) -> None:
        super().__init__(shape, instead)
        self.shape = shape

    @property
    def lines(self) -> tuple[str, ...]:
        return (": ".join(map(str, self.args)),)


@cache
def shape_words() -> dict[str, Any]:
    """The words of shapes.toml."""
    text = files("strip_log.importing.columns").joinpath("shapes.toml").read_text("utf-8")
    return tomllib.loads(text)


def plain(text: str) -> str:
    """A text as its words are compared: lower case, without accents, with single spaces."""
    return " ".join(unaccented(text).casefold().replace("_", " ").replace("-", " ").split())


def tokens(text: str) -> list[str]:
    """The words, numbers and signs of a text as they stand there: `# of Strips` is #, of, Strips;
    `FentanylStrips2` is Fentanyl, Strips, 2."""
    parted = re.sub(r"(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=[^\W\d_])(?=\d)", " ", normalize("NFC", text))
    return re.findall(r"[^\W_]+|[#%+]", parted)


def words(text: str) -> list[str]:
    """The same, each as `plain` has it."""
    return list(map(plain, tokens(text)))


def adds_up(row: Iterable[str]) -> bool:
    """Whether a row that cannot be understood sums up others: it begins with `Total`, say."""
    there = words(next((cell for cell in row if cell.strip()), ""))
    names = " ".join(word for word in there if not word.isdigit())
    known = shape_words()["totals"]
    ends = {*there[:1], *there[-1:]}
    return names in known["words"] or not ends.isdisjoint(known["ends"])
