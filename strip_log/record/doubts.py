"""Warnings about a test that is recorded all the same."""

from strip_log.record.own_fields import fields_of
from strip_log.record.privacy import looks_personal
from strip_log.record.test import Test


def doubts(test: Test) -> list[str]:
    """Warnings about a test, one sentence each; empty when there are none."""
    found = []
    if test.expires_on and test.expires_on < test.tested_on:
        found.append(f"The strip had expired on {test.expires_on}: its outcome is less certain.")
    written = fields_of(test.extra) | ({"note": test.note} if test.note else {})
    for name, value in written.items():
        if what := looks_personal(value):
            found.append(
                f"The {name} looks like it holds {what}. A logbook can be demanded by a court:"
                " undo this, and leave it out."
            )
    return found


def apart(one: Test, other: Test) -> bool:
    """Whether two tests with the same sample code can hardly be of one sample: their drugs differ,
    or one is positive and the other negative for the same target."""
    if one.drug and other.drug and one.drug != other.drug:
        return True
    return one.target == other.target and {one.outcome, other.outcome} == {"positive", "negative"}
