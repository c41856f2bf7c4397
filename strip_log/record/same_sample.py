"""One more strip of a sample that is written down: what it has in common with the others."""

from collections.abc import Sequence

from strip_log.record import ids
from strip_log.record.entry import Entry
from strip_log.record.fields import DEFAULTS, FIELDS, OF_STRIPS, spelled
from strip_log.record.own_fields import fields_of
from strip_log.record.test import Test

#: The fields that belong to one strip and not to its sample, or that are not typed as they are.
_OF_ONE_STRIP = (
    *OF_STRIPS,
    *("tested_on", "tested_time", "sample", "said", "category", "target", "outcome", "faint"),
    *("confirmed", "method", "note"),
)


def of_sample(tests: Sequence[Test]) -> Entry:
    """An entry for another strip of the sample of these tests, with all that they have in common.

    Where none of them has a code, the entry has a new one, which they need too.
    """
    test = tests[0]
    facts = {name: getattr(test, name) for name in FIELDS if name not in _OF_ONE_STRIP}
    code = next((one.sample for one in tests if one.sample), None) or ids.sample_code()
    return Entry(
        texts={
            **{name: str(value) for name, value in facts.items() if value is not None},
            "at": " ".join(filter(None, [test.tested_on, test.tested_time])),
            "sample": code,
        },
        own=fields_of(test.extra),
        cleared=tuple(name for name in DEFAULTS if name in facts and facts[name] is None),
        said=test.said,
    )


def of_the_same(entry: Entry, tests: Sequence[Test]) -> Entry:
    """What was typed, as another strip of the sample of these tests: what was typed holds."""
    sample = of_sample(tests)
    cleared = [name for name in sample.cleared if name not in entry.texts]
    out = {*map(spelled, entry.cleared)}
    common = {name: text for name, text in sample.texts.items() if name not in out}
    return entry._replace(
        texts={**common, **entry.texts},
        own={**sample.own, **entry.own},
        cleared=tuple(dict.fromkeys([*entry.cleared, *cleared])),
        said=sample.said if "drug" in common and "drug" not in entry.texts else None,
    )


def retest(test: Test, today: str) -> tuple[str, ...]:
    """The command that tests a sample again, for the target of this test, word by word.

    It asks for the outcome. `today` is the day on which it means today, `YYYY-MM-DD`.
    """
    entry = of_sample([test])
    texts = {n: one for n, one in entry.texts.items() if n != "at" or test.tested_on != today}
    again = entry._replace(texts=texts, cleared=())
    return ("add", "--target", test.target, *again.retyped((), ())[1:])
