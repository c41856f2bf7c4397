"""What a message tells a person to type works, pasted into a shell as it stands.

Every command that the package tells has a scenario here: one that is new is missed by the first
test. The logbook has an odd name and is named by `--logbook`, which the command must name too.
"""

import ast
import re
import shlex
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

import strip_log
from strip_log.cli import COMMANDS
from strip_log.logbook import encryption

PACKAGE = Path(strip_log.__file__).parent

#: The logbook of every scenario.
LOGBOOK = "it's $(touch PWN) -- -x.db"

#: A drug that a shell, and a command line, could take for something else.
ODD = '-o\'dd $(touch pwn) "x"'


@dataclass(frozen=True)
class Scenario:
    """A message that tells a command.

    `key` is the module that has it and the command's first words. `lines` are typed beforehand and
    the last one brings the message, with exit code `code`. `filled` are the values for words that
    stand for one, `more` is what a person answers when the command asks, as options. What is pasted
    exits with `pasted_code`.
    """

    key: str
    lines: tuple[str, ...]
    code: int = 0
    filled: dict[str, str] = field(default_factory=dict)
    more: tuple[str, ...] = ()
    before: Callable[[], None] | None = None
    pasted_code: int = 0

    @property
    def words(self) -> str:
        return self.key.partition(": ")[2]


def sql(statement: str, path: str = LOGBOOK) -> Callable[[], None]:
    def run() -> None:
        with closing(sqlite3.connect(path)) as db, db:
            db.execute(statement)

    return run


def no_text() -> None:
    data = bytearray(Path(LOGBOOK).read_bytes())
    data[100:4000] = b"\xff" * 3900
    Path(LOGBOOK).write_bytes(data)


def a_spreadsheet_in_utc() -> None:
    Path("log.csv").write_text("Date,Result\n2026-01-02T03:04:05Z,pos\n")


def a_spreadsheet() -> None:
    for name in ("log.csv", "-it's.csv"):
        Path(name).write_text("Date,Result,Site\n2026-01-02,pos,Van\n")


def an_encrypted_copy() -> None:
    identity = pytest.importorskip("pyrage").x25519.Identity.generate()
    Path("key.txt").write_text(str(identity))
    Path("it's.age").touch()
    with open(LOGBOOK, "rb") as plain:
        encryption.encrypt(plain, "it's.age", encryption.recipients([str(identity.to_public())]))


#: Two logbooks that have changed the same test, each after the other had it.
BOTH_CHANGED = (
    "add pos", f"merge {shlex.quote(LOGBOOK)} --logbook b.db",
    "edit 1 --lot 1", "edit 1 --lot 2 --logbook b.db",
)  # fmt: skip
FILLED = {"NAME": "cocaine", "FILE": "copy.db"}

