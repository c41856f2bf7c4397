"""Samples by what their first strip showed and what the lab said, as a Source counts them."""

from typing import NamedTuple

#: The lab's word where two strips of a sample have different ones.
BOTH = "both"


class LabKey(NamedTuple):
    """A target, a group, the outcome of the first valid strip, and the lab's word and method.

    `confirmed` is positive, negative or BOTH; None where the sample did not go to the lab.
    """

    target: str
    group: str | None
    outcome: str
    confirmed: str | None
    method: str | None
