"""The commands of a hub: who makes it, gives access to it, and looks after it."""

import ast
import os
import re
import shlex
import stat
import sys
from pathlib import Path

import click.testing
import psycopg
import pytest

import strip_log
from factories import COLOURS, lost_words
from strip_log import cli
from strip_log.console.examples import examples
from strip_log.formats import FORMATS
from strip_log.hub import key, roles


def columns(services, who="owner"):
    """Everything that PostgreSQL knows of a hub, but for its name and the ids of its parts."""
    asked = {
        "columns": "select table_name, column_name, data_type, column_default, is_nullable,"
        " collation_name from information_schema.columns where table_schema = 'striplog'",
        "policies": "select tablename, policyname, roles::text[], cmd, qual, with_check"
        " from pg_policies where schemaname = 'striplog'",
        "rights": "select grantee, table_name, column_name, privilege_type"
        " from information_schema.column_privileges where table_schema = 'striplog'",
        "owners": "select relname, relkind, rolname, relrowsecurity, relforcerowsecurity,"
        " coalesce(relacl::text, '') from pg_class join pg_roles on pg_roles.oid = relowner"
        " where relnamespace = 'striplog'::regnamespace",
        "constraints": "select conrelid::regclass::text, conname, pg_get_constraintdef(oid)"
        " from pg_constraint where connamespace = 'striplog'::regnamespace",
        "indexes": "select indexname, indexdef from pg_indexes where schemaname = 'striplog'",
        "views": "select viewname, definition from pg_views where schemaname = 'striplog'",
        "about": "select name, value from striplog.about",
    }
    return {name: sorted(services.rows(who, sql), key=str) for name, sql in asked.items()}


# init


def test_init_makes_a_hub_and_its_key(no_hub, striplog):
    said = striplog("hub init owner")
    assert "The hub owner is made.\n" in said
    [path] = Path(key.folder()).iterdir()
    assert str(path) in said and stat.S_IMODE(path.stat().st_mode) == 0o600
    made = key.read(str(path))
    about = dict(no_hub.rows("owner", "select name, value from striplog.about"))
    assert about == {"version": "1", "key": made.fingerprint, "fields": "[]"}
    for line in path.read_text().splitlines():  # of a key, nothing but its fingerprint is said
        assert line.startswith("#") or (len(line) == 64 and line not in said)


def test_init_may_be_run_again(no_hub, striplog):
    striplog("hub init owner --field overdose")
    before = columns(no_hub)
    assert "was there already" in striplog("hub init owner")
    assert columns(no_hub) == before
    assert dict(before["about"])["fields"] == '["overdose"]'
    assert "Own fields that sites push: overdose." in striplog("hub init owner")
    striplog("hub init owner --field 'room no' --field b")
    assert dict(columns(no_hub)["about"])["fields"] == '["b", "room no"]'


def test_the_printed_sql_makes_the_same_hub(no_hub, striplog, postgres):
    striplog("hub init owner")
    made = columns(no_hub)
    no_hub.rows("owner", "drop schema striplog cascade")
    script = striplog("hub init owner --sql")
    assert script.startswith("begin;\n") and script.endswith("commit;\n")
    for _ in range(2):  # it may be run again
        with psycopg.connect(service="owner", autocommit=True) as connection:
            connection.execute(script)
    assert columns(no_hub) == made


def test_an_administrator_can_run_what_is_printed(no_hub, striplog, postgres):
    """Then the hub still belongs to the role that asked for it."""
    striplog("hub init owner")
    made = columns(no_hub)
    no_hub.rows("owner", "drop schema striplog cascade")
    admin = postgres.admin.info
    no_hub.serve("admin", **{**no_hub.sections["owner"], "user": admin.user})
    with no_hub.passwords.open("a") as file:
        file.write(f"*:*:*:{admin.user}:{admin.password}\n")
    no_hub.psql("admin", striplog("hub init owner --sql"))
    assert columns(no_hub) == made
    striplog("hub status --hub owner")


def test_init_leaves_views_that_were_made_of_its_own(hub, striplog):
    hub.rows("owner", "create view public.mine as select id from striplog.live")
    striplog("hub init owner")
    assert hub.rows("owner", "select id from public.mine") == []