SCENARIOS = [
    Scenario("console.written: undo", ("add pos",)),
    Scenario("console.written: ", (
        "add pos", f"add inv --new --drug {shlex.quote(ODD)} --site \"it's\" --at 2026-01-02",
    ), more=("pos",)),
    Scenario("console.remarks: undo", ("add pos", "add pos")),
    Scenario("commands.add: add", ("add pos --sample \"it's\"", "add neg --sample \"it's\""), 4),
    *(Scenario("console.corrections: undo", ("add pos", *lines)) for lines in (
        ("edit 1 neg",), ("void 1",), ("void 1", "unvoid 1"),
    )),
    Scenario("commands.edit: unvoid", ("add pos", "void 1", "edit 1 neg"), 1),
    *(Scenario("commands.edit: edit", ("add pos pos --again", line), 7) for line in (
        "edit 1-2 neg --no-faint --note '-x $(touch PWN)' --clear sample --field 'a b=it''s'",
        "edit --where outcome=pos --since 2020 --faint --lines 2 --lot=-y",
        "edit --reason -z -- last 2 neg",
    )),
    Scenario("commands.void: void", ("add pos --lot \"-it's\"", "void --lot \"-it's\""), 7),
    Scenario("commands.unvoid: unvoid", ("add pos", "void 1", "unvoid last 2"), 7),
    Scenario("commands.duplicates: void", ("add pos", "add pos", "duplicates")),
    Scenario("tables.signals: signals --as-of", (
        f"add {'neg ' * 20}--again --at 2026-01-03", "add neg --at 2026-01-07", "signals",
    ), 3),
    Scenario("logbook.chosen: list", ("add pos", "void 1-3"), 3),
    Scenario("commands.show: unvoid", ("add pos", "void 1", "show 1")),
    Scenario("commands.undo: list --void --all", ("add pos", f"add {'pos ' * 21}--again", "undo")),
    Scenario("commands.undo: show", ("add pos", "edit 1 neg", "undo"), before=sql(
        "insert into entry (number, id, stamp, origin, change, live, tested_on, target, outcome)"
        " select number, id, '2099-01-01T00:00:00.000Z-0000', origin, 1, 1, tested_on, target,"
        " 'invalid' from entry where live = 1"
    )),
    *(Scenario("commands.erase: erase", ("add pos --note n --field \"a'b=c\"", line), 7)
      for line in (
        "erase 1 --field note --field \"a'b\" --reason '-x $(touch PWN)'", "erase last",
    )),
    Scenario("commands.erase: erase", (
        "add pos --note n", "edit 1 neg --reason why", "erase 1 --field note --yes",
    ), more=("--yes",)),
    Scenario("commands.list: history --all", (
        "add pos", "add neg", "erase 1 --yes", "list --void",
    )),
    Scenario("console.filters: list --void", ("add pos", "void 1", "list --lot=")),
    Scenario("commands.accuracy: edit", ("add pos", "accuracy"), 3, {"N": "1"}),
    Scenario("commands.config: undo", ("add pos", "config set site Insite")),
    Scenario("commands.config: config set", ("add pos", "config get site"), filled={"VALUE": "x"}),
    Scenario("commands.vocab: undo", ("add pos", "vocab add novazolam")),
    Scenario("commands.vocab: vocab alias", ("add pos", "vocab alias snow"), 2, FILLED),
    Scenario("commands.vocab: vocab alias", ("add pos", "vocab alias -- -snow"), 2, FILLED),
    Scenario("commands.vocab: vocab alias", ("add pos", "vocab alias --target f2"), 2,
             {"NAME": "fentanyl"}),
    Scenario("commands.backup: restore", ("add pos", "backup -- \"-it's a copy.db\""),
             more=("--yes",)),
    Scenario("commands.merge: list --void --all", (
        "add pos", f"merge {shlex.quote(LOGBOOK)} --logbook b.db", "void 1 --logbook b.db",
        "merge b.db",
    )),
    Scenario("commands.merge: undo", (*BOTH_CHANGED, "merge b.db")),
    Scenario("commands.merge: show", (*BOTH_CHANGED, "merge b.db")),
    Scenario("commands.merge: unvoid", (
        "add pos --logbook b.db", "add pos", "merge b.db", "undo", "merge b.db",
    )),
    Scenario("commands.merge: show", (
        "add pos", f"merge {shlex.quote(LOGBOOK)} --logbook b.db", "edit 1 neg --logbook b.db",
        "merge b.db", "undo", "merge b.db",
    )),
    Scenario("commands.merge: vocab rename", (
        f"add pos --new --drug {shlex.quote(ODD)}", "add pos --logbook b.db",
        f"vocab add --logbook b.db -- {shlex.quote(ODD)}",
        f"vocab rename --logbook b.db -- {shlex.quote(ODD)} other", "merge b.db",
    ), filled={"NEW": "other"}),
    Scenario("commands.doctor: doctor --repair", ("add pos", "doctor"), 6,
             before=sql("drop view tests")),
    Scenario("commands.doctor: restore", ("add pos", "backup copy.db", "doctor"), 6, FILLED,
             ("--yes",), sql("delete from setting where name = 'logbook'")),
    Scenario("commands.path: ", ("path",), more=("pos",)),
    Scenario("console.seen: history", (
        "add pos", "summary --since-last me", "edit 1 neg", "summary --since-last me",
    )),
    Scenario("logbook.file: add", ("list",), 3, more=("pos",)),
    Scenario("logbook.failures: doctor --repair", ("add pos", "summary"), 6,
             before=sql("drop index entry_by_drug")),
    Scenario("logbook.failures: restore", ("add pos", "backup copy.db", "list"), 6, FILLED,
             ("--yes",), no_text),
    Scenario("logbook.versions: list", ("add pos", "show 99"), 3),
    Scenario("logbook.book: doctor", ("add pos", "history"), 6, pasted_code=6,
             before=sql("insert into change values (9, 'x', 'y', 'z', 'edit', null, null, null)")),
    Scenario("logbook.restore: doctor --repair --logbook", (
        "add pos", "backup copy.db", "restore copy.db --yes",
    ), 6, {"COPY": "copy.db"}, (), sql("create view spy as select 1", "copy.db")),
    *(Scenario("console.fields: list", ("add pos", line), 2) for line in ("show x", "void x")),
    Scenario("logbook.names: vocab rename", ("add pos", "vocab alias heroin down"), 2, FILLED),
    Scenario("logbook.names: vocab rename", ("add pos", "vocab alias --target mdma fent"), 2,
             {"NAME": "fentanyl"}),
    Scenario("logbook.names: vocab alias", ("add pos", "vocab rename heroin coke"), 2),
    Scenario("logbook.names: vocab alias", (
        "add pos", "vocab alias -- -c cocaine", "vocab rename -- heroin -c",
    ), 2),
    Scenario("logbook.names: vocab alias", ("add pos", "vocab rename --target mdma fent"), 2),
    Scenario("logbook.doctor: vocab rename", ("add pos --site \"it's a hub\"", "doctor"), 0,
             before=sql("insert into site (name) values ('IT''S A HUB'), ('-x'), ('-X')")),
    Scenario("record.vocabulary: vocab list", (
        "add pos --site Insite", "add pos --site Instie"), 4),
    Scenario("logbook.incoming: import", ("add pos", "merge -- \"-it's.csv\""), 6,
             before=a_spreadsheet),
    Scenario("logbook.incoming: restore", ("add pos", "merge \"it's.age\""), 6,
             {"OTHER": "other.db", "FILE": "key.txt"}, ("--yes",), an_encrypted_copy),
    Scenario("console.import_notes: config set timezone America/Vancouver",
             ("import log.csv",), before=a_spreadsheet_in_utc),
    Scenario("tables.answer: edit", ("add pos", "summary --unit sample"), 3,
             {"N": "1", "CODE": "A7"}),
    Scenario("importing.columns.request: vocab rename", (
        "add pos", "vocab add -- \"-it's\"", "import log.csv --alias \"-it's=heroin\"",
    ), 2, before=a_spreadsheet),
    Scenario("record.entry: add", ("add pos", "add fent=neg benzo=pos --lot \"it's\""), 2),
    *(Scenario("console.lines: add", ("add pos", line), 4) for line in (
        "add down pso --note '-x $(touch PWN)'", "add mdma neg \"'it's $(touch PWN)\"",
        "add down+ --lot=-y --field 'a b=c'", "add coc - x2",
    )),
    Scenario("console.entry_questions: add", ("add pos", "add down --note '$(touch PWN)'"), 2),
    Scenario("console.entry_questions: add", ("add pos", "add neg cocane --at 2026-01-02"), 4),
    *(Scenario("record.vocabulary: vocab list", ("add pos", line), code) for line, code in (
        ("add pos --drug zzz", 4), ("add zzz=pos", 4), ("edit 1 --drug zzz", 4),
        ("summary --drug zzz", 2), ("list --target zzz", 2), ("export --where drug=zzz", 2),
        ("config set drug zzz", 2), ("vocab rename zzz yyy", 4), ("add pos --target zzz", 4),
    )),
]  # fmt: skip

