"""Conditions as they are typed for a filter, and what they mean in a logbook."""

import re
from collections.abc import Iterable
from functools import cached_property

from strip_log.errors import Misused, RecordRefused
from strip_log.query.dimensions import WRITER
from strip_log.query.filter import CONDITIONS, Bound, Filter
from strip_log.query.periods import span
from strip_log.query.source import Source
from strip_log.record.dates import Clock
from strip_log.record.fields import FIELDS, about, called, spelled
from strip_log.record.vocabulary import Vocabulary
from strip_log.record.words import fold, unknown

#: The signs between a field and a value. A longer sign comes before one that it begins with.
_SIGNS = ("!=", "<=", ">=", "=", "<", ">")

_NUMBER = r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)"
_DATE = r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?"


class Meaning:
    """What the words of a filter mean to this source, at this moment."""

    def __init__(self, source: Source, clock: Clock) -> None:
        self.source, self.clock = source, clock

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The names and words of the logbook; read when a condition has one."""
        return self.source.vocabulary()

    def condition(self, typed: str) -> tuple[str, str, str]:
        """The field, the sign and the value of a condition for `--where`. Raises Misused.

        A sign may be part of an own field's name, as in `dose (>100 mg)=yes`: what counts is the
        first sign that has a known field before it.
        """
        parts = [
            (typed[:place].strip(), sign, typed[place + len(sign) :])
            for place in range(len(typed))
            for sign in _SIGNS
            if typed.startswith(sign, place)
        ]
        parts = [part for part in parts if part[0]]
        if not parts:
            raise Misused(
                "--where takes FIELD=VALUE or FIELD!=VALUE, and < <= > >= for dates and numbers,"
                f" not {typed!r}."
            )
        for name, sign, value in parts:
            if spelled(name) in CONDITIONS:
                return spelled(name), sign, value
            if known := own_name(self.source, name):
                return known, sign, value
        raise unknown_own(self.source, parts[0][0], "--where", CONDITIONS)

    def values(self, name: str, typed: str) -> tuple[str, ...]:
        """The values that are meant of a field: of a site all spellings that are compared as one,
        and of any other what `value` gives. Raises Misused."""
        if name == "site" and typed:
            return self.vocabulary.alike_sites(typed) or (typed,)
        return (self.value(name, typed),)

    def value(self, name: str, typed: str) -> str:
        """The value of a field as the logbook has it; empty for "not given". Raises Misused."""
        if name == WRITER:
            return self._logbook(typed)
        field = FIELDS[name]
        if not typed:
            if field.needed:
                raise Misused(f"Every test has its {called(name)}: type which one.")
            return ""
        try:
            if name == "drug":
                return self.vocabulary.drug(typed)
            if name == "target":
                return self.vocabulary.target(typed)
            if field.flag:
                return _yes_or_no(name, typed)
            if field.kind == "date":
                return self._date(typed)
            with about(name):
                return field.parse(typed) if field.parse else typed
        except RecordRefused as error:
            raise Misused(str(error), step=error.step) from None

    def bound(self, name: str, sign: str, typed: str) -> Bound:
        """The limit that dates or numbers are compared with. Raises Misused.

        A month or a year means all of its days: after 2026-12 is after the 31st.
        """
        own, value = name not in CONDITIONS, typed.strip()
        if own and re.fullmatch(_NUMBER, value):
            return Bound(name, sign, value, "number", own)
        if own and not re.fullmatch(_DATE, value):
            raise Misused(
                f"--where {name}{sign} compares with a number or a date, not with {typed!r}."
            )
        if not own and (name == WRITER or FIELDS[name].kind != "date"):
            raise Misused(
                f"--where {name}{sign}: {sign} compares dates and numbers, and {name} is neither."
                f" Use {name}=VALUE."
            )
        days = span(value, self.clock)
        day = days.first if sign in ("<", ">=") else days.last
        return Bound(name, sign, day.isoformat(), "date", own)

    def _logbook(self, typed: str) -> str:
        """The name of a logbook, or the id of one, that wrote a test here."""
        if not typed:
            raise Misused("Every test belongs to a logbook: type which one.")
        names = {fold(word): word for one in self.source.logbooks().items() for word in one}
        if fold(typed) in names:
            return names[fold(typed)]
        raise Misused(unknown("logbook", typed, sorted({*self.source.logbooks().values()})))

    def _date(self, typed: str) -> str:
        """The beginning of the dates that match: `2026-12-31`, `2026-12` or `2026`."""
        days = span(typed, self.clock)
        return days.first.isoformat() if days.first == days.last else typed.strip()


def _yes_or_no(name: str, value: str) -> str:
    if fold(value) in ("yes", "y", "true", "1"):
        return "1"
    raise Misused(
        f"{name} is yes or left out, not {value!r}: use {name}=yes, {name}!=yes or {name}="
    )


def own_name(source: Source, name: str) -> str | None:
    """The name of an own field that is compared as one with this; None if there is none.

    One of exactly this name is looked for first: a test that has it is soon found, while reading
    all names takes every test.
    """
    if source.has_own_field(name):
        return name
    return next((one for one in source.own_fields(Filter()) if fold(one) == fold(name)), None)


def unknown_own(source: Source, name: str, option: str, choices: Iterable[str]) -> Misused:
    """The error for a field that is neither one of the choices nor an own field of any test."""
    known = [*choices, *source.own_fields(Filter())]
    if spelled(name) in FIELDS:
        return Misused(f"{option} takes no {called(spelled(name))}. It takes: {', '.join(known)}.")
    return Misused(f"{option}: {unknown('field', name, known)}")
