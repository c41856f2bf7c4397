"""How a hub is reached, and what is said when it is not."""

import os
import shutil
import socket
import subprocess
import sys

import pytest

from factories import program
from strip_log.errors import StriplogError
from strip_log.hub import failures, roles, service, services, where

#: A name of loopback that nobody would take for one: striplog treats it like any other computer.
ELSEWHERE = "127.1"


def refused(striplog, code, hub="owner"):
    said = striplog.refused(["hub", "status", "--hub", hub], code)
    assert "Traceback" not in said
    return " ".join(said.split())


# Passwords


@pytest.mark.parametrize("typed", [
    "postgresql://north:s3cret@hub.example.org:5433/drugs?sslmode=disable",
    "postgres://north@hub.example.org:5433/drugs?password=s3cret",
    "host=hub.example.org port=5433 user=north dbname=drugs password=s3cret",
    "host=hub.example.org port=5433 user=north dbname=drugs password = s3cret",
    "service=owner password='s3cret'", "postgresql://north:s3cret@[broken",
])  # fmt: skip
@pytest.mark.parametrize("command", [
    "hub init {}", "hub status --hub {}", "push --hub {}", "summary --hub {}",
    "config set hub {}", "summary --logbook service={}", "add pos --logbook service={}",
])  # fmt: skip
def test_a_password_that_is_typed_is_refused_and_not_repeated(striplog, command, typed):
    striplog("add pos")
    words = [word.format(typed) for word in command.split()]
    said = striplog.refused(words, 7)
    assert "s3cret" not in said
    assert f"chmod 600 {service.Service('x').password_file}" in said
    line = said.rstrip().split("\n")[-1].strip()
    assert line.endswith(":PASSWORD")
    if "5433" in typed:
        assert line == "hub.example.org:5433:drugs:north:PASSWORD"


@pytest.mark.parametrize("command", ["summary", "add pos", "import x.csv", "path", "push"])
def test_a_url_is_no_logbook(striplog, command):
    url = "postgresql://north:s3cret@hub.example.org:5433/drugs"
    said = striplog.refused(f"{command} --logbook {url}", 7)
    assert "s3cret" not in said and "hub.example.org:5433:drugs:north:PASSWORD" in said


def test_a_url_without_a_password_is_not_the_name_of_a_service(striplog):
    said = striplog.refused("hub status --hub postgresql://north@hub.example.org/drugs", 2)
    assert "  [hub]\n  host=hub.example.org\n  dbname=drugs\n  user=north\n" in said


def test_a_password_in_the_service_file_is_refused(hub, striplog):
    hub.serve("owner", password="striplog_owner")
    hub.passwords.write_text("")
    said = striplog.refused("hub status --hub owner", 7)
    assert str(hub.folder / "services") in said
    line = said.split("\n")[2].strip()
    hub.serve("owner", password=None)
    hub.passwords.write_text(line.replace("PASSWORD", "striplog_owner") + "\n")
    striplog("hub status --hub owner")


def test_a_password_that_is_kept_nowhere_is_asked_for_or_told_how_to_keep(hub, striplog):
    hub.passwords.write_text("")
    said = striplog.refused("hub status --hub owner", 1)
    line = said.split("\n")[2].strip()
    hub.passwords.write_text(line.replace("PASSWORD", "striplog_owner") + "\n")
    striplog("hub status --hub owner")
    hub.passwords.chmod(0o644)
    assert "as long as others can read it" in refused(striplog, 1)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no pty")
def test_a_password_is_asked_for_unseen_at_a_terminal(hub):
    from terminals import Terminal

    hub.passwords.write_text("")
    with Terminal("hub", "status", "--hub", "owner", columns=200) as terminal:
        terminal.read("Password of the role 'striplog_owner' on this computer:")
        terminal.type("striplog_owner\n")
        assert "striplog_owner" not in terminal.read("striplog_north")


@pytest.mark.parametrize(("typed", "database", "said"), [
    ("wrong", None, "the password of the role 'striplog_owner' on this computer. If"),
    ("striplog_owner", "nosuch", "There is no database 'nosuch'"),
])  # fmt: skip
def test_what_is_wrong_is_told_after_a_password_was_asked_for(hub, typed, database, said):
    hub.passwords.write_text("")
    hub.serve("owner", dbname=database or hub.database)
    with pytest.raises(StriplogError, match=said), where.opened("owner", lambda prompt: typed):
        pass


