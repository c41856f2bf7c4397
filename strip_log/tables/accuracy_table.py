"""The table of `striplog accuracy`, with its columns and its sentences."""

from collections.abc import Callable, Sequence
from typing import Any

from strip_log.formats.table import Column, Page, Table, ValueKind, dash
from strip_log.record.fields import heading
from strip_log.record.words import so_many
from strip_log.stats.accuracy import Share
from strip_log.tables.accuracy import LEAST, REFERENCES, UNLIKE, Accuracy, AccuracyRequest
from strip_log.tables.figures import confidence, ends, tenths

#: What is estimated, each with its heading and its meaning.
_SHARES = {
    "sensitivity": ("Sensitivity", "Of the samples positive in the lab, the share with a positive"
                    " strip."),
    "specificity": ("Specificity", "Of the samples negative in the lab, the share with a negative"
                    " strip."),
    "ppv": ("PPV", "Of the positive strips, the share that the lab confirmed."),
    "npv": ("NPV", "Of the negative strips, the share that the lab confirmed."),
}  # fmt: skip

_CELLS = {
    "true_positive": ("TP", "Positive strip, positive in the lab."),
    "false_negative": ("FN", "Negative strip, positive in the lab."),
    "false_positive": ("FP", "Positive strip, negative in the lab."),
    "true_negative": ("TN", "Negative strip, negative in the lab."),
}


def table(found: Sequence[Accuracy], asked: AccuracyRequest) -> Table:
    """A row for each target, or for each target and group."""
    columns = _columns(asked)
    footer = _footer(found, asked)
    by = f" by {heading(asked.by).lower()}" if asked.by else ""
    return Table(
        name="accuracy",
        columns=columns,
        rows=[tuple(one.value(each) for one in columns if one.value) for each in found],
        section="target" if asked.by else None,
        about={
            "filters": asked.where.described(),
            "by": asked.by,
            "reference": "any" if asked.any_method else list(REFERENCES),
            "confidence": asked.confidence,
            "least": LEAST,
        },
        footer=footer,
        page=Page(f"Strips against the lab{by}", (), footer),
    )


def _columns(asked: AccuracyRequest) -> tuple[Column, ...]:
    level = confidence(asked.confidence)
    group = () if asked.by is None else (
        Column("group", heading(asked.by), lambda one: one.group, dash,
               meaning=f"The {asked.by} of the sample's first valid strip."),
    )  # fmt: skip
    return (
        Column("target", "Target", lambda one: one.target, meaning="What the strip detects."),
        *group,
        *(
            _column(name, title, _cell(name), "integer", meaning=meaning, allowed="samples")
            for name, (title, meaning) in _CELLS.items()
        ),
        *(one for name in _SHARES for one in _share_columns(name, level)),
        _column("sent_positive", "Positives sent", lambda one: one.sent[0], "fraction",
                audience="files", meaning="The share of strip positives that went to the lab."),
        _column("sent_negative", "Negatives sent", lambda one: one.sent[1], "fraction",
                audience="files", meaning="The share of strip negatives that went to the lab."),
        _column("sent", "Sent, + and −", _sent, "figures", audience="people", spare=True),
        _column("positives", "Strip positives", lambda one: one.positives, "integer",
                audience="files", meaning="All samples whose first valid strip was positive."),
        _column("negatives", "Strip negatives", lambda one: one.negatives, "integer",
                audience="files", meaning="All samples whose first valid strip was negative."),
        _column("corrected", "", lambda one: one.corrected, "flag",
                show=lambda corrected: "corrected" if corrected else "",
                meaning="Whether it is allowed for which samples went to the lab."),
        Column("refused", "Refused", lambda one: " ".join(one.refused), audience="files",
               meaning="Why an estimate is missing."),
    )  # fmt: skip


def _column(
    name: str, title: str, value: Callable[[Accuracy], object], kind: ValueKind, **more: Any
) -> Column:
    return Column(name, title, value, right=kind != "flag", kind=kind, **more)


