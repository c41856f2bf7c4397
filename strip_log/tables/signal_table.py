"""The table of `striplog signals`: a sentence for each signal, and its counts for programs."""

from strip_log.formats.table import NUMBERS, Column, Page, Table
from strip_log.query.weeks import WEEK, label, over
from strip_log.record.fields import FIELDS
from strip_log.record.words import plural
from strip_log.stats.signals import CHANCE_A_YEAR, OFTEN
from strip_log.tables.codebook import Description, meant
from strip_log.tables.completeness import complete
from strip_log.tables.coverage import CAUTION
from strip_log.tables.news import News
from strip_log.tables.series import Watched
from strip_log.tables.signal_words import HARDLY_SEEN, SPARSE, by_chance, none, sentence
from strip_log.tables.signals import Look, Rung, SignalRequest

#: All columns, in their order; people see the sentences alone.
_MEANINGS = {
    "sentence": Description("The signal in words."),
    "signal": Description(
        "What it is.", allowed="rise, fall, first ever, first in a while, contradiction"
    ),
    **{name: Description(FIELDS[name].meaning) for name in ("target", "drug", "site")},
    "seen_on": Description("The day on which it is, or would have been, seen.", "date"),
    "week": Description("The last week that it is about, an ISO week.", allowed="2026-W01"),
    "weeks": Description("How many weeks are compared with those before.", "integer", "weeks"),
    "positive": Description("Positive tests in these weeks.", "integer", "tests"),
    "valid": Description("Positive and negative tests in these weeks.", "integer", "tests"),
    "before_weeks": Description("How many weeks before them.", "integer", "weeks"),
    "before_positive": Description("Positive tests in the weeks before.", "integer", "tests"),
    "before_valid": Description(
        "Positive and negative tests in the weeks before; for a first positive, since the last one,"
        " or ever.",
        "integer",
        "tests",
    ),
    "p": Description(
        "How probable so many positives are, or more (for a fall: or fewer), if nothing changed.",
        "decimal",
        "0 to 0.001",
    ),
    "rang_weeks": Description("On how many Mondays in a row it was seen.", "integer", "weeks"),
    "last_positive": Description("The day of the positive before; empty if none.", "date"),
    "samples": Description("Samples with both outcomes.", "integer", "samples"),
}

_COLUMNS: tuple[Column, ...] = tuple(
    meant(
        name,
        meaning,
        "" if name == "sentence" else name.replace("_", " ").capitalize(),
        audience="all" if name == "sentence" else "files",
        right=meaning.kind in NUMBERS,
    )
    for name, meaning in _MEANINGS.items()
)


def table(found: Look) -> Table:
    """The signals, and for one look also what is new and what contradicts itself."""
    asked, watched, signals = found.asked, found.watched, len(found.rung)
    footer = _footer(watched, asked, signals)
    rows = [_of_signal(one, asked) for one in found.rung]
    rows += [_of_news(one, asked) for one in found.news]
    return Table(
        name="signals",
        title=_title(asked) if rows else "",
        columns=_COLUMNS,
        rows=[tuple(row.get(column.name) for column in _COLUMNS) for row in rows],
        about=_about(watched, asked, signals),
        footer=footer,
        page=Page(_title(asked), (("Caution", CAUTION),), footer[:-1]),
    )


def _title(asked: SignalRequest) -> str:
    if asked.replay:
        return f"Signals as they would have been seen, {asked.ends[0]} to {asked.ends[-1]}"
    return f"Signals on {asked.as_of}"


_Row = dict[str, object]


def _of_signal(one: Rung, asked: SignalRequest) -> _Row:
    window = one.signal.window
    day = f"{one.end}: " if asked.replay else ""
    return {
        "signal": one.signal.direction,
        "target": one.name.target,
        one.name.part: one.name.value,
        "seen_on": str(one.end),
        "week": label(one.end - WEEK),
        "weeks": window.weeks,
        "positive": window.positive,
        "valid": window.valid,
        "before_weeks": window.before_weeks,
        "before_positive": window.before_positive,
        "before_valid": window.before_valid,
        "p": one.signal.p,
        "rang_weeks": one.weeks if asked.replay else None,
        "sentence": f"{day}{sentence(one, asked.where)}",
    }


def _of_news(one: News, asked: SignalRequest) -> _Row:
    return {
        "signal": one.kind,
        "target": one.target,
        "drug": one.drug,
        "seen_on": str(asked.as_of),
        "week": label(over(asked.as_of, 1).last),
        "positive": one.positive,
        "valid": one.valid,
        "before_valid": one.before,
        "last_positive": one.last,
        "samples": one.samples,
        "sentence": one.sentence,
    }


def _about(watched: Watched, asked: SignalRequest, signals: int) -> dict[str, object]:
    series, often, sparse = _kinds(watched, asked)
    sites = complete(watched.entered, asked.ends[-1] - WEEK)
    return {
        "as_of": str(asked.as_of),
        "first_week": label(asked.ends[0] - WEEK),
        "last_week": label(asked.ends[-1] - WEEK),
        "filters": dict(asked.where.described()),
        "signals": signals,
        "series": series,
        "series_often": often,
        "series_sparse": sparse,
        "chance_signals_a_year": round(often * CHANCE_A_YEAR, 2),
        **(sites.about if sites else {}),
        "caution": CAUTION,
    }


def _kinds(watched: Watched, asked: SignalRequest) -> tuple[int, int, int]:
    """How many series are watched, have so many tests that chance rings often, or have few."""
    rates = watched.rates(asked.ends)
    return len(rates), sum(one >= OFTEN for one in rates), sum(one < SPARSE for one in rates)


def _footer(watched: Watched, asked: SignalRequest, signals: int) -> tuple[str, ...]:
    series, often, sparse = _kinds(watched, asked)
    last = asked.ends[-1] - WEEK
    said = [] if signals else [none(asked)]
    if not asked.replay and watched.counts.last and watched.counts.last < str(last):
        said.append(f"No tests in {label(last)}: the last before are of {watched.counts.last}.")
    if asked.where:
        only = "; ".join(f"{name} {value}" for name, value in asked.where.described().items())
        said.append(f"Only {only}.")
    said.append(
        f"Watched until {label(last)}: {series} series, each a target by drug or by site."
        f" {by_chance(often)}"
    )
    if sparse:
        have = plural(sparse, "{} series has", "{} series have")
        said.append(f"{have} fewer than {SPARSE} strips a week: {HARDLY_SEEN}")
    sites = complete(watched.entered, last)
    if sites and not asked.replay:
        said.append(sites.sentence())
    return (*said, CAUTION)
