"""Made-up tests, the same for the same seed: for the demo and the benchmark, never for a report.

The rates resemble published ones: heroin 90.6 % and methamphetamine 5.9 % positive for fentanyl
(Tupper et al. 2018), invalid strips between 6 in 1 411 (Karamouzian et al. 2018) and 2 in 70
(Health Canada 2017). The other rates only look plausible. Every field of a test is filled in here
and there, so that whatever striplog can do with it can be tried.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any, NamedTuple

from strip_log.record.dates import expiry
from strip_log.record.own_fields import own_fields
from strip_log.record.test import Test

#: Sites, each with its share of the samples (a weight).
SITES = {"Insite": 45, "Powell Street": 25, "Van": 18, "Festival tent": 12}

#: Drugs: the word used at the counter, a weight, and the probability of a positive by target.
_OPIOID = {"benzodiazepine": 0.42, "xylazine": 0.07, "nitazene": 0.02, "medetomidine": 0.2}
DRUGS: dict[str, tuple[str, int, dict[str, float]]] = {
    "down": ("down", 34, {"fentanyl": 0.88, **_OPIOID}),
    "heroin": ("heroin", 8, {"fentanyl": 0.906, **_OPIOID}),
    "fentanyl": ("fetty", 10, {"fentanyl": 0.97, **_OPIOID}),
    "methamphetamine": ("jib", 16, {"fentanyl": 0.059}),
    "cocaine": ("coke", 14, {"fentanyl": 0.03}),
    "crack cocaine": ("rock", 6, {"fentanyl": 0.04}),
    "mdma": ("molly", 6, {"fentanyl": 0.01}),
    "ketamine": ("ket", 3, {"fentanyl": 0.01}),
    "alprazolam": ("xanax", 3, {"fentanyl": 0.05, "benzodiazepine": 0.8}),
}


class Rise(NamedTuple):
    """A change: the probability of a positive in the last days is another one."""

    drug: str
    target: str
    days: int
    chance: float


#: The one change in the supply, for signals to find. All else stays as it is all the time.
RISE = Rise("down", "nitazene", 28, 0.5)

#: The forms and colours of a drug, the usual one first.
_LOOKS = {
    "down": (("rock", "purple"), ("chunk", "green"), ("powder", "grey"), ("residue", "brown")),
    "heroin": (("powder", "off-white"), ("tar", "black")),
    "fentanyl": (("powder", "white"), ("chunk", "blue"), ("pill", "blue")),
    "methamphetamine": (("crystal", "clear"), ("powder", "white")),
    "crack cocaine": (("rock", "off-white"),),
    "mdma": (("crystal", "brown"), ("pill", "pink"), ("capsule", "white")),
    "alprazolam": (("pill", "white"), ("pill", "yellow")),
}
_USUAL = (("powder", "white"), ("powder", "off-white"))

#: The strips for a target: the brand, the letter of its lots, how many months after its first use a
#: lot expires, and how much is dissolved. Nitazene strips are used a little too long.
_STRIPS = {
    "fentanyl": ("BTNX Rapid Response", "F", 18, "10 mg in 2.5 mL"),
    "benzodiazepine": ("BTNX Rapid Response", "B", 15, "10 mg in 2.5 mL"),
    "xylazine": ("WiseBatch", "X", 12, "10 mg in 5 mL"),
    "nitazene": ("WiseBatch", "N", 3, "10 mg in 5 mL"),
    "medetomidine": ("WiseBatch", "M", 12, "10 mg in 5 mL"),
}

#: For how many days a lot is used; each site opens the next one so many days before the last site.
_LOT_DAYS, _AHEAD = 92, 12

#: Probabilities: that a strip is invalid, in general and in one bad lot, that a line is faint, that
#: each further strip is used, that an invalid strip is followed by another.
_INVALID, _FAINT, _FURTHER, _AGAIN = 0.008, 0.06, 0.55, 0.85
_BAD_LOT, _INVALID_OF_IT = "B3", 0.15

#: How often a strip goes to the lab, after its outcome, and how often the lab has the same result.
_TO_THE_LAB = {"positive": (0.12, 0.92), "negative": (0.07, 0.98)}
_METHODS = ("GC-MS", "GC-MS", "paper spray", "LC-MS", "FTIR")

#: What people mean to do after a positive strip, and after any other.
_MEANT = {
    "positive": ("less", "less, with someone", "test dose", "with someone", "dispose", "less"),
    "other": ("as intended", "as intended", "less", "as intended, with someone"),
}
_TIMINGS = ("before",) * 8 + ("after", "not-using")
_NOTES = ("sold as rock candy", "smells of vinegar", "a second strip from another lot agreed")
_OVERDOSE = tuple(own_fields({"overdose": word}) for word in ("no", "no", "no", "yes"))


class _Sample(NamedTuple):
    """What the strips of one sample have in common. `facts` are fields of its tests."""

    day: date
    site: str
    chances: dict[str, float]
    facts: dict[str, Any]


def tests(seed: int, number: int, first: date, days: int) -> Iterator[Test]:
    """`number` tests in the order of their dates, spread over `days` days from `first` on.

    The strips of a sample follow each other. An invalid one is mostly followed by another.
    """
    random = Random(seed)
    expire: dict[str, str] = {}
    written = sample = 0
    while written < number:
        sample += 1
        day = first + timedelta(days=written * days // number)
        one = _changed(_sample(random, f"d{sample:05}", day), first + timedelta(days=days - 1))
        for test in _strips(random, one, first, expire):
            if written == number:
                return
            written += 1
            yield test


def _changed(sample: _Sample, last: date) -> _Sample:
    """The sample, with another chance if it is one of those that RISE is about."""
    early = sample.day <= last - timedelta(days=RISE.days)
    if sample.facts["drug"] != RISE.drug or early:
        return sample
    return sample._replace(chances={**sample.chances, RISE.target: RISE.chance})


def _sample(random: Random, code: str, day: date) -> _Sample:
    [drug] = random.choices(_NAMES, _SHARES)
    [site] = random.choices(_PLACES, _VISITS)
    said, _, chances = DRUGS[drug]
    looks = _LOOKS.get(drug, _USUAL)
    drawn = random.random()
    form, colour = looks[0] if drawn < 0.5 else looks[int(drawn * 997) % len(looks)]
    facts = {
        "tested_on": day.isoformat(),
        "sample": code,
        "site": site,
        "drug": drug,
        "said": said if random.random() < 0.5 else drug,
        "form": form,
        "colour": colour,
        "timing": _TIMINGS[int(random.random() * len(_TIMINGS))],
    }
    if site == "Festival tent" and drawn < 0.4:
        facts["tested_time"] = f"{20 + int(drawn * 10)}:{int(drawn * 5900) % 60:02}"
    if 0.4 < drawn < 0.8:
        facts["extra"] = _OVERDOSE[int(drawn * 1000) % len(_OVERDOSE)] or ""
    elif drawn > 0.988:
        facts["note"] = _NOTES[int(drawn * 10_000) % len(_NOTES)]
    return _Sample(day, site, chances, facts)


_NAMES, _SHARES = [*DRUGS], [share for _, share, _ in DRUGS.values()]
_PLACES, _VISITS = [*SITES], [*SITES.values()]


def _strips(random: Random, sample: _Sample, first: date, expire: dict[str, str]) -> Iterator[Test]:
    """The strips of a sample. `expire` has the expiry dates of the lots so far."""
    facts = sample.facts
    since = (sample.day - first).days + _PLACES.index(sample.site) * _AHEAD
    meant: str | None = None
    for target, chance in sample.chances.items():
        if target != "fentanyl" and random.random() > _FURTHER:
            continue
        brand, letter, months, dilution = _STRIPS[target]
        lot = f"{letter}{since // _LOT_DAYS + 1}"
        strip: dict[str, Any] = {"brand": brand, "lot": lot, "dilution": dilution}
        strip["expires_on"] = expire.get(lot) or expire.setdefault(lot, _expiry(sample.day, months))
        positive = random.random() < chance
        for again in (False, True):
            shown = _shown(random, positive, _INVALID_OF_IT if lot == _BAD_LOT else _INVALID)
            if meant is None and facts["timing"] == "before":
                often = _MEANT.get(shown["outcome"], _MEANT["other"])
                meant = often[int(random.random() * len(often))]
            yield Test(target, **facts, **strip, **shown, intention=meant)
            if again or shown["outcome"] != "invalid" or random.random() > _AGAIN:
                break


def _shown(random: Random, positive: bool, invalid: float) -> dict[str, Any]:
    """What a strip showed, and what the lab said of some; `invalid` is a probability."""
    drawn = random.random()
    if drawn < invalid:
        return {"outcome": "invalid"}
    outcome = "positive" if positive else "negative"
    shown: dict[str, Any] = {"outcome": outcome}
    if not positive and drawn < invalid + _FAINT:
        shown["faint"] = True
    sent, agrees = _TO_THE_LAB[outcome]
    if drawn > 1 - sent:
        said = positive == (random.random() < agrees)
        shown["confirmed"] = "positive" if said else "negative"
        shown["method"] = _METHODS[int(random.random() * len(_METHODS))]
    return shown


def _expiry(opened: date, months: int) -> str:
    """The last day of the month so many months after a lot was opened."""
    years, month = divmod(opened.month - 1 + months, 12)
    return expiry(f"{opened.year + years}-{month + 1:02}")
