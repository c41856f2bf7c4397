"""A version of a test as the row that is pushed, and what a logbook has to tell a hub."""

import hmac
from datetime import UTC, datetime

import pytest

from factories import a_test, kept, opened
from hub.province import Province
from strip_log.hub import withdraw
from strip_log.hub.key import NetworkKey
from strip_log.hub.pushed import COLUMNS, Encoder, differing
from strip_log.logbook import outgoing, own_names
from strip_log.logbook.book import reading
from strip_log.logbook.change import begin
from strip_log.logbook.merge import merge
from strip_log.logbook.versions import current
from strip_log.record.own_fields import own_fields

SECRET = bytes(range(32))
KEY = NetworkKey(SECRET)


def code(*parts: str) -> str:
    """The first 16 bytes of an HMAC-SHA-256, by the standard library alone."""
    digits = hmac.new(SECRET, "\0".join(parts).encode(), "sha256").hexdigest()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:32]}"


def rows(book, unique=False, own=(), gone=None, origin=None):
    """All rows that a logbook would push, by the names of the columns."""
    connection = book.connection
    origin = origin or own_names.origins(connection)[0]
    encoder = Encoder(KEY, origin, unique, own, gone or {})
    months = outgoing.months(connection, origin)
    return [
        {**dict(zip(COLUMNS, version.values(), strict=True)), "number": version.number}
        for month, written in months.items()
        for some in outgoing.versions(connection, origin, month, written)
        for version in encoder.rows(some)
    ]


def facts(path):
    with reading(str(path)) as book:
        return book.connection.execute(
            "select id, stamp, origin, seq from entry order by seq"
        ).fetchall()


FULL = {
    "tested_on": "2026-01-15", "tested_time": "23:40", "sample": "A7", "site": "Insite",
    "drug": "down", "said": "fetty", "category": "other", "target": "fentanyl",
    "outcome": "negative", "faint": True, "brand": "BTNX", "lot": "F1", "expires_on": "2027-01-31",
    "dilution": "10 mg in 5 mL", "form": "rock", "colour": "white", "timing": "before",
    "intention": "less", "confirmed": "positive", "method": "GC-MS", "note": "told by Sam",
    "extra": own_fields({"kit": "yes", "room": "3"}),
}  # fmt: skip


def test_a_row_has_the_facts_and_codes_in_place_of_its_id_and_its_sample(tmp_path):
    path = tmp_path / "logbook.db"
    kept(path, a_test(**FULL))
    [(id, stamp, origin, seq)] = facts(path)
    with reading(str(path)) as book:
        [row] = rows(book, own=["KIT"])
    same = ("tested_on", "site", "drug", "category", "target", "outcome", "brand", "lot")
    same += ("expires_on", "dilution", "form", "colour", "timing", "intention", "confirmed")
    assert [row[name] for name in same] == [FULL[name] for name in same]
    assert row["id"] == code("id", id)
    assert row["sample"] == code("sample", "insite", "2026-01-15", "A7")
    assert row["stamp"] == f"{stamp[:10]}-0000-{seq:010}" and row["origin"] == origin
    assert (row["void"], row["own_code"], row["later"], row["faint"]) == (False, True, False, 1)
    assert row["extra"] == '{"kit": "yes"}'


def test_nothing_of_a_row_says_what_is_not_pushed(tmp_path):
    path = tmp_path / "logbook.db"
    kept(path, a_test(**FULL))
    [(id, stamp, *_)] = facts(path)
    with reading(str(path)) as book:
        text = repr(rows(book))
    for secret in (id, stamp, stamp[11:23], "A7", "fetty", "Sam", "23:40", "room", "kit"):
        assert secret not in text