#: Commands that other tests paste.
ELSEWHERE = {
    "tests/console/test_shift.py": {
        "console.shift.correcting: unvoid", "console.shift.correcting: undo",
        "console.shift.orders: void",
    },
    "tests/commands/test_erase.py": {"console.logbooks: doctor --repair"},
    "tests/importing/test_twice.py": {"logbook.common: void", "console.import_report: void"},
    "tests/hub/test_commands.py": {
        "commands.hub: hub", "commands.hub: hub add-site", "commands.hub: hub purge",
        "hub.where: hub init",
    },
    "tests/hub/test_push.py": {"console.logbooks: push --hub"},
    "tests/hub/test_push_pasted.py": {
        "commands.push: show", "commands.push: doctor", "commands.push: backup COPY.db",
        "commands.push: restore COPY.db", "commands.push: config set name", "commands.push: ",
    },
    "tests/importing/test_pasted.py": {
        "console.import_report: undo", "console.import_notes: vocab",
        "console.import_commands: undo", "console.import_commands: import",
        "console.import_commands: merge",
    },
}  # fmt: skip

#: Sentences with a command's name in them that tell nobody to type it.
MENTIONED = {
    "logbook.beside": "use a copy of the logbook that was made with striplog backup.",
    "commands.demo": "  striplog ",  # pasted below
    "commands.import": "The file is a striplog export made with --raw.",
}


