"""A test: one strip, read once, as a frozen value."""

from collections.abc import Mapping
from typing import NamedTuple

from strip_log.errors import RecordRefused


class Test(NamedTuple):
    """One strip, read once. Its fields are columns of the table `entry`; None when not given."""

    target: str
    outcome: str
    tested_on: str
    tested_time: str | None = None
    sample: str | None = None
    site: str | None = None
    drug: str | None = None
    said: str | None = None
    category: str | None = None
    faint: bool | None = None
    brand: str | None = None
    lot: str | None = None
    expires_on: str | None = None
    dilution: str | None = None
    form: str | None = None
    colour: str | None = None
    timing: str | None = None
    intention: str | None = None
    confirmed: str | None = None
    method: str | None = None
    extra: str | None = None
    note: str | None = None


#: The names of the fields, each a column of `entry`. `extra` has a program's own fields, as JSON.
FACTS = Test._fields


def checked(test: Test) -> Test:
    """The test, unchanged. Raises RecordRefused if its fields contradict each other."""
    if test.faint and test.outcome != "negative":
        raise RecordRefused(
            f"A faint second line is still a line, so the strip is negative, not {test.outcome}."
            " Type neg --faint, or leave --faint out."
        )
    if test.method and not test.confirmed:
        raise RecordRefused("--method needs the lab's result too: add --confirmed pos or neg.")
    return test


def changed(test: Test, values: Mapping[str, object]) -> Test:
    """The test with other values. Raises RecordRefused if its fields contradict each other."""
    return checked(test._replace(**values))  # type: ignore[arg-type]
