"""Who may do what on a hub, as PostgreSQL itself says, whatever program asks."""

import psycopg
import pytest

from strip_log.hub import roles

A, B = "a" * 16, "b" * 16

#: A version as it is pushed, but for its logbook.
VERSION = {
    "id": "00000000-0000-0000-0000-000000000001", "stamp": "2026-01-15-0000-0000000001",
    "void": False, "tested_on": "2026-01-15", "target": "fentanyl", "outcome": "positive",
    "later": False, "digest": "00000000-0000-0000-0000-0000000000ff",
}  # fmt: skip


def push(hub, service, origin, **more):
    row = {**VERSION, "origin": origin, **more}
    places = ", ".join(["%s"] * len(row))
    return hub.rows(
        service,
        f"insert into striplog.version ({', '.join(row)}) values ({places})",
        list(row.values()),
    )


@pytest.fixture
def two(hub):
    """Two sites that have pushed a version each."""
    for service, origin in (("north", A), ("south", B)):
        hub.rows(service, "insert into striplog.logbook (origin, name) values (%s, %s)",
                 [origin, service])  # fmt: skip
        push(hub, service, origin, id=VERSION["id"][:-1] + origin[0])
    return hub


TABLES = ("logbook", "version", "name", "withdrawn", "kept", "month", "push")


def test_no_role_but_a_superuser_passes_the_policies(hub):
    rows = hub.rows("owner", "select relname, relrowsecurity, relforcerowsecurity from pg_class"
                    " where relnamespace = 'striplog'::regnamespace and relkind = 'r'")  # fmt: skip
    assert sorted(rows) == sorted((table, True, True) for table in (*TABLES, "about"))


def test_a_site_sees_its_own_rows_alone(two):
    for service, origin in (("north", A), ("south", B)):
        assert two.rows(service, "select distinct origin from striplog.version") == [(origin,)]
        assert two.rows(service, "select origin from striplog.logbook") == [(origin,)]
    assert len(two.rows("owner", "select id from striplog.version")) == 2


def test_a_reader_sees_the_views_alone(two):
    assert two.rows("analyst", "select count(*) from striplog.live") == [(2,)]
    assert len(two.rows("analyst", "select * from striplog.logbooks")) == 2
    for table in TABLES:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            two.rows("analyst", f"select from striplog.{table}")


