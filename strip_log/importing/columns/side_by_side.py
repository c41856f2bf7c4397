"""Rows that have several samples, or several strips, side by side: `Drug 1, FTS 1, Drug 2, FTS 2`.

Each of them becomes a row of its own, with the columns that they have in common.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import NamedTuple

from strip_log.importing.columns.names import listed, role_by_words, role_of
from strip_log.importing.columns.shape_words import ShapeRefused, plain, shape_words, tokens
from strip_log.importing.columns.strips import strip_of
from strip_log.importing.files.sheet import RawRows, Row

#: A higher number in a header does not number a sample.
_MOST = 20


class SideBySide(NamedTuple):
    """How rows become rows of one sample each.

    `header` is that of the new rows: the columns in `common`, and then those that repeat. `blocks`
    are the places of those, None for one that a block does not have. `named` are the places of the
    columns in which each sample needs a text of its own.
    """

    header: Row
    common: Sequence[int]
    blocks: Sequence[Sequence[int | None]]
    named: Sequence[int]

    def rows(self, batches: Iterator[RawRows]) -> Iterator[RawRows]:
        """The rows of one sample each, with the lines that they come from."""
        for lines, rows in batches:
            parted = [
                (line, new)
                for line, row in zip(lines, rows, strict=True)
                for new in self._parted(row)
            ]
            yield [line for line, _ in parted], [row for _, row in parted]

    def _parted(self, row: Row) -> Iterator[Row]:
        width = len(self.common) + sum(place is not None for one in self.blocks for place in one)
        beyond = row[width:]
        full = [*row, *[""] * (width - len(row))]
        some = False
        for number, block in enumerate(self.blocks, 1):
            cells = [full[place] if place is not None else "" for place in block]
            if any(map(str.strip, cells)) or (number == len(self.blocks) and not some):
                some = True
                common = [
                    f"{full[at]} ({number})" if number > 1 and at in self.named and full[at].strip()
                    else full[at]
                    for at in self.common
                ]  # fmt: skip
                yield [*common, *cells, *beyond]


class _Numbered(NamedTuple):
    """A header without its number, `drug` for `Sample 1 drug`, and the number, None without one."""

    name: str
    number: int | None


def side_by_side(header: Sequence[str], targets: Mapping[str, str]) -> SideBySide | None:
    """How the rows under a header are split; None where each has one sample.

    `targets` are those of `strips.target_words`. Rows are split if at least two numbers have
    outcomes and a drug, a sample or a target. Raises ShapeRefused if there are other outcomes
    beside those.
    """
    numbered = [_numbered(name, targets) for name in header]
    by_name: dict[str, dict[int, int]] = {}
    for place, (name, number) in enumerate(numbered):
        by_number = by_name.setdefault(plain(name), {})
        if number is None:  # mostly the next one
            number = next(one for one in count(len(by_number) + 1) if one not in by_number)
        if number in by_number:
            return None
        by_number[number] = place
    repeated = {name: places for name, places in by_name.items() if len(places) > 1}
    numbers = sorted({number for places in repeated.values() for number in places})
    for name, places in by_name.items():
        (only, place), *_ = places.items()
        if len(places) == 1 and numbered[place].number is not None and only in numbers:
            repeated[name] = places
    kinds = {name: _kind(numbered[min(places.values())].name, targets)
             for name, places in by_name.items()}  # fmt: skip
    has = {kind: {number for name, places in repeated.items() if kinds[name] == kind
                  for number in places} for kind in ("what", "target", "outcome")}  # fmt: skip
    whole = has["outcome"] & (has["what"] | has["target"])
    _check_tables(header, [kinds[plain(name)] for name, _ in numbered])
    single = [name for name in by_name if name not in repeated and kinds[name] == "outcome"]
    if len(whole) < 2:
        return None
    if has["outcome"] - whole or single:
        several = [header[place] for name, places in repeated.items() if kinds[name] != "outcome"
                   for place in places.values()]  # fmt: skip
        raise ShapeRefused(
            f"has several samples in a row ({listed(several)}), and outcomes that belong to none",
            "give each sample a row of its own, with its drug and its outcomes.",
        )
    common = [place for name, places in by_name.items() if name not in repeated
              for place in places.values()]  # fmt: skip
    roles = {place: role_of(header[place]) or role_by_words(header[place]) for place in common}
    return SideBySide(
        [*(header[place] for place in common),
         *(numbered[min(places.values())].name for places in repeated.values())],
        common,
        [[places.get(number) for places in repeated.values()] for number in numbers],
        [place for place in common if has["what"] and roles[place] in ("id", "sample")],
    )  # fmt: skip


def _check_tables(header: Sequence[str], kinds: Sequence[str]) -> None:
    """Raises ShapeRefused where outcomes of different targets each have a drug, or a date, of their
    own: `Date, Drug, Fentanyl, Date, Drug, Xylazine`."""
    named = Counter(name for name, kind in zip(header, kinds, strict=True)
                    if kind in ("what", "tested_on"))  # fmt: skip
    twice = [name for name, times in named.items() if times > 1]
    outcomes = {name for name, kind in zip(header, kinds, strict=True) if kind == "outcome"}
    if twice and len(outcomes) > 1 and len(outcomes) == kinds.count("outcome"):
        raise ShapeRefused(
            f"has several tables side by side (each with a column {twice[0]!r})",
            "put them one below another, or save each as a sheet of its own.",
        )


def _numbered(header: str, targets: Mapping[str, str]) -> _Numbered:
    name, at, dilution = header.partition("@")
    if copy := re.fullmatch(r"(.*\D)\.(\d)", name):  # so do R and pandas number the second `Drug`
        return _Numbered(copy[1], int(copy[2]) + 1)
    there = [word for word in tokens(name) if word != "#"]
    found = [place for place in range(len(there)) if _number(there, place)]
    if not found and there and strip_of(" ".join(there[:-1]), targets):  # `FTS B`
        return _Numbered(f"{' '.join(there[:-1])}{at}{dilution}", _letter(there[-1]))
    if len(found) != 1:
        return _Numbered(header, None)
    [place] = found
    rest = [*there[:place], *there[place + 1 :]]
    samples = shape_words()["samples"]["words"]
    beside = [near for near in (place - 1, place) if 0 <= near < len(rest)]
    if not _kind(" ".join(rest), targets):
        for near in beside:
            if len(rest) > 1 and plain(rest[near]) in samples:
                del rest[near]
                break
    return _Numbered(f"{' '.join(rest)}{at}{dilution}", _number(there, place))


def _number(there: Sequence[str], place: int) -> int | None:
    """The number that a word of a header says, as `1`, `second` and `B` do beside `sample`."""
    word = plain(there[place])
    if word.isascii() and word.isdigit():
        return int(word) if 0 < int(word[:9]) <= _MOST and len(there) > 1 else None
    beside = {plain(near) for near in there[max(0, place - 1) : place + 2]}
    if beside.isdisjoint(shape_words()["samples"]["words"]):
        return None
    return _letter(word)


def _letter(word: str) -> int | None:
    """The number that a word such as `second` or `B` says."""
    numbers = enumerate(shape_words()["samples"]["numbers"], 1)
    return next((number for number, named in numbers if plain(word) in named), None)


def is_numbered(text: str) -> bool:
    """Whether a text is the name of a numbered sample, such as `Sample 2`."""
    there = tokens(text)
    return any(_number(there, place) for place in range(len(there)))


def _kind(header: str, targets: Mapping[str, str]) -> str:
    """What a column has to do with a sample: `what` it is, a `target`, or an `outcome`."""
    strip = "outcome" if strip_of(header, targets) else None
    role = role_of(header) or strip or role_by_words(header) or ""
    return "what" if role in ("drug", "said", "sample") else role
