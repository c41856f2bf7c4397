"""Which tests are meant: the conditions of `list`, `summary` and `export`, as a value."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from strip_log.record.fields import FIELDS

#: One value or several, any of which will do. An empty text stands for "not given".
Values = tuple[str, ...]

#: The fields that a filter may name, beside a program's own.
CONDITIONS = tuple(name for name, one in FIELDS.items() if one.condition)


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

    def __bool__(self) -> bool:
        """Whether it leaves anything out."""
        chosen = (self.only, self.but, self.own_only, self.own_but)
        return bool(self.since or self.until or any(chosen))
