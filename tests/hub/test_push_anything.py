"""Whatever is done at the sites between pushes, and whatever the hub forgets: it has all of it."""

import json
from collections import Counter
from random import Random
from shutil import copy

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from conftest import Striplog
from factories import examples
from hub.province import PUSHED, Province
from hub.pushing import KEY, there, to_be
from strip_log.hub import withdraw
from strip_log.hub.pushed import COLUMNS
from strip_log.logbook import outgoing
from strip_log.logbook.book import reading

pytest.importorskip("psycopg")

_ID, _STAMP, _ORIGIN = (COLUMNS.index(name) for name in ("id", "stamp", "origin"))

#: What a test says, but for names, which a merge may spell in another way.
_SAYS = "outcome, target, {}, lot, brand, form, colour, method, intention, confirmed"


@settings(
    examples(2),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate],  # a smaller example takes minutes to be found
)
@given(seed=st.integers(0, 2**32))
def test_after_a_push_the_hub_has_what_the_logbooks_have(hub, tmp_path_factory, seed):
    hub.rows("owner", "truncate striplog.logbook cascade")
    hub.rows("owner", "update striplog.about set value = %s where name = 'fields'",
             [json.dumps(PUSHED)])  # fmt: skip
    chance = Random(seed)
    province = Province(tmp_path_factory.mktemp("province"), seed, number=2)
    for _ in range(4):
        province.go_on(chance.randrange(8))
        for path, service in zip(province.paths, ("north", "south"), strict=True):
            if chance.random() < 0.7:
                pushed(path, service)
        if chance.random() < 0.3:
            forget(hub, chance)
        if chance.random() < 0.3:
            hub.rows("owner", "delete from striplog.version where not exists (select from"
                     " striplog.present as p where p.id = version.id and p.stamp = version.stamp"
                     " and p.origin = version.origin)")  # fmt: skip
    older = [copy(path, f"{path}.older") for path in province.paths]
    province.go_on(5)
    for path, service in zip(province.paths, ("north", "south"), strict=True):
        pushed(path, service)
    for path, service in zip(older, ("north", "south"), strict=True):
        pushed(path, service)  # brings nothing again
    whole(hub, province)


def pushed(path, service):
    """Push, and then again, of which nothing is new."""
    striplog = Striplog(path)
    logbook = ["--logbook", str(path)]
    striplog(["push", "--hub", service, *logbook])
    again = striplog(["push", "--hub", service, *logbook, "-q"])
    assert again.startswith("Nothing"), again


def forget(hub, chance):
    """Take the hub back to how it was before something was pushed."""
    part = chance.choice(["version", "month", "name"])
    last = "01234567"[chance.randrange(8)]
    column = "id" if part == "version" else "origin"
    hub.rows("owner", f"delete from striplog.{part} where right({column}::text, 1) < %s", [last])


def whole(hub, province):
    """Compare the hub with what each logbook has, and with the one into which both are merged."""
    present = there(hub, table="present")
    for path in province.paths:
        with reading(str(path)) as book:
            written = outgoing.written(book)
        [origin] = written.months
        gone = withdraw.coded(written.erased, KEY, PUSHED)
        here = {row for row in to_be(path, PUSHED) if "" not in gone.get(row[_ID], ())}
        on_hub = {row for row in present if row[_ORIGIN] == origin}
        keys = [{(row[_ID], row[_STAMP]) for row in rows} for rows in (here, on_hub)]
        assert keys[0] == keys[1], (keys[0] - keys[1], keys[1] - keys[0])
        untouched = [{row for row in rows if row[_ID] not in gone} for rows in (here, on_hub)]
        assert untouched[0] == untouched[1]
    with reading(str(province.merged())) as book:
        question = f"select {_SAYS.format('tested_on')} from entry where live = 1"
        merged = Counter(book.connection.execute(question).fetchall())
    live = hub.rows("analyst", f"select {_SAYS.format('tested_on::text')} from striplog.live")
    assert Counter(live) == merged