@pytest.mark.parametrize("sample, unique, parts, own_code", [
    ("A7", False, ("insite", "2026-01-15", "A7"), True),
    ("A7", True, ("insite", "A7"), False),
    ("s-7kq4md", False, ("s-7kq4md",), False),
    ("s-7kq4md", True, ("s-7kq4md",), False),
    ("s-0123456789ab", False, ("s-0123456789ab",), False),
    ("s-7kq4mo", False, ("insite", "2026-01-15", "s-7kq4mo"), True),
])  # fmt: skip
def test_a_sample_has_the_scope_that_its_code_has_in_a_logbook(
    tmp_path, sample, unique, parts, own_code
):
    path = tmp_path / "logbook.db"
    for site in ("Insite", "INSITE"):
        kept(path, a_test(sample=sample, site=site))
    with reading(str(path)) as book:
        first, second = rows(book, unique)
    assert first["sample"] == second["sample"] == code("sample", *parts)
    assert first["own_code"] == own_code


def test_a_test_without_a_sample_or_a_site_has_none(tmp_path):
    path = tmp_path / "logbook.db"
    kept(path, a_test(), a_test(sample="A7"))
    with reading(str(path)) as book:
        none, without_site = rows(book)
    assert (none["sample"], none["own_code"]) == (None, False)
    assert without_site["sample"] == code("sample", "", "2026-01-15", "A7")


def test_the_order_of_versions_on_one_day_is_theirs(tmp_path):
    path = tmp_path / "logbook.db"
    kept(path, a_test())
    with opened(path) as book:
        for outcome in ("negative", "invalid"):
            with begin(book, "test") as change:
                version = current(book, 1)
                change.revise(version, version.test._replace(outcome=outcome), void=False)
        found = sorted(rows(book), key=lambda row: row["stamp"])
    assert [row["outcome"] for row in found] == ["positive", "negative", "invalid"]
    assert [row["stamp"][11:15] for row in found] == ["0000", "0001", "0002"]
    assert [row["later"] for row in found] == [False, True, True]


def test_a_logbook_pushes_only_what_it_wrote_itself(tmp_path):
    north, south = tmp_path / "north.db", tmp_path / "south.db"
    kept(north, a_test(lot="N"))
    kept(south, a_test(lot="S"))
    with opened(north) as book:
        merge(book, [str(south)], datetime.now(UTC))
        with begin(book, "test") as change:
            theirs = next(current(book, n) for n in (1, 2) if current(book, n).test.lot == "S")
            change.revise(theirs, theirs.test._replace(lot="S2"), void=False)
        found = rows(book)
        assert [(row["lot"], row["later"]) for row in found] == [("N", False), ("S2", True)]
        assert [*outgoing.others(book.connection).values()] == [1]


def test_what_was_erased_is_in_no_row(tmp_path):
    path = tmp_path / "logbook.db"
    kept(path, a_test(**FULL), a_test(lot="gone"))
    first, second = (KEY.of_test(id) for id, *_ in facts(path))
    with reading(str(path)) as book:
        gone = {first: {"sample", "drug", "own kit"}, second: {""}}
        [row] = rows(book, own=["kit", "room"], gone=gone)
    assert (row["sample"], row["own_code"], row["drug"]) == (None, False, None)
    assert row["extra"] == '{"room": "3"}' and row["lot"] == "F1"


def test_only_erasures_of_what_is_pushed_are_told():
    erased = {
        "a": {"note", "said", "reason"}, "b": {"note", "lot"}, "c": {"", "lot"},
        "d": {"own Kit", "own secret", "extra"},
    }  # fmt: skip
    assert withdraw.coded(erased, KEY, ["kit"]) == {
        code("id", "b"): {"lot"}, code("id", "c"): {""}, code("id", "d"): {"own Kit", "extra"},
    }  # fmt: skip


def test_the_digest_is_that_of_the_facts_alone(tmp_path):
    path = tmp_path / "logbook.db"
    kept(path, a_test(**FULL))
    with reading(str(path)) as book:
        [row], [again], [other] = rows(book), rows(book), rows(book, own=["kit"])
    assert row["digest"] == again["digest"] != other["digest"]


def test_any_other_version_makes_the_digest_of_its_month_another(tmp_path):
    a, b = tmp_path / "a.db", tmp_path / "b.db"
    kept(a, *[a_test(lot=f"{n}") for n in range(3)])
    b.write_bytes(a.read_bytes())

    def months(path):
        with reading(str(path)) as book:
            origin, *_ = own_names.origins(book.connection)
            return outgoing.months(book.connection, origin)

    assert months(a) == months(b)
    [before] = months(a).values()
    kept(a, a_test())
    kept(b, a_test())
    [after], [copy] = months(a).values(), months(b).values()
    assert len({before.digest, after.digest, copy.digest}) == 3
    assert (before.versions, after.versions, after.last) == (3, 4, 4)


