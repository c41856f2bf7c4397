"""What has been released from a logbook: remembered among its settings, so that it is in history.

A setting a table, whose name says in words what it is of; undo passes over them, since nothing
takes back what has gone out.
"""

import json
from dataclasses import asdict
from datetime import date
from typing import Any

from strip_log.logbook.amendments import RELEASED
from strip_log.logbook.book import Logbook
from strip_log.logbook.change import Change
from strip_log.query.days import Days
from strip_log.query.filter import Filter
from strip_log.query.releases import Release


def remembered(book: Logbook) -> list[Release]:
    """The tables that have been released, as far as this logbook remembers."""
    kept = book.settings()
    return [_release(value) for name, value in kept.items() if name.startswith(RELEASED)]


def remember(change: Change, release: Release) -> None:
    """Keep that a table is going out; nothing is written where that is known."""
    change.amend("setting", RELEASED + release.said, _text(release))


def forget(change: Change) -> None:
    """Remember none of the tables that went out before."""
    for name in change.logbook.settings():
        if name.startswith(RELEASED):
            change.amend("setting", name, None)


def _text(release: Release) -> str:
    where = {"days": release.where.days.described(), "only": release.where.only,
             "but": release.where.but}  # fmt: skip
    return json.dumps({**asdict(release), "where": where}, ensure_ascii=False, sort_keys=True)


def _release(text: str) -> Release:
    kept: dict[str, Any] = json.loads(text)
    where = kept["where"]
    ends = {"since": "first", "until": "last"}
    days = {ends[name]: date.fromisoformat(day) for name, day in where["days"].items()}
    only, but = (
        {name: tuple(values) for name, values in fields.items()}
        for fields in (where["only"], where["but"])
    )
    rest = {name: kept[name] for name in ("unit", "digest", "day")}
    return Release(by=tuple(kept["by"]), where=Filter(Days(**days), only, but), **rest)
