"""Pushes logbooks to a hub, as its owner, who may."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

from strip_log.hub.key import NetworkKey
from strip_log.hub.push import push
from strip_log.hub.where import Hub, opened
from strip_log.logbook.book import reading

KEY = NetworkKey(bytes(range(32)))


def fill(hub: Any, paths: Iterable[Path], own: Sequence[str] = ()) -> None:
    """Push these logbooks, with these own fields."""
    with hub.connect("owner") as owner:
        owner.execute("update striplog.about set value = %s where name = 'fields'",
                      [json.dumps(own)])  # fmt: skip
    with pytest.MonkeyPatch.context() as patch, opened("owner") as there:
        patch.setattr(Hub, "key", lambda hub: KEY)
        for path in paths:
            with reading(str(path)) as book:
                assert push(there, book, lambda done, all: None).whole
