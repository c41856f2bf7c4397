"""What became of the rows of a sheet, in numbers."""

from collections import Counter
from dataclasses import dataclass, field

from strip_log.record.test import Test


@dataclass(slots=True, eq=False, repr=False)
class Tally:
    """What became of the rows of a sheet, in numbers.

    `rows`, `untested` (no strip was tested), `totals` and `refused` count rows. The others count
    tests: `new` by target and outcome, `known` if already here and equal, `differing` from the test
    here with the same id, read `otherwise` than before, `updated`, `void` here, and `erased` here.
    `first` are the first tests and their lines.
    """

    rows: int = 0
    untested: int = 0
    totals: int = 0
    new: Counter[tuple[str, str]] = field(default_factory=Counter)
    known: int = 0
    differing: int = 0
    otherwise: int = 0
    updated: int = 0
    void: int = 0
    erased: int = 0
    refused: int = 0
    first: list[tuple[int, Test]] = field(default_factory=list)
