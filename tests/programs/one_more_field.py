"""striplog with one more field, `scale`: a copy of the package in a folder, one line of its table
of fields longer. Runs the command lines that it reads, prints what each answered as JSON.
A line `complete WORDS` is for what comes next when the shell asks.

The schema and the record are written by hand: there the field is put beside `timing`.
"""

import json
import re
import shlex
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

FIELD = """
    Field("scale", "Which scale it was weighed on.", spellings=("balance",), choices=("a", "b"),
          parse=one_of("a", "b", big="b"), default="The scale of a test", filter=True,
          group=True, soft=True),
"""

package = Path(sys.argv[1]) / "strip_log"
shutil.copytree(Path(find_spec("strip_log").origin).parent, package)


def put(name, after, added):
    path = package / name
    text, number = re.subn(f"({after})", rf"\1{added}", path.read_text("utf-8"))
    assert number, f"{name} has no {after}"
    path.write_text(text, "utf-8")


put("record/fields.py", r"\nFIELDS = .*", FIELD.rstrip())
put("record/test.py", r"timing: str \| None = None", "\n    scale: str | None = None")
put("logbook/schema_1.py", r"\btiming(?= text|,)(?: text)?,", " scale,")
put("logbook/schema_1.py", r"\btiming text, scale", " text")
sys.path.insert(0, sys.argv[1])

from click.shell_completion import ShellComplete  # noqa: E402 - the copy is found from here on
from click.testing import CliRunner  # noqa: E402

from strip_log import cli  # noqa: E402

assert Path(cli.__file__).parent == package
answers = []
for words in map(shlex.split, sys.stdin.read().splitlines()):
    if words[0] == "complete":
        shell = ShellComplete(cli.striplog, {}, "striplog", "_STRIPLOG_COMPLETE")
        found = shell.get_completions(words[1:], "")
        answers.append(" ".join(item.value for item in found))
        continue
    result = CliRunner().invoke(cli.striplog, words)
    assert not result.exception or isinstance(result.exception, SystemExit), result.exception
    answers.append(result.output)
print(json.dumps(answers))
