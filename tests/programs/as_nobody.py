"""striplog, run as a user to whom nothing belongs. Needs root."""

import os
import sys

from click.testing import CliRunner

from strip_log import cli
from strip_log.commands import add  # noqa: F401 - nobody may not be able to read it later
from strip_log.logbook import schema  # noqa: F401

CliRunner().invoke(cli.striplog, ["summary"])
os.setgid(65534)
os.setuid(65534)
cli.striplog.main(sys.argv[1:])
