"""Run a striplog command so many times in one process; what it prints, as it comes.

A hundred runs in one process do not cost a hundred starts.
"""

import sys

from click.testing import CliRunner

from strip_log import cli

for _ in range(int(sys.argv[1])):
    result = CliRunner().invoke(cli.striplog, sys.argv[2:])
    assert result.exit_code == 0, result.output
    print(result.stdout if "-q" in sys.argv else "", end="", flush=True)
