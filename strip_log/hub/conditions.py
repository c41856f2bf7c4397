"""A filter as SQL for a hub: a condition on the view `held`, and the values to bind.

Statements are joined from the constants below; what someone typed is only ever bound. What is not
on a hub, such as notes, is never answered with "none": the question is refused.
"""

import re
from collections.abc import Sequence

from strip_log.errors import Misused
from strip_log.hub.snapshot import Snapshot
from strip_log.query.dimensions import WRITER
from strip_log.query.filter import CONDITIONS, Bound, Filter, Values
from strip_log.record.fields import FIELDS, Field, called
from strip_log.record.words import fold

#: The fields that are never pushed.
NOT_PUSHED = ("said", "tested_time", "note")

OWN_VALUE = "extra ->> %s::text"

#: A date matches the year, the month or the day that it begins with.
_DATE = "exists (select from unnest(%s::text[]) as one where left({0}::text, length(one)) = one)"

_SEVERAL = """exists (select from unnest(string_to_array({0}, ', ')) as one
    where btrim(one, ' ') = any (%s::text[]))"""

_FLAG = "{0} = any (%s::boolean[])"

_CODE = "{0} = any (%s::uuid[])"

#: A category of its own, or else that of its drug.
_CATEGORY = "category = any (%s::text[]) or category is null and drug = any (%s::text[])"


def _compared(field: Field) -> str:
    shape = _FLAG if field.flag else _SEVERAL if field.several else "{0} = any (%s::text[])"
    return (_DATE if field.kind == "date" else shape).format(field.name)


#: How each field of a filter compares with the values that are bound.
_CONDITIONS = {
    **{name: _compared(FIELDS[name]) for name in CONDITIONS if name in FIELDS},
    "sample": _CODE.format("sample"),
    "category": _CATEGORY,
    WRITER: "first_origin = any (%s::text[])",
}

#: Conditions for an empty field, if not `is null`.
_EMPTY = {
    WRITER: "false",
    "category": "category is null and (drug is null or drug <> all (%s::text[]))",
}

_BOUNDS = {"since": "tested_on >= %s::date", "until": "tested_on <= %s::date"}

#: The signs of a bound; what was typed is never part of a statement.
_SIGNS = {sign: sign for sign in ("<", "<=", ">", ">=")}

#: Own fields are texts: only those that look like a number or a date are compared as one.
_OWN_IS = {
    "number": "case when one ~ '^[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)$' and length(one) < 300"
    " then one::float8 {} %s::float8 else false end",
    "date": "one ~ '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}' and left(one, 10) collate \"C\" {} %s::text",
}

_OWN_BOUND = "(select {} from (select extra ->> %s::text) as own (one))"


def sql(snapshot: Snapshot, where: Filter) -> tuple[str, list[object]]:
    """A condition on `held` that begins with `and`, or nothing; and the values to bind.

    Raises Misused for a question about what is not on a hub.
    """
    _refuse(where)
    parts: list[str] = []
    bound: list[object] = []
    for name, day in where.days.described().items():
        parts.append(_BOUNDS[name])
        bound.append(day)
    for fields, sense in ((where.only, "({})"), (where.but, "not coalesce(({}), false)")):
        for name, values in fields.items():
            given, empty = _bound(snapshot, name, values)
            parts.append(sense.format(_any_of(_CONDITIONS[name], _empty(name), values)))
            bound += [*given, *empty]
    for fields, sense in ((where.own_only, "({})"), (where.own_but, "not coalesce(({}), false)")):
        for name, values in fields.items():
            condition, nothing = f"{OWN_VALUE} = any (%s::text[])", f"{OWN_VALUE} is null"
            parts.append(sense.format(_any_of(condition, nothing, values)))
            found = [value for value in values if value]
            bound += [name, found] if found else []
            bound += [name] if "" in values else []
    for each in where.bounds:
        condition, given = _limit(each)
        parts.append(condition)
        bound += given
    return "".join(f" and {part}" for part in parts), bound


def _refuse(where: Filter) -> None:
    """Raise Misused if a filter asks about what is not on a hub."""
    if where.text:
        raise Misused("--text: a hub has no notes and no words as they were said to look in.")
    if where.after is not None:
        raise Misused("A hub has no numbers of tests: each logbook numbers its own.")
    for name in (*where.only, *where.but):
        if name in NOT_PUSHED:
            raise Misused(f"A hub has no {called(name)} of a test: it is never pushed.")
    for value in (*where.only.get("sample", ()), *where.but.get("sample", ())):
        if value and not re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", value):
            raise Misused(
                f"--sample {value!r}: a hub has no codes of samples but its own, which"
                " export --hub shows."
            )


def _any_of(condition: str, empty: str, values: Values) -> str:
    parts = [condition] if any(values) else []
    return " or ".join([*parts, empty] if "" in values else parts)


def _empty(name: str) -> str:
    return _EMPTY.get(name, f"{name} is null")


def _bound(snapshot: Snapshot, name: str, values: Values) -> tuple[list[object], list[object]]:
    """What to bind for the values of a field, and for its being empty."""
    given = [value for value in values if value]
    if name == "category":
        of = snapshot.names.vocabulary.drugs
        drugs = snapshot.names.written("drug", [drug for drug in of if of[drug] in given])
        known = snapshot.names.written("drug", of)
        return ([given, drugs] if given else []), ([known] if "" in values else [])
    found = _written(snapshot, name, given)
    return ([found] if given else []), []


def _written(snapshot: Snapshot, name: str, given: Sequence[str]) -> list[str]:
    """The values that pushed tests may have for the values that were given."""
    if name == WRITER:
        called = snapshot.logbooks
        return [origin for origin in called if origin in given or called[origin] in given]
    if name in snapshot.names.kept:
        return snapshot.names.written(name, given)
    if FIELDS[name].folded:
        alike = {fold(value) for value in given}
        there = snapshot.ask(f"select distinct {FIELDS[name].name} from striplog.held")
        return [value for (value,) in there if value is not None and fold(value) in alike]
    return list(given)


def _limit(each: Bound) -> tuple[str, list[object]]:
    """A limit for a field as SQL, and what to bind."""
    sign = _SIGNS[each.sign]
    if each.own:
        return _OWN_BOUND.format(_OWN_IS[each.kind].format(sign)), [each.value, each.name]
    return f"{FIELDS[each.name].name} {sign} %s::date", [each.value]
