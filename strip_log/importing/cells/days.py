"""The day that a text means, without a time. Day and month are never guessed."""

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import date
from functools import cache

from strip_log.errors import RecordRefused
from strip_log.importing.cells.clock import split
from strip_log.importing.columns.layout import known_words
from strip_log.record.words import unaccented

#: Tells the order of day and month in dates such as 03/04/2021: `dmy`, `mdy` or (two-digit years
#: alone) `ymd`; None for unknown.
DateOrder = Callable[[], str | None]
ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
SLASHED = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})")
_WEEKDAY = re.compile(r"([^\W\d_]{3,})\.?,?\s+(?=\d)")
_WORDED = re.compile(r"[\w\s.,/'\u2019-]+")
_PARTS = re.compile(r"\d+|[^\W\d_]+")

#: No drug-checking program used strips before this year, so two digits that mean an earlier year
#: are not a year.
_FIRST_YEAR = 2010

#: How many years ago a two-digit year after a month's name may be and still be certain.
_RECENT_YEARS = 10


class TwoWays(RecordRefused):
    """A date that depends on the order of its numbers, which is not known. `orders` are those in
    which it can be the day of a test. The year may come first if it is `short`: of two digits."""

    def __init__(self, orders: frozenset[str], short: bool) -> None:
        super().__init__(
            "The day, the month and the year can be read in several ways. Choose one with --dates"
            " dmy (day first), --dates mdy (month first) or --dates ymd (year first)."
            if short
            else "Day and month can be read in two ways. Choose one with --dates dmy (day first) or"
            " --dates mdy (month first)."
        )
        self.orders = orders


def day_of(text: str, cell: str, order: DateOrder, today: date) -> date:
    """The day that a text without a time means. Raises RecordRefused, which quotes the `cell`."""
    text = _without_weekday(text)
    if match := ISO.fullmatch(text):
        return _date(match[1], match[3], match[4], cell)
    if match := _COMPACT.fullmatch(text):
        return _date(match[1], match[2], match[3], cell)
    if match := SLASHED.fullmatch(text):
        return _slashed(match, order, cell, today)
    if _WORDED.fullmatch(worded := plain(text)):
        return _worded(worded, cell, today)
    raise not_a_date(cell)


def _without_weekday(text: str) -> str:
    """A date without the name of the day of the week before it: `Sat 3/1/25` gives `3/1/25`."""
    if not text[:1].isalpha():
        return text
    match = _WEEKDAY.match(text)
    return text[match.end() :] if match and plain(match[1]) in _beside_months() else text


def not_a_date(cell: str) -> RecordRefused:
    return RecordRefused(f"{cell!r} is not a date. Write it as 2026-11-23 (year-month-day).")


