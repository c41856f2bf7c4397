"""The fields that a program adds for itself, such as `overdose=no`. Kept in `extra`, as JSON."""

from collections.abc import Collection, Mapping

from strip_log.errors import RecordRefused
from strip_log.record.fields import FIELDS, about, spelled
from strip_log.record.privacy import refuse_personal_field
from strip_log.record.text import NOTE_LENGTH, TEXT_LENGTH, printable, text


def own_fields(pairs: Mapping[str, str]) -> str | None:
    """The own fields as JSON for `extra`; None when there are none. Raises as `own_field` does."""
    if not pairs:
        return None
    import json  # few tests have own fields, and `add` must be fast

    for name, value in pairs.items():
        own_field(name)
        with about(f"value of the field {name!r}"):
            own_value(value)
    return json.dumps(dict(sorted(pairs.items())), ensure_ascii=False)


def own_field(name: str) -> str:
    """The name of an own field, unchanged if it is allowed.

    Raises RecordRefused, or RefusedForSafety if the field would identify a person.
    """
    if spelled(name) in _TAKEN:
        raise RecordRefused(f"{name!r} is a field of striplog itself: choose another name.")
    if name.endswith("!"):
        raise RecordRefused(f"The field {name!r} would be read as its opposite: leave the ! out.")
    refuse_personal_field(name)
    with about(f"name of the field {name!r}"):
        return text(name)


def own_value(value: str) -> str:
    """The value of an own field, unchanged if it is allowed. Raises ValueRefused.

    Text with several lines may be as long as a note.
    """
    if value == value.strip() and ("\n" in value or len(value) > TEXT_LENGTH):
        return printable(value, NOTE_LENGTH, kept="\n\t")
    return text(value)


#: Names that are taken: columns of a test, columns of a summary, and ways to group.
_TAKEN = frozenset(
    (
        *FIELDS,
        *("extra", "retest_of", "striplog_line", "striplog_reason"),
        *("id", "number", "at", "void", "reason"),
        *(
            "logbook",
            "day",
            "week",
            "month",
            "quarter",
            "year",
            "positive",
            "negative",
            "valid",
            "invalid",
        ),
        *("positivity", "ci_low", "ci_high", "low_n", "conflicting", "suppressed_below"),
        *("interval", "bar", "band", "series", "since", "until", "change", "invalids", "points"),
        *("difference", "difference_low", "difference_high", "now_of", "now_rate", "before_of"),
        *("before_rate", "before_positive", "before_negative", "before_valid", "before_invalid"),
        *("before_positivity", "before_ci_low", "before_ci_high"),
        *("adjusted", "adjusted_low", "adjusted_high", "adjusted_why", "floor"),
    )
)


def fields_of(extra: str | None) -> dict[str, str]:
    """The own fields by name, from the JSON in `extra`."""
    if not extra:
        return {}
    import json

    return {str(name): str(value) for name, value in json.loads(extra).items()}


def without(extra: str | None, names: Collection[str]) -> str | None:
    """The own fields as JSON without those of these names; None when none are left."""
    import json

    kept = {name: value for name, value in fields_of(extra).items() if name not in names}
    return json.dumps(kept, ensure_ascii=False) if kept else None
