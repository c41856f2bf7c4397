"""A filter as SQL: a condition on `entry`, and the values to bind.

Statements are joined from the constants below; what someone typed is only ever bound.
"""

from collections.abc import Sequence

from strip_log.query.days import EVER
from strip_log.query.dimensions import WRITER
from strip_log.query.filter import CONDITIONS, Filter, Values
from strip_log.record.fields import FIELDS, Field
from strip_log.record.search import SEARCHED, searchable
from strip_log.record.words import fold


def folds_to(column: str) -> str:
    """Whether the text of a column, once it is folded, is one of `{0}`, in SQL.

    Python folds only what is not plain ASCII, or has white space, a hyphen or an underscore, and
    has as many bytes as `{1}`, the `fewest_bytes` of the texts.
    """
    long = f"length(cast({column} as blob)) >= {{1}}"
    special = f"{long} and {column} glob '*[^!-,.-^`-~]*'"
    return f"({column} collate nocase in ({{0}}) or {special} and folded({column}) in ({{0}}))"


def fewest_bytes(folded: str) -> int:
    """How many bytes a text has at least that folds to this one and is not plain ASCII itself.

    What folds to ASCII never gets longer. It gets shorter, unless a hyphen has become a blank, or
    one letter several: a German sharp s has two bytes, as many as `ss`, and the ligature of `ffi`
    has three.
    """
    if not folded.isascii():
        return 0
    as_long = any(part in folded for part in (" ", "ss", "ff"))
    return len(folded) + (not as_long)


OWN_VALUE = "(select value from json_each(entry.extra) where key = ?)"

#: `mentions` is record.search's: every connection to a logbook knows it.
_TEXT = f"mentions(?, entry.extra, {', '.join(f'entry.{name}' for name in SEARCHED)})"

_FLAG = "entry.{0} in (select cast(value as integer) from json_each(json_array({{}})))"

_SEVERAL = """exists (select 1 from (select trim(value) as meant from json_each(
    '["' || replace(entry.{0}, ', ', '","') || '"]')) where meant in ({{}}))"""


#: The id of the logbook that wrote the first version of a test. Few tests have several versions,
#: and only for those are the others looked at.
FIRST_ORIGIN = """iif(entry.id in (select id from entry where live = 0), (
    select origin from entry as first where first.id = entry.id order by stamp, origin limit 1
), entry.origin)"""

#: A date matches the year, the month or the day that it begins with.
_DATE = """exists (select 1 from json_each(json_array({{}}))
    where substr(entry.{0}, 1, length(value)) = value)"""


def _compared(field: Field) -> str:
    if _is_folded(field.name):
        return folds_to(f"entry.{field.name}")
    shape = _FLAG if field.flag else _SEVERAL if field.several else "entry.{0} in ({{}})"
    return (_DATE if field.kind == "date" else shape).format(field.name)


def _is_folded(name: str) -> bool:
    """Whether it is compared what the values of a field are folded to."""
    return name in FIELDS and FIELDS[name].folded


#: How each field of a filter compares with `{}`, the values that are bound.
_CONDITIONS = {
    **{name: _compared(FIELDS[name]) for name in CONDITIONS if name in FIELDS},
    WRITER: f"{FIRST_ORIGIN} in ({{0}})"
    f" or {FIRST_ORIGIN} in (select origin from logbook where name in ({{0}}))",
    # Answered from an index with the drug, since every index has the seq.
    "category": "entry.drug in (select name from drug where category in ({0}))"
    " and entry.seq not in (select seq from entry where category is not null)"
    " or entry.seq in (select seq from entry where category in ({0}))",
}

#: The first and the last day, which an index can find.
_BOUNDS = {"since": "entry.tested_on >= ?", "until": "entry.tested_on <= ?"}

#: Conditions for an empty field, if not `is null`.
_EMPTY = {
    WRITER: "0",
    "category": "(entry.drug is null or entry.drug not in (select name from drug))"
    " and entry.seq not in (select seq from entry where category is not null)",
}


def sql(where: Filter) -> tuple[str, list[str]]:
    """A condition on `entry` that begins with `and`, or nothing; and the values to bind."""
    parts: list[str] = []
    bound: list[str] = []
    for name, day in where.days.described().items():
        parts.append(_BOUNDS[name])
        bound.append(day)
    for fields, sense in ((where.only, "({})"), (where.but, "not ifnull(({}), 0)")):
        for name, values in fields.items():
            empty = _EMPTY.get(name, f"entry.{name} is null")
            parts.append(sense.format(_any_of(_CONDITIONS[name], empty, values)))
            bound += _given(name, [value for value in values if value])
    for fields, sense in ((where.own_only, "({})"), (where.own_but, "not ifnull(({}), 0)")):
        for name, values in fields.items():
            condition, empty = f"{OWN_VALUE} in ({{}})", f"{OWN_VALUE} is null"
            parts.append(sense.format(_any_of(condition, empty, values)))
            given = [value for value in values if value]
            bound += [name, *given] if given else []
            bound += [name] if "" in values else []
    for each in where.bounds:
        sign = _SIGNS[each.sign]
        if each.own:
            parts.append(_OWN_BOUND.format(_OWN_IS[each.kind].format(sign)))
            bound += [each.name, each.value]
        else:
            parts.append(f"entry.{FIELDS[each.name].name} {sign} ?")
            bound.append(each.value)
    if where.after is not None:
        parts.append("entry.number > ?")
        bound.append(str(where.after))
    if where.text:
        parts.append(_TEXT)
        bound.append(searchable(where.text))
    return "".join(f" and {part}" for part in parts), bound


def _given(name: str, values: Sequence[str]) -> list[str]:
    """What to bind for the condition of a field."""
    if not _is_folded(name) or not values:
        return [*values] * max(1, _CONDITIONS[name].count("{0}"))
    folded = [*map(fold, values)]
    return [*folded, str(min(map(fewest_bytes, folded))), *folded]


#: The signs of a bound; what was typed is never part of a statement.
_SIGNS = {sign: sign for sign in ("<", "<=", ">", ">=")}

_OWN_BOUND = "exists (select 1 from json_each(entry.extra) where key = ? and {})"

#: Own fields are texts: only those that look like a number or a date are compared as one.
_OWN_IS = {
    "number": "value glob '*[0-9]*' and value not glob '*.*.*'"
    " and substr(value, 1 + (value glob '[-+]*')) not glob '*[^0-9.]*'"
    " and cast(value as real) {} cast(? as real)",
    "date": "value glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*'"
    " and substr(value, 1, 10) {} ?",
}


def columns(where: Filter) -> set[str]:
    """The columns of `entry` that the conditions look at, `extra` for own fields."""
    found = {"drug" if name == "category" else name for name in (*where.only, *where.but)}
    found |= {bound.name for bound in where.bounds if not bound.own}
    found |= {"tested_on"} if where.days != EVER else set()
    found |= {*SEARCHED} if where.text else set()
    found |= {"number"} if where.after is not None else set()
    own = where.own_only or where.own_but or any(bound.own for bound in where.bounds) or where.text
    return found | ({"extra"} if own else set())


def _any_of(condition: str, empty: str, values: Values) -> str:
    marks = ", ".join("?" for value in values if value)
    parts = [condition.format(marks, "cast(? as integer)")] if marks else []
    return " or ".join([*parts, empty] if "" in values else parts)