@cache
def modules() -> list[tuple[str, ast.Module]]:
    return [
        (".".join(path.relative_to(PACKAGE).with_suffix("").parts), ast.parse(path.read_text()))
        for path in sorted(PACKAGE.rglob("*.py"))
    ]


def told(tree: ast.Module) -> list[str]:
    """The first words of every command that a module tells: those that stand for themselves."""
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if name == "command" and ast.unparse(node.func) not in ("click.command", "command.command"):
            found.append(_literal(node.args))
        elif isinstance(node.func, ast.Name) and node.func.id == "Step":
            [_, words] = node.args
            assert isinstance(words, ast.Tuple), "the words stand there, so that they can be found"
            found.append(_literal(words.elts))
    return found


def _literal(nodes: list[ast.expr]) -> str:
    words = []
    for node in nodes:
        if not isinstance(node, ast.Constant) or str(node.value).isupper():
            break
        words.append(str(node.value))
    return " ".join(words)


def test_every_command_that_is_told_has_a_scenario():
    here = {f"{module}: {words}" for module, tree in modules() for words in told(tree)}
    passed_on = {
        f"{module}: "
        for module in (
            *("cli", "commands.doctor", "commands.merge", "console.advice", "console.examples"),
            *("console.options", "console.session", "errors"),
        )
    }
    assert here - passed_on == {one.key for one in SCENARIOS}.union(*ELSEWHERE.values())


def test_no_message_has_a_command_that_does_not_know_which_logbook_is_meant():
    """It would be of the usual logbook, and its names would be quoted for nobody."""
    for module, tree in modules():
        said = set()
        explained = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and id(node) not in explained:
                text = str(node.value)
                if re.search(rf"\bstriplog ({'|'.join(COMMANDS)})\b", text):
                    said.add(text)
        known = MENTIONED.get(module, "no sentence")
        assert not [text for text in said if known not in text], module


@pytest.fixture
def run(striplog, monkeypatch):
    monkeypatch.setattr("strip_log.logbook.connection.PATIENCE", 0.1)

    def run(line: str, code: int = 0) -> str:
        words = shlex.split(line)
        named = [] if "--logbook" in words else ["--logbook", LOGBOOK]
        result = striplog.run([words[0], *named, *words[1:]])
        assert result.exit_code == code, f"{line}\n{result.output}"
        return str(result.output)

    return run


