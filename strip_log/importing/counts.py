"""What headers and cells say about numbers: counts, shares, row numbers, months and days."""

import re
from collections.abc import Collection, Mapping, Sequence

from strip_log.importing.columns.shape_words import shape_words, words
from strip_log.importing.columns.strips import ABOUT_STRIPS

_WHOLE = re.compile(r"\d{1,3}(?:[ ,.\u00a0]\d{3})+|(\d{1,15})(?:[.,]0+)?")


def outcome_in(header: str, targets: Collection[str]) -> str | None:
    """The one outcome that a header names, as `Fentanyl positive` and `n (neg)` do."""
    there = words(header) or [header.strip()]
    kinds = {kind for kind, named in shape_words()["outcomes"].items() for word in there
             if word in named}  # fmt: skip
    return min(kinds) if len(kinds) == 1 and _known(there, targets) else None


def counted_in(header: str, targets: Collection[str]) -> str | None:
    """What kind of counts a header stands for, if any: `count` if that is certain; `rate` for
    shares; `mark` if 0 and 1 may mean no and yes; `weak` or `numbering` if its numbers may be
    row numbers."""
    known, there = shape_words()["counts"], words(header)
    if not _known(there, targets):
        return None
    has = {name: not named.isdisjoint(there) for name, named in _sets(known).items()}
    what = any(word in targets or word in _outcome_words() for word in there)
    if has["rates"]:
        return "rate"
    number = has["weak"] or has["numbering"]
    if has["words"] or (number and (has["counted"] or what)):
        return "count"
    if has["counted"]:
        return "mark" if what else "count"
    if number and not has["thing"]:
        return "weak" if has["weak"] else "numbering"
    return None


def _known(there: Sequence[str], targets: Collection[str]) -> bool:
    """Whether a header has only words about strips, outcomes and how many there are."""
    known = {word for named in shape_words()["counts"].values() for word in named}
    known |= _outcome_words() | (ABOUT_STRIPS - {"repeat", "retest"}) | set(targets)
    return bool(there) and known.issuperset(there)


def _sets(named: Mapping[str, Sequence[str]]) -> dict[str, frozenset[str]]:
    return {name: frozenset(found) for name, found in named.items()}


def _outcome_words() -> set[str]:
    return {word for named in shape_words()["outcomes"].values() for word in named}


def whole_number(cell: str) -> int | None:
    """The whole number in a cell; None for anything else."""
    match = _WHOLE.fullmatch(cell.strip())
    return int(match[1] or re.sub(r"\D", "", cell)) if match else None


def is_numbering(numbers: Sequence[int | None], how: str) -> bool:
    """Whether these are row numbers: they only rise or only fall. If the header may also mean a
    count (`weak`), they must be 1, 2, 3 and so on, at least three of them."""
    several = [number or 0 for number in numbers]
    if how == "weak":
        return len(several) > 2 and several == list(range(1, len(several) + 1))
    return len(set(several)) == len(several) and several in (sorted(several), sorted(several)[::-1])


#: A year, a month or a day, as a cell or a header has it.
PERIODS = re.compile(
    r"(?:19|20)\d\d|(?:19|20)\d\d[-/. ]?(?:0?[1-9]|1[0-2])(?:[-/. ][0-3]?\d)?(?: 00:00)?"
    r"|[0-3]?\d[-/.][01]?\d[-/.](?:\d\d|\d{4})|(?:0?[1-9]|1[0-2])[-/.](?:19|20)\d\d"
)


def is_period(header: str) -> bool:
    """Whether a header is a month, a day, a week, a quarter or a year: `Jan`, `2025-01`, `W 12`."""
    if PERIODS.fullmatch(header.strip()):
        return True
    known = shape_words()["months"]
    there = words(header)
    names = [word for word in there if not word.isdigit()]
    if len(names) != 1 or len(there) > 3:
        return False
    quarter = "".join(there[:2]) in known["parts"] or names[0] in known["parts"]
    week = names[0] in known["weeks"] and len(there) == 2
    return names[0] in known["words"] or quarter or week
