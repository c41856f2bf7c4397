"""Run many striplog commands in one process: each word is one, its exit code after it."""

import shlex
import sys

from strip_log import cli

for line in sys.argv[1:]:
    try:
        cli.striplog.main(shlex.split(line))
    except SystemExit as stop:
        print(f"exit code {stop.code}", flush=True)
