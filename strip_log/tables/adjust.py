"""The accuracy that positivity is to be adjusted for: as it was typed, or the logbook's own."""

from dataclasses import dataclass

from strip_log.errors import Misused
from strip_log.query.filter import Filter
from strip_log.stats.accuracy import KnownShare

#: With fewer lab results a sensitivity or specificity is no use.
LEAST = 10

_HOW = (
    "--adjust is own, or sensitivity, its number of lab positives, specificity and its number of"
    " lab negatives, such as 0.962,106,0.904,104"
)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Adjust:
    """Sensitivity and specificity, each with the lab results behind it; None for the own ones."""

    given: tuple[KnownShare, KnownShare] | None = None

    def check(self, by: tuple[str, ...], where: Filter) -> None:
        """Raise Misused unless each group is of one drug, and what was typed of one target."""
        if "drug" not in by and len(where.only.get("drug", ())) != 1:
            raise Misused(
                "--adjust is for one drug at a time, since strips read some drugs less well than"
                " others: add --by drug, or --drug."
            )
        if self.given and len(where.only.get("target", ())) != 1:
            raise Misused(
                "A sensitivity and a specificity are those of one target: add --target, such as"
                " --target fentanyl."
            )


def parsed(text: str) -> Adjust:
    """What was typed: `own`, or four numbers. Raises Misused."""
    if text.strip().casefold() == "own":
        return Adjust()
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != 4:
        raise Misused(f"{_HOW}, not {text!r}.")
    sensitivity, specificity = (
        KnownShare(_share(share, text), _number(number, text))
        for share, number in (parts[:2], parts[2:])
    )
    if sensitivity.share + specificity.share <= 1:
        raise Misused(
            f"Sensitivity {parts[0]} and specificity {parts[2]} add up to no more than 1: such"
            " strips say nothing, so no positivity can be adjusted for them."
        )
    return Adjust((sensitivity, specificity))


def _share(text: str, typed: str) -> float:
    try:
        share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        raise Misused(f"{_HOW}, not {typed!r}.") from None
    if not 0 <= share <= 1:
        raise Misused(f"A sensitivity or specificity is between 0 and 1, not {text}. {_HOW}.")
    return share


def _number(text: str, typed: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise Misused(f"{_HOW}, not {typed!r}.")
    if int(text) < LEAST:
        raise Misused(
            f"A sensitivity or specificity from {text} lab results is too uncertain: it takes at"
            f" least {LEAST}."
        )
    return int(text)