def test_the_months_of_a_logbook_have_all_of_its_versions(tmp_path):
    province = Province(tmp_path, 5, number=2).go_on(25)
    for path in province.paths:
        with reading(str(path)) as book:
            ask = book.connection.execute
            origin = own_names.origins(book.connection)[0]
            own = ask("select count(*) from entry where origin = ?", [origin]).fetchone()
            found = rows(book)
            assert len(found) == own[0]
            held = {}
            for row in sorted(found, key=lambda row: (row["stamp"], row["origin"])):
                held[row["number"]] = row
            for number, row in held.items():
                version = current(book, number)
                if version.origin == origin:  # of its own versions the last one holds
                    assert row["outcome"] == version.test.outcome
                    assert row["void"] == version.void


def test_versions_come_in_parts_and_none_is_left_out(tmp_path, monkeypatch):
    monkeypatch.setattr(outgoing, "BATCH", 3)
    path = tmp_path / "logbook.db"
    kept(path, *[a_test(lot=f"{n}") for n in range(8)])
    with reading(str(path)) as book:
        assert [row["lot"] for row in rows(book)] == [f"{n}" for n in range(8)]


def test_a_restored_logbook_has_what_it_wrote_under_its_former_id(striplog):
    striplog("add pos --drug down")
    striplog("backup copy.db")
    striplog("restore copy.db --yes")
    striplog("add neg --drug down")
    with reading(str(striplog.path)) as book:
        written = outgoing.written(book)
        assert [sum(m.versions for m in one.values()) for one in written.months.values()] == [1, 1]
        assert not written.others


def test_names_are_those_of_its_tests_and_those_that_it_changed(striplog):
    striplog("add pos --drug down --site Insite --new")
    striplog("vocab add 'purple stuff' --category opioid")
    striplog("vocab rename down mystery")
    with reading(str(striplog.path)) as book:
        found = {(one.kind, one.name): one for one in own_names.names(book.connection)}
    assert {*found} == {
        ("drug", "down"), ("drug", "mystery"), ("drug", "purple stuff"), ("site", "Insite"),
        ("target", "fentanyl"),
    }  # fmt: skip
    assert found["drug", "down"].value is None and found["drug", "down"].seq == 3
    assert found["drug", "purple stuff"].value == "opioid"
    assert (found["target", "fentanyl"].value, found["target", "fentanyl"].day) == ("0", "")


def a_row(**values):
    return tuple({**dict.fromkeys(COLUMNS), "own_code": True, **values}[n] for n in COLUMNS)


@pytest.mark.parametrize("here, there, gone, fields", [
    ({"lot": "F1"}, {"lot": "F1"}, (), []),
    ({"lot": "F1"}, {"lot": "F2"}, (), ["lot"]),
    ({"lot": None}, {"lot": "F2"}, (), ["lot"]),
    ({"lot": None}, {"lot": "F2"}, ("lot",), []),
    ({"digest": "1"}, {"digest": "2"}, (), []),
    ({"sample": "1"}, {"sample": "2"}, (), ["sample"]),
    ({"sample": "1"}, {"sample": "2", "own_code": False}, (), []),
    ({"extra": '{"a": "1"}'}, {"extra": '{"b": "1"}'}, (), []),
    ({"extra": '{"a": "1"}'}, {"extra": '{"a": "2", "b": "1"}'}, (), ["a"]),
    ({"extra": '{"a": "1"}'}, {"extra": '{"a": "2"}'}, ("own a",), []),
    ({"extra": '{"a": "1"}'}, {"extra": '{"a": "2"}'}, ("extra",), []),
])  # fmt: skip
def test_what_differs_on_the_hub_is_named_by_its_fields(here, there, gone, fields):
    assert differing(a_row(**here), a_row(**there), gone) == fields
