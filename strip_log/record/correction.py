"""A correction: what was typed about tests that are written down, and what they say after it."""

from collections.abc import Iterable

from strip_log.errors import Missing, Misused
from strip_log.record.dates import Clock
from strip_log.record.entry import Entry
from strip_log.record.fields import FIELDS, called, parsed, spelled
from strip_log.record.own_fields import fields_of, own_fields
from strip_log.record.results import results
from strip_log.record.strips import StripValues, field_of
from strip_log.record.test import Test, changed
from strip_log.record.vocabulary import Vocabulary
from strip_log.record.words import unknown


def corrected(
    entry: Entry, test: Test, vocabulary: Vocabulary, clock: Clock, own: Iterable[str] = ()
) -> Test:
    """The test with what was typed in place of its old values.

    `own` are names of own fields that may be cleared though this test may have none of them.
    Raises RecordRefused, or Misused, for instance when nothing was typed.
    """
    kept = fields_of(test.extra)
    cleared = [_clearable(name, {*kept, *own}) for name in entry.cleared]
    if both := {*cleared, *entry.cleared} & {*map(field_of, entry.texts), *entry.own}:
        raise Misused(f"{min(both)} is both given and cleared: leave one of them out.")
    values: dict[str, str | bool | None] = {n: None for n in cleared if n in FIELDS}
    if "drug" in cleared:
        values["said"] = None
    for name, shown in results(entry.words, entry.lines, test.target, vocabulary):
        values |= {"target": name, "outcome": shown}
    values |= parsed(entry.of_sample, vocabulary, clock)
    strips = StripValues(entry.texts, entry.filled, vocabulary, clock)
    values |= strips.of_one(str(values.get("target", test.target)))
    if entry.said:
        values["said"] = entry.said
    if values.get("drug", test.drug) != test.drug:
        values["category"] = None  # it belonged to the old drug
    if entry.faint is not None:
        values["faint"] = entry.faint or None
    remaining = {name: value for name, value in kept.items() if name not in cleared}
    if entry.own or remaining != kept:
        values["extra"] = own_fields({**remaining, **entry.own})
    if not (values or cleared or strips.named):
        raise Missing("Say what to change, such as an outcome or --site.")
    return changed(test, values)


#: Fields that can be cleared. `said` and `category` depend on the drug.
_CLEARABLE = tuple(
    name for name, one in FIELDS.items() if not one.needed and name not in ("said", "category")
)


def _clearable(word: str, own: Iterable[str]) -> str:
    """The name of the field to clear, which may be one of the program's own. Raises Misused."""
    name = spelled(word)
    if word in own or name in _CLEARABLE:
        return word if word in own else name
    if name in FIELDS and FIELDS[name].needed:
        raise Misused(f"Every test has its {called(name)}: it cannot be cleared.")
    raise Misused(unknown("field", word, [*_CLEARABLE, *own]))


def targets(entry: Entry, vocabulary: Vocabulary) -> list[str]:
    """The targets that a correction gives to tests; none if they keep theirs."""
    named = [word.rpartition("=")[0] for word in entry.words if "=" in word]
    if entry.lines is not None:
        named += entry.words
    return [
        vocabulary.target(word) for word in (*named, *filter(None, [entry.texts.get("target")]))
    ]
