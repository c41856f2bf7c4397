"""A hub that random logbooks were pushed to, and the one that they were merged into."""

import re
import shlex

import pytest
from click.testing import CliRunner

from hub import filling
from hub.province import PUSHED, Province
from strip_log import cli


class Both:
    """A hub that some logbooks were pushed to, and the one that they were merged into."""

    def __init__(self, folder, postgres, seed, codes="daily"):
        self.folder, self.postgres = folder, postgres
        province = Province(folder, seed, codes=codes).go_on(40)
        self.merged = province.merged()
        self.database = f"striplog_answers_{seed}_{id(self)}"
        postgres.admin.execute(f"create database {self.database} template {postgres.template}"
                               " owner striplog_owner")  # fmt: skip
        place = postgres.place
        (folder / "services").write_text("".join(
            f"[{name}]\nhost={place.host}\nport={place.port}\ndbname={self.database}\n"
            f"user=striplog_{role}\n" for name, role in (("owner", "owner"), ("hub", "analyst"))
        ))  # fmt: skip
        passwords = [f"*:*:*:striplog_{role}:striplog_{role}\n" for role in ("owner", "analyst")]
        (folder / "pgpass").write_text("".join(passwords))
        (folder / "pgpass").chmod(0o600)
        with pytest.MonkeyPatch.context() as patch:
            self.known(patch)
            filling.fill(self, province.paths, PUSHED)

    def known(self, patch):
        """Make the services known."""
        patch.setenv("PGSERVICEFILE", str(self.folder / "services"))
        patch.setenv("PGPASSFILE", str(self.folder / "pgpass"))

    def connect(self, service):
        import psycopg

        return psycopg.connect(service=service, autocommit=True)

    def drop(self):
        self.postgres.admin.execute(f"drop database {self.database} with (force)")

    def compare(self, line):
        """The same command line on both."""
        file = said([*shlex.split(line), "--logbook", str(self.merged)])
        hub = said([*shlex.split(line), "--hub", "hub"])
        if line.startswith("samples"):
            file, hub = map(without_codes, (file, hub))
        assert hub == file, line


def said(words):
    """The exit code, stdout and stderr without the options that name what was asked."""
    result = CliRunner().invoke(cli.striplog, words)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    where = shlex.join(words[-2:])
    return result.exit_code, result.stdout, result.stderr.replace(f" {where}", "")


#: The codes of samples, here and on a hub, and what else depends on how long they are.
_CODE = re.compile(r"\b([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[AB]|c-3|s-[0-9a-z]{6})\b")
_WIDTH = re.compile(" +|─+")


def without_codes(answer):
    code, out, err = answer
    return code, _WIDTH.sub(" ", _CODE.sub("CODE", out)), err