def test_a_newer_hub_is_left_alone(hub, striplog):
    hub.rows("owner", "update striplog.about set value = '99' where name = 'version'")
    for line in (
        "hub init owner", "hub status --hub owner", "hub add-site x --hub owner",
        "hub purge --hub owner",
    ):  # fmt: skip
        assert "newer striplog" in striplog.refused(line, 6)
    before = columns(hub)
    with pytest.raises(psycopg.errors.RaiseException, match="newer striplog"):
        hub.rows("owner", striplog("hub init owner --sql"))
    assert columns(hub) == before


def test_an_older_hub_is_to_be_brought_up_to_date(hub, striplog):
    hub.rows("owner", "update striplog.about set value = '0' where name = 'version'")
    assert "striplog hub init owner" in striplog.refused("hub status --hub owner", 6)
    assert "its version was 0" in striplog("hub init owner")
    striplog("hub status --hub owner")


def test_a_database_that_is_no_hub_says_so(no_hub, striplog, new):
    said = striplog.refused("hub status --hub owner", 6)
    assert "is not a hub" in said
    made = striplog(pasted(said.split("\n")[0]))
    add = pasted(made.rstrip().split("\n")[-1])
    striplog([new if word == "NAME" else word for word in add])
    striplog("hub status --hub owner")


def pasted(line):
    """The words of the command at the end of a line."""
    return shlex.split(line.rstrip().rpartition(": striplog ")[2])


# Members


def given(said):
    """The section, and the line with the password, that are printed for a member."""
    section = re.search(r"^\[\w+\]\n(?:\w+=.*\n)+", said, re.M)[0]
    line = re.search(r"^[^\s:]+:\d+:\w+:[a-z0-9-]+:\w+$", said, re.M)[0]
    return section, line


def use(hub, said, name):
    """Let this computer know what was printed for a member, under another name of the service."""
    section, line = given(said)
    for parameter in section.strip().split("\n")[1:]:
        hub.serve(name, **dict([parameter.split("=", 1)]))
    with hub.passwords.open("a") as file:
        file.write(f"{line}\n")


@pytest.fixture
def gone(postgres):
    """Roles that a test has made are removed at its end."""
    names = []
    yield names.append
    for name in names:
        if postgres.admin.execute("select from pg_roles where rolname = %s", [name]).rowcount:
            postgres.admin.execute(f'drop role "{name}"')


@pytest.fixture
def new(gone):
    """A name that no role has, in no other test that runs at the same time."""
    name = f"tent-{os.getpid()}"
    gone(name)
    return name