def test_a_password_in_the_environment_is_used(hub, striplog, monkeypatch):
    hub.passwords.write_text("")
    monkeypatch.setenv("PGPASSWORD", "striplog_owner")
    striplog("hub status --hub owner")


# What is not there


def test_a_service_that_is_not_there_is_told_with_those_that_are(hub, striplog):
    said = refused(striplog, 3, "onwer")
    assert "Did you mean 'owner'? There are: analyst, north, owner, south." in said
    said = striplog.refused("hub status", 2)
    assert "There are: analyst, north, owner, south." in said and "--hub region" in said


def test_a_service_of_the_whole_computer_is_known_too(hub, striplog, monkeypatch, tmp_path):
    lines = (hub.folder / "services").read_text().replace("[owner]", "[all]")
    (tmp_path / "pg_service.conf").write_text(lines)
    monkeypatch.setenv("PGSYSCONFDIR", str(tmp_path))
    striplog("hub status --hub all")
    assert "There are: all, analyst, north, owner, south." in refused(striplog, 3, "nosuch")


def test_the_names_of_services_complete_themselves(hub, striplog, monkeypatch):
    monkeypatch.setenv("_STRIPLOG_COMPLETE", "zsh")
    for words in (["hub", "status", "--hub", "no"], ["hub", "init", "no"]):
        assert striplog(words).split() == ["names", "north"]


def test_where_there_is_no_service_file_it_is_told_what_to_write(striplog, monkeypatch):
    for name in list(os.environ):
        if name.startswith("PG"):
            monkeypatch.delenv(name)
    said = refused(striplog, 3)
    assert f"There is no {os.path.expanduser('~')}/.pg_service.conf yet." in said
    assert "[owner] host=hub.example.org dbname=striplog user=YOUR-ROLE" in said


def test_a_wrong_section_is_told(hub, striplog):
    hub.serve("owner", hots="x")
    assert f"The service 'owner' in {hub.folder}/services is wrong" in refused(striplog, 1)


def test_a_server_that_is_away_is_told(hub, striplog, tmp_path):
    hub.serve("owner", host="127.0.0.1", port=free_port())
    assert "does not answer. Nothing is lost: run the command again" in refused(striplog, 1)
    hub.serve("owner", host=str(tmp_path))
    assert "does not answer" in refused(striplog, 1)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


@pytest.mark.slow
def test_a_server_that_says_nothing_is_not_waited_for_long(hub, striplog, monkeypatch):
    for module in (service, failures):
        monkeypatch.setattr(module, "PATIENCE", 2)  # the least that libpq takes
    with socket.create_server(("127.0.0.1", 0)) as mute:
        hub.serve("owner", host="127.0.0.1", port=mute.getsockname()[1])
        assert "does not answer" in refused(striplog, 1)


def test_a_wrong_password_is_told(hub, striplog):
    hub.passwords.write_text("*:*:*:*:wrong\n")
    said = refused(striplog, 1)
    assert "did not accept the password of the role 'striplog_owner'" in said
    assert str(hub.passwords) in said and "between" not in said


def test_a_database_that_is_not_there_is_told(hub, striplog):
    hub.serve("owner", dbname="nosuch")
    assert "There is no database 'nosuch'" in refused(striplog, 3)


def test_a_role_that_may_not_log_in_is_told(hub, striplog):
    [[fingerprint]] = hub.rows("owner", "select value from striplog.about where name = 'key'")
    hub.passwords.write_text("*:*:*:*:any\n")
    hub.serve("owner", user=roles.groups(fingerprint).site)
    assert "'striplog_site_" in refused(striplog, 1)


def test_a_key_that_is_another_is_told(hub):
    from strip_log.errors import RefusedForSafety
    from strip_log.hub import key

    with where.opened("north") as opened:
        assert opened.key().fingerprint == opened.about["key"]
    path = key.file("region")
    os.remove(path)
    with where.opened("north") as opened:
        with pytest.raises(RefusedForSafety, match="Ask the owner of the hub for the file"):
            opened.key()
        key.made("region")
        with pytest.raises(RefusedForSafety, match=f"key of another hub: {path}"):
            opened.key()
        os.chmod(path, 0o640)
        with pytest.raises(RefusedForSafety, match=f"chmod 600 {path}"):
            opened.key()
    with open(path, "a") as file:
        file.write("12\n")
    os.chmod(path, 0o600)
    with pytest.raises(RefusedForSafety, match="does not hold the key"):
        key.read(path)


