"""Numbers as people read them: rounded half up, as on paper and in a spreadsheet.

1 of 16 is 6.25 %, and 6.3 %. Python alone says 6.2: it rounds a tie to the even digit, and other
ties by how they happen to be kept in binary. What is rounded here is the shortest decimal that
gives the number back, which is exact wherever a fraction of counts has a tie to break.
"""

from decimal import ROUND_HALF_UP, Decimal

from strip_log.stats.interval import Interval

_TENTH, _ONE = Decimal("0.1"), Decimal(1)


def _percent(share: float) -> Decimal:
    return Decimal(repr(share)) * 100


def _rounded(number: Decimal, to: Decimal = _TENTH) -> Decimal:
    return number.quantize(to, ROUND_HALF_UP)


def tenths(share: float) -> str:
    """A share from 0 to 1 in percent, one decimal: `12.5`; 0 and 100 only when it is exactly so."""
    rounded = _rounded(_percent(share))
    if share > 0 and not rounded:
        return "<0.1"
    return ">99.9" if share < 1 and rounded == 100 else f"{rounded}"


def percent(share: float | None) -> str:
    """`12.5 %`, a dash where there is no rate."""
    return "–" if share is None else f"{tenths(share)} %"


def ends(interval: Interval | None) -> str:
    """`2.5–81.0`: both ends in percent, a dash where there is no interval."""
    return "–" if interval is None else f"{tenths(interval.low)}–{tenths(interval.high)}"


def signed(difference: float) -> str:
    """A difference of shares in points, one decimal: `+12.5`, `−0.1`, and 0.0 without a sign."""
    rounded = _rounded(_percent(difference))
    return f"{abs(rounded)}" if not rounded else f"{rounded:+}".replace("-", "−")


def points(difference: float) -> str:
    """How much a difference is: whole points, or tenths where whole ones would say 0."""
    number = abs(_percent(difference))
    if number >= 1:
        return f"{_rounded(number, _ONE)}"
    return f"{_rounded(number)}" if number >= Decimal("0.05") else "<0.1"


def confidence(level: float) -> str:
    """`95` of 0.95, with all its digits."""
    return f"{_percent(level).normalize():f}"
