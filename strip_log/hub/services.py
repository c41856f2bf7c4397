"""The services of libpq: sections of ~/.pg_service.conf, each of which says where a database is.

A password stands in none of them, nor on the command line, where everybody on the computer can see
it: libpq looks it up in ~/.pgpass.
"""

import os
import re
import stat
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import parse_qsl, unquote, urlsplit

from strip_log.errors import Misused, NothingThere, RefusedForSafety, StriplogError
from strip_log.record.shown import typed
from strip_log.record.words import nearest

#: How many seconds to wait for a server.
PATIENCE = 10


@dataclass(frozen=True, slots=True)
class Service:
    """A database by the name of its service. `parameters` are those of the section in `file`, as
    libpq names them; empty where the section is in no file that is known here."""

    name: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    file: str = ""

    def get(self, parameter: str, variable: str, usual: str) -> str:
        """A parameter as libpq finds it: in the section, else in the environment."""
        return self.parameters.get(parameter) or os.environ.get(variable) or usual

    @property
    def host(self) -> str:
        return self.get("host", "PGHOST", "")

    @property
    def local(self) -> bool:
        """Whether the connection stays on this computer, so that nobody can listen to it."""
        hosts = self.get("hostaddr", "PGHOSTADDR", "") or self.host
        return all(map(_local, hosts.split(",")))

    @property
    def at(self) -> str:
        """Where the server is, in words."""
        return "this computer" if self.local else self.host

    @property
    def password_file(self) -> str:
        """The file in which libpq looks for the password."""
        return self.get("passfile", "PGPASSFILE", _in_home(".pgpass", "pgpass.conf"))

    def password_line(self, password: str = "PASSWORD") -> str:
        """The line of that file for this service, with a word in place of the password."""
        host = self.host or self.get("hostaddr", "PGHOSTADDR", "localhost")
        if host.startswith(("/", "@")):
            host = "*"  # libpq calls a socket by its folder, but the usual folder localhost
        user = self.get("user", "PGUSER", "USER")
        parts = (
            host,
            self.get("port", "PGPORT", "5432"),
            self.get("dbname", "PGDATABASE", user),
            user,
            password,
        )
        return ":".join(part.replace("\\", r"\\").replace(":", r"\:") for part in parts)

    def safely(self) -> dict[str, str]:
        """What to connect with, to be safe from others on the way and not to wait for ever.

        The service cannot say otherwise, unless its server is on this computer.
        """
        found = {"service": self.name, "application_name": "striplog"}
        found["connect_timeout"] = str(PATIENCE)
        if self.local:
            return found
        found |= {"sslmode": "verify-full", "channel_binding": "require", "gssencmode": "disable"}
        if not self.get("sslrootcert", "PGSSLROOTCERT", "") and not os.path.exists(
            _in_home(".postgresql/root.crt", "root.crt")
        ):
            found["sslrootcert"] = "system"
        return found

    def section(self) -> tuple[str, ...]:
        """The section as lines of a service file."""
        kept = {name: value for name, value in self.parameters.items() if name != "password"}
        return (f"[{self.name}]", *(f"{name}={value}" for name, value in kept.items()))


def named(name: str) -> Service:
    """The service of this name, which may be one that only libpq can find.

    Raises RefusedForSafety where a password stands in its section, or in what was typed; Misused
    where that is no name of a service.
    """
    if "=" in name or "://" in name:
        raise _typed(_dictated(name))
    for path in files():
        if name in (sections := _sections(path)):
            found = Service(name, sections[name], path)
            if "password" in found.parameters:
                raise RefusedForSafety(
                    f"The service {name!r} has a password in {path}, which others may read: take"
                    " the line that begins with password= out of that file.",
                    *_how_to_keep(found),
                )
            return found
    return Service(name)


def names() -> list[str]:
    """The names of all services in the files that are known here, in alphabetical order."""
    return sorted({name for path in files() for name in _sections(path)})


