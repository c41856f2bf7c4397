"""The rules for the rows of every table of a logbook, as SQL: the same as for typed input.

check.py runs them. A new field of a test, or a new table, gets its rule here.
"""

from collections.abc import Sequence

from strip_log.logbook.schema_2 import ERASABLE
from strip_log.logbook.table_rules import Rule, TableRules
from strip_log.record.dates import EARLIEST, LATEST_EXPIRY
from strip_log.record.outcomes import OUTCOMES
from strip_log.record.test import FACTS
from strip_log.record.text import NOTE_LENGTH
from strip_log.record.vocabulary import CATEGORIES

#: The longest JSON of a program's own fields.
_EXTRA_LENGTH = 1_000_000


def _not_like(column: str, pattern: str) -> str:
    return f"not ifnull({column} glob '{pattern}', 0)"


def _not_one_of(column: str, words: Sequence[str]) -> str:
    """A condition for values that are none of these words, or missing."""
    return f"not ifnull({column} in ({', '.join(repr(word) for word in words)}), 0)"


def _no_day(column: str, first: str, last: str) -> str:
    """A condition for dates that are not in the calendar, or not between the two."""
    real = f"date({column}, '+0 days') is {column} and {column} between '{first}' and {last}"
    return f"{column} is not null and not ({real})"


def _of_change(kind: str) -> Rule:
    return (
        f"not exists (select 1 from change where change.seq = {kind}.change)"
        " or exists (select 1 from temp.broken"
        f" where broken.kind = 'change' and broken.seq = {kind}.change)",
        "belongs to a change that is missing or is left out",
    )


_HEX, _DIGIT = "[0-9a-f]", "[0-9]"
_UUID = "-".join(_HEX * digits for digits in (8, 4, 4, 4, 12))
_MOMENT = "strftime('%Y-%m-%dT%H:%M:%fZ', substr(stamp, 1, 24), '+0 days') is substr(stamp, 1, 24)"

_ID: Rule = (_not_like("id", _UUID), "has an invalid id")

#: Who wrote a row and when.
_STAMP: Rule = (
    f"not ({_MOMENT}) or {_not_like('substr(stamp, 25)', '-' + _DIGIT * 4)}",
    "has an invalid time stamp",
)
_ORIGIN: Rule = (_not_like("origin", _HEX * 16), "names a logbook by an invalid id")
_AHEAD: Rule = (
    "stamp > :latest",
    "is stamped more than a year ahead: it would win over every correction until then",
)
_BY = (_ORIGIN, _STAMP, _AHEAD)

#: The rules for what identifies versions and changes in every logbook.
_WHO = (_ID, *_BY)


def _unlike_its_change(column: str, rule: Rule) -> Rule:
    """The same rule for versions. Most have the value of their change, which has been checked."""
    wrong, said = rule
    same = f"{column} is (select {column} from change where change.seq = entry.change)"
    return f"not {same} and ({wrong})", said


#: The values that a name or a setting had before a change and has after it.
_VALUES = ("before", "after")

#: The facts of a version of one line, and of several.
_LINES = tuple(name for name in FACTS if name not in ("faint", "extra", "note"))
_NOTES = ("reason", "note")

#: A program's own fields: one JSON object of texts. Checked in this order, up to the first failure.
_OWN_FIELDS: tuple[Rule, ...] = (
    (f"length(extra) > {_EXTRA_LENGTH}", "has own fields that are too long"),
    ("extra is not null and not json_valid(extra)", "has own fields that are not JSON"),
    (
        "extra is not null and (extra not glob '{*}' or json_type(extra) <> 'object' or exists ("
        "select 1 from json_each(extra) as own where own.type <> 'text' or own.key = ''"
        f" or length(own.value) > {NOTE_LENGTH}))",
        "has own fields that are not text",
    ),
)

