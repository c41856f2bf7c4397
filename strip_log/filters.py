"""Which tests are meant: the conditions of `list`, `summary` and `export`, as SQL.

Statements are joined from the constants below; what someone typed is only ever bound.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

#: One value or several, any of which will do. An empty text stands for "not given".
Values = tuple[str, ...]

_OWN = "(select value from json_each(entry.extra) where key = ?)"

#: Fields a filter may name, and how each compares with `{}`, the bound values.
CONDITIONS = {
    **{
        name: f"entry.{name} in ({{}})"
        for name in (
            *("site", "drug", "said", "target", "outcome", "sample", "brand", "lot", "form"),
            *("colour", "timing", "dilution", "confirmed", "method", "expires_on", "tested_on"),
        )
    },
    "category": "entry.drug in (select name from drug where category in ({}))",
    "intention": "exists (select 1 from (select trim(value) as meant from json_each("
    """'["' || replace(entry.intention, ', ', '","') || '"]')) where meant in ({}))""",
    "faint": "entry.faint in (select cast(value as integer) from json_each(json_array({})))",
}

#: How a field is empty.
_EMPTY = {
    "category": "entry.drug is null or entry.drug not in (select name from drug)",
}


@dataclass(frozen=True, slots=True)
class Filter:
    """Conditions that a test must all meet.

    `only` and `but` hold, by field, the values of which one must, or none may, be the test's own;
    `own_only` and `own_but` do the same for a program's own fields.
    """

    since: str | None = None
    until: str | None = None
    only: Mapping[str, Values] = field(default_factory=dict)
    but: Mapping[str, Values] = field(default_factory=dict)
    own_only: Mapping[str, Values] = field(default_factory=dict)
    own_but: Mapping[str, Values] = field(default_factory=dict)

    def sql(self) -> tuple[str, list[str]]:
        """A condition on `entry` that begins with `and`, or nothing; and the values to bind."""
        parts: list[str] = []
        bound: list[str] = []
        for fragment, value in (("tested_on >= ?", self.since), ("tested_on <= ?", self.until)):
            if value:
                parts.append(f"entry.{fragment}")
                bound.append(value)
        for fields, sense in ((self.only, "({})"), (self.but, "not ifnull(({}), 0)")):
            for name, values in fields.items():
                empty = _EMPTY.get(name, f"entry.{name} is null")
                parts.append(sense.format(_any_of(CONDITIONS[name], empty, values)))
                bound += [value for value in values if value]
        for fields, sense in ((self.own_only, "({})"), (self.own_but, "not ifnull(({}), 0)")):
            for name, values in fields.items():
                condition, empty = f"{_OWN} in ({{}})", f"{_OWN} is null"
                parts.append(sense.format(_any_of(condition, empty, values)))
                given = [value for value in values if value]
                bound += [name, *given] if given else []
                bound += [name] if "" in values else []
        return "".join(f" and {part}" for part in parts), bound

    def columns(self) -> set[str]:
        """The columns of `entry` that the conditions look at, `extra` for own fields."""
        found = {"drug" if name == "category" else name for name in (*self.only, *self.but)}
        found |= {"tested_on"} if self.since or self.until else set()
        return found | ({"extra"} if self.own_only or self.own_but else set())

    def __bool__(self) -> bool:
        return bool(self.sql()[0])


def _any_of(condition: str, empty: str, values: Values) -> str:
    marks = ", ".join("?" for value in values if value)
    parts = [condition.format(marks)] if marks else []
    return " or ".join([*parts, empty] if "" in values else parts)
