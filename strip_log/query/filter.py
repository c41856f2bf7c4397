"""Which tests are meant: the conditions of `list`, `summary` and `export`, as a value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from strip_log.query.days import EVER, Days
from strip_log.record.fields import FIELDS
from strip_log.record.words import either

#: One value or several, any of which will do. An empty text stands for "not given".
Values = tuple[str, ...]

#: The fields that a filter may name, beside a program's own.
CONDITIONS = tuple(name for name, one in FIELDS.items() if one.condition)


class Bound(NamedTuple):
    """A day, `YYYY-MM-DD`, or a number that a test's own is compared with.

    `sign` is one of < <= > >=; `own` is for a program's own fields, of which those count that are
    a date, or a number.
    """

    name: str
    sign: str
    value: str
    kind: Literal["date", "number"]
    own: bool = False


#: The outcomes that a rate has.
_RATE = ("positive", "negative")


@dataclass(frozen=True, slots=True)
class Filter:
    """Conditions that a test must all meet.

    `only` and `but` hold, by field, the values of which one must, or none may, be the test's own;
    `own_only` and `own_but` do the same for a program's own fields. A date is also meant by how it
    begins: `2026-12`. `bounds` are what dates and numbers are compared with.
    """

    days: Days = EVER
    only: Mapping[str, Values] = field(default_factory=dict)
    but: Mapping[str, Values] = field(default_factory=dict)
    own_only: Mapping[str, Values] = field(default_factory=dict)
    own_but: Mapping[str, Values] = field(default_factory=dict)
    bounds: tuple[Bound, ...] = ()

    def __bool__(self) -> bool:
        """Whether it leaves anything out."""
        chosen = (self.only, self.but, self.own_only, self.own_but, self.bounds)
        return self.days != EVER or any(chosen)

    @property
    def outcomes_chosen(self) -> tuple[str, ...]:
        """The fields by which strips are chosen for what they showed, so that no rate is left.

        Invalid strips may be left out: no rate has them.
        """
        named = {*self.only, *self.but}
        kept = set(self.only.get("outcome", _RATE)).difference(self.but.get("outcome", ()))
        return tuple(
            name
            for name, chosen in (("outcome", not kept >= {*_RATE}), ("faint", "faint" in named))
            if chosen
        )

    def described(self, months: bool = False) -> dict[str, str]:
        """The filter in words, by option: `{"site": "Insite or Powell", "drug": "not cocaine"}`.

        With `months` the days are said as the months they are in.
        """
        words = self.days.described(months)
        for fields, sense in (
            *((self.only, ""), (self.own_only, "")),
            *((self.but, "not "), (self.own_but, "not ")),
        ):
            for name, values in fields.items():
                meant = sense + either([value or "not given" for value in values])
                words[name] = f"{words[name]}, {meant}" if name in words else meant
        for bound in self.bounds:
            before = f"{words[bound.name]}, " if bound.name in words else ""
            words[bound.name] = f"{before}{_SAID[bound.kind][bound.sign]} {bound.value}"
        return words


#: How a comparison is said.
_SAID = {
    "date": {"<": "before", "<=": "until", ">": "after", ">=": "from"},
    "number": {"<": "below", "<=": "at most", ">": "above", ">=": "at least"},
}
