"""The rules of the house: who imports whom, what a command loads, what stands at the top."""

import ast
import re
import subprocess
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

import strip_log
from factories import each, program
from strip_log.cli import COMMANDS
from strip_log.formats import FORMATS
from strip_log.logbook import file, place, schema
from strip_log.query.source import TESTS
from strip_log.record.fields import FIELDS
from strip_log.record.test import FACTS

PACKAGE = Path(strip_log.__file__).parent
MODULES = {
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts): path
    for path in sorted(PACKAGE.rglob("*.py"))
}

#: Who may import whom, in the order in which data goes back. `errors` may be imported everywhere.
#: A name with a dot is that module alone; a package has its own modules besides.
MAY = {
    "errors": (),
    "disk": (),
    "drafts": ("disk",),
    "scratch": ("drafts",),
    "stats": (),
    "record": (),
    "formats": ("record.shown", "record.packages", "scratch"),
    "query": ("record",),
    "logbook": ("query", "record", "disk", "drafts", "scratch"),
    "tables": ("query", "record", "stats", "formats.table"),
    "hub": ("logbook", "query", "record", "disk", "drafts"),
    "importing": ("logbook", "record", "formats.guard", "disk", "drafts", "scratch"),
    "console": (
        *("importing", "hub", "logbook", "query", "record", "formats", "stats.interval"),
        *("disk", "drafts"),
    ),
    "commands": (
        *("console", "importing", "hub", "logbook", "tables", "query", "record", "stats"),
        *("formats", "disk", "drafts"),
    ),
    "cli": ("console", "record.shown"),
    "__main__": ("cli",),
    "__init__": (),
}

#: Packages inside a package, in the order of the flow: each may import those before it.
FLOW = {"importing": ("worker", "files", "columns", "cells", "rows")}

#: Where a foreign library may be imported.
HOMES = {
    "click": {"cli", "commands", "console"},
    "sqlite3": {"logbook"},
    "sqlite_utils": {"logbook.schema"},
    "rich": {"formats.fit", "formats.screen"},
    "python_calamine": {"importing.files.workbook"},
    "tomli_w": {"importing.columns.layout"},
    "pyrage": {"logbook.encryption"},
    "xlsxwriter": {"formats.xlsx", "formats.workbook"},
    "pyarrow": {"formats.parquet"},
    "platformdirs": {"logbook.place"},
    "psycopg": {"hub"},
    "prompt_toolkit": {"console.prompt"},
}


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


