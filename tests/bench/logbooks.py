"""The logbooks that the benchmark asks: made-up, the same on every machine, made once and kept.

Each stands in a folder that serves as `XDG_DATA_HOME`, so that striplog finds it where it finds a
person's own. Run as a program, this module makes one: in a process of its own, because Linux never
counts a child's peak memory as less than its parent's.
"""

import csv
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from random import Random

import strip_log
from strip_log.logbook import change
from strip_log.logbook.book import writing
from strip_log.logbook.creation import making
from strip_log.record import synthetic

#: What is made up: three years of tests, written down in changes of so many.
SEED, FIRST, DAYS, CHANGE = 1, date(2023, 1, 1), 1096, 1000
_WRITTEN = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp() * 1000)

#: A logbook is made anew when one of these has changed since.
_MADE_OF = (
    *("logbook/schema.py", "logbook/schema_1.py", "logbook/schema_2.py"),
    *("record/synthetic.py", "record/vocabulary.toml"),
)


def place(home: Path) -> Path:
    """Where striplog looks for the logbook when `XDG_DATA_HOME` is this folder."""
    return home / "striplog" / "logbook.db"


def home(cache: Path, size: int) -> Path:
    """The folder of a logbook of so many tests; it is made when it is missing or out of date."""
    folder = cache / f"{size}"
    note = folder / "made-of"
    if not note.exists() or note.read_text() != _digest():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        _in_its_own_process("logbook", folder, size)
        note.write_text(_digest())
    return folder


def imported(cache: Path, size: int, kind: str) -> Path:
    """The folder of a logbook into which a spreadsheet of one of LAYOUTS was imported."""
    sheet = spreadsheet(cache, size, kind)
    folder = sheet.parent / kind
    if not place(folder).exists():
        draft = sheet.with_name("draft.db")
        draft.unlink(missing_ok=True)
        words = ["import", "-q", str(sheet), "--logbook", str(draft)]
        subprocess.run([sys.executable, "-m", "strip_log", *words], check=True)
        place(folder).parent.mkdir(parents=True)
        draft.rename(place(folder))
    return folder


def duck(folder: Path) -> Path:
    """A DuckDB file with the tests of the logbook in this folder, in a table of its own."""
    file = folder / "tests.duckdb"
    if not file.exists():
        _in_its_own_process("duck", folder, 0)
    return file


def spreadsheet(cache: Path, size: int, kind: str) -> Path:
    """A CSV file of so many rows: an `export`, or one of LAYOUTS."""
    folder = home(cache, size)
    file = folder / f"{kind}.csv"
    if not file.exists():
        print(f"a spreadsheet of {size} rows", file=sys.stderr)
        draft = file.with_suffix(".draft")
        if kind == "export":
            exported = ["export", "--format", "csv", "--force", "--output", str(draft)]
            words = [*exported, "--logbook", str(place(folder))]
            subprocess.run([sys.executable, "-m", "strip_log", *words], check=True)
        else:
            with draft.open("w", encoding="utf-8", newline="") as text:
                csv.writer(text).writerows(LAYOUTS[kind](size))
        draft.rename(file)
    return file


