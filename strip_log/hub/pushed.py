"""A version of a test as the row that is pushed: no number, no note, no word as it was said, no
time, and codes in place of its id and its sample.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from strip_log.hub.key import NetworkKey
from strip_log.hub.roles import ADDED
from strip_log.logbook.amendments import OWN
from strip_log.logbook.outgoing import FIELDS, OwnVersion
from strip_log.record.own_fields import fields_of
from strip_log.record.words import fold

#: The columns of a row, in this order, and where some of them are.
COLUMNS = ADDED["version"]
_PLACE = {name: place for place, name in enumerate(COLUMNS)}
_DIGEST = _PLACE["digest"]

#: A row as PostgreSQL reads it: every value a text, or None.
Row = tuple[str | None, ...]


class PushedVersion(NamedTuple):
    """A row, with the `seq` and the number that the test has in the logbook.

    `row` is empty if the version cannot be pushed, which `why` says.
    """

    seq: int
    number: int
    row: Row
    why: str = ""


class Encoder:
    """Makes rows of the versions that a logbook wrote under one id, its `origin`.

    `unique` says that its sample codes are never used again, `own` are the own fields that the hub
    wants. `gone` are the fields that are erased, by the code of the test.
    """

    def __init__(
        self,
        key: NetworkKey,
        origin: str,
        unique: bool,
        own: Collection[str],
        gone: Mapping[str, Collection[str]],
    ) -> None:
        self.key, self.origin, self.unique, self.gone = key, origin, unique, gone
        self.own = {fold(name) for name in own}
        self._samples: dict[tuple[str | None, ...], str] = {}

    def rows(self, versions: Iterable[OwnVersion]) -> list[PushedVersion]:
        """The rows of these versions, in the same order, without those of tests that are erased."""
        self._samples.clear()
        found = []
        for seq, number, id, stamp, before, void, sample, made_up, *fields in versions:
            code = self.key.of_test(id)
            gone = self.gone.get(code, ())
            if "" in gone:
                continue
            own_code = not (sample is None or made_up or self.unique)
            try:
                extra = self._extra(fields.pop())
            except ValueError:
                found.append(PushedVersion(seq, number, (), "its own fields cannot be read"))
                continue
            tested_on, site, drug, category, target, outcome, faint, *rest = fields
            row = (
                code,
                f"{stamp[:10]}-{before:04}-{seq:010}",
                self.origin,
                _FLAG[void],
                sample and self._sample(sample, made_up, site, tested_on),
                _FLAG[own_code],
                tested_on,
                site,
                drug,
                category,
                target,
                outcome,
                _FLAG[faint],
                *rest,
                extra,
                _FLAG[before > 0],
            )
            row = _without(row, gone) if gone else row
            found.append(PushedVersion(seq, number, (*row, digest(row))))
        return found

    def _sample(self, code: str, made_up: int, site: str | None, day: str) -> str:
        """The code of a sample, for which few are worked out: it has several strips.

        The scope is that of `logbook.samples`; sites that compare as equal are one.
        """
        known = (code, None, None) if made_up else (code, site, None if self.unique else day)
        if known not in self._samples:
            scope = () if made_up else (fold(site or ""), *(() if self.unique else (day,)))
            self._samples[known] = self.key.of_sample(*scope, code)
        return self._samples[known]

    def _extra(self, extra: str | None) -> str | None:
        """The own fields that are pushed, as JSON. Raises ValueError if it is none."""
        if not (extra and self.own):
            return None
        wanted = {name: one for name, one in fields_of(extra).items() if fold(name) in self.own}
        return _json(wanted) if wanted else None


#: A flag as text.
_FLAG = {0: "false", 1: "true", None: None}


def digest(row: Row) -> str:
    """A digest of the facts in a row without one: 32 hexadecimal digits."""
    text = "\0".join(["" if value is None else f"={value}" for value in row])
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _json(fields: Mapping[str, str]) -> str:
    return json.dumps(dict(sorted(fields.items())), ensure_ascii=False)


def _without(row: Row, gone: Collection[str]) -> Row:
    """A row, not yet with its digest, without the fields that are erased."""
    values = dict(zip(COLUMNS, row, strict=False))
    values |= {name: None for name in gone if name in FIELDS or name == "sample"}
    own = {field.removeprefix(OWN) for field in gone if field.startswith(OWN)}
    if own and values["extra"]:
        kept = {name: one for name, one in fields_of(values["extra"]).items() if name not in own}
        values["extra"] = _json(kept) if kept else None
    if values["sample"] is None:
        values["own_code"] = _FLAG[False]
    return tuple(values.values())


def differing(row: Row, there: Row, gone: Collection[str]) -> list[str]:
    """The fields in which a row that is on the hub differs from the one with its key here.

    What was erased does not count, nor what the hub was told otherwise only because other own
    fields were wanted then, or sample codes counted in another scope.
    """
    here, other = (dict(zip(COLUMNS, each, strict=True)) for each in (row, there))
    found = [
        name
        for name in COLUMNS
        if name not in ("digest", "own_code", "sample", "extra")
        and name not in gone
        and here[name] != other[name]
    ]
    scopes = (here["own_code"], other["own_code"])
    if "sample" not in gone and here["sample"] != other["sample"] and scopes[0] == scopes[1]:
        found.append("sample")
    own = [fields_of(each["extra"]) for each in (here, other)]
    both = {name for name in own[0].keys() & own[1].keys() if f"{OWN}{name}" not in gone}
    if "extra" not in gone:
        found += sorted(name for name in both if own[0][name] != own[1][name])
    return found