@cache
def imported(path: Path) -> set[str]:
    """The modules that a file names in its import statements."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def inside(name: str, places: Iterable[str]) -> bool:
    """Whether a module is one of these places, or in one of them."""
    return any(name == place or name.startswith(f"{place}.") for place in places)


@cache
def ours(path: Path) -> set[str]:
    """The modules of the package that a file imports, without `strip_log`."""
    found = set()
    for name in imported(path):
        if name.startswith("strip_log."):
            name = name.removeprefix("strip_log.")
            while name and name not in MODULES and f"{name}.__init__" not in MODULES:
                name = name.rpartition(".")[0]  # what is imported from a module is no module
            found.add(name)
    return found - {""}


@each(MODULES)
def test_a_module_imports_only_what_its_package_may(module):
    package = module.split(".")[0]
    for name in ours(MODULES[module]):
        allowed = ("errors", *MAY[package], *([] if package == "commands" else [package]))
        assert inside(name, allowed), f"{module} imports {name}"


@each([name for name in MODULES if name.split(".")[0] in FLOW])
def test_data_goes_one_way_inside_a_package(module):
    package, *rest = module.split(".")
    flow = FLOW[package]
    before = flow[: flow.index(rest[0]) + 1] if rest[0] in flow else flow
    for name in ours(MODULES[module]):
        here, _, there = name.partition(".")
        if here == package and rest[0] in flow:
            assert there.split(".")[0] in before, f"{module} imports {name}"


@each(MODULES)
def test_a_function_is_short_and_takes_few_parameters(module):
    for node in ast.walk(tree(MODULES[module])):
        if isinstance(node, ast.FunctionDef):
            parameters = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            taken = [one.arg for one in parameters if one.arg not in ("self", "cls")]
            assert len(taken) <= 5, f"{node.name} takes {taken}"
            lines = (node.end_lineno or 0) - node.lineno + 1
            assert lines <= 50, f"{node.name} has {lines} lines"


def test_no_two_classes_have_one_name():
    names = [
        node.name
        for path in MODULES.values()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef)
    ]
    assert sorted(names) == sorted(set(names))


def test_no_module_imports_one_that_imports_it():
    arrows = {module: ours(path) - {module} for module, path in MODULES.items()}
    settled: set[str] = set()
    while free := {module for module in arrows if module not in settled
                   and arrows[module] & set(MODULES) <= settled}:  # fmt: skip
        settled |= free
    assert set(arrows) == settled, f"in a circle: {sorted(set(arrows) - settled)}"


def test_every_module_opens_with_a_sentence_of_its_own():
    openings = {
        module: (ast.get_docstring(tree(path)) or "").partition("\n\n")[0]
        for module, path in MODULES.items()
    }
    assert not [module for module, said in openings.items() if not said.endswith((".", ".)"))]
    assert len({*openings.values()}) == len(openings)


def test_few_modules_stand_beside_the_packages():
    beside = {path.name for path in PACKAGE.glob("*.py")}
    assert beside <= {
        "__init__.py",
        "__main__.py",
        "cli.py",
        "errors.py",
        "disk.py",
        "drafts.py",
        "scratch.py",
    }
    packages = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert packages | {path.stem for path in PACKAGE.glob("*.py")} == set(MAY)


#: The only modules that print or ask: there, text that would harm a terminal is spelled out. The
#: logbook says that it was upgraded.
PRINTERS = ("console.terminal", "console.questions", "console.progress", "logbook.watch")
PRINTS = re.compile(r"print|input|click\.(echo|secho|style|prompt|confirm|progressbar|pause)")


@each([name for name in MODULES if name not in PRINTERS])
def test_only_the_console_prints(module):
    parsed = tree(MODULES[module])
    called = [ast.unparse(node.func) for node in ast.walk(parsed) if isinstance(node, ast.Call)]
    assert not [name for name in called if PRINTS.fullmatch(name)]
    if module.startswith("commands."):
        named = {ast.unparse(node) for node in ast.walk(parsed) if isinstance(node, ast.Attribute)}
        assert not named & {"sys.stdout", "sys.stderr"}


#: What must agree with the number before it.
_NUMBERED = re.compile(
    r"[^.:;(]{0,12}\b(is|are|has|have|was|were|does|do|says?|needs?|it|they|them|these|those)\b"
)


@each(MODULES)
def test_no_verb_stands_fixed_behind_a_number(module):
    """`1 test are`: which sentence is right, `plural` says."""
    for node in ast.walk(tree(MODULES[module])):
        for count, then in pairwise(node.values if isinstance(node, ast.JoinedStr) else []):
            if isinstance(count, ast.FormattedValue) and isinstance(then, ast.Constant):
                counted = "so_many(" in ast.unparse(count)
                assert not (counted and _NUMBERED.match(str(then.value))), ast.unparse(node)


#: What is asked of a text before something is done or not.
ASKED = {
    "startswith",
    "endswith",
    "removeprefix",
    "removesuffix",
    "find",
    "index",
    "count",
    "match",
}


@each(MODULES)
def test_no_decision_rests_on_the_words_of_an_error(module):
    parsed = tree(MODULES[module])
    nodes = list(ast.walk(parsed))
    errors = {node.name for node in nodes if isinstance(node, ast.ExceptHandler)}
    errors |= {
        node.arg
        for node in nodes
        if isinstance(node, ast.arg)
        and re.search("Error|Refused", ast.unparse(node.annotation or node))
    }

    def is_message(node: ast.AST) -> bool:
        return isinstance(node, ast.Call) and ast.unparse(node) in {f"str({one})" for one in errors}

    messages = {
        ast.unparse(node.targets[0])
        for node in nodes
        if isinstance(node, ast.Assign) and is_message(node.value)
    }
    asked = [
        operand
        for node in nodes
        for operand in (
            [node.left, *node.comparators]
            if isinstance(node, ast.Compare)
            else [node.value]
            if isinstance(node, ast.Attribute) and node.attr in ASKED
            else []
        )
    ]
    assert not [node for node in asked if is_message(node) or ast.unparse(node) in messages]


@pytest.mark.parametrize("library, homes", HOMES.items(), ids=list(HOMES))
def test_each_foreign_library_has_its_home(library, homes):
    users = {
        module
        for module, path in MODULES.items()
        if any(name.split(".")[0] == library for name in imported(path))
    }
    assert users and all(inside(user, homes) for user in users)


SQL = re.compile(r"(?i)\b(select .* from|insert into|delete from|update \w+ set|pragma) ")


@each([name for name in MODULES if not inside(name, ["logbook", "hub"])])
def test_sql_stands_in_the_logbook_and_the_hub_alone(module):
    parsed = tree(MODULES[module])
    texts = [node.value for node in ast.walk(parsed) if isinstance(node, ast.Constant)]
    assert not [text for text in texts if isinstance(text, str) and SQL.search(text)]


#: A statement, or the beginning of one, that opens or ends a transaction.
TRANSACTIONAL = re.compile(
    r"(?i)\s*(begin|commit|end|rollback|savepoint|release)"
    r"( (deferred|immediate|exclusive|transaction|to|savepoint)\b.*)?\s*;?\s*"
)


#: The functions that do, by module. `script` prints SQL for an administrator; on a hub, psycopg has
#: a block that does.
TRANSACTORS = {"logbook.connection": {"transaction"}, "hub.schema": {"script"}}


@each(MODULES)
def test_one_function_alone_begins_commits_and_rolls_back(module):
    found = set()
    for node in ast.parse(MODULES[module].read_text("utf-8")).body:
        for part in ast.walk(node):
            text = part.value if isinstance(part, ast.Constant) else None
            called = part.attr if isinstance(part, ast.Attribute) else None
            sql = isinstance(text, str) and TRANSACTIONAL.fullmatch(text)
            if sql or called in ("commit", "rollback", "atomic", "executescript"):
                found.add(getattr(node, "name", ""))
    assert found == TRANSACTORS.get(module, set())


#: What changes something for the whole process, and who may do it: each puts it back.
SWITCHES = {
    "gc.disable": {"importing.importer", "cli"},
    "csv.field_size_limit": {"importing.files.delimited"},
    "signal.signal": {"console.session", "importing.worker"},
    "signal.pthread_sigmask": {"importing.worker"},
    "setrlimit": {"importing.files.limits", "importing.worker"},
    "os.dup2": {"importing.worker"},  # in the second process alone
    "stream.reconfigure": {"console.session"},
    "sys.stdout.reconfigure": {"console.output"},  # put back by the session
    **{name: set() for name in ("os.chdir", "os.umask", "os.putenv", "os.nice")},
    **{name: set() for name in ("locale.setlocale", "random.seed", "atexit.register")},
}


@each(MODULES)
def test_no_module_keeps_anything_for_the_next_command(module):
    """What a process keeps, a command that runs later in it would trip over."""
    parsed = tree(MODULES[module])
    classes = {node.name for node in parsed.body if isinstance(node, ast.ClassDef)}
    for node in ast.walk(parsed):
        assert not isinstance(node, ast.Global), module
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert module in SWITCHES.get(called, {module}), f"{module} calls {called}"
        if isinstance(node, ast.Assign):
            for target in node.targets:
                owner, _, name = ast.unparse(target).rpartition(".")
                assert owner not in classes, f"{module} keeps {name} in {owner}"


@each([name for name in MODULES if name.startswith("commands.")])
def test_a_command_opens_a_logbook_through_its_session(module):
    """Else nobody would know that something was written, and a signal would stop nothing."""
    opened = ("reading", "writing", "making")
    past = {f"strip_log.logbook.book.{name}" for name in opened}
    assert not past & imported(MODULES[module])


def test_the_map_names_every_package_once():
    named = re.findall(r"^(\w+) +\S", (strip_log.__doc__ or "").split("\n\n")[2], re.M)
    packages = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert sorted(named) == sorted(packages)


def loaded_after(*words: str) -> set[str]:
    result = subprocess.run(program("loaded", *words), capture_output=True, text=True)
    return set(result.stderr.split())


def test_add_loads_no_library_that_is_slow_no_format_and_no_question(striplog):
    striplog("add pos")
    loaded = loaded_after("add", "pos", "--drug", "down")
    assert "strip_log.commands.add" in loaded
    slow = (
        "rich",
        "sqlite_utils",
        "platformdirs",
        "json",
        "strip_log.formats",
        "strip_log.query",
        "pathlib",
        "shutil",
    )
    assert not loaded & set(slow)


def test_help_loads_no_command():
    loaded = loaded_after("--help")
    assert "strip_log.cli" in loaded
    assert not [name for name in loaded if name.startswith("strip_log.commands")]
    assert not loaded & {"sqlite3.dbapi2", "rich"} - {"sqlite3.dbapi2"}


def test_csv_loads_no_rich(striplog):
    striplog("add pos")
    assert "rich" not in loaded_after("summary", "--format", "csv")


def test_every_command_is_a_module_and_a_line_in_the_table():
    modules = {path.stem for path in (PACKAGE / "commands").glob("*.py")} - {"__init__"}
    assert modules == set(COMMANDS)


def test_every_format_is_a_module_and_a_line_in_the_table():
    modules = {path.stem for path in (PACKAGE / "formats").glob("*.py")} - {
        "__init__",
        "fit",
        "guard",
        "table",
    }
    assert modules == set(FORMATS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(striplog, command):
    text = striplog(f"{command} --help")
    assert text.startswith(f"Usage: striplog {command}")
    assert "--logbook" in text


def test_the_known_schema_version_is_the_number_of_migrations():
    assert schema.version() == file.SCHEMA


def test_the_facts_of_a_test_are_the_same_in_the_record_the_query_and_the_file(striplog):
    striplog("add pos")
    with file.reading(str(striplog.path)) as db:
        entry = [row[1] for row in db.execute("pragma table_info(entry)")]
        tests = [row[1] for row in db.execute("pragma table_info(tests)")]
    assert sorted(entry[9:]) == sorted(FACTS)
    assert sorted({*FIELDS, "extra"}) == sorted(FACTS)
    assert sorted(tests) == sorted(TESTS)
    shown = [name for name in tests if name != "extra"]
    assert shown == [name for name in TESTS if name != "extra"]


def test_the_default_path_is_the_one_of_platformdirs(monkeypatch):
    from platformdirs import user_data_path

    assert place.usual() == str(user_data_path("striplog") / "logbook.db")
    monkeypatch.setenv("XDG_DATA_HOME", "/somewhere/else")
    assert place.usual() == str(user_data_path("striplog") / "logbook.db")


def test_the_folder_of_keys_is_that_of_platformdirs(monkeypatch):
    from platformdirs import user_config_path

    assert place.config() == str(user_config_path("striplog"))
    monkeypatch.setenv("XDG_CONFIG_HOME", "/somewhere/else")
    assert place.config() == str(user_config_path("striplog"))