def test_a_site_that_was_added_can_log_in_with_what_is_printed(hub, striplog, new):
    said = striplog(f"hub add-site {new} --hub owner")
    use(hub, said, "tent")
    assert hub.rows("tent", "select current_user") == [(new,)]
    assert hub.rows("tent", "select value from striplog.about where name = 'version'") == [("1",)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        hub.rows("tent", "select from striplog.live")
    assert key.file("region") in said
    use(hub, said, "owner")  # as on its own computer
    striplog("add pos --drug down")
    assert "Would push 1 new version" in striplog(pasted(said))
    assert Path(key.file("region")).read_text().split("\n")[-2] not in said


def test_what_is_printed_says_where_the_hub_is_for_others(striplog, tmp_path, monkeypatch):
    service = "host=hub.example.org\nport=5433\ndbname=drugs\nsslrootcert=system\nuser=owner\n"
    (tmp_path / "services").write_text(f"[region]\n{service}passfile=/mine\n")
    monkeypatch.setenv("PGSERVICEFILE", str(tmp_path / "services"))
    assert "region.key: do this on the computer where" in striplog.refused(
        "hub add-site tent --hub region --sql", 1
    )
    key.made("region")
    said = striplog.run("hub add-site tent --hub region --sql").stderr
    section, line = given(said)
    assert section == "[region]\n" + service.replace("user=owner", "user=tent")
    assert line.startswith("hub.example.org:5433:drugs:tent:") and "this computer" not in said


def test_a_reader_that_was_added_can_read(hub, striplog, new):
    said = striplog(f"hub add-reader {new} --hub owner")
    use(hub, said, "tent")
    assert hub.rows("tent", "select count(*) from striplog.live") == [(0,)]
    assert "key" not in said
    use(hub, said, "owner")
    assert striplog(pasted(said)).startswith("Tests none.")


def test_a_password_is_never_in_sql(hub, striplog, new):
    run = striplog.run(f"hub add-site {new} --hub owner --sql")
    line = given(run.stderr)[1]
    password = line.rpartition(":")[2]
    assert len(password) == 24 and password not in run.stdout
    assert "SCRAM-SHA-256$" in run.stdout
    hub.rows("owner", run.stdout)
    use(hub, run.stderr, "tent")
    assert hub.rows("tent", "select current_user") == [(new,)]


def test_a_member_is_added_once_and_then_gets_a_new_password(hub, striplog, new):
    line = f"hub add-site {new} --hub owner"
    use(hub, striplog(line), "tent")
    assert "--new-password" in striplog.refused(line, 7)
    assert hub.rows("tent", "select 1") == [(1,)]
    said = striplog(f"{line} --new-password")
    with pytest.raises(psycopg.OperationalError):
        hub.rows("tent", "select 1")
    hub.passwords.write_text(given(said)[1])
    assert hub.rows("tent", "select 1") == [(1,)]


@pytest.mark.parametrize("sql", [False, True])
def test_a_member_that_is_locked_cannot_log_in(hub, postgres, striplog, new, sql):
    use(hub, striplog(f"hub add-site {new} --hub owner"), "tent")
    if sql:
        hub.rows("owner", striplog(f"hub lock {new} --hub owner --sql"))
    else:
        again = striplog(f"hub lock {new} --hub owner").rstrip().split("\n")[-1]
    with pytest.raises(psycopg.OperationalError):
        hub.rows("tent", "select 1")
    asked = "select rolpassword, rolcanlogin from pg_authid where rolname = %s"
    assert postgres.admin.execute(asked, [new]).fetchall() == [(None, False)]
    assert "and locked out" in striplog.refused(f"hub add-site {new} --hub owner", 7)
    if not sql:
        said = striplog(pasted(again))
        hub.passwords.write_text(given(said)[1])
        assert hub.rows("tent", "select 1") == [(1,)]


def test_a_member_of_one_hub_is_none_of_another_on_the_same_server(no_hub, striplog):
    striplog("hub init owner")
    for site in ("north", "analyst"):
        for table in ("version", "live", "about"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                no_hub.rows(site, f"select 1 from striplog.{table}")
        asked = "select has_schema_privilege('striplog', 'usage')"
        assert no_hub.rows(site, asked) == [(False,)]
    assert striplog.json("hub status --hub owner")["rows"] == []


def test_printed_sql_does_not_touch_a_hub_with_another_key(hub, striplog):
    Path(key.file("region")).rename(Path(key.folder()) / "other")
    before = columns(hub)
    with pytest.raises(psycopg.errors.RaiseException, match="another key"):
        hub.rows("owner", striplog("hub init owner --sql"))
    assert columns(hub) == before


def test_a_role_of_something_else_is_left_alone(hub, striplog):
    for line in ("add-site", "add-reader"):
        for name in ("striplog_owner", "postgres", "striplog_north"):
            if (line, name) != ("add-site", "striplog_north"):
                run = striplog.run(f"hub {line} {name} --hub owner --new-password")
                assert run.exit_code == 7, run.output
    assert striplog.run("hub lock postgres --hub owner").exit_code == 3
    assert striplog.run("hub lock nobody-there --hub owner").exit_code == 3


@pytest.mark.parametrize(("name", "instead"), [
    ("Insite Powell", "insite-powell"), ("Québec", "quebec"), ("north'; drop", "north-drop"),
    ("pg_north", None), ("public", None), ("1st", "st"), ("", None), ("a" * 64, "a" * 63),
    ("PG_North", None), ("Public", None), ("Striplog_Site_North", None),
])  # fmt: skip
def test_names_that_need_quotes_are_refused(striplog, hub, name, instead):
    said = striplog.refused(["hub", "add-site", "--hub", "owner", "--", name], 2)
    assert re.findall("Such as: (.*)", said) == ([instead] if instead else [])
    assert ("the server uses it itself" in said) == (not instead and bool(name))


# status


def test_status_lists_every_site(hub, striplog, new):
    striplog(f"hub add-site {new} --hub owner")
    hub.rows("north", f"insert into striplog.logbook (origin, name) values ('{'a' * 16}', 'Van')")
    hub.rows("north", f"insert into striplog.push (origin) values ('{'a' * 16}')")
    answer = striplog.json("hub status --hub owner")
    rows = {row["site"]: row for row in answer["rows"]}
    assert set(rows) >= {"striplog_north", "striplog_south", new}
    north = rows["striplog_north"]
    assert (north["origin"], north["name"], north["tests"]) == ("a" * 16, "Van", 0)
    told = (
        "insert into striplog.name (origin, kind, name, value, stamp)"
        " values (%s, 'logbook', '', %s, %s)"
    )
    for stamp, name in (("1", "Outreach van"), ("2", None)):  # renamed, then without a name
        hub.rows("north", told, ["a" * 16, name, stamp])
        names = {row["name"] for row in striplog.json("hub status --hub owner")["rows"]}
        assert names == {name, None}
    said = striplog("hub status --hub owner --format markdown")
    assert f"1 of {len(rows)} sites has pushed this week." in said
    assert answer["key"] in said
    striplog(f"hub lock {new} --hub owner")
    answer = striplog.json("hub status --hub owner")
    assert answer["sites"] == len(rows) - 1
    assert {row["access"] for row in answer["rows"] if row["site"] == new} == {"locked"}


@pytest.mark.parametrize("format", FORMATS)
def test_the_status_comes_in_every_format_and_at_every_width(
    hub, striplog, tmp_path, monkeypatch, format
):
    hub.rows("north", f"insert into striplog.logbook (origin, name) values ('{'a' * 16}', 'Van')")
    hub.rows("north", f"insert into striplog.push (origin) values ('{'a' * 16}')")
    file = tmp_path / f"status{(FORMATS[format].endings or ('',))[0]}"
    striplog(["hub", "status", "--hub", "owner", "--format", format, "-o", str(file)])
    piped = striplog.run(f"hub status --hub owner --format {format}")
    assert piped.exit_code == 0 and file.stat().st_size
    if format == "screen":
        monkeypatch.setattr(click.testing._NamedTextIOWrapper, "isatty", lambda self: True)
        for columns in (40, 60, 80, 200):
            monkeypatch.setenv("COLUMNS", str(columns))
            seen = striplog("hub status --hub owner --format screen")
            assert not lost_words(piped.stdout, seen) or "No room for" in seen
            assert all(len(line) <= columns for line in re.sub(COLOURS, "", seen).splitlines())


def test_a_site_sees_itself_alone_in_the_status(hub, striplog):
    for site, origin in (("north", "a" * 16), ("south", "b" * 16)):
        hub.rows(site, f"insert into striplog.logbook (origin) values ('{origin}')")
    [row] = striplog.json("hub status --hub north")["rows"]
    assert row["site"] == "striplog_north"


# purge


@pytest.fixture
def withdrawn(hub):
    """A site with four tests: one erased, one from before what it keeps, one with an erased field,
    and one that stays."""
    origin = "a" * 16
    hub.rows("north", f"insert into striplog.logbook (origin) values ('{origin}')")
    add = (
        "insert into striplog.version (id, stamp, origin, void, tested_on, target, outcome, lot,"
        " extra, later, digest) values (%s, %s, %s, false, %s, 'fentanyl', 'positive', 'L1',"
        """ '{"age": "4", "b": "c"}', false, %s)"""
    )
    for number, day in enumerate(("2026-01-15", "2025-01-15", "2026-01-16", "2026-01-17")):
        stamp = f"{day}-0000-000000000{number}"
        hub.rows("north", add, [uuid(number), stamp, origin, day, uuid(9)])
    withdraw = "insert into striplog.withdrawn (origin, id, field) values (%s, %s, %s)"
    for number, field in ((0, ""), (2, "lot"), (2, "own age"), (3, "dilution"), (3, "own x")):
        hub.rows("north", withdraw, [origin, uuid(number), field])
    keep = "insert into striplog.kept (origin, since) values (%s, '2026-01-01')"
    hub.rows("north", keep, [origin])
    return hub


def uuid(number):
    return f"00000000-0000-0000-0000-00000000000{number}"


LEFT = [(uuid(2), None, {"b": "c"}), (uuid(3), "L1", {"age": "4", "b": "c"})]


def left(hub, table="version"):
    return hub.rows("owner", f"select id::text, lot, extra from striplog.{table} order by id")


@pytest.mark.parametrize("how", ["yes", "sql"])
def test_purge_removes_what_readers_do_not_see(withdrawn, striplog, how):
    assert left(withdrawn, "live") == LEFT
    said = striplog("hub purge --hub owner --dry-run")
    assert said == (
        "This would be removed for good: 1 version of tests that were erased, 1 version of tests"
        " that are no longer kept, erased fields of 1 more version.\n"
    )
    assert len(left(withdrawn)) == 4
    if how == "yes":
        striplog("hub purge --hub owner --yes")
    else:
        withdrawn.rows("owner", striplog("hub purge --hub owner --sql"))
    assert left(withdrawn) == left(withdrawn, "live") == LEFT
    assert "nothing to remove" in striplog("hub purge --hub owner")


def test_purge_asks_first(withdrawn, striplog):
    said = striplog.refused("hub purge --hub owner", 7)
    assert len(left(withdrawn)) == 4
    striplog(pasted(said.split("\n")[1]))
    assert left(withdrawn) == LEFT


@pytest.mark.skipif(sys.platform == "win32", reason="there is no pty")
def test_purge_asks_at_a_terminal(withdrawn):
    from terminals import Terminal

    for answer, there in (("n", 4), ("y", 2)):
        with Terminal("hub", "purge", "--hub", "owner", columns=200) as terminal:
            terminal.read("Remove it? This cannot be undone.")
            terminal.type(f"{answer}\n")
            assert terminal.ended() == (0 if answer == "y" else 130)
        assert len(left(withdrawn)) == there


@pytest.mark.parametrize("how", ["yes", "sql"])
def test_what_a_site_has_pushed_goes_when_it_leaves(withdrawn, striplog, how):
    withdrawn.rows("south", f"insert into striplog.logbook (origin) values ('{'b' * 16}')")
    line = "hub purge --site striplog_north --hub owner"
    said = striplog.refused(line, 7)
    assert "This would be removed for good: 1 logbook with 4 versions." in said
    if how == "yes":
        striplog(pasted(said.split("\n")[1]))
    else:
        withdrawn.rows("owner", striplog(f"{line} --sql"))
    for table in roles.ADDED:
        rows = withdrawn.rows("owner", f"select origin from striplog.{table}")
        assert rows == [("b" * 16,)] * (table == "logbook"), table
    assert "nothing to remove" in striplog(f"{line} --yes")


def test_only_the_owner_purges(withdrawn, striplog):
    assert "does not allow this" in striplog.refused("hub purge --hub north --yes", 1)
    assert "does not allow this" in striplog.refused("hub add-site x --hub north", 1)
    said = striplog.refused("hub init north", 1)
    assert "does not allow this" in said and "let an administrator run what" in said
    assert len(left(withdrawn)) == 4


# The help


def test_the_examples_of_the_help_work(no_hub, striplog, gone):
    """In the order in which they stand, which is that of a hub's life."""
    unused = {name: f"{name}-{os.getpid()}" for name in ("north", "ana")}  # in other tests
    for name in unused.values():
        gone(name)
    no_hub.serve("region", **no_hub.sections["owner"])
    group = cli.striplog.get_command(None, "hub")
    lines = [line for one in group.commands.values() for line in examples(one)]
    assert len(lines) > 12
    for line in lines:
        words = shlex.split(re.split(r" >+ ", line)[0])[1:]
        striplog([unused.get(word, word) for word in words])


# The language of other databases


def test_no_sql_needs_what_other_databases_lack():
    lacking = r"(?i)\b(trigger|sequence|serial|bigserial|listen|notify|deferrable|identity)\b"
    for path in (Path(strip_log.__file__).parent / "hub").rglob("*.py"):
        tree = ast.parse(path.read_text())
        explained = {ast.get_docstring(node, clean=False) for node in ast.walk(tree)
                     if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)}  # fmt: skip
        texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
        said = [text for text in texts if isinstance(text, str) and text not in explained]
        assert not [text for text in said if re.search(lacking, text)], path
