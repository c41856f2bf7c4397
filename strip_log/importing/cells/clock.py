"""The time in a cell, by itself or after a day."""

import re

from strip_log.errors import RecordRefused

#: Time zones that may follow a time. The time is that of the place, and is kept as written.
_ZONES = (
    "[PMCEA][SD]T|NST|NDT|AK[SD]T|HST|CET|CEST|WET|WEST|EET|EEST|BST|IST|MEZ|MESZ|AE[SD]T|NZ[SD]T"
    "|H[NA][PREACT]|BRT|ART|CLT|COT"
)
_CLOCK = (
    r"(\d{1,2})[:h](\d{2})(?::(\d{2})(?:[.,]\d+)?)?"
    r"(?:\s*([AaPp])\.?(?:\s?[Mm]\.?)?(?![A-Za-z]))?"
    rf"(?:\s*(Z|UTC|GMT|{_ZONES}))?(?:\s*([+-]\d{{1,2}}(?::?\d{{2}})?))?(?:\s*\([^()]*\))?"
)
_SPLIT = re.compile(rf"(.+?)(?:(?:[T\s]|,\s?)\s*(?:at\s+|à\s+|a las\s+)?{_CLOCK})?")
_ALONE = re.compile(_CLOCK)
_FULL_HOUR = re.compile(r"(\d{1,2}) ?([AaPp]\.? ?[Mm]\.?)$")

#: The most characters of a date and a time.
_LONGEST = 100


def split(cell: str) -> re.Match[str] | None:
    """The day and the time in a cell: the groups of _SPLIT. None where there can be no date."""
    if len(cell) > _LONGEST:
        return None
    match = _SPLIT.fullmatch(cell)
    if match and match[2] is None and cell[-1] in "mM.":  # 7 PM is 7:00 PM
        match = _SPLIT.fullmatch(_FULL_HOUR.sub(r"\1:00 \2", cell))
    return match


def is_utc(zone: str | None, offset: str | None) -> bool:
    """Whether a time is in UTC. Any other zone is that of the place where the time was written."""
    if offset:
        return not int(offset.replace(":", "")) and zone in (None, "UTC", "GMT")
    return zone in ("Z", "UTC", "GMT")


def time_in(match: re.Match[str], group: int, cell: str) -> str | None:
    """The time as `HH:MM`; None for midnight, which programs write when they have no time."""
    hour, minute, half = int(match[group]), int(match[group + 1]), (match[group + 3] or "").lower()
    if hour > 23 or minute > 59 or (half and not 1 <= hour <= 12):
        raise RecordRefused(f"{cell!r} has an impossible time.")
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return f"{hour:02}:{minute:02}" if hour or minute else None


def times(cell: str) -> str | None:
    """The time in a cell of its own, as `HH:MM`: from `14:30`, `1430`, `2:30 pm`, `2 pm` or a
    fraction of a day."""
    if re.fullmatch(r"0?\.\d+", cell):
        minutes = round(float(cell) * 1440)
        return f"{minutes // 60:02}:{minutes % 60:02}" if minutes < 1440 else None
    if match := re.fullmatch(r"([01]\d|2[0-3])[.h]?([0-5]\d)", cell):
        return f"{match[1]}:{match[2]}"
    match = _ALONE.fullmatch(_FULL_HOUR.sub(r"\1:00 \2", cell))
    if not match:
        raise RecordRefused(f"{cell!r} is not a time. Write it as 14:30.")
    return time_in(match, 1, cell) or "00:00"
