"""Run a striplog command, then print the modules that it has loaded, on stderr."""

import sys

from strip_log import cli

try:
    cli.striplog.main(sys.argv[1:])
finally:
    print(*sys.modules, file=sys.stderr)
