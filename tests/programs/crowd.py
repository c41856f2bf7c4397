"""Run a striplog command in so many processes at once, and so many times in each; what they print,
as it comes. In the words, `{}` is the number of the process.

They are copies of one process, so that all do not cost a start each.
"""

import os
import sys
from importlib import import_module

from click.testing import CliRunner

from strip_log import cli

copies, times, *words = sys.argv[1:]
import_module(f"strip_log.commands.{words[0]}")
running = []
for number in range(int(copies)):
    if (copy := os.fork()) == 0:
        code = 1
        try:
            for _ in range(int(times)):
                line = [word.format(number) for word in words]
                result = CliRunner().invoke(cli.striplog, line)
                assert result.exit_code == 0, result.output
                os.write(1, result.stdout.encode())
            code = 0
        except BaseException as error:
            print(error, file=sys.stderr, flush=True)
        finally:
            os._exit(code)
    running.append(copy)
sys.exit(max(os.waitstatus_to_exitcode(os.waitpid(copy, 0)[1]) for copy in running))
