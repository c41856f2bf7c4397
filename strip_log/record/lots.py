"""When a lot of strips should no longer be used: the rule for its invalid strips. Pure arithmetic.

A lot is the strips for one target with one lot number. Its outcomes are in the order of the tests,
the latest last; a strip without a control line is `invalid`.
"""

from collections.abc import Sequence
from typing import Literal

#: A lot is stopped at `STOP_INVALID` invalid strips among its last `STOP_AMONG`.
#:
#: From a simulation of 100 strips: it stops a lot of which 1 % are invalid in 0.1 % of cases, one
#: of 2 % in 0.8 %, and one of 10 % in 72 %, after a median of 58 strips. Published rates of invalid
#: strips are between 0.4 % (6 of 1 411, Karamouzian et al. 2018) and 3 % (2 of 70, Health Canada
#: 2017).
STOP_INVALID, STOP_AMONG = 4, 20

#: So many invalid strips of a lot in a row are a reason to check the water and how long one waits,
#: not to stop: that would stop 3.7 % of the lots of which 2 % are invalid, within 100 strips.
IN_A_ROW = 2

#: How many days before a lot expires that is said.
EXPIRES_SOON = 30

#: What the last strips of a lot say about it.
Verdict = Literal["", "in a row", "stop"]


def verdict(outcomes: Sequence[str]) -> Verdict:
    """`stop`, `in a row` or nothing, of the outcomes of a lot in the order of its tests.

    Only the last STOP_AMONG are looked at: more may be given.
    """
    if invalid_of_last(outcomes) >= STOP_INVALID:
        return "stop"
    return "in a row" if invalid_in_a_row(outcomes) >= IN_A_ROW else ""


def invalid_of_last(outcomes: Sequence[str]) -> int:
    """How many of a lot's last STOP_AMONG strips, or of all if there are fewer, are invalid."""
    return list(outcomes[-STOP_AMONG:]).count("invalid")


def invalid_in_a_row(outcomes: Sequence[str]) -> int:
    """How many invalid strips a lot ends with."""
    count = 0
    for outcome in reversed(outcomes):
        if outcome != "invalid":
            break
        count += 1
    return count
