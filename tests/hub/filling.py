"""Fills a hub with what logbooks would push to it, by SQL, as its owner."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from strip_log.hub.key import NetworkKey
from strip_log.logbook.amendments import NAME, SAMPLE_CODES
from strip_log.logbook.book import Logbook, reading
from strip_log.record import ids
from strip_log.record.own_fields import fields_of
from strip_log.record.words import fold

KEY = NetworkKey(bytes(range(32)))

_COLUMNS = (
    *("id", "stamp", "origin", "void", "sample", "own_code", "tested_on", "site", "drug"),
    *("category", "target", "outcome", "faint", "brand", "lot", "expires_on", "dilution"),
    *("form", "colour", "timing", "intention", "confirmed", "method", "extra", "later", "digest"),
)


def fill(hub: Any, paths: Iterable[Path], own: Sequence[str] = ()) -> None:
    with hub.connect("owner") as connection:
        for path in paths:
            with reading(str(path)) as book:
                _push(connection, book, own)


def _push(connection: Any, book: Logbook, own: Sequence[str]) -> None:
    settings = book.settings()
    origin = settings["logbook"]
    connection.execute(
        "insert into striplog.logbook (origin, name) values (%s, %s)", [origin, settings.get(NAME)]
    )
    places = ", ".join(["%s"] * len(_COLUMNS))
    connection.cursor().executemany(
        f"insert into striplog.version ({', '.join(_COLUMNS)}) values ({places})",
        [
            [row[name] for name in _COLUMNS]
            for row in _rows(book, origin, settings.get(SAMPLE_CODES) == "unique", own)
        ],
    )
    names = book.connection.execute(
        "select subject, name, after, stamp || printf('%09d', amendment.seq)"
        " from amendment join change on change.seq = change where origin = ?"
        " and subject in ('drug', 'target', 'site')",
        [origin],
    ).fetchall()
    for kind, name, value, stamp in names:
        connection.execute(
            "insert into striplog.name (origin, kind, name, value, stamp)"
            " values (%s, %s, %s, %s, %s)",
            [origin, kind, name, value, stamp],
        )


def _rows(book: Logbook, origin: str, unique: bool, own: Sequence[str]) -> Iterable[dict[str, Any]]:
    cursor = book.connection.execute("select * from entry order by seq")
    names = [column[0] for column in cursor.description]
    before: dict[str, int] = {}
    for values in cursor.fetchall():
        row = dict(zip(names, values, strict=True))
        count = before[row["id"]] = before.get(row["id"], -1) + 1
        if row["origin"] != origin:
            continue
        made = bool(row["sample"]) and ids.made(row["sample"])
        scope = [] if made else [fold(row["site"] or "")] + ([] if unique else [row["tested_on"]])
        extra = {k: v for k, v in fields_of(row["extra"]).items() if k in own}
        yield {
            **row,
            "id": KEY.of_test(row["id"]),
            "stamp": f"{row['stamp'][:10]}-{count:04}-{row['seq']:010}",
            "void": bool(row["void"]),
            "sample": row["sample"] and KEY.of_sample(*scope, row["sample"]),
            "own_code": bool(row["sample"]) and not made and not unique,
            "faint": None if row["faint"] is None else bool(row["faint"]),
            "extra": json.dumps(extra) if extra else None,
            "later": count > 0,
            "digest": KEY.of_test(f"{row['seq']}"),
        }
