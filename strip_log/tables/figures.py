"""Numbers for people, rounded half up as on paper and in a spreadsheet.

1 of 16 is 6.25 %, shown as 6.3 %. Python alone would show 6.2 %: it rounds ties to the even digit,
and some ties are not exact in binary. Here the shortest decimal that stands for the number is
rounded, which is exact for every fraction of counts that ends in a tie.
"""

from decimal import ROUND_HALF_UP, Decimal

from strip_log.stats.interval import Interval

_TENTH, _ONE = Decimal("0.1"), Decimal(1)


def _percent(share: float) -> Decimal:
    return Decimal(repr(share)) * 100


def _rounded(number: Decimal, to: Decimal = _TENTH) -> Decimal:
    return number.quantize(to, ROUND_HALF_UP)


def tenths(share: float) -> str:
    """A fraction from 0 to 1 in percent, with one decimal: `12.5`.

    `0.0` and `100.0` are exact; anything close to them is `<0.1` or `>99.9`.
    """
    rounded = _rounded(_percent(share))
    if share > 0 and not rounded:
        return "<0.1"
    return ">99.9" if share < 1 and rounded == 100 else f"{rounded}"


def percent(share: float | None) -> str:
    """A fraction in percent: `12.5 %`; a dash for None."""
    return "–" if share is None else f"{tenths(share)} %"


def ends(interval: Interval | None) -> str:
    """Both ends of an interval in percent: `2.5–81.0`; a dash for None."""
    return "–" if interval is None else f"{tenths(interval.low)}–{tenths(interval.high)}"


def signed(difference: float) -> str:
    """A difference in percentage points, with one decimal: `+12.5`, `−0.1`; `0.0` has no sign."""
    rounded = _rounded(_percent(difference))
    return f"{abs(rounded)}" if not rounded else f"{rounded:+}".replace("-", "−")


def points(difference: float) -> str:
    """The size of a difference in whole percentage points, or in tenths if it is below 1."""
    number = abs(_percent(difference))
    if number >= 1:
        return f"{_rounded(number, _ONE)}"
    return f"{_rounded(number)}" if number >= Decimal("0.05") else "<0.1"


def confidence(level: float) -> str:
    """A confidence level in percent, with all its digits: `95` for 0.95."""
    return f"{_percent(level).normalize():f}"


def decimal(number: float, places: int = 2) -> str:
    """A number with so many decimals, rounded half up: `9.37`."""
    return f"{Decimal(repr(number)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)}"


def times(ratio: float) -> str:
    """A ratio with two decimals, a third where it is below 0.1: `9.37`, `0.023`, `<0.001`."""
    if ratio >= 0.1:
        return decimal(ratio)
    return decimal(ratio, 3) if ratio >= 0.0005 or not ratio else "<0.001"


def of_ratio(ratio: float | None, ends: tuple[float | None, ...]) -> str:
    """A ratio with its interval: `9.37 (4.25–20.65)`; a dash where there is none."""
    low, high = ends
    if ratio is None or low is None or high is None:
        return "–"
    return f"{times(ratio)} ({times(low)}–{times(high)})"


def probability(p: float | None) -> str:
    """A p-value: `0.024`, `0.0003`, `<0.0001`; a dash for None."""
    if p is None:
        return "–"
    if p < 0.0001:
        return "<0.0001"
    return decimal(p, 4 if p < 0.001 else 3)


def yes(flag: object) -> str:
    """`yes`, or nothing."""
    return "yes" if flag else ""