@pytest.mark.parametrize("service", ["north", "analyst"])
def test_nobody_but_the_owner_changes_or_removes_anything(two, service):
    role = two.connect(service)
    for table in (*TABLES, "about"):
        column = "value" if table == "about" else "origin"
        for statement in (
            f"delete from striplog.{table}",
            f"truncate striplog.{table}",
            f"drop table striplog.{table}",
            f"alter table striplog.{table} disable row level security",
            f"update striplog.{table} set {column} = ''",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                role.execute(statement)


def test_a_site_cannot_see_the_views(two):
    for view in ("held", "live", "logbooks", "names"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            two.rows("north", f"select from striplog.{view}")


@pytest.mark.parametrize("forged", [
    {"pushed_by": "striplog_south"}, {"received": "2020-01-01"}, {"received": "2999-01-01"},
])  # fmt: skip
def test_what_the_server_fills_in_cannot_be_forged(two, forged):
    stamp = "2026-01-15-0001-0000000002"
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        push(two, "north", A, stamp=stamp, **forged)
    push(two, "north", A, stamp=stamp)
    [row] = two.rows("owner", "select pushed_by, received = current_date from striplog.version"
                     " where stamp = %s", [stamp])  # fmt: skip
    assert row == ("striplog_north", True)


def test_nor_can_the_day_of_a_push_or_of_joining(two):
    for table, column in (("push", "day"), ("logbook", "joined")):
        add = f"insert into striplog.{table} (origin, {column}) values (%s, '2020-01-01')"
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            two.rows("north", add, [A if table == "push" else "c" * 16])


@pytest.mark.parametrize("table", TABLES)
def test_a_row_of_another_site_is_refused_everywhere(two, table):
    column = "owner" if table == "logbook" else "pushed_by"
    fill = {"name": {"kind": "site", "name": "Van", "stamp": ""}, "kept": {"since": "2020-01-01"},
            "withdrawn": {"id": VERSION["id"], "field": ""}, "version": VERSION, "push": {},
            "month": {"month": "2026-01", "source": "x", "versions": 1, "hash": 1},
            "logbook": {}}[table]  # fmt: skip
    row = {**fill, "origin": B, column: "striplog_south"}
    places = ", ".join(["%s"] * len(row))
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        two.rows("north", f"insert into striplog.{table} ({', '.join(row)}) values ({places})",
                 list(row.values()))  # fmt: skip


def test_a_site_cannot_push_as_the_group_that_it_is_in(two):
    [[fingerprint]] = two.rows("north", "select value from striplog.about where name = 'key'")
    site = two.connect("north")
    site.execute(f"set role {roles.groups(fingerprint).site}")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        site.execute("insert into striplog.logbook (origin) values (%s)", ["c" * 16])


def test_a_site_cannot_push_as_the_logbook_of_another(two):
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        push(two, "north", B)
    with pytest.raises(psycopg.errors.UniqueViolation):
        two.rows("north", "insert into striplog.logbook (origin) values (%s)", [B])


def test_what_a_site_withdraws_is_gone_for_readers_at_once(two):
    [(id,)] = two.rows("north", "select id from striplog.version")
    [(other,)] = two.rows("south", "select id from striplog.version")
    withdraw = "insert into striplog.withdrawn (origin, id, field) values (%s, %s, '')"
    two.rows("north", withdraw, [A, other])  # which it has not pushed
    assert two.rows("analyst", "select count(*) from striplog.live") == [(2,)]
    two.rows("north", withdraw, [A, id])
    assert two.rows("analyst", "select id from striplog.live") == [(other,)]
    two.rows("south", "insert into striplog.kept (origin, since) values (%s, '2026-01-16')", [B])
    assert two.rows("analyst", "select id from striplog.held") == []


def test_a_field_that_is_withdrawn_is_empty(two):
    one = {**VERSION, "id": VERSION["id"][:-1] + "c"}
    push(two, "north", A, **one, drug="down", lot="L1", extra='{"overdose": "no", "age": "4"}')
    for field in ("lot", "own age"):
        two.rows("north", "insert into striplog.withdrawn (origin, id, field) values (%s, %s, %s)",
                 [A, one["id"], field])  # fmt: skip
    asked = "select drug, lot, extra from striplog.live where id = %s"
    assert two.rows("analyst", asked, [one["id"]]) == [("down", None, {"overdose": "no"})]


def test_the_greatest_stamp_holds(two):
    one = VERSION["id"][:-1] + "d"
    for number, (outcome, void) in enumerate(
        [("negative", False), ("invalid", False), ("positive", True)]
    ):
        stamp = f"2026-01-15-{number:04}-0000000009"
        push(two, "north", A, id=one, stamp=stamp, outcome=outcome, void=void)
    asked = "select outcome, first_stamp from striplog.held where id = %s"
    first = "2026-01-15-0000-0000000009"
    assert two.rows("analyst", asked, [one]) == [("positive", first)]
    assert two.rows("analyst", "select id from striplog.live where id = %s", [one]) == []


LEAK = """
create function pg_temp.leak(value text) returns boolean language plpgsql cost 0.0000001 as $$
begin raise notice 'seen: %', value; return true; end $$
"""


def test_a_reader_cannot_see_what_is_withdrawn_with_a_function_of_its_own(two):
    """Which PostgreSQL might call before it leaves out the rows that a view does not show."""
    one = {**VERSION, "id": VERSION["id"][:-1] + "c"}
    push(two, "north", A, **one, drug="down", lot="seen by nobody")
    withdraw = "insert into striplog.withdrawn (origin, id, field) values (%s, %s, %s)"
    two.rows("north", withdraw, [A, one["id"], "lot"])
    push(two, "north", A, **{**one, "id": VERSION["id"][:-1] + "d"}, drug="seen by nobody")
    two.rows("north", withdraw, [A, VERSION["id"][:-1] + "d", ""])
    push(
        two, "south", B, id=VERSION["id"][:-1] + "e", drug="seen by nobody", tested_on="2020-01-01"
    )
    two.rows("south", "insert into striplog.kept (origin, since) values (%s, '2021-01-01')", [B])
    reader, said = two.connect("analyst"), []
    reader.add_notice_handler(lambda notice: said.append(notice.message_primary))
    reader.execute(LEAK)
    for view in ("live", "looked_up", "held"):
        for column in ("lot", "drug", "target"):
            rows = f"from striplog.{view} where pg_temp.leak({column})"
            reader.execute(f"select id {rows}")
            reader.execute(f"select 1 {rows} limit 1")
            reader.execute(f"select count(*) {rows} and tested_on < '2025-01-01'")
    assert "seen: down" in said and "seen: seen by nobody" not in said