def _date(year: str, month: str, day: str, cell: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise RecordRefused(f"{cell!r} is not a day of the calendar.") from None


def _worded(text: str, cell: str, today: date) -> date:
    """The day in `15oct2021`, `1-oct-21`, `saturday, october 2nd, 2021` and the like."""
    parts = [part for part in _PARTS.findall(text) if part not in _beside_months()]
    names = [at for at, part in enumerate(parts) if not part.isdecimal()]
    if len(parts) != 3 or len(names) != 1 or names == [2]:
        raise not_a_date(cell)
    month = month_number(parts.pop(names[0]), cell)
    first, last = parts
    if len(first) == 4 and len(last) <= 2 and names == [1]:
        return _date(first, month, last, cell)
    if len(first) > 2 or len(last) not in (2, 4):
        raise not_a_date(cell)
    if len(last) == 4:
        return _date(last, month, first, cell)
    if re.search(r"\d[^\W\d_]{3}", text):  # no separator: 15Oct21 may be October 15 or 21
        raise not_a_date(cell)
    recent = today.year - _RECENT_YEARS
    if names == [1] and century(last) < recent <= century(first) <= today.year:
        raise RecordRefused(f"{cell!r} can be read in two ways. Write the year with four digits.")
    return _date(str(century(last)), month, first, cell)


def month_number(name: str, cell: str) -> str:
    meant = {
        str(number)
        for number, names in enumerate(_months(), 1)
        for month in names
        if len(name) > 2 and month.startswith(name)
    }
    if len(meant) > 1:
        raise RecordRefused(f"{cell!r} is not a date: {name!r} can be several months.")
    if not meant:
        raise RecordRefused(f"{cell!r} is not a date: there is no month {name!r}.")
    return meant.pop()


@cache
def _months() -> tuple[tuple[str, ...], ...]:
    """The names of the months, those of January first."""
    return tuple(tuple(map(plain, names)) for names in known_words()["months"].values())


@cache
def _beside_months() -> frozenset[str]:
    """Words that may stand in a date beside the name of a month, and say nothing more."""
    return frozenset(map(plain, known_words()["beside months"]["words"]))


def plain(word: str) -> str:
    """A word in small letters, without accents."""
    return unaccented(word).lower()


def _slashed(match: re.Match[str], order: DateOrder, cell: str, today: date) -> date:
    first, second, year = match[1], match[3], match[4]
    if len(year) == 4 and first.zfill(2) == second.zfill(2):
        return _date(year, first, second, cell)
    known = order()
    if known == "ymd":
        known = known if len(year) == 2 else None
    if known is None and (len(year) == 4 or int(second) > 12):
        known = _proved(match, today)
    if known is None:
        raise TwoWays(_possible(match, today), short=len(year) == 2)
    return _ordered(match, known, cell)


def _ordered(match: re.Match[str], order: str, cell: str) -> date:
    """The day in numbers that stand in this order."""
    first, second, last = match[1], match[3], match[4]
    if order == "ymd":
        return _date(str(century(first)), second, last, cell)
    day, month = (first, second) if order == "dmy" else (second, first)
    return _date(last if len(last) == 4 else str(century(last)), month, day, cell)


def _possible(match: re.Match[str], today: date) -> frozenset[str]:
    """The orders in which numbers can be the day of a test."""
    found = set()
    for order in ("dmy", "mdy", "ymd") if len(match[4]) == 2 else ("dmy", "mdy"):
        with suppress(RecordRefused):
            if date(_FIRST_YEAR, 1, 1) <= _ordered(match, order, match[0]) <= today:
                found.add(order)
    return frozenset(found)


def century(year: str) -> int:
    """The year that two digits mean."""
    return int(year) + (2000 if int(year) < 90 else 1900)


def _proved(match: re.Match[str], today: date) -> str | None:
    """The order of day and month in a date that can be read in only one way; else None."""
    first, second, year = int(match[1]), int(match[3]), match[4]
    if len(year) == 2 and not _FIRST_YEAR <= century(year) <= today.year:
        return None
    if (first > 12) == (second > 12) or max(first, second) > 31:
        return None
    return "dmy" if first > 12 else "mdy"


def order_of(cells: Iterable[str], today: date) -> str | None:
    """The order of day and month that the dates of a column prove; None where they prove none, or
    contradict each other.

    25/03/14 can also be a year, a month and a day. In a column of those the first numbers are few,
    and the last ones, as many as a month has days, are years that are still to come.
    """
    found: set[str] = set()
    firsts: set[str] = set()
    lasts: set[str] = set()
    for cell in cells:
        parts = split(cell.strip())
        match = SLASHED.fullmatch(_without_weekday(parts[1])) if parts else None
        if not match:
            continue
        if proved := _proved(match, today):
            found.add(proved)
            if len(found) > 1:
                return None
        if len(match[4]) == 2:
            firsts.add(match[1])
            lasts.add(match[4])
    years_first = found == {"dmy"} and len(firsts) < len(lasts)
    return None if years_first else min(found, default=None)