#: The tables with the rules for their rows. A table comes after those that it refers to.
TABLES = {
    "change": TableRules(
        lines=("command", "source"),
        notes=("reason",),
        formats=("id", "stamp", "origin"),
        rules=(
            *_WHO,
            (
                "undoes is not null and not exists (select 1 from change as before"
                " where before.seq = change.undoes and before.seq < change.seq)",
                "undoes a change that is missing",
            ),
        ),
    ),
    "amendment": TableRules(
        lines=("name",),
        notes=_VALUES,
        formats=("subject",),
        rules=(
            _of_change("amendment"),
            *(
                (
                    f"subject = 'drug' and {value} is not null and "
                    + _not_one_of(value, CATEGORIES),
                    "gives a drug an unknown category",
                )
                for value in _VALUES
            ),
            *(
                (
                    f"subject = 'target' and ({value} glob '*[^0-9]*' or length({value}) > 9)",
                    "gives a target a place that is not a number",
                )
                for value in _VALUES
            ),
            *(
                (f"subject = 'site' and {value} <> name", "gives a site a name that is not its own")
                for value in _VALUES
            ),
        ),
    ),
    "setting": TableRules(lines=("name", "value"), seq="rowid"),
    "drug": TableRules(
        lines=("name", "category"),
        rules=((_not_one_of("category", CATEGORIES), "has an unknown category"),),
        seq="rowid",
    ),
    "target": TableRules(lines=("name", "''"), seq="rowid"),
    "site": TableRules(lines=("name",), seq="rowid"),
    "alias": TableRules(lines=("kind", "word", "name"), seq="rowid"),
    "logbook": TableRules(lines=("name",), formats=("origin", "stamp"), rules=_BY, seq="rowid"),
    "entry": TableRules(
        lines=_LINES,
        notes=_NOTES,
        formats=("id", "stamp", "origin", "extra"),
        rules=(
            _ID,
            _unlike_its_change("origin", _ORIGIN),
            _unlike_its_change("stamp", _STAMP),
            _AHEAD,
            _of_change("entry"),
            (
                f"tested_on is null or {_no_day('tested_on', EARLIEST.isoformat(), ':latest')}",
                "has an impossible date",
            ),
            (
                "tested_time is not null and not (tested_time < '24'"
                " and tested_time glob '[0-2][0-9]:[0-5][0-9]')",
                "has an impossible time",
            ),
            (
                _no_day("expires_on", str(EARLIEST.year), f"'{LATEST_EXPIRY + 1}'"),
                "has an impossible expiry date",
            ),
            (_not_one_of("outcome", tuple(OUTCOMES)), "has an unknown outcome"),
            (
                "category is not null and " + _not_one_of("category", CATEGORIES),
                "has an unknown category",
            ),
            (
                "confirmed not in ('positive', 'negative')",
                "has an unknown lab result",
            ),
            ("void is not 0 and void is not 1", "does not say whether it is void"),
            (
                "faint is not null and faint is not 0"
                " and not (faint is 1 and outcome = 'negative')",
                "is faint, which only a negative outcome can be",
            ),
            (
                "method is not null and confirmed is null",
                "has a lab method but no lab result",
            ),
            (
                f"target is null or '' in ({', '.join((*_LINES, *_NOTES))})",
                "has an empty field",
            ),
            *_OWN_FIELDS,
        ),
        number="number",
        extra="extra",
    ),
    "source": TableRules(
        lines=(),
        formats=("id",),
        rules=(
            _ID,
            _of_change("source"),
            ("typeof(key) <> 'blob' or length(key) <> 16", "has an invalid key"),
        ),
    ),
    "erased": TableRules(
        lines=("field",),
        formats=("id", "stamp", "origin"),
        rules=(
            *_WHO,
            _of_change("erased"),
            (
                f"field not glob 'own ?*' and {_not_one_of('field', ERASABLE)}",
                "erases an unknown field",
            ),
        ),
    ),
}
