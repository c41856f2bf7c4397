"""What a push did, or would do."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from strip_log.errors import RefusedForSafety


class RefusedVersion(NamedTuple):
    """A version that is not on the hub, by the number of its test, and why."""

    number: int
    why: str


class OtherThere(NamedTuple):
    """A test, by its number, of which the hub was told other facts under this logbook's id, in
    these fields."""

    number: int
    fields: Sequence[str]


@dataclass(slots=True)
class PushReport:
    """What a push did, or would do.

    `joined` says that the hub knew nothing of the logbook. `versions` are the new ones, of `tests`,
    in `months`; `there` were there already. `withdrawn` counts what was erased since, `since` is
    the first day that is kept, if that is new. `elsewhere` are ids of earlier copies that another
    site pushes, with how many versions were not sent for that. `unknown` are versions that the hub
    has under the logbook's own id and the file has not; `others` are those of other logbooks.
    """

    joined: bool = False
    versions: int = 0
    tests: set[int] = field(default_factory=set)
    months: list[str] = field(default_factory=list)
    there: int = 0
    withdrawn: int = 0
    since: str = ""
    refused: list[RefusedVersion] = field(default_factory=list)
    otherwise: list[OtherThere] = field(default_factory=list)
    elsewhere: dict[str, int] = field(default_factory=dict)
    unknown: int = 0
    others: dict[str, int] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        """Whether all that was to be pushed is on the hub."""
        return not (self.refused or self.otherwise or self.elsewhere)


class NotOurs(RefusedForSafety):
    """The hub has the id of this logbook from another site."""
