"""The settings that `config` keeps in a logbook: their names, their values, what overrides them."""

import os
import re
from collections.abc import Mapping
from datetime import datetime, tzinfo

from strip_log.console.fields import default_target, strip_defaults
from strip_log.console.options import defaulted
from strip_log.errors import Misused, RecordRefused
from strip_log.record import firsts
from strip_log.record.dates import Clock, start_of_day
from strip_log.record.fields import DEFAULTS, FIELDS, OF_STRIPS, about, parsed, spelled
from strip_log.record.strips import field_of
from strip_log.record.text import text
from strip_log.record.vocabulary import Vocabulary
from strip_log.record.words import nearest, unknown
from strip_log.stats.interval import INTERVALS

#: The settings that are not defaults of a test, each with the value it has until somebody sets it.
BUILT_IN = {
    "name": "",
    "day_start": "00:00",
    "timezone": "",
    "interval": "wilson",
    "confidence": "0.95",
    "min_n": "10",
    "sample_codes": "daily",
    "first_in": firsts.BUILT_IN,
    "hub": "",
}

#: Every setting that can be changed, with its meaning.
SETTINGS = {
    **{
        name: f"{FIELDS[name].default}, when none is typed"
        + (f"; for each target, such as {name}.fentanyl." if name in OF_STRIPS else ".")
        for name in DEFAULTS
    },
    "name": "What this logbook is called.",
    "day_start": "When the working day begins, for night shifts, such as 06:00.",
    "timezone": "The time zone of the tests in imported files, such as America/Vancouver.",
    "interval": f"The confidence interval of a rate: {', '.join(INTERVALS)}.",
    "confidence": "The confidence level of intervals, such as 0.95.",
    "sample_codes": "Whether your sample codes are never used again (unique) or reused on other"
    " days (daily).",
    "min_n": "Groups with fewer valid tests than this are marked low n.",
    "first_in": "After how many days a positive is said to be the first, such as 60d; or off.",
    "hub": "The hub that push sends to: a service of ~/.pg_service.conf.",
}


def setting_name(word: str) -> str:
    """The name of the setting that was typed, `lot.fent` for one of a target as it was typed.

    Raises Misused if there is none.
    """
    name, dot, target = word.partition(".")
    name = spelled(name)
    if name not in SETTINGS or (dot and name not in OF_STRIPS):
        raise Misused(unknown("setting", word, SETTINGS))
    return f"{name}{dot}{target}"


def of_target(name: str, vocabulary: Vocabulary, kept: Mapping[str, str]) -> str:
    """The setting of a field that belongs to a strip with its target, `lot.fentanyl`, which is the
    default target where none was typed; any other setting as it is. Raises Misused."""
    field, dot, word = name.partition(".")
    if field not in OF_STRIPS:
        return name
    try:
        return f"{field}.{vocabulary.target(word if dot else default_target(kept))}"
    except RecordRefused as error:
        raise Misused(str(error), step=error.step) from None


def meaning(name: str) -> str:
    """What a setting means."""
    field, dot, target = name.partition(".")
    return f"{FIELDS[field].default} for {target}, when none is typed." if dot else SETTINGS[name]


def default(name: str) -> str:
    """What is added to the meaning of a setting: the value that it has until somebody sets it."""
    return defaulted(BUILT_IN[name]) if BUILT_IN.get(name) else ""


def in_force(kept: Mapping[str, str]) -> dict[str, str]:
    """The settings that are kept, those of fields that belong to a strip under their target."""
    others = {name: value for name, value in kept.items() if field_of(name) not in OF_STRIPS}
    for field in OF_STRIPS:
        others |= strip_defaults(field, kept)
    return others


def checked(name: str, value: str, vocabulary: Vocabulary) -> str:
    """The value of a setting as the logbook keeps it. Raises Misused for an impossible one."""
    try:
        if name in _CHECKS:
            return _CHECKS[name](value)
        field = field_of(name)
        if field in DEFAULTS:
            parsed_value = parsed({field: value}, vocabulary, Clock(datetime.now()))[field]
            return value if field == "drug" else str(parsed_value)
        with about(name):
            return text(value)
    except RecordRefused as error:
        raise Misused(str(error), step=error.step) from None


def chosen(name: str, typed: str | None, kept: Mapping[str, str]) -> str:
    """The value in force: typed, else $STRIPLOG_<NAME>, else the logbook's, else the built-in one.

    Raises Misused for an impossible value.
    """
    for value in (typed, os.environ.get(f"STRIPLOG_{name.upper()}") or None, kept.get(name)):
        if value is not None:
            return _CHECKS[name](value)
    return BUILT_IN[name]


def _confidence(value: str) -> str:
    try:
        number = float(value.removesuffix("%")) / (100 if value.endswith("%") else 1)
    except ValueError:
        raise Misused(f"{value!r} is not a confidence: type a number such as 0.95.") from None
    if 0 < number < 1:
        return str(number)
    meant = f" Did you mean {number / 100:g}?" if 1 < number < 100 else ""
    raise Misused(f"A confidence is a number between 0 and 1, not {value}.{meant}")


def _min_n(value: str) -> str:
    if not re.fullmatch(r"[0-9]{1,9}", value):
        raise Misused(f"--min-n is a whole number such as 10, not {value!r}.")
    return value


def _timezone(value: str) -> str:
    if value:
        zone(value)
    return value


def zone(name: str) -> tzinfo | None:
    """The time zone of this name; None, which is that of this computer, for an empty name.

    Raises Misused where this system does not know it.
    """
    if not name:
        return None
    from zoneinfo import ZoneInfo, available_timezones  # slow, and few commands need it

    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        known = available_timezones()
    if not known:
        raise Misused(
            f"This system has no list of time zones, so {name} cannot be looked up. Install one:"
            " pip install tzdata"
        )
    all_of_them = "Time zones are named by continent and city: America/Vancouver, Europe/Paris."
    cities = {zone.rpartition("/")[2]: zone for zone in sorted(known, reverse=True)}
    near = [cities[city] for city in nearest(name.rpartition("/")[2], cities)]
    raise Misused(unknown("time zone", name, near=near, all_of_them=all_of_them))


def _sample_codes(value: str) -> str:
    word = value.strip().lower()
    if word in ("daily", "unique"):
        return word
    raise Misused(f"sample_codes is daily or unique, not {value!r}.")


def _first_in(value: str) -> str:
    days = firsts.days_of(value)
    return "off" if days is None else f"{days}d"


def _hub(value: str) -> str:
    from strip_log.hub import services  # few have a hub

    return services.named(value).name if value else ""


def _interval(value: str) -> str:
    name = value.strip().lower().replace("_", "-")
    if name in INTERVALS:
        return name
    raise Misused(unknown("interval", value, INTERVALS))


#: The settings that are not plain text, each with the function that checks it.
_CHECKS = {
    "confidence": _confidence,
    "day_start": start_of_day,
    "interval": _interval,
    "min_n": _min_n,
    "timezone": _timezone,
    "sample_codes": _sample_codes,
    "first_in": _first_in,
    "hub": _hub,
}
