"""A test: one strip, read once, as a frozen value."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from strip_log.errors import RecordRefused


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Test:
    """One strip, read once. Its facts are those of the table `entry`, None when not given."""

    __test__ = False  # for pytest, which collects what is called Test

    target: str
    outcome: str
    tested_on: str
    tested_time: str | None = None
    sample: str | None = None
    site: str | None = None
    drug: str | None = None
    said: str | None = None
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


#: The facts of a test: a column of `entry` each. `extra` holds a program's own fields, as JSON.
FACTS = Test.__slots__


def checked(test: Test) -> Test:
    """The test itself when its fields go together; raises RecordRefused otherwise."""
    if test.faint and test.outcome != "negative":
        raise RecordRefused(
            f"A faint second line is still a line, so the strip is negative, not {test.outcome}."
            " Type neg --faint, or leave --faint out."
        )
    if test.method and not test.confirmed:
        raise RecordRefused("--method says how the lab confirmed: type --confirmed pos or neg too.")
    return test


def changed(test: Test, values: Mapping[str, object]) -> Test:
    """The test with other values; raises RecordRefused when they do not go together."""
    return checked(replace(test, **values))  # type: ignore[arg-type]
