"""What Tab completes in a line of a shift: orders, drugs, sites, targets and lots."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from strip_log.console.shift.desk import Desk
from strip_log.console.shift.state import Shift
from strip_log.errors import StriplogError
from strip_log.record.shown import shown

#: The orders that are words, to be completed at the beginning of a line.
_ORDERS = ("site ", "strips ", "lot ", "on ", "dip ", "drop ", "help", "quit")


@dataclass(frozen=True, slots=True)
class Completable:
    """The names that can be completed, each the most usual first."""

    drugs: Sequence[str] = ()
    sites: Sequence[str] = ()
    targets: Sequence[str] = ()
    lots: Sequence[str] = ()
    recent: int = 0


def known(desk: Desk) -> Completable:
    """The names in the logbook: those of the latest tests, then the others. `recent` says how many
    of the drugs are of the latest tests."""
    with desk.to_read() as now:
        recent = now.recent("drug")
        return Completable(
            drugs=list(dict.fromkeys([*recent, *now.vocabulary.drugs])),
            sites=list(dict.fromkeys([*now.recent("site"), *now.vocabulary.sites])),
            targets=now.vocabulary.targets,
            lots=now.recent("lot"),
            recent=len(recent),
        )


class Lookup:
    """The names in the logbook of a shift, looked up when somebody asks for them after a line."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._shift: Shift | None = None
        self._known = Completable()

    def of(self, shift: Shift) -> Completable:
        """The names as they are with this shift; those known before if they cannot be had now."""
        if shift is not self._shift:
            with suppress(StriplogError):
                self._known = known(self._desk)
            self._shift = shift
        return self._known


def completions(text: str, shift: Shift, names: Completable) -> Iterator[tuple[str, int]]:
    """The ways to complete a line that ends where the cursor is: each a text, and how many
    characters before the cursor it replaces."""
    order, space, rest = text.lstrip().partition(" ")
    last = text.split(" ")[-1]
    if "'" in text:
        return
    if space and order == "site":
        yield from _beginning(rest.lstrip(), [*names.sites, "none"])
    elif space and (order == "strips" or (order == "lot" and " " not in rest)):
        yield from _beginning(last, names.targets, " ")
    elif space and order == "lot":
        yield from _beginning(last, [*names.lots, "none"])
    elif space and order == "on":
        yield from _beginning(last, ("today", "yesterday"))
    elif space and order == "drop":
        yield from _beginning(last, [dipped.letter for dipped in shift.waiting])
    elif "@" in last:
        yield from _beginning(last.partition("@")[2], names.lots)
    else:
        if not space and order:
            yield from _beginning(order, _ORDERS)
        yield from _drug(text, names)


def _drug(text: str, names: Completable) -> Iterator[tuple[str, int]]:
    """The drugs that begin with the last words of a line, as many of them as begin one; before
    anything is typed, those of the latest tests."""
    if text.strip() in ("", "dip"):
        yield from _beginning("", names.drugs[: names.recent], " ")
        return
    words = text.split(" ")
    for first in range(len(words)):
        start = " ".join(words[first:])
        if start[:1].isalnum() and (found := list(_beginning(start, names.drugs, " "))):
            yield from found
            return


def _beginning(start: str, names: Sequence[str], after: str = "") -> Iterator[tuple[str, int]]:
    """The names that begin with what is typed, each with what comes `after` it; those that would
    harm a terminal are left out."""
    for name in names:
        if name.casefold().startswith(start.casefold()) and shown(name) == name:
            yield f"{name}{after}", len(start)