def _cell(name: str) -> Callable[[Accuracy], object]:
    return lambda one: getattr(one.verified, name)


def _share_columns(name: str, level: str) -> tuple[Column, ...]:
    title, meaning = _SHARES[name]

    def share(one: Accuracy) -> Share | None:
        found: Share | None = getattr(one, name)
        return found

    def said(one: Accuracy) -> str:
        found = share(one)
        return f"{tenths(found.value)} ({ends(found.interval)})" if found else "–"

    def part(of: Callable[[Share], float]) -> Callable[[Accuracy], object]:
        def value(one: Accuracy) -> object:
            found = share(one)
            return of(found) if found else None

        return value

    return (
        _column(f"{name}_said", f"{title} % ({level} % CI)", said, "figures", audience="people"),
        _column(name, title, part(lambda found: found.value), "fraction", audience="files",
                meaning=meaning, allowed="0 to 1"),
        _column(f"{name}_low", f"{title} low", part(lambda found: found.interval.low), "fraction",
                audience="files", meaning=f"Lower end of the interval of {name}."),
        _column(f"{name}_high", f"{title} high", part(lambda found: found.interval.high),
                "fraction", audience="files", meaning=f"Upper end of the interval of {name}."),
    )  # fmt: skip


def _sent(one: Accuracy) -> str:
    of = one.verified
    return f"{of.strip_positive}/{one.positives}, {of.strip_negative}/{one.negatives}"


def _footer(found: Sequence[Accuracy], asked: AccuracyRequest) -> tuple[str, ...]:
    only = "; ".join(f"{name} {value}" for name, value in asked.where.described().items())
    said = [f"Only {only}."] if only else []
    if asked.any_method:
        said.append(
            "The lab's word by any method counts here. FTIR misses what is below 5 %: strips that"
            " are right look false."
        )
    else:
        said.append(f"The lab's word counts by {', '.join(REFERENCES)}.")
        if left_out := sum(one.not_counted for one in found):
            said.append(
                f"{so_many(left_out, 'sample')} confirmed by another method, or by none that was"
                " noted, left out: --reference any counts them."
            )
    if both := sum(one.contradictory for one in found):
        said.append(f"{so_many(both, 'sample')} with contradictory words of the lab left out.")
    said += _by_reason(found, asked)
    said += _corrected(found, asked)
    level = confidence(asked.confidence)
    said.append(
        f"A sample's first valid strip against the lab's word on the same target. {level} % CI:"
        " Wilson. PPV and NPV hold for supplies like this one."
    )
    return tuple(said)


def _corrected(found: Sequence[Accuracy], asked: AccuracyRequest) -> list[str]:
    """For which sensitivity and specificity are corrected, and why."""
    corrected = [one for one in found if one.corrected]
    if not corrected:
        return []
    said = [
        f"Corrected for {_names(corrected, asked)}: the shares of strip positives and negatives"
        f" that went to the lab are more than {UNLIKE:g}-fold apart, so sensitivity and specificity"
        " are those of Begg and Greenes, with an interval on the logit scale."
    ]
    if half := [one for one in corrected if one.half]:
        said.append(f"For {_names(half, asked)} a count is 0, so half a sample was added to each.")
    return said


def _names(found: Sequence[Accuracy], asked: AccuracyRequest) -> str:
    """The targets and groups, the first of many."""
    names = [f"{one.target}, {one.group or 'not given'}" if asked.by else one.target
             for one in found]  # fmt: skip
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return "; ".join(names[:_NAMED]) + more


#: The most targets and groups that a sentence names.
_NAMED = 5


def _by_reason(found: Sequence[Accuracy], asked: AccuracyRequest) -> list[str]:
    """Why estimates are missing, with whose they are."""
    reasons: dict[str, list[Accuracy]] = {}
    for one in found:
        for why in one.refused:
            reasons.setdefault(why, []).append(one)
    return [f"{_names(ones, asked)}: {why[0].lower()}{why[1:]}" for why, ones in reasons.items()]
