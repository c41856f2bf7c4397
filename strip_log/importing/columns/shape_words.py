"""The words by which the shape of a table is known, and texts cut into words to compare."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any
from unicodedata import combining, normalize


@cache
def shape_words() -> dict[str, Any]:
    """The words of shapes.toml."""
    text = files("strip_log.importing.columns").joinpath("shapes.toml").read_text("utf-8")
    return tomllib.loads(text)


def plain(text: str) -> str:
    """A text as its words are compared: lower case, without accents, with single blanks."""
    letters = (letter for letter in normalize("NFKD", text) if not combining(letter))
    return " ".join("".join(letters).casefold().replace("_", " ").replace("-", " ").split())


def words(text: str) -> list[str]:
    """The words, numbers and signs of a text as `plain` has them: `# of Strips` is #, of, strips;
    `FentanylStrips2` is fentanyl, strips, 2."""
    parted = re.sub(r"(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=[^\W\d_])(?=\d)", " ", text)
    return re.findall(r"[^\W_]+|[#%+]", plain(parted))
