"""How often strips are right: their samples against the lab's word, each target on its own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import log

from strip_log.errors import Misused
from strip_log.query.filter import Filter
from strip_log.query.lab import BOTH, LabKey
from strip_log.query.source import Source
from strip_log.stats.accuracy import KnownShare, Share, Verified, begg_greenes
from strip_log.stats.interval import wilson
from strip_log.stats.normal import two_sided
from strip_log.tables.rates import target_order

#: The methods whose word counts. FTIR misses what is below 5 %: true positives would look false.
REFERENCES = ("GC-MS", "LC-MS", "DART-MS", "paper spray")

#: By what the samples may be grouped.
GROUPS = ("brand", "lot", "drug", "dilution")

#: With fewer lab results than this of a kind there is no estimate.
LEAST = 10

#: Where one of strip positives and negatives goes to the lab so much oftener, it is corrected for.
UNLIKE = 1.5

NOT_SENT = (
    f"Fewer than {LEAST} strip-negative samples went to the lab: how many of them were false is not"
    " known."
)
ONLY_PPV = f"{NOT_SENT[:-1]}, so there is only the share of positives that were right."
NO_POSITIVES = "No strip-positive sample went to the lab."
FEW_POSITIVE = f"Fewer than {LEAST} samples were positive in the lab: no sensitivity."
FEW_NEGATIVE = f"Fewer than {LEAST} samples were negative in the lab: no specificity."


@dataclass(frozen=True, slots=True, eq=False, repr=False, kw_only=True)
class AccuracyRequest:
    """Which samples to compare with the lab. With `any_method` every method's word counts.

    `by` is one of GROUPS. Raises Misused for strips that were chosen by what they showed.
    """

    by: str | None = None
    where: Filter = field(default_factory=Filter)
    any_method: bool = False
    confidence: float = 0.95
    targets: tuple[str, ...] = ()
    day_start: str = "00:00"

    def __post_init__(self) -> None:
        if self.by is not None and self.by not in GROUPS:
            raise Misused(f"accuracy --by takes {', '.join(GROUPS)}, not {self.by!r}.")
        named = {*self.where.only, *self.where.but}
        if chosen := [name for name in ("outcome", "faint", "confirmed") if name in named]:
            raise Misused(
                "Samples cannot be chosen by what the strip or the lab said: leave"
                f" {' and '.join(chosen)} out."
            )


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Accuracy:
    """The samples of one target in one group, against the lab.

    `positives` and `negatives` are all samples by their strip; `not_counted` were confirmed by
    another method, or by none that was noted, and `contradictory` have two words of the lab.
    Estimates are None where they are refused, for the reasons in `refused`. With `corrected`
    sensitivity and specificity allow for which samples went to the lab; `half` says that a half was
    added to each count.
    """

    target: str
    group: str | None
    verified: Verified
    positives: int
    negatives: int
    not_counted: int
    contradictory: int
    ppv: Share | None = None
    npv: Share | None = None
    sensitivity: Share | None = None
    specificity: Share | None = None
    corrected: bool = False
    half: bool = False
    refused: tuple[str, ...] = ()

    @property
    def sent(self) -> tuple[float | None, float | None]:
        """The share of strip positives, and of strip negatives, that went to the lab."""
        of, counts = self.verified, (self.positives, self.negatives)
        sent = of.strip_positive, of.strip_negative
        one, other = (mine / all if all else None for mine, all in zip(sent, counts, strict=True))
        return one, other

    def known(self, confidence: float) -> tuple[KnownShare | None, KnownShare | None]:
        """Sensitivity and specificity with how many lab results each rests on; None without it.

        Of one that was corrected, as many as would give its interval; None if these are too few.
        """
        of = self.verified
        one, other = (
            share and KnownShare(share.value, _size(share, confidence) if self.corrected else n)
            for share, n in (
                (self.sensitivity, of.lab_positive),
                (self.specificity, of.lab_negative),
            )
        )
        return _if_sure(one), _if_sure(other)


def _if_sure(known: KnownShare | None) -> KnownShare | None:
    return known if known and known.n >= LEAST else None


def _size(share: Share, confidence: float) -> float:
    """How many results a share would rest on whose logit has this interval."""
    low, high = (log(end / (1 - end)) for end in share.interval)
    error = (high - low) / (2 * two_sided(confidence))
    return 1 / (share.value * (1 - share.value) * error**2)


def accuracies(source: Source, asked: AccuracyRequest) -> list[Accuracy]:
    """The accuracy of each target and group that has a sample the lab spoke about."""
    counts = source.lab_counts(asked.by, asked.where, asked.day_start)
    groups: dict[tuple[str, str | None], dict[LabKey, int]] = {}
    for key, number in counts.items():
        groups.setdefault((key.target, key.group), {})[key] = number
    found = [
        _accuracy(target, group, some, asked)
        for (target, group), some in groups.items()
        if any(key.confirmed for key in some)
    ]
    return sorted(found, key=lambda one: (
        *target_order(one.target, asked.targets), -sum(one.verified), one.group or "",
    ))  # fmt: skip


def _accuracy(
    target: str, group: str | None, counts: Mapping[LabKey, int], asked: AccuracyRequest
) -> Accuracy:
    def number(keys: Iterable[LabKey]) -> int:
        return sum(counts[key] for key in keys)

    spoken = [key for key in counts if key.confirmed and key.outcome != "invalid"]
    clear = [key for key in spoken if key.confirmed != BOTH]
    by_lab = [key for key in clear if asked.any_method or key.method in REFERENCES]
    cells = (("positive", "positive"), ("negative", "positive"), ("positive", "negative"),
             ("negative", "negative"))  # fmt: skip
    verified = Verified(*(
        number(key for key in by_lab if (key.outcome, key.confirmed) == cell) for cell in cells
    ))  # fmt: skip
    plain = Accuracy(
        target,
        group,
        verified,
        number(key for key in counts if key.outcome == "positive"),
        number(key for key in counts if key.outcome == "negative"),
        number(clear) - number(by_lab),
        number(spoken) - number(clear),
    )
    return _estimated(plain, asked.confidence)


def _estimated(found: Accuracy, confidence: float) -> Accuracy:
    """The same with the estimates that its counts allow."""
    of = found.verified
    counts = (found.target, found.group, of, found.positives, found.negatives,
              found.not_counted, found.contradictory)  # fmt: skip
    ppv = _share(of.true_positive, of.strip_positive, confidence) if of.strip_positive else None
    if of.strip_negative < LEAST:
        return Accuracy(*counts, ppv, refused=(ONLY_PPV if ppv else NOT_SENT,))
    npv = _share(of.true_negative, of.strip_negative, confidence)
    if not of.strip_positive:
        return Accuracy(*counts, npv=npv, refused=(NO_POSITIVES,))
    refused = []
    sent = of.strip_positive / found.positives, of.strip_negative / found.negatives
    corrected = max(sent) > UNLIKE * min(sent)
    if corrected:
        sensitivity, specificity = begg_greenes(of, found.positives, found.negatives, confidence)
    else:
        sensitivity = _share(of.true_positive, of.lab_positive, confidence)
        specificity = _share(of.true_negative, of.lab_negative, confidence)
    refused += [FEW_POSITIVE] if of.lab_positive < LEAST else []
    refused += [FEW_NEGATIVE] if of.lab_negative < LEAST else []
    return Accuracy(
        *counts,
        ppv,
        npv,
        None if of.lab_positive < LEAST else sensitivity,
        None if of.lab_negative < LEAST else specificity,
        corrected,
        corrected and 0 in of,
        tuple(refused),
    )


def _share(positive: int, n: int, confidence: float) -> Share:
    """A share with Wilson's interval; 0 of 0 is 0, which nobody is shown."""
    return Share(positive / n if n else 0.0, wilson(positive, n, confidence))