def test_a_connection_that_is_cut_is_told(hub, postgres):
    with pytest.raises(StriplogError, match="run the command again"), where.opened("north") as one:
        [[process]] = one.connection.execute("select pg_backend_pid()").fetchall()
        postgres.admin.execute("select pg_terminate_backend(%s, 5000)", [process])
        one.connection.execute("select 1")


@pytest.mark.parametrize(("code", "said", "exit_code"), [
    ("53100", "out of room", 1), ("53300", "out of room", 1), ("57P01", "was stopped", 1),
    ("57014", "took too long", 1), ("25006", "only be read", 1), ("08006", "was cut", 1),
    ("40001", "at the same moment", 5), ("40P01", "at the same moment", 5),
    ("42501", "does not allow this to the role 'striplog_owner'", 1),
    ("42P01", "not all of one", 6), ("P0001", r"did not accept this: odd\\x1b \(P0001\)", 1),
])  # fmt: skip
def test_an_error_of_the_server_is_known_by_its_code(hub, code, said, exit_code):
    raised = f"raise exception using errcode = '{code}', message = E'odd\\x1b'"
    with pytest.raises(StriplogError, match=said) as found, where.opened("owner") as one:
        one.connection.execute(f"do $$ begin {raised}; end $$")
    assert found.value.exit_code == exit_code


def test_a_hub_that_somebody_has_locked_is_not_waited_for_for_ever(hub, striplog, monkeypatch):
    monkeypatch.setattr(where, "LOCK_PATIENCE", "50ms")
    with hub.connect("owner") as other, other.transaction():
        other.execute("lock table striplog.version")
        assert "run the command again" in refused(striplog, 5)
        assert "run the command again" in striplog.refused("hub init owner", 5)
    striplog("hub init owner")


def test_what_was_done_is_said_where_the_answer_cannot_be_written(no_hub, striplog):
    code, said = striplog.answering_to("/dev/full", "hub init owner")
    assert code == 8 and "The hub is made." in said
    striplog("hub status --hub owner")


# TLS: a proxy in front of the server, which is not built with it


@pytest.fixture(scope="session")
def certificates(tmp_path_factory):
    """A certificate for this computer and one for another, each signed by itself."""
    if not shutil.which("openssl"):
        pytest.skip("there is no openssl")
    folder = tmp_path_factory.mktemp("certificates")
    for name, what in (("good", "DNS:localhost,IP:127.0.0.1"), ("bad", "DNS:elsewhere.example")):
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-days", "2", "-subj", f"/CN={name}", "-addext", f"subjectAltName={what}",
             "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.crt"],
            check=True, capture_output=True,
        )  # fmt: skip
    return folder


@pytest.fixture
def proxy(hub, certificates):
    """Starts a proxy with a certificate, and lets the service `owner` go through it."""
    started = []

    def start(certificate, **parameters):
        place = hub.postgres.place
        files = [certificates / f"{certificate}.{ending}" for ending in ("crt", "key")]
        words = program("tls_proxy", f"{place.host}/.s.PGSQL.{place.port}", *map(str, files))
        started.append(subprocess.Popen(words, stdout=subprocess.PIPE, text=True))
        hub.serve("owner", port=started[-1].stdout.readline().strip(), **parameters)

    yield start
    for each in started:
        each.kill()
        each.wait()
        each.stdout.close()


def test_a_service_that_only_libpq_knows_is_reached_as_safely(hub, striplog, monkeypatch):
    """It may have been built to read another file, such as one of the whole computer."""
    hub.serve("owner", host=ELSEWHERE, sslmode="disable")
    monkeypatch.setattr(services, "files", list)
    assert "did not prove that it is that server" in refused(striplog, 7)
    hub.serve("owner", host="127.0.0.1")
    striplog("hub status --hub owner")
    assert "There is no service 'nosuch'" in refused(striplog, 3, "nosuch")


