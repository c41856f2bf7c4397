"""What a summary covers and how to read it, as data for programs and as sentences."""

from strip_log.formats.table import HIDDEN
from strip_log.query.counts import Count, Counts
from strip_log.record.words import plural, so_many
from strip_log.stats.interval import NAMES
from strip_log.tables import suppression
from strip_log.tables.figures import confidence
from strip_log.tables.rates import Rate, target_order
from strip_log.tables.request import SummaryRequest

#: Printed under every summary, in every format that has room for a sentence.
CAUTION = "Strip screening, not confirmed."

_UNCODED = (
    "{} test without a code is a sample of its own.",
    "{} tests without a code are samples of their own.",
)

_POSITIVITY = "positive / (positive + negative)"

Covered = list[dict[str, object]]


def covered(
    rates: list[Rate], totals: list[Rate], counts: Counts, asked: SummaryRequest
) -> Covered:
    """How many tests of each target were counted, invalid and void; never of several targets."""
    of_target = {one.target: one for one in (rates if asked.only_target else totals)}
    found: Covered = []
    for target in sorted(
        {*of_target, *counts.void}, key=lambda one: target_order(one, asked.targets)
    ):
        total, void = of_target.get(target), counts.void.get(target, 0)
        hidden = total.hidden if total else frozenset[str]()
        count = total.count if total else Count()
        too_few = asked.below is not None and suppression.small(void, asked.below)
        found.append(
            {
                "target": target,
                asked.counted: HIDDEN if hidden & {*Count._fields} else count.tests,
                "invalid": HIDDEN if "invalid" in hidden else count.invalid,
                "void": HIDDEN if too_few else void,
            }
        )
    return found


def about(counts: Counts, asked: SummaryRequest, covered: Covered) -> dict[str, object]:
    """What the summary covers, as data. A table for release has months instead of days."""
    whole = slice(None) if asked.below is None else slice(7)
    said: dict[str, object] = {
        "first": counts.first and counts.first[whole],
        "last": counts.last and counts.last[whole],
        "filters": dict(asked.filters),
        "counted": covered,
        "unit": asked.unit,
        "positivity": _POSITIVITY if asked.rated else None,
        "interval": asked.method.interval,
        "confidence": asked.method.confidence,
        "min_n": asked.method.min_n,
        "caution": CAUTION,
    }
    if asked.unit == "sample" and asked.below is None:
        said["without_sample_code"] = counts.uncoded
    if asked.below is not None:
        said["suppressed_below"] = asked.below
        said["released"] = _released(asked.below)
    return said


def footer(counts: Counts, asked: SummaryRequest, covered: Covered) -> tuple[str, ...]:
    """What the summary covers and how to read it, in sentences."""
    first = () if asked.below is None else (_released(asked.below),)
    return (*first, _counted(counts, asked, covered), *_how_to_read(counts, asked), CAUTION)


def notes(counts: Counts, asked: SummaryRequest) -> tuple[str, ...]:
    """How to read the summary, where what it covers is said elsewhere."""
    first = () if asked.below is None else (_released(asked.below),)
    return (*first, *_how_to_read(counts, asked))


def _how_to_read(counts: Counts, asked: SummaryRequest) -> list[str]:
    said = [_rates(asked)]
    if asked.unit == "sample":
        said.append(_BY_SAMPLE)
    if asked.unit == "sample" and asked.below is None:
        alone = f" {plural(counts.uncoded, *_UNCODED)}" if counts.uncoded else ""
        said.append(f"Conflicting: samples with both outcomes.{alone}")
    return said


_BY_SAMPLE = (
    "Counted by sample: strips of one sample and target count once, the latest valid outcome."
)


def _released(below: int) -> str:
    return (
        f"For release: counts from 1 to {below - 1} are hidden, and others from which they could be"
        " worked out; zero is shown unless it would say that all strips showed the same."
    )


def _counted(counts: Counts, asked: SummaryRequest, covered: Covered) -> str:
    """`Period 2026-01-01 to today. Tests from 2026-01-05 to 2026-02-05, only site Insite: ...`."""
    period = "" if asked.before or not bounded(asked) else f"Period {bounds(asked)}. "
    each = ", ".join(
        f"{one['target']} {one[asked.counted]} ({one['invalid']} invalid, {_void(one, asked)})"
        for one in covered
    )
    found = days(counts, asked)
    said = f"from {found}" if found else "none"
    only = f", only {chosen(asked)}" if chosen(asked) else ""
    return f"{period}{asked.counted.capitalize()} {said}{only}{': ' if each else ''}{each}."


def each_target(asked: SummaryRequest, covered: Covered) -> str:
    """`fentanyl 120 (3 invalid; 1 void left out)`, and the other targets on lines of their own."""
    return "\n".join(
        f"{one['target']} {one[asked.counted]} ({one['invalid']} invalid;"
        f" {_void(one, asked)} left out)"
        for one in covered
    )


def days(counts: Counts, asked: SummaryRequest) -> str:
    """The first and the last day of the tests; for release, their months. Empty without a test."""
    whole = 10 if asked.below is None else 7
    first, last = ((day or "")[:whole] for day in (counts.first, counts.last))
    return f"{first} to {last}" if first else ""


def chosen(asked: SummaryRequest) -> str:
    """Which tests were chosen, in words: `site Insite; drug not cocaine`. Without the period."""
    return "; ".join(
        f"{name} {said}" for name, said in asked.filters.items() if name not in _BOUNDS
    )


def bounded(asked: SummaryRequest) -> bool:
    """Whether the period that was asked for has an end that is not open."""
    return not asked.filters.keys().isdisjoint(_BOUNDS)


def bounds(asked: SummaryRequest) -> str:
    """The period that was asked for: `the beginning to 2026-03-31`."""
    return " to ".join(asked.filters.get(name, open) for name, open in _BOUNDS.items())


#: The two ends of the period that was asked for, and the words for an open one.
_BOUNDS = {"since": "the beginning", "until": "today"}


def _void(one: dict[str, object], asked: SummaryRequest) -> str:
    """The number of void strips. Only strips can be void, so samples need the longer words."""
    number = one["void"]
    if asked.unit == "strip" or not isinstance(number, int):
        return f"{number} void"
    return so_many(number, "void strip")


def _rates(asked: SummaryRequest) -> str:
    if not asked.rated:
        return (
            "No rate: strips were chosen by what they showed, and positivity is"
            f" {_POSITIVITY}. Leave {' and '.join(asked.where.outcomes_chosen)} out to see it."
        )
    method = asked.method
    return (
        f"Positivity is {_POSITIVITY}; invalid strips are shown and left out of it, void ones are"
        f" left out. {confidence(method.confidence)} % CI: {NAMES[method.interval]} interval;"
        f" low n: fewer than {method.min_n} valid."
    )
