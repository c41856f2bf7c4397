"""A layout: how one kind of file is written, as data, a TOML file each.

Those in `strip_log/layouts` are recognised by their headers, any other is named with `--layout`.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from strip_log.errors import Misused
from strip_log.record.words import did_you_mean, fold, nearest

#: The orders of day and month that `--dates` and a layout may name.
DATES = ("dmy", "mdy")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Layout:
    """How one kind of file is written.

    `headers` are columns that a file of this kind has, by which it is recognised; one that ends in
    `*` is the beginning of one. `columns` are roles by header, `outcomes` words that only this kind
    has. An `exact` one was written by striplog itself: its cells are taken to the letter.
    """

    name: str
    headers: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    outcomes: Mapping[str, str] = field(default_factory=dict)
    dates: str | None = None
    target: str | None = None
    exact: bool = False


#: A file that nobody has described: headers and cells are understood by their words.
ANY = Layout("by its headers")


@cache
def known_words() -> dict[str, Any]:
    """What headers and cells of any file mean."""
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
    """The layout in a file; raises Misused with what is wrong with it."""
    try:
        with open(path, encoding="utf-8") as file:
            return _layout(file.read(), path)
    except FileNotFoundError:
        known = ", ".join(layout.name for layout in layouts())
        raise Misused(
            f"There is no layout file {path}. Known layouts need no option: {known}."
        ) from None
    except (OSError, UnicodeError) as error:
        raise Misused(f"{path} cannot be read as a layout: {error}.") from None


def _layout(text: str, path: str) -> Layout:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Misused(f"{path} is no TOML that can be read: {error}.") from None
    known = {"name", "headers", "columns", "outcomes", "dates", "target", "exact"}
    for key in data.keys() - known:
        raise Misused(
            f"{path}: a layout has no {key!r}.{did_you_mean(nearest(key, known))}"
            f" It has: {', '.join(sorted(known))}."
        )
    columns, outcomes = data.get("columns", {}), data.get("outcomes", {})
    if not all(isinstance(part, dict) for part in (columns, outcomes)):
        raise Misused(f"{path}: columns and outcomes are tables, [columns] and [outcomes].")
    texts = [data.get("name", path), data.get("target") or "", *data.get("headers", [])]
    if not all(isinstance(part, str) for part in (*texts, *columns.values())) or not all(
        isinstance(part, list) and all(isinstance(word, str) for word in part)
        for part in outcomes.values()
    ):
        raise Misused(
            f"{path}: name and target are texts, headers is a list of them, columns has a text for"
            " each header, outcomes a list of words for each outcome."
        )
    if data.get("dates", DATES[0]) not in DATES:
        raise Misused(f"{path}: dates is one of {', '.join(DATES)}, not {data['dates']!r}.")
    if unknown := set(outcomes) - set(known_words()["outcomes"]):
        raise Misused(f"{path}: outcomes has no {min(unknown)!r}.")
    return Layout(
        name=data.get("name", path),
        headers=tuple(data.get("headers", ())),
        columns={squeezed(header): role for header, role in columns.items()},
        outcomes={fold(word): outcome for outcome, words in outcomes.items() for word in words},
        dates=data.get("dates"),
        target=data.get("target"),
        exact=bool(data.get("exact")),
    )


def squeezed(header: str) -> str:
    """A header as it is compared: without case, blanks and punctuation."""
    return re.sub(r"[\W_]+", "", header.casefold()) or header.strip()


def recognised(header: Sequence[str]) -> Layout | None:
    """The known layout with the most columns in common with a header, if it has all of its own."""
    there = {squeezed(name) for name in header}
    fitting = [layout for layout in layouts() if layout.headers and _fits(layout, there, header)]
    return max(fitting, key=lambda layout: (layout.exact, len(layout.headers)), default=None)


def _fits(layout: Layout, there: set[str], header: Sequence[str]) -> bool:
    if layout.exact:
        return set(layout.headers) <= set(header)
    return all(
        any(fold(name).startswith(fold(wanted[:-1])) for name in header)
        if wanted.endswith("*")
        else squeezed(wanted) in there
        for wanted in layout.headers
    )


def written(layout: Layout, roles: Mapping[str, str], dates: str | None = None) -> str:
    """The layout with these roles of its columns, by header, and an order of dates, as TOML."""
    import tomli_w  # for --save-layout alone

    data: dict[str, Any] = {"name": layout.name, "columns": dict(roles)}
    by_outcome: dict[str, list[str]] = {}
    for word, outcome in layout.outcomes.items():
        by_outcome.setdefault(outcome, []).append(word)
    data |= {"outcomes": by_outcome} if by_outcome else {}
    for name, value in (
        *(("dates", dates or layout.dates), ("target", layout.target)),
        ("exact", layout.exact),
    ):
        data |= {name: value} if value else {}
    return str(
        tomli_w.dumps(dict(sorted(data.items(), key=lambda item: isinstance(item[1], dict))))
    )