@pytest.mark.parametrize("lines", [
    "[owner] # of the whole province\n{}host={}\n",
    "[owner]\n{}host={}\n[owner]\nhostaddr=127.0.0.1\n",
    "# [owner]\n\n  [owner]  \n  {}host={}  \n[other]\nhost=localhost\n",
    "[other]\nhost=localhost\n[owner]\n{}host={}\nhost=localhost\n",
])  # fmt: skip
def test_a_service_file_is_read_as_libpq_reads_it(hub, striplog, lines):
    known = {**hub.sections["owner"], "sslmode": "disable"}
    del known["host"]
    rest = "".join(f"{name}={value}\n" for name, value in known.items())
    (hub.folder / "services").write_text(lines.format(rest, ELSEWHERE))
    assert "did not prove that it is that server" in refused(striplog, 7)
    (hub.folder / "services").write_text(lines.format(rest, "127.0.0.1"))
    striplog("hub status --hub owner")


@pytest.mark.parametrize(("section", "local"), [
    ({}, True), ({"host": "/run/postgresql"}, True), ({"host": "@hub"}, True),
    ({"host": "localhost"}, True), ({"host": "127.0.0.7"}, True), ({"host": "::1"}, True),
    ({"host": "hub.example.org", "hostaddr": "127.0.0.1"}, True),
    ({"host": "192.168.1.5"}, False), ({"host": "localhost.example.org"}, False),
    ({"host": "localhost,hub.example.org"}, False), ({"host": "10.0.0.1"}, False),
    ({"host": "localhost", "hostaddr": "203.0.113.5"}, False), ({"host": "fe80::1"}, False),
])  # fmt: skip
def test_what_leaves_this_computer_is_encrypted_whatever_the_service_says(
    section, local, monkeypatch
):
    for name in ("PGHOST", "PGHOSTADDR", "PGSSLROOTCERT"):
        monkeypatch.delenv(name, raising=False)
    one = service.Service("hub", {**section, "sslmode": "disable"})
    safe = {"sslmode": "verify-full", "channel_binding": "require", "sslrootcert": "system"}
    found = {name: value for name, value in one.safely().items() if name in safe}
    assert found == ({} if local else safe)
    if not local:
        own = service.Service("hub", {**section, "sslrootcert": "/own.crt"})
        assert "sslrootcert" not in own.safely() and own.safely()["sslmode"] == "verify-full"


def test_a_certificate_that_fits_is_accepted(proxy, certificates, striplog):
    proxy("good", host="localhost", sslmode="verify-full", sslrootcert=certificates / "good.crt")
    striplog("hub status --hub owner")


@pytest.mark.parametrize(("shown", "trusted"), [("bad", "bad"), ("good", "bad"), ("good", None)])
@pytest.mark.parametrize("host", ["localhost", ELSEWHERE])
def test_a_certificate_that_does_not_fit_is_refused(
    proxy, certificates, striplog, shown, trusted, host
):
    """Of another computer, whatever the service says."""
    mode = "verify-full" if host == "localhost" else "prefer"
    root = certificates / f"{trusted}.crt" if trusted else None
    if trusted is None and host == "localhost":
        root = "system"
    proxy(shown, host=host, sslmode=mode, sslrootcert=root)
    said = refused(striplog, 7)
    assert "did not prove that it is that server" in said and "nothing was sent" in said


def test_a_server_without_tls_is_refused_unless_it_is_here(hub, striplog):
    for mode in (None, "disable", "prefer", "allow"):
        hub.serve("owner", host="127.0.0.1", sslmode=mode)
        striplog("hub status --hub owner")
        hub.serve("owner", host=ELSEWHERE)
        assert "did not prove that it is that server" in refused(striplog, 7)


def test_somebody_between_with_a_good_certificate_is_refused(proxy, certificates, striplog):
    """Channel binding: the server must see the same TLS connection."""
    proxy("good", host=ELSEWHERE, sslmode="prefer", sslrootcert=certificates / "good.crt")
    assert "nobody between it and you" in refused(striplog, 1)


# Without psycopg


def test_without_psycopg_it_is_told_how_to_install_it(hub, striplog, monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    said = striplog.refused("hub status --hub owner", 1)
    assert "A hub needs the package psycopg." in said and "'psycopg[binary]'" in said


def test_no_command_loads_psycopg_unless_it_asks_a_hub():
    for words in (["hub", "--help"], ["hub", "status"], ["hub", "init", "--help"]):
        loaded = subprocess.run(program("loaded", *words), capture_output=True, text=True).stderr
        assert "strip_log.commands.hub" in loaded.split()
        assert "psycopg" not in loaded.split()