def in_shell(command: str) -> list[str]:
    """The words with which bash starts striplog when this is pasted."""
    start = "striplog() { printf '%s\\0' \"$@\"; }\n"
    ran = subprocess.run(["bash", "-c", start + command], capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (0, ""), command
    return ran.stdout.split("\0")[:-1]


def commands(text: str, words: str) -> list[str]:
    """What is to be pasted, of commands with these words: a command goes to the end of its line."""
    told = text.split("You typed:")[0]
    return re.findall(rf"\bstriplog {re.escape(words) or 'add'}\b.*", told)


@pytest.mark.parametrize("one", SCENARIOS, ids=lambda one: f"{one.key} {one.lines[-1]}")
def test_a_command_that_is_told_works_when_it_is_pasted(striplog, run, one):
    *before, last = one.lines
    for line in before:
        run(line)
    if one.before:
        one.before()
    said = run(last, one.code)
    found = commands(said, one.words)
    assert found, said
    words = [one.filled.get(word, word) for word in in_shell(found[-1])]
    if not {"OTHER", "COPY"} & {*one.filled}:  # which the command is about
        assert words[words.index("--logbook") + 1] == LOGBOOK
    result = striplog.run([*words, *one.more])
    assert result.exit_code == one.pasted_code, f"{found[-1]}\n{result.output}"
    assert not striplog.path.exists()  # the usual one, which was not meant
    assert not Path("PWN").exists() and not Path("pwn").exists()


@pytest.mark.parametrize(("lines", "code", "told"), [
    (("add pos", "add fent=pos fent=neg"), 2, "add --again"),
    (("add pos", "add pos --drug zzz"), 4, "add --new"),
    (("add pos", "add fent=neg --method ftir"), 4, "add --confirmed pos"),
    (("add pos", "export -o out.csv", "export -o out.csv"), 7, "Add --force"),
    (("add pos", "export --format csv --decimal ,"), 2, "add --separator ';'"),
    (("add pos", "backup c.db", "restore c.db"), 7, "add --yes"),
    (("add pos --at 2020-01-01", "purge --before 2024"), 7,
     f"name: --confirm {shlex.quote(LOGBOOK.removesuffix('.db'))}"),
    (("add pos --at 2020-01-01", "summary --until 2020-01 --suppress-below 5"), 2,
     "add --publish"),
], ids=str)  # fmt: skip
def test_an_option_that_is_told_works_when_it_is_added(striplog, run, lines, code, told):
    *before, last = lines
    for line in before:
        run(line)
    assert told in run(last, code)
    added = in_shell(f"striplog --{told.partition('--')[2]}")
    result = striplog.run([*shlex.split(last), *added, "--logbook", LOGBOOK])
    assert result.exit_code == 0, result.output


def test_a_folder_that_is_told_to_be_made_is_made(run):
    run("add pos")
    for line in ("export -o 'it''s a  $(touch PWN)/out.csv'", 'backup "it\'s b/copy.db"'):
        said = run(line, 1)
        subprocess.run(["bash", "-c", said[said.index("mkdir -p") :]], check=True)
        run(line)
    assert not Path("PWN").exists()


def test_what_could_not_be_written_is_written_when_it_is_pasted_again(striplog, run):
    run("add pos")
    typed = ["--note", 'it\'s\n$(touch PWN) `x` "y"', "--site", "-x", "--field", "a b='c'"]
    with closing(sqlite3.connect(LOGBOOK, isolation_level=None)) as db:
        db.execute("begin immediate")
        said = run(shlex.join(["add", "pos", "--lot", "7", *typed]), 5)
    striplog.run(in_shell(said.split("You typed:\n")[1]))
    [row] = [row for row in striplog.csv(f"export --raw --notes --logbook {shlex.quote(LOGBOOK)}")
             if row["lot"] == "7"]  # fmt: skip
    assert (row["site"], row["note"], row["a b"]) == ("-x", typed[1], "'c'")
    assert not Path("PWN").exists()


def test_what_the_demo_tells_to_try_works(striplog):
    said = striplog(["demo", LOGBOOK])
    block = [line for line in said.splitlines() if line.startswith("  ")]
    assert block[0].startswith("  export STRIPLOG_LOGBOOK=")
    start = 'striplog() { printf \'%s\\0\' "$STRIPLOG_LOGBOOK" "$@"; echo; }\n'
    ran = subprocess.run(["bash", "-c", start + "\n".join(block)], capture_output=True, text=True)
    for line in ran.stdout.splitlines():
        named, *words = line.split("\0")[:-1]
        assert named == str(Path(LOGBOOK).absolute())
        striplog([*words, "--logbook", named])
    assert len(ran.stdout.splitlines()) == len(block) - 1 and not Path("PWN").exists()
