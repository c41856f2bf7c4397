"""Made-up tests, the same for the same seed: for the demo and the benchmark, never for a report.

The rates resemble published ones: heroin 90.6 % and methamphetamine 5.9 % positive for fentanyl
(Tupper et al. 2018), invalid strips between 6 in 1 411 (Karamouzian et al. 2018) and 2 in 70
(Health Canada 2017). The other rates only look plausible.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from strip_log.record.test import Test

#: Sites, each with its share of the samples (a weight).
SITES = {"Insite": 45, "Powell Street": 25, "Outreach van": 18, "Festival tent": 12}

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

_BRANDS = {"fentanyl": "BTNX Rapid Response", "benzodiazepine": "BTNX Rapid Response"}
_FORMS = {"mdma": ("crystal", "brown"), "alprazolam": ("pill", "white"), "down": ("rock", "purple")}

#: Probabilities: that a strip is invalid, that a line is faint, that each further strip is used.
_INVALID, _FAINT, _FURTHER = 0.008, 0.06, 0.55


def tests(seed: int, number: int, first: date, days: int) -> Iterator[Test]:
    """`number` tests in the order of their dates, spread over `days` days from `first` on."""
    random = Random(seed)
    drugs, shares = list(DRUGS), [share for _, share, _ in DRUGS.values()]
    sites, visits = list(SITES), list(SITES.values())
    written = sample = 0
    while written < number:
        sample += 1
        day = first + timedelta(days=written * days // number)
        [drug], [site] = random.choices(drugs, shares), random.choices(sites, visits)
        said, _, chances = DRUGS[drug]
        facts: dict[str, Any] = {
            "tested_on": day.isoformat(),
            "sample": f"d{sample:05}",
            "site": site,
        }
        for target, chance in chances.items():
            if target != "fentanyl" and random.random() > _FURTHER:
                continue
            if written == number:
                return
            written += 1
            strip = _strip(random, day, target, chance)
            yield Test(**facts, **strip, **_told(random, drug, said))


def _strip(random: Random, day: date, target: str, chance: float) -> dict[str, Any]:
    """A strip and what it showed: positive with this chance, from 0 to 1, unless it is invalid."""
    drawn = random.random()
    outcome = "positive" if random.random() < chance else "negative"
    return {
        "target": target,
        "outcome": "invalid" if drawn < _INVALID else outcome,
        "faint": (outcome == "negative" and _INVALID < drawn < _INVALID + _FAINT) or None,
        "brand": _BRANDS.get(target, "WiseBatch"),
        "lot": f"{target[:1].upper()}{day:%y}{(day.month + 2) // 3:02}",
    }


def _told(random: Random, drug: str, said: str) -> dict[str, Any]:
    """What the person said about the sample."""
    form, colour = _FORMS.get(drug, ("powder", "white"))
    return {
        "drug": drug,
        "said": said if random.random() < 0.5 else drug,
        "form": form,
        "colour": colour,
        "timing": "before" if random.random() < 0.8 else "after",
    }
