"""What is crossed with what: two targets, an outcome and a field, or two fields of a test."""

from collections.abc import Mapping
from dataclasses import dataclass

#: What a strip showed, as a field to be crossed.
OUTCOME = "outcome"

#: What a sample's strips for two targets showed: an outcome each, None without a strip.
Showed = tuple[str | None, str | None]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SamplePairs:
    """The samples by what their strips for two targets showed.

    `uncoded` are the strips of either target without a sample code, which belong to no pair.
    """

    samples: Mapping[Showed, int]
    uncoded: int
