"""Signals: weeks in which more, or fewer, strips are positive than the weeks before explain.

The last 1, 2 and 4 weeks are each compared with the 26 weeks before them, by how probable so many
positives would be if nothing had changed. The rule has no state and no rate to choose.

Its figures were settled by simulation: tests/bench/alarms.py repeats it with this module.
"""

from collections.abc import Sequence
from itertools import accumulate
from math import exp
from typing import Literal, NamedTuple

from strip_log.stats.beta_binomial import log_probability, mid_p_above

#: The windows in weeks, and the weeks before a window that it is compared with.
WINDOWS, BEFORE = (1, 2, 4), 26

#: A signal has a p of at most THRESHOLD, so many positives (or negatives for a fall), and so many
#: valid tests in the weeks before.
THRESHOLD, LEAST, LEAST_BEFORE = 0.001, 2, 20

#: More tests than this before count as this many: rates of weeks differ more than chance says.
_CAP = 200

#: Signals by chance to expect in a year of a series with at least so many tests a week: of both
#: directions together, where weeks differ as published ones do.
CHANCE_A_YEAR, OFTEN = 0.17, 5

Direction = Literal["rise", "fall"]


class Window(NamedTuple):
    """The last weeks of a series and the weeks before: positives, and valid tests."""

    weeks: int
    positive: int
    valid: int
    before_positive: int
    before_valid: int
    before_weeks: int = BEFORE


class Signal(NamedTuple):
    """The window with the least p. `p` is the probability of so many, or more, if all is as before.

    For a fall it is that of so few, or fewer.
    """

    direction: Direction
    window: Window
    p: float

    @property
    def years_between(self) -> float:
        """Years between two such signals by chance in one series: 1 / (100 p).

        A year counts as 100 looks: 52 weeks, each with several windows that overlap.
        """
        return 1 / (100 * self.p) if self.p else float("inf")


class Series:
    """The positives and the valid tests of consecutive weeks, the first one first."""

    def __init__(self, weeks: Sequence[tuple[int, int]]) -> None:
        self._positive = [0, *accumulate(positive for positive, _ in weeks)]
        self._valid = [0, *accumulate(valid for _, valid in weeks)]

    def window(self, end: int, weeks: int) -> Window:
        """The `weeks` before the week numbered `end`, from 0, and those before them.

        A negative number is before the first week.
        """
        end = max(end, 0)
        start = max(end - weeks, 0)
        before = max(start - BEFORE, 0)
        positive, valid = self._positive, self._valid
        return Window(
            weeks,
            positive[end] - positive[start],
            valid[end] - valid[start],
            positive[start] - positive[before],
            valid[start] - valid[before],
            start - before,
        )

    def a_week(self, end: int) -> float:
        """Valid tests a week, in the weeks that a signal before the week `end` rests on."""
        first = max(end - BEFORE - 1, 0)
        return (self._valid[end] - self._valid[first]) / (end - first) if end else 0.0

    def signals(self, end: int) -> list[Signal]:
        """The signals of the windows before the week `end`: none, a rise, a fall or both."""
        windows = [self.window(end, weeks) for weeks in WINDOWS]
        found = (_least(windows, direction) for direction in _DIRECTIONS)
        return [one for one in found if one]


_DIRECTIONS: tuple[Direction, ...] = ("rise", "fall")


def _least(windows: Sequence[Window], direction: Direction) -> Signal | None:
    """The signal with the least p, if there is one."""
    least: Signal | None = None
    for window in windows:
        _, positive, valid, _, before, _ = window
        number = positive if direction == "rise" else valid - positive
        if number < LEAST or before < LEAST_BEFORE or _plainly_no_signal(window, direction):
            continue
        found = p(window, direction)
        if found <= THRESHOLD and (least is None or found < least.p):
            least = Signal(direction, window, found)
    return least


def p(window: Window, direction: Direction) -> float:
    """How probable so many positives in the window are, or more, if all is as before.

    For a fall so few, or fewer. The mid-P of the beta-binomial prediction from the weeks before,
    with Jeffreys' prior: a = y f + 1/2 and b = (N - y) f + 1/2, where y of N were positive before
    and f = min(N, 200) / N.
    """
    x, n, a, b = _prediction(window, direction)
    return mid_p_above(x, n, a, b)


def _prediction(window: Window, direction: Direction) -> tuple[int, int, float, float]:
    """What is counted, out of how many, and the parameters of its prediction."""
    _, x, n, y, before, _ = window
    part = min(before, _CAP) / before if before else 0.0
    a, b = y * part + 0.5, (before - y) * part + 0.5
    return (x, n, a, b) if direction == "rise" else (n - x, n, b, a)


def _plainly_no_signal(window: Window, direction: Direction) -> bool:
    """Whether p is above the threshold because one of its terms is: far quicker than all of them.

    A year of weeks in hundreds of series has a hundred thousand windows.
    """
    x, n, a, b = _prediction(window, direction)
    return x * (a + b) <= n * a or exp(log_probability(x, n, a, b)) / 2 > THRESHOLD
