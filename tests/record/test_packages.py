"""A package that is missing is named, with a command that brings it to this copy of striplog."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from factories import each
from strip_log.logbook import encryption
from strip_log.record import packages

TOP = Path(__file__).parents[2]
PROJECT = tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))["project"]


def test_a_missing_package_is_named_with_the_command_that_installs_it_here(
    striplog, tmp_path, monkeypatch
):
    python = tmp_path / "it's a $(touch PWN) folder" / "python"
    python.parent.mkdir()
    python.write_text('#!/bin/sh\necho "$@"\n')
    python.chmod(0o755)
    striplog("add pos")
    monkeypatch.setitem(sys.modules, "pyrage", None)
    monkeypatch.setattr(sys, "executable", str(python))
    said = striplog.refused("backup copy.db.age --encrypt passphrase", 1)
    assert "need the package pyrage" in said
    line = said.strip().split("Install it: ")[1]
    ran = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=True)
    assert ran.stdout == "-m pip install pyrage\n"
    assert not Path("PWN").exists()


def test_a_python_without_pip_is_named_to_another_package_manager(monkeypatch):
    monkeypatch.setattr(packages, "find_spec", lambda name: None)
    monkeypatch.setattr(sys, "executable", "/a b/python")
    assert packages.how_to_install("pyrage").endswith(
        "uv pip install --python '/a b/python' pyrage"
    )


def test_the_package_that_is_named_is_the_one_of_the_extra():
    [needed] = PROJECT["optional-dependencies"]["encrypt"]
    assert needed.startswith("pyrage>=")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "pyrage", None)
        with pytest.raises(Exception, match="package pyrage"):
            encryption.recipients(())


def test_the_project_has_a_name_of_its_own_and_its_extras_are_of_that():
    assert PROJECT["name"] == "teststrip-log"
    assert list(PROJECT["scripts"]) == ["striplog"]
    needed = [one for extra in PROJECT["optional-dependencies"].values() for one in extra]
    of_its_own = {one.split("[")[0] for one in needed if "strip" in one}
    assert of_its_own == {"teststrip-log"}


@each([TOP / "README.md", *(TOP / "strip_log").rglob("*.py")])
def test_nothing_tells_a_person_to_install_by_the_name_of_another_project(path):
    assert not re.search(r"\binstall\b[^`\n]* '?striplog\b", path.read_text("utf-8"))
