"""Which tests to include: the conditions of `list`, `summary` and `export`, as a value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from strip_log.query.days import EVER, Days
from strip_log.query.dimensions import WRITER
from strip_log.record.fields import FIELDS
from strip_log.record.words import either

#: One or more values; a test may have any of them. An empty text stands for "not given".
Values = tuple[str, ...]

#: What a filter may name, besides a program's own fields: fields, and who wrote the test.
CONDITIONS = (*(name for name, one in FIELDS.items() if one.condition), WRITER)


class Bound(NamedTuple):
    """A limit for a field: a day, `YYYY-MM-DD`, or a number.

    `sign` is one of < <= > >=. `own` marks one of the program's own fields; there, only values that
    are dates, or numbers, are compared.
    """

    name: str
    sign: str
    value: str
    kind: Literal["date", "number"]
    own: bool = False


#: The outcomes that a rate is made of.
_RATE = ("positive", "negative")


@dataclass(frozen=True, slots=True)
class Filter:
    """Conditions that a test must all meet.

    `only` has the values that a field may have, and `but` those that it must not have; `own_only`
    and `own_but` do the same for a program's own fields. The value of a date may be a year or a
    month, such as `2026-12`. `bounds` are the limits for dates and numbers.
    `after` is the number of a test: only those that were written down after it in this logbook.
    `text` is a word to be found anywhere in a test's text, as `record.search` does; empty for none.
    """

    days: Days = EVER
    only: Mapping[str, Values] = field(default_factory=dict)
    but: Mapping[str, Values] = field(default_factory=dict)
    own_only: Mapping[str, Values] = field(default_factory=dict)
    own_but: Mapping[str, Values] = field(default_factory=dict)
    bounds: tuple[Bound, ...] = ()
    text: str = ""
    after: int | None = None

    def __bool__(self) -> bool:
        """Whether the filter leaves anything out."""
        chosen = (self.only, self.but, self.own_only, self.own_but, self.bounds, self.text)
        return self.days != EVER or self.after is not None or any(chosen)

    @property
    def outcomes_chosen(self) -> tuple[str, ...]:
        """The fields that select strips by their result, which makes a rate meaningless.

        Leaving out invalid strips is no problem: they are in no rate.
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

        With `months`, days are given as months.
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
        if self.text:
            words["text"] = f"{words['text']}, {self.text}" if "text" in words else self.text
        if self.after is not None:
            words["number"] = f"after #{self.after}"
        return words


#: Comparisons in words.
_SAID = {
    "date": {"<": "before", "<=": "until", ">": "after", ">=": "from"},
    "number": {"<": "below", "<=": "at most", ">": "above", ">=": "at least"},
}
