"""Ids and time stamps, which identify a test and its versions in every logbook."""

import os
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

#: Returns the given number of random bytes. A demo or a benchmark passes a seeded generator.
Randomness = Callable[[int], bytes]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CODE = "23456789abcdefghjkmnpqrstuvwxyz"  # no 0 o 1 l i: a code is read aloud and copied by hand


def uuid7(ms: int, randomness: Randomness = os.urandom) -> str:
    """A UUIDv7 (RFC 9562) for this moment, in ms since 1970: sorts by time, the rest is random."""
    value = int.from_bytes(randomness(10), "big")
    value = ms << 80 | value
    value = value & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62
    digits = f"{value:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def of_test(day: str, randomness: Randomness = os.urandom) -> str:
    """The id of a new test of this day, `YYYY-MM-DD`: a UUIDv7 that reveals only the day.

    Ids are in every export, and the time of entry could show who was at the counter.
    """
    return uuid7(midnight(day), randomness)


def midnight(day: str) -> int:
    """When a day, `YYYY-MM-DD`, begins in UTC, in ms since 1970."""
    return (date.fromisoformat(day) - _EPOCH.date()).days * 86_400_000


def uuid7_of(ms: int) -> str:
    """The first digits of any UUIDv7 for this moment, in ms since 1970."""
    return f"{ms >> 16:08x}-{ms & 0xFFFF:04x}-7"


def origin(randomness: Randomness = os.urandom) -> str:
    """The id of a new logbook: 16 hexadecimal digits."""
    return randomness(8).hex()


def sample_code(randomness: Randomness = os.urandom) -> str:
    """A code for a sample that has none, such as `s-7kq4md`: one of about 900 million."""
    value = int.from_bytes(randomness(8), "big")
    digits = []
    for _ in range(6):
        value, digit = divmod(value, len(_CODE))
        digits.append(_CODE[digit])
    return "s-" + "".join(digits)


#: Patterns for SQL's GLOB of the codes that striplog makes up: those of `sample_code`, and those of
#: an import.
MADE_CODES = ("s-" + "[2-9a-hj-km-np-z]" * 6, "s-" + "[0-9a-f]" * 12)


def made(code: str) -> bool:
    """Whether striplog made up this sample code."""
    if not code.startswith("s-"):  # as all of them do
        return False
    from fnmatch import fnmatchcase  # for a code that was typed

    return any(fnmatchcase(code, pattern) for pattern in MADE_CODES)


def stamp(ms: int, after: str = "") -> str:
    """When a version was written, such as `2026-11-24T09:45:12.123Z-0000`: UTC and a counter.

    Stamps sort as text. One is always later than `after`, the stamp of the version that it follows:
    if the clock was set back, the counter goes up (a hybrid logical clock, Kulkarni et al. 2014).
    """
    now = stamp_at(_EPOCH + timedelta(milliseconds=ms))
    if now > after:
        return now
    count = int(after[25:]) + 1
    if count > 9999:
        return _written(moment(after) + timedelta(milliseconds=1), 0)
    return _written(moment(after), count)


def stamp_at(at: datetime) -> str:
    """The first stamp of a moment, which is in UTC."""
    return _written(at, 0)


def _written(at: datetime, count: int) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z-{count:04}"


def moment(stamp: str) -> datetime:
    """The moment of a stamp, in UTC."""
    return datetime.fromisoformat(stamp[:24])
