"""Sheets of one workbook that have the same rows: a copied tab, or a tab for each month and one for
the year. Their tests would count twice."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from strip_log.errors import RecordRefused
from strip_log.importing.columns.shape_words import shape_words, words
from strip_log.importing.files.sheet import Row
from strip_log.record.shown import quoted

#: Fewer rows in common than this may be a coincidence.
_FEW = 3


@dataclass(slots=True, eq=False, repr=False)
class Copies:
    """The sheets of one workbook so far: for each, how it is read (such as its header), its name,
    and how often each of its rows occurs."""

    sheets: list[tuple[object, str, Counter[int]]] = field(default_factory=list)

    def original(self, alike: object, name: str, rows: Iterable[Row]) -> str | None:
        """The name of an earlier sheet that has all these rows, where a name says that one of the
        two is a copy; else None. `alike` is equal for sheets that are read in the same way.

        Raises RecordRefused, without the sheet's name, where an earlier sheet has most of the rows
        and no name explains why.
        """
        own = Counter(hash(tuple(row)) for row in rows)
        number = own.total()
        for other_alike, other, others in self.sheets:
            common = (own & others).total()
            named = _says_copy(name) or _says_copy(other)
            if other_alike != alike or 2 * common <= min(number, others.total()):
                continue
            if named and common == number:
                return other
            if named or common >= _FEW:
                raise RecordRefused(
                    f"has {common} of its {number} rows in sheet {other!r} too. If one of the two"
                    f" is a copy, import only the other: --sheet {quoted(other)}. If not, import"
                    " each by its name, with what sets it apart, such as --site with the name of"
                    f" its site: --sheet {quoted(name)}"
                )
        self.sheets.append((alike, name, own))
        return None


def _says_copy(name: str) -> bool:
    """Whether the name of a sheet says that it is a copy, as `March (2)` and `Copy of March` do."""
    numbered = name.rstrip().endswith(tuple(f"({number})" for number in range(2, 10)))
    return numbered or not set(shape_words()["copies"]["words"]).isdisjoint(words(name))
