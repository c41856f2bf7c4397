"""A layout: what the columns of one kind of file are, as a TOML file.

Those in `importing/layouts` are recognised by their headers; any other is named with `--layout`.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from strip_log.errors import Misused, NothingThere
from strip_log.importing.files.kind import check_kind
from strip_log.record.outcomes import outcome_word
from strip_log.record.words import fold, unaccented, unknown

#: The largest layout, in bytes.
_LARGEST = 1_000_000

#: The orders of day and month that `--dates` and a layout may name.
DATES = ("dmy", "mdy", "ymd")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Layout:
    """How one kind of file is written.

    A file that has all `headers` is recognised as this kind: they must be such that no other
    program has them. A header that ends in `*` stands for every header that begins like it. A file
    of a `whole` layout has no headers but those of `columns` and of strips. `columns` are roles by
    squeezed header. `outcomes` and `drugs` are words that only this kind of file uses. `dates` is
    the order of day and month. `target` is the target of outcomes for which no column says it.
    `fill` are the columns in which an empty cell means the one above; `sheet` is the only sheet of
    a workbook that is imported, and `encoding` that of the file, None to find out.

    An `exact` layout is of files that striplog wrote: each cell means exactly what it says. Its
    headers are the names of the fields, or with `headings` their headings. With `apostrophes`, text
    that begins like a formula has one before it wherever the file is text. A layout without `tests`
    is of files that hold sums of tests.
    """

    name: str
    headers: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    outcomes: Mapping[str, str] = field(default_factory=dict)
    drugs: Mapping[str, str] = field(default_factory=dict)
    fill: tuple[str, ...] = ()
    dates: str | None = None
    target: str | None = None
    sheet: str | None = None
    encoding: str | None = None
    exact: bool = False
    headings: bool = False
    apostrophes: bool = False
    tests: bool = True
    whole: bool = False


#: What a layout may say of its files with `true` or `false`.
_FLAGS = ("exact", "headings", "apostrophes", "tests", "whole")

#: What it says with a text, with a list of texts, and with a table.
_TEXTS = ("name", "dates", "target", "sheet", "encoding")
_LISTS = ("headers", "fill")
_TABLES = ("columns", "outcomes", "drugs")


#: The layout of any other file: its headers and cells are understood by their words.
ANY = Layout("by its headers")


@cache
def known_words() -> dict[str, Any]:
    """The words of words.toml: what headers and cells mean in any file."""
    return tomllib.loads(
        files("strip_log.importing.columns").joinpath("words.toml").read_text("utf-8")
    )


@cache
def layouts() -> tuple[Layout, ...]:
    """The layouts that are recognised."""
    folder = files("strip_log.importing").joinpath("layouts")
    paths = sorted((path for path in folder.iterdir()), key=lambda path: path.name)
    return tuple(
        _layout(path.read_text("utf-8"), path.name) for path in paths if path.name.endswith(".toml")
    )


def read(path: str) -> Layout:
    """The layout in a file; raises Misused with what is wrong in it."""
    try:
        check_kind(path)  # a device may have no end
        with open(path, "rb") as file:
            content = file.read(_LARGEST + 1)
    except NothingThere:
        known = ", ".join(layout.name for layout in layouts())
        raise Misused(
            f"There is no layout file {path}. These layouts are recognised without --layout:"
            f" {known}."
        ) from None
    if len(content) > _LARGEST:
        raise Misused(f"{path} is too large for a layout: {_LARGEST} bytes is the most.")
    try:
        return _layout(content.decode("utf-8"), path)
    except UnicodeError:
        raise Misused(f"{path} is not a layout: it is not text in UTF-8.") from None


def _layout(text: str, path: str) -> Layout:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Misused(f"{path} is not valid TOML: {error}.") from None
    except RecursionError:
        raise Misused(
            f"{path} is not valid TOML: too many brackets inside of each other."
        ) from None
    _check(data, path)
    outcomes = data.get("outcomes", {})
    more: dict[str, Any] = {name: tuple(data[name]) for name in _LISTS if name in data}
    more |= {name: data[name] for name in _TEXTS if name != "name" and data.get(name)}
    more |= {name: bool(data[name]) for name in _FLAGS if name in data}
    return Layout(
        name=data.get("name", path),
        columns={squeezed(header): role for header, role in data.get("columns", {}).items()},
        outcomes={
            outcome_word(word): outcome for outcome, words in outcomes.items() for word in words
        },
        drugs=data.get("drugs", {}),
        **more,
    )


def _check(data: Mapping[str, Any], path: str) -> None:
    """Raises Misused for what no layout may say."""
    known = {*_TEXTS, *_LISTS, *_TABLES, *_FLAGS}
    for key in data.keys() - known:
        raise Misused(f"{path}: {unknown('key', key, sorted(known))}")
    tables = {name: data.get(name, {}) for name in _TABLES}
    if not all(isinstance(part, dict) for part in tables.values()):
        raise Misused(f"{path}: columns, outcomes and drugs must be tables, such as [columns].")
    texts = [data.get(name, "") for name in _TEXTS]
    texts += [*tables["columns"].values(), *tables["drugs"].values()]
    lists = [data.get(name, []) for name in _LISTS] + [*tables["outcomes"].values()]
    if not all(isinstance(part, str) for part in texts) or not all(
        isinstance(part, list) and all(isinstance(word, str) for word in part) for part in lists
    ):
        raise Misused(
            f"{path}: {', '.join(_TEXTS)} must be texts, and {' and '.join(_LISTS)} lists of texts."
            " In [columns] and [drugs] each line has a text, and in [outcomes] each outcome has a"
            " list of words."
        )
    if data.get("dates", DATES[0]) not in DATES:
        raise Misused(f"{path}: {unknown('order of dates', str(data['dates']), DATES)}")
    for outcome in tables["outcomes"].keys() - known_words()["outcomes"].keys():
        raise Misused(f"{path}: {unknown('outcome', outcome, known_words()['outcomes'])}")


def squeezed(header: str) -> str:
    """A header as it is compared: case, accents, spaces and punctuation do not count."""
    return re.sub(r"[\W_]+", "", unaccented(header).casefold()) or header.strip()


def recognised(header: Sequence[str]) -> Layout | None:
    """The layout whose headers are all there; of several, the one with the most headers."""
    fitting = [layout for layout in layouts() if layout.headers and _fits(layout, header)]
    return max(fitting, key=lambda layout: (layout.exact, len(layout.headers)), default=None)


def _fits(layout: Layout, header: Sequence[str]) -> bool:
    """Whether a header is of this layout. Spaces and case do not count, but punctuation does: it
    tells `sampleid` of one program from the `Sample ID` of many."""
    if layout.exact:
        return set(layout.headers) <= set(header)
    there = [fold(name) for name in header]
    if layout.whole and not all(
        squeezed(name) in layout.columns or "strip" in name.split() for name in there if name
    ):
        return False
    return all(
        any(name.startswith(fold(wanted[:-1])) for name in there)
        if wanted.endswith("*")
        else fold(wanted) in there
        for wanted in layout.headers
    )


def written(layout: Layout, roles: Mapping[str, str]) -> str:
    """A layout as TOML, with these roles of columns by header."""
    import tomli_w  # for --save-layout alone

    data: dict[str, Any] = {"name": layout.name, "columns": dict(roles)}
    by_outcome: dict[str, list[str]] = {}
    for word, outcome in layout.outcomes.items():
        by_outcome.setdefault(outcome, []).append(word)
    said = {name: getattr(layout, name) for name in (*_TEXTS, *_LISTS, *_FLAGS, "drugs")}
    del said["headers"], said["tests"], said["whole"]  # they only tell files apart
    data |= {name: value for name, value in said.items() if value}
    data |= {"outcomes": by_outcome} if by_outcome else {}
    return str(
        tomli_w.dumps(dict(sorted(data.items(), key=lambda item: isinstance(item[1], dict))))
    )