def _drug_sense(size: int) -> Iterator[Sequence[str]]:
    """Rows as BC Drug Sense has them, by date: seven in eight have a fentanyl strip, three in eight
    one for benzodiazepines."""
    random = Random(SEED)
    yield (
        *("Visit Date", "City", "Health Authority", "Site", "Expected Drug", "Category", "Colour"),
        *("Description", "Fentanyl Strip", "Benzo Strip", "Spectrometer"),
    )
    drugs = (
        ("Down (Unknown Opioid)", "Opioid"),
        ("Cocaine HCl", "Stimulant"),
        ("MDMA", "Stimulant"),
    )
    for row in range(size):
        drug, category = random.choice(drugs)
        yield (
            (FIRST + timedelta(days=row * DAYS // size)).isoformat(),
            *random.choice((("Vancouver", "VCH", "Insite"), ("Nelson", "IHA", "The Hub"))),
            *(drug, category),
            random.choice(("White", "Purple", "Blue", "Light brown", "")),
            random.choice(("Powder", "Chunk", "Crystal", "")),
            random.choice(("Pos", "Pos", "Pos", "Neg", "Neg", "Neg", "Inv", "")),
            random.choice(("Pos", "Neg", "Neg", "", "", "", "", "")),
            ", ".join(random.sample(_FOUND, random.randrange(4))),
        )


def _own(size: int) -> Iterator[Sequence[str]]:
    """Rows as a site may keep them, by date: one strip each, and a remark on some."""
    random = Random(SEED)
    yield ("Date", "Site", "Drug", "Target", "Result", "Brand", "Lot", "Colour", "Notes")
    for row in range(size):
        yield (
            (FIRST + timedelta(days=row * DAYS // size)).isoformat(),
            *(random.choice(("Insite", "Powell", "Van")), random.choice(("down", "meth", "mdma"))),
            random.choice(("fentanyl", "benzodiazepine", "xylazine")),
            random.choice(("pos", "neg", "neg", "inv")),
            *("BTNX", random.choice(("0012", "0013"))),
            *(random.choice(("white", "blue", "")), random.choice(("ok", "faint", ""))),
        )


def _wide(size: int) -> Iterator[Sequence[str]]:
    """Rows with much to choose from: a two-hundredth of them has the same lot, sample or bag, and
    lot, site and month make 72 000 groups."""
    random = Random(SEED)
    targets = ("fentanyl", "benzodiazepine", "xylazine")
    yield ("Date", "Site", "Drug", "Target", "Result", "Lot", "Sample", "Bag")
    for row in range(size):
        lot = random.randrange(200)
        yield (
            (FIRST + timedelta(days=row * DAYS // size)).isoformat(),
            *(f"Site {random.randrange(10)}", random.choice(("down", "meth", "mdma"))),
            *(targets[lot % 3], random.choice(("pos", "neg", "neg", "inv")), f"L{lot:03}"),
            *(f"s{random.randrange(200):03}", f"b{random.randrange(200):03}"),
        )


#: Layouts of spreadsheets that are written here, by name.
LAYOUTS = {"drug-sense": _drug_sense, "own": _own, "wide": _wide}

_FOUND = ("Fentanyl", "Caffeine", "Cocaine", "Erythritol", "Levamisole", "Mannitol", "Bromazolam")


@contextmanager
def copied(home: Path) -> Iterator[Path]:
    """The folder of a throwaway copy, already on the disk: a commit has only itself to wait for."""
    copy = home.with_name(f"{home.name}-copy")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(home / "striplog", copy / "striplog")
    with place(copy).open("rb+") as file:
        os.fsync(file.fileno())
    try:
        yield copy
    finally:
        shutil.rmtree(copy)


def _digest() -> str:
    folder = Path(strip_log.__file__).parent
    digest = hashlib.sha256(f"{SEED} {FIRST} {DAYS} {CHANGE}".encode())
    for name in _MADE_OF:
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()


def _in_its_own_process(what: str, folder: Path, size: int) -> None:
    subprocess.run([sys.executable, __file__, what, str(folder), str(size)], check=True)


def _make(folder: Path, size: int) -> None:
    random = Random(SEED)
    path = place(folder)
    with making(str(path), randomness=random.randbytes):
        pass
    tests = synthetic.tests(SEED, size, FIRST, DAYS)
    with writing(str(path)) as book:
        book.connection.execute("pragma synchronous = off")
        for done in range(0, size, CHANGE):
            with change.begin(book, "add", ms=_WRITTEN + done, randomness=random.randbytes) as made:
                made.add(islice(tests, CHANGE))
            if sys.stderr.isatty():
                print(f"\ra logbook of {size}: {done + CHANGE}", end="", file=sys.stderr)
    print(f"\rmade a logbook of {size} tests", file=sys.stderr)


def _make_duck(folder: Path) -> None:
    import duckdb  # a peer, not something that striplog needs

    print("a DuckDB file of the same tests", file=sys.stderr)
    tests, draft = folder / "tests.csv", folder / "draft.duckdb"
    draft.unlink(missing_ok=True)
    exported = ["export", "--force", "--output", str(tests), "--logbook", str(place(folder))]
    subprocess.run([sys.executable, "-m", "strip_log", *exported], check=True)
    with duckdb.connect(str(draft)) as peer:
        peer.execute("create table tests as select * from read_csv(?)", [str(tests)])
    tests.unlink()
    draft.rename(folder / "tests.duckdb")


if __name__ == "__main__":
    what, folder, size = sys.argv[1:]
    if what == "duck":
        _make_duck(Path(folder))
    else:
        _make(Path(folder), int(size))
