"""How well strips agree with a lab, and what that says about a positivity."""

from math import exp, log, sqrt
from typing import NamedTuple

from strip_log.stats import beta
from strip_log.stats.interval import Interval
from strip_log.stats.normal import two_sided


class Verified(NamedTuple):
    """Samples that went to the lab, by what the strip and then the lab said."""

    true_positive: int
    false_negative: int
    false_positive: int
    true_negative: int

    @property
    def strip_positive(self) -> int:
        return self.true_positive + self.false_positive

    @property
    def strip_negative(self) -> int:
        return self.true_negative + self.false_negative

    @property
    def lab_positive(self) -> int:
        return self.true_positive + self.false_negative

    @property
    def lab_negative(self) -> int:
        return self.true_negative + self.false_positive


class Share(NamedTuple):
    """An estimate from 0 to 1 with its interval."""

    value: float
    interval: Interval


def begg_greenes(
    verified: Verified, positives: int, negatives: int, confidence: float = 0.95
) -> tuple[Share, Share]:
    """Sensitivity and specificity where the strip decided which samples went to the lab.

    `positives` and `negatives` are all samples by their strip. C. B. Begg and R. A. Greenes
    (1983), Biometrics 39:207-215, with the interval on the logit scale by the delta method. Where a
    count is 0, half a sample is added to each of the four.
    """
    extra = 0.5 if 0 in verified else 0.0
    tp, fn, fp, tn = (count + extra for count in verified)
    p, n = positives, negatives
    of_positives, of_negatives = tp / (tp + fp), fn / (fn + tn)
    share = p / (p + n)
    sensitivity = share * of_positives / (share * of_positives + (1 - share) * of_negatives)
    specificity = (
        (1 - share)
        * (1 - of_negatives)
        / (share * (1 - of_positives) + (1 - share) * (1 - of_negatives))
    )
    of_strips = 1 / p + 1 / n
    return (
        _on_logit(sensitivity, of_strips + fp / (tp * (tp + fp)) + tn / (fn * (fn + tn)),
                  confidence),
        _on_logit(specificity, of_strips + tp / (fp * (tp + fp)) + fn / (tn * (fn + tn)),
                  confidence),
    )  # fmt: skip


def _on_logit(share: float, variance: float, confidence: float) -> Share:
    """A share whose logit has this variance."""
    middle, spread = log(share / (1 - share)), two_sided(confidence) * sqrt(variance)
    low, high = (1 / (1 + exp(-end)) for end in (middle - spread, middle + spread))
    return Share(share, Interval(low, high))


class KnownShare(NamedTuple):
    """A sensitivity or a specificity, from 0 to 1, and how many lab results it rests on."""

    share: float
    n: float


def rogan_gladen(positivity: float, sensitivity: float, specificity: float) -> float:
    """The share of samples that have the target, where sensitivity + specificity are above 1.

    It can be below 0 or above 1. W. J. Rogan and B. Gladen (1978), American Journal of
    Epidemiology 107:71-76.
    """
    return (positivity + specificity - 1) / (sensitivity + specificity - 1)


def lang_reiczigel(
    positive: float,
    n: float,
    sensitivity: KnownShare,
    specificity: KnownShare,
    confidence: float = 0.95,
) -> Interval:
    """The interval of `rogan_gladen`, with the uncertainty of both shares; not cut off at 0 or 1.

    Where it lies wholly outside of 0 to 1, the positivity is not possible with such strips.
    Z. Lang and J. Reiczigel (2014), Preventive Veterinary Medicine 113:13-22.
    """
    z = two_sided(confidence)
    size, apparent = n + z * z, (positive + z * z / 2) / (n + z * z)
    (se, se_n), (sp, sp_n) = _with_two(sensitivity), _with_two(specificity)
    middle = rogan_gladen(apparent, se, sp)
    of_se, of_sp = se * (1 - se) / se_n, sp * (1 - sp) / sp_n
    shift = 2 * z * z * (middle * of_se - (1 - middle) * of_sp)
    spread = (
        z
        * sqrt(apparent * (1 - apparent) / size + middle**2 * of_se + (1 - middle) ** 2 * of_sp)
        / abs(se + sp - 1)
    )
    return Interval(middle + shift - spread, middle + shift + spread)


def _with_two(known: KnownShare) -> KnownShare:
    """The share with two more results, one of each kind."""
    return KnownShare((known.share * known.n + 1) / (known.n + 2), known.n + 2)


def above_floor(positive: int, n: int, specificity: float) -> float:
    """The probability of so many positives, or more, from false positives alone: exact binomial."""
    if positive == 0:
        return 1.0
    return beta.below(1 - specificity, positive, n - positive + 1)
