"""A version of a test as the row that is pushed: no number, no note, no word as it was said, no
time, and codes in place of its id and its sample.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

from strip_log.hub.key import NetworkKey
from strip_log.hub.roles import ADDED
from strip_log.logbook.amendments import OWN, WHOLE
from strip_log.logbook.outgoing import FIELDS, OwnVersion
from strip_log.record.own_fields import fields_of
from strip_log.record.words import fold

#: The columns of a row, in this order.
COLUMNS = ADDED["version"]


class PushedVersion(NamedTuple):
    """A row to be pushed, with the `seq` and the number that the test has in the logbook.

    `line` has the values in the order of COLUMNS, as a JSON array without its brackets, which is a
    line of CSV too, as COPY reads it: with a backslash before quotes and backslashes, and `null`.
    It is empty if the version cannot be pushed, which `why` says.
    """

    seq: int
    number: int
    line: str
    why: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """The code of the test, and the stamp."""
        _, code, _, stamp, _ = self.line.split('"', 4)
        return code, stamp

    def values(self) -> list[Any]:
        """The values of COLUMNS: texts, flags as booleans or as 1 and 0, and None."""
        found: list[Any] = json.loads(f"[{self.line}]", strict=False)
        return found


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
        return [row for row in map(self._row, versions) if row]

    def _row(self, version: OwnVersion) -> PushedVersion | None:
        """The row of a version; None if its test was erased."""
        seq, number, id, stamp, before, void, sample, made_up, site, day, extra, fields = version
        code = self.key.of_test(id)
        gone = self.gone.get(code, ())
        if WHOLE in gone:
            return None
        fields = _line(json.loads(fields)) if "\\" in fields else fields[1:-1]
        own_code, own = False, "null"
        if sample is None or "sample" in gone:
            sample = "null"
        else:
            own_code = not (made_up or self.unique)
            sample = f'"{self._sample(sample, made_up, site, day)}"'
        if extra and self.own:
            try:
                own = self._extra(extra, gone)
            except ValueError:
                return PushedVersion(seq, number, "", "its own fields cannot be read")
        if gone:
            fields = _without(fields, gone)
        line = (
            f'"{code}","{stamp[:10]}-{before:04}-{seq:010}","{self.origin}",{_FLAGS[void]},{sample}'
            f",{_FLAGS[own_code]},{fields},{own},{_FLAGS[before > 0]}"
        )
        return PushedVersion(seq, number, f'{line},"{digest(line)}"')

    def ahead(self, parts: Iterable[Iterable[OwnVersion]]) -> Iterator[list[PushedVersion]]:
        """The rows of each part. Those of the next are made while somebody waits with one."""
        with ThreadPoolExecutor(1) as worker:
            coming = None
            for part in parts:
                made, coming = coming, worker.submit(self.rows, part)
                if made:
                    yield made.result()
            if coming:
                yield coming.result()

    def _sample(self, code: str, made_up: int, site: str | None, day: str) -> str:
        """The code of a sample, for which few are worked out: it has several strips.

        The scope is that of `logbook.samples`; sites that compare as equal are one.
        """
        known = (code, None, None) if made_up else (code, site, None if self.unique else day)
        if known not in self._samples:
            scope = () if made_up else (fold(site or ""), *(() if self.unique else (day,)))
            self._samples[known] = self.key.of_sample(*scope, code)
        return self._samples[known]

    def _extra(self, extra: str, gone: Collection[str]) -> str:
        """The own fields that are pushed, as a value of a line. Raises ValueError if it is no JSON
        object."""
        kept = {
            name: one
            for name, one in sorted(fields_of(extra).items())
            if fold(name) in self.own and f"{OWN}{name}" not in gone and "extra" not in gone
        }
        return _line([json.dumps(kept, ensure_ascii=False) if kept else None])


#: Flags as they stand in a line.
_FLAGS = ("false", "true")


def digest(line: str) -> str:
    """A digest of the facts in a line that is still without one: 32 hexadecimal digits."""
    return hashlib.sha256(line.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _line(values: Iterable[str | int | None]) -> str:
    """Values as they stand in a line."""
    return ",".join(
        "null" if one is None else str(one) if isinstance(one, int) else _quoted(one)
        for one in values
    )


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _without(fields: str, gone: Collection[str]) -> str:
    """The part of a line that has FIELDS, without those that are erased."""
    values = json.loads(f"[{fields}]", strict=False)
    pairs = zip(FIELDS, values, strict=True)
    return _line(None if name in gone else value for name, value in pairs)


def differing(here: Sequence[Any], there: Sequence[Any], gone: Collection[str]) -> list[str]:
    """The fields in which a row that is on the hub differs from the one with its key here.

    What was erased does not count, nor what the hub was told otherwise only because other own
    fields were wanted then, or sample codes counted in another scope.
    """
    ours, theirs = (dict(zip(COLUMNS, each, strict=True)) for each in (here, there))
    found = [name for name in ("void", *FIELDS) if name not in gone and ours[name] != theirs[name]]
    same_scope = ours["own_code"] == theirs["own_code"]
    if "sample" not in gone and same_scope and ours["sample"] != theirs["sample"]:
        found.append("sample")
    own = [fields_of(each["extra"]) for each in (ours, theirs)]
    both = {name for name in own[0].keys() & own[1].keys() if f"{OWN}{name}" not in gone}
    if "extra" not in gone:
        found += sorted(name for name in both if own[0][name] != own[1][name])
    return found