def unknown(name: str) -> NothingThere:
    """The error for a service that is in no file."""
    there = names()
    place = (files() or [_usual()])[0]
    if not there:
        has = f" {place} has none yet." if os.path.exists(place) else f" There is no {place} yet."
    else:
        close = nearest(name, there)
        meant = f" Did you mean {close[0]!r}?" if close else ""
        has = f"{meant} There {'is' if len(there) == 1 else 'are'}: {', '.join(there)}."
    return NothingThere(
        f"There is no service {name!r}.{has}",
        f"A hub is named by a section of {place}, such as:",
        *(
            f"  {line}"
            for line in (f"[{name}]", "host=hub.example.org", "dbname=striplog", "user=YOUR-ROLE")
        ),
    )


def files() -> list[str]:
    """The service files that libpq reads, in its order, whether they exist or not."""
    found = [os.environ.get("PGSERVICEFILE") or _usual()]
    if system := os.environ.get("PGSYSCONFDIR"):
        found.append(os.path.join(system, "pg_service.conf"))
    return found


def _usual() -> str:
    return _in_home(".pg_service.conf", ".pg_service.conf")


def _in_home(name: str, on_windows: str) -> str:
    """The usual place of a file that libpq reads."""
    if os.name == "nt":
        return os.path.join(os.environ.get("APPDATA", ""), "postgresql", on_windows)
    return os.path.join(os.path.expanduser("~"), name)


def _sections(path: str) -> dict[str, dict[str, str]]:
    """The parameters of every section of a service file; none if it is not there.

    Raises StriplogError if it cannot be read.
    """
    found: dict[str, dict[str, str]] = {}
    section: dict[str, str] = {}
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            for line in map(str.strip, file):
                if line.startswith("[") and line.endswith("]"):
                    section = found.setdefault(line[1:-1], {})
                elif line and not line.startswith("#"):
                    name, _, value = line.partition("=")
                    section.setdefault(name.rstrip(), value.lstrip())
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise StriplogError(f"Cannot read {path}: {error.strerror or error}.") from None
    return found


def _local(host: str) -> bool:
    if not host or host == "localhost" or host.startswith(("/", "@")):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


# What was typed in place of a name


def _dictated(text: str) -> dict[str, str]:
    """The parameters of a URL, or of words such as `host=hub.example.org`, as far as they can be
    read: only a password must not be missed."""
    found = dict(word.split("=", 1) for word in text.split() if "=" in word)
    with suppress(ValueError):
        if "://" in text:
            url = urlsplit(text)
            found = {
                "host": url.hostname or "",
                "port": str(url.port or ""),
                "dbname": unquote(url.path[1:]),
                "user": unquote(url.username or ""),
                "password": url.password or "",
                **dict(parse_qsl(url.query)),
            }
    if re.search(r"(?i)password\s*=|:[^/@]+@", text):
        found["password"] = "is there"
    return {name: value for name, value in found.items() if name and value}


def _typed(parameters: dict[str, str]) -> StriplogError:
    """The error for a URL, or words of libpq, in place of the name of a service."""
    usual = {"host": "hub.example.org", "dbname": "striplog", "user": "YOUR-ROLE"}
    service = Service("hub", usual | parameters)
    how = (
        f"Write these lines to {_usual()}, and name the service: --hub hub",
        *(f"  {line}" for line in service.section()),
    )
    if "password" not in parameters:
        return Misused("A hub is named by a service of libpq, not by where it is.", *how)
    refused = RefusedForSafety(
        "A password that is typed can be seen by everybody on this computer, and the shell keeps"
        " it: have a new one made.",
        *how,
        *_how_to_keep(service),
    )
    refused.again = None  # it is not printed back
    return refused


def _how_to_keep(service: Service) -> tuple[str, ...]:
    file = service.password_file
    return (
        f"Write this line to {file} with the password in place of the word PASSWORD, and keep the"
        f" file from others: {typed('chmod', '600', file)}",
        f"  {service.password_line()}",
    )


def no_password(service: Service) -> StriplogError:
    """The error where the server wants a password, and none is kept for it."""
    file, ignored = service.password_file, ""
    try:
        if os.name == "posix" and stat.S_IMODE(os.stat(file).st_mode) & 0o077:
            ignored = " What is in that file is not used as long as others can read it."
    except OSError:
        pass
    return StriplogError(
        f"The hub {service.name!r} wants a password, and none is kept for it.{ignored}",
        *_how_to_keep(service),
    )
