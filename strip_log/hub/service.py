"""A service of libpq: where a database is, and how it is reached safely."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address

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
        return self.get("passfile", "PGPASSFILE", in_home(".pgpass", "pgpass.conf"))

    def password_line(self, password: str = "PASSWORD") -> str:
        """The line of that file for this service, with a word in place of the password."""
        # libpq has several names for this computer, and others have another.
        host = "*" if self.local else self.host or self.get("hostaddr", "PGHOSTADDR", "")
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
        for name in ("host", "hostaddr"):  # libpq must not read another file
            if name in self.parameters:
                found[name] = self.parameters[name]
        found["connect_timeout"] = str(PATIENCE)
        found |= {"keepalives_idle": "30", "tcp_user_timeout": "60000"}  # a cut line is noticed
        if self.local:
            return found
        found |= {"sslmode": "verify-full", "channel_binding": "require", "gssencmode": "disable"}
        if not self.get("sslrootcert", "PGSSLROOTCERT", "") and not os.path.exists(
            in_home(".postgresql/root.crt", "root.crt")
        ):
            found["sslrootcert"] = "system"
        return found

    def section(self) -> tuple[str, ...]:
        """The section as lines of a service file."""
        kept = {name: value for name, value in self.parameters.items() if name != "password"}
        return (f"[{self.name}]", *(f"{name}={value}" for name, value in kept.items()))


def _local(host: str) -> bool:
    if not host or host == "localhost" or host.startswith(("/", "@")):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def in_home(name: str, on_windows: str) -> str:
    """The usual place of a file that libpq reads."""
    if os.name == "nt":
        return os.path.join(os.environ.get("APPDATA", ""), "postgresql", on_windows)
    return os.path.join(os.path.expanduser("~"), name)


def usual_file() -> str:
    """The file of a user's services, where no variable names another."""
    return in_home(".pg_service.conf", ".pg_service.conf")
