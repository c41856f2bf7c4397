"""The rules of the house: who imports whom, what a command loads, what stands at the top."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import strip_log
from strip_log import connection, query, schema
from strip_log.cli import COMMANDS
from strip_log.formats import FORMATS
from strip_log.record import FIELDS

PACKAGE = Path(strip_log.__file__).parent
MODULES = {
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts): path
    for path in sorted(PACKAGE.rglob("*.py"))
}

#: What a module, or a folder of them, must never import.
NEVER = {
    "words": ("click", "sqlite3", "rich", "sqlite_utils"),
    "dates": ("click", "sqlite3", "rich", "sqlite_utils"),
    "ids": ("click", "sqlite3", "rich", "sqlite_utils", "strip_log"),
    "stats": ("click", "sqlite3", "rich", "sqlite_utils"),
    "table": ("click", "sqlite3", "rich", "sqlite_utils", "strip_log"),
    "record": ("click", "sqlite3", "rich", "sqlite_utils", "strip_log.formats"),
    "filters": ("click", "sqlite_utils", "rich"),
    "query": ("click", "sqlite_utils", "rich"),
    "counting": ("click", "sqlite_utils", "rich"),
    "dimensions": ("click", "sqlite3", "rich", "sqlite_utils", "strip_log"),
    "schema": ("click", "rich", "strip_log.formats"),
    "connection": ("click", "rich", "strip_log.formats", "strip_log.stats"),
    "logbook": ("click", "rich", "strip_log.formats", "strip_log.stats"),
    "change": ("click", "rich", "strip_log.formats", "strip_log.stats"),
    "merge": ("click", "rich", "strip_log.formats", "strip_log.stats"),
    "purge": ("click", "rich", "strip_log.formats", "strip_log.stats"),
    "bulk": ("click", "rich", "strip_log.formats", "strip_log.stats"),
    "intake": ("click", "sqlite3", "rich", "sqlite_utils", "strip_log.commands"),
    "rates": ("click", "strip_log.logbook", "strip_log.formats"),
    "summary": ("click", "strip_log.logbook", "strip_log.formats"),
    "comparison": ("click", "strip_log.logbook", "strip_log.formats"),
    "formats": (
        "click",
        "strip_log.logbook",
        "strip_log.query",
        "strip_log.counting",
        "strip_log.record",
    ),
    "commands": ("strip_log.commands", "rich", "sqlite_utils"),
    "doctor": ("click", "rich", "strip_log.formats", "strip_log.stats"),
    "age": ("click", "sqlite3", "rich", "strip_log.formats"),
    "restoring": ("click", "rich", "strip_log.formats", "strip_log.stats"),
    "backup": ("click", "rich", "strip_log.formats", "strip_log.stats"),
    "cli": ("strip_log.commands", "strip_log.formats", "rich", "sqlite_utils", "sqlite3"),
}


def imported(path: Path) -> set[str]:
    """The modules that a file names in its import statements."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


@pytest.mark.parametrize("module", MODULES)
def test_no_module_imports_what_it_must_not_know(module):
    rules = NEVER.get(module, NEVER.get(module.split(".")[0], ()))
    for name in imported(MODULES[module]):
        for never in rules:
            assert name != never and not name.startswith(f"{never}."), f"{module}: {name}"


@pytest.mark.parametrize("library, homes", [
    ("sqlite_utils", {"schema"}),
    ("rich", {"formats.screen"}),
    ("python_calamine", {"intake.workbook"}),
    ("tomli_w", {"intake.layout"}),
    ("pyrage", {"age"}),
    ("xlsxwriter", {"formats.xlsx"}),
])  # fmt: skip
def test_each_foreign_library_has_one_home(library, homes):
    users = {
        module
        for module, path in MODULES.items()
        if any(name.split(".")[0] == library for name in imported(path))
    }
    assert users == homes


def loaded_after(*words: str) -> set[str]:
    code = (
        "import sys; from strip_log import cli\n"
        "try: cli.striplog.main(sys.argv[1:])\n"
        "finally: print(*sys.modules, file=sys.stderr)"
    )
    result = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True)
    return set(result.stderr.split())


def test_add_loads_neither_rich_nor_sqlite_utils_nor_a_format(striplog):
    striplog("add pos")
    loaded = loaded_after("add", "pos", "--drug", "down")
    assert "strip_log.commands.add" in loaded
    for module in ("rich", "sqlite_utils", "platformdirs", "json", "strip_log.formats", "pathlib"):
        assert module not in loaded


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
    modules = {path.stem for path in (PACKAGE / "formats").glob("*.py")} - {"__init__", "guard"}
    assert modules == set(FORMATS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(striplog, command):
    text = striplog(f"{command} --help")
    assert text.startswith(f"Usage: striplog {command}")
    assert "--logbook" in text


def test_the_known_schema_version_is_the_number_of_migrations():
    assert schema.version() == connection.SCHEMA


def test_the_facts_of_a_test_are_the_same_in_the_record_the_query_and_the_file(striplog):
    striplog("add pos")
    with connection.reading(str(striplog.path)) as db:
        entry = [row[1] for row in db.execute("pragma table_info(entry)")]
        tests = [row[1] for row in db.execute("pragma table_info(tests)")]
    assert sorted(entry[9:]) == sorted(FIELDS)
    assert tests == list(query.TESTS)


def test_sql_that_asks_stands_only_where_it_is_allowed():
    homes = {
        "schema",
        "query",
        "counting",
        "filters",
        "logbook",
        "change",
        "amendment",
        "connection",
        "merge",
        "doctor",
        "bulk",
        "purge",
    }
    for module, path in MODULES.items():
        text = path.read_text("utf-8")
        assert module in homes or " from entry" not in text, module


def test_the_default_path_is_the_one_of_platformdirs(monkeypatch):
    from platformdirs import user_data_path

    assert connection.default_path() == str(user_data_path("striplog") / "logbook.db")
    monkeypatch.setenv("XDG_DATA_HOME", "/somewhere/else")
    assert connection.default_path() == str(user_data_path("striplog") / "logbook.db")
