"""A table for people: at any width nothing is lost without a word, and no word is broken."""

import io
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from factories import examples
from strip_log.formats import write
from strip_log.formats.table import Column, Table, dash

WIDTHS = (40, 60, 80, 200)


class Terminal(io.StringIO):
    """A terminal that knows UTF-8, or no more than ASCII."""

    def __init__(self, encoding: str = "utf-8") -> None:
        super().__init__()
        self._encoding = encoding

    @property
    def encoding(self) -> str:
        return self._encoding

    def isatty(self) -> bool:
        return True


def drawn(table, monkeypatch, columns=80, encoding="utf-8", name="screen", **env):
    for variable, text in {"TERM": "xterm", "COLUMNS": str(columns), **env}.items():
        monkeypatch.setenv(variable, text)
    file = Terminal(encoding)
    write(table, name, file)
    return file.getvalue()


def a_table(*columns, rows, **more):
    return Table("t", columns, rows, **more)


SITE = Column("site", "Site", show=dash)
DRUG = Column("drug", "Drug")
WORDS = st.text("abcdefghij-é中", min_size=1, max_size=24)
TEXTS = st.one_of(st.none(), st.lists(WORDS, min_size=1, max_size=6).map(" ".join))


@st.composite
def tables(draw):
    """Tables of a few columns: texts and numbers, some of them the first to be left out."""
    columns = []
    for place in range(draw(st.integers(1, 6))):
        right = draw(st.booleans())
        heading = draw(st.sampled_from(["#", "Positivity", "95 % CI", "Confirmed by", "%"]))
        heading = f"{heading}{place}" if heading != "%" else heading
        spare = place > 0 and draw(st.booleans())
        columns.append(Column(f"c{place}", heading, show=dash, right=right, spare=spare))
    cell = st.floats(0, 1).map(lambda share: f"{100 * share:.1f} %")
    row = st.tuples(*(cell if column.right else TEXTS for column in columns))
    return Table("t", tuple(columns), draw(st.lists(row, min_size=1, max_size=4)))


@settings(examples(30), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tables(), st.sampled_from(WIDTHS))
def test_every_word_of_every_cell_is_there_whole_or_its_column_is_named(monkeypatch, table, width):
    text = drawn(table, monkeypatch, width, NO_COLOR="1")
    left_out = re.search(r"No room for (.*): widen", " ".join(text.split("\n")))
    missing = left_out[1].split(", ") if left_out else []
    for place, column in enumerate(table.columns):
        if column.heading in missing:
            continue
        for row in table.rows:
            for word in column.text(row[place]).split(" "):
                assert word in text
    for line in text.splitlines():
        assert sum(2 if char == "中" else 1 for char in line) <= width


LONG = "Supercalifragilistic"


@pytest.mark.parametrize("width", WIDTHS)
def test_a_percentage_stays_with_its_sign(monkeypatch, width):
    table = a_table(DRUG, rows=[], footer=(f"{'word ' * 6}of 95 % CI " * 9,))
    for line in drawn(table, monkeypatch, width).splitlines():
        assert not line.startswith("%") and not line.endswith(" 95")


def test_what_there_is_no_room_for_is_named(monkeypatch):
    spare = Column("lot", "Lot", spare=True)
    table = a_table(SITE, DRUG, spare, rows=[("a" * 20, "b" * 12, "0012-LONG")])
    said = drawn(table, monkeypatch, 40)
    assert "0012-LONG" not in said
    assert "No room for Lot: widen the window to see\nmore.\n" in said
    wide = drawn(table, monkeypatch, 80)
    assert "0012-LONG" in wide and "No room" not in wide


def test_a_picture_that_does_not_fit_is_named_too(monkeypatch):
    band = Column("band", "0 to 100 %", bar=True)
    table = a_table(SITE, band, rows=[("x" * 36, (0.1, 0.2, 0.3))])
    assert "No room for the bars: widen" in drawn(table, monkeypatch, 40)
    unnamed = a_table(SITE, Column("bar", "", bar=True), rows=[("x" * 36, 0.5)])
    assert "No room" not in drawn(unnamed, monkeypatch, 40)


def test_a_column_is_as_wide_as_its_longest_word(monkeypatch):
    number = Column("number", "Number", right=True)
    table = a_table(SITE, number, rows=[(f"the {LONG} centre of a town", "1")])
    lines = drawn(table, monkeypatch, 40).splitlines()
    assert any(line.startswith(f"the {LONG}") for line in lines)


def test_the_widest_text_is_folded_first(monkeypatch):
    table = a_table(DRUG, SITE, rows=[("down and out", "many " * 20)])
    assert "down and out  many" in drawn(table, monkeypatch, 60)


def test_stacked_rows_keep_the_heading_of_their_first_column(monkeypatch):
    columns = [Column(name, name.capitalize(), right=True) for name in ("positive", "valid")]
    table = a_table(DRUG, *columns, rows=[("benzodiazepine" * 2, "1" * 10, "2" * 10)])
    assert drawn(table, monkeypatch, 40, NO_COLOR="1").splitlines()[:2] == [
        "Drug benzodiazepinebenzodiazepine",
        "  Positive 1111111111, Valid 2222222222",
    ]


def test_a_heading_that_its_text_ends_with_is_not_said_twice(monkeypatch):
    rate = Column("rate", "%", right=True)
    table = a_table(DRUG, rate, rows=[("down" * 12, "42.9 %"), ("x", "–")])
    said = drawn(table, monkeypatch, 40, NO_COLOR="1")
    assert "  42.9 %\n" in said and "  % –\n" in said
    assert "Drug x, % none\n" in drawn(table, monkeypatch, name="plain")


def test_a_card_breaks_neither_an_id_nor_a_long_label(monkeypatch):
    id = "01a2131a-5935-7a7e-ab0f-2594e4bee223"
    table = a_table(DRUG, rows=[], card=(("Id", id), ("Identity", id), ("a long name " * 6, "yes")))
    lines = drawn(table, monkeypatch, 40).splitlines()
    assert f"  {id}" in lines and "  yes" in lines
    assert max(map(len, lines)) <= 40


DASHED = "Jack–Jill"


def test_a_dash_in_a_name_is_no_range_in_plain_text(monkeypatch):
    interval = Column("interval", "95 % CI", right=True)
    rows = [(DASHED, "1.0–2.0"), ("–", "–"), (None, "3.0–4.0")]
    assert drawn(a_table(SITE, interval, rows=rows), monkeypatch, name="plain") == (
        f"Site {DASHED}, 95 % CI 1.0 to 2.0\nSite –, 95 % CI none\nSite none, 95 % CI 3.0 to 4.0\n"
    )


def test_plain_text_is_broken_between_words_at_a_terminal_and_not_at_all_elsewhere(monkeypatch):
    table = a_table(SITE, DRUG, rows=[(f"the {LONG} centre of a town", "down")])
    assert drawn(table, monkeypatch, 40, name="plain") == (
        f"Site the {LONG} centre of\n  a town, Drug down\n"
    )
    file = io.StringIO()
    write(table, "plain", file)
    assert file.getvalue() == f"Site the {LONG} centre of a town, Drug down\n"


def test_titles_cards_and_sentences_are_to_the_letter_in_plain_text(monkeypatch):
    table = a_table(
        SITE, DRUG, rows=[(DASHED, "down")], section="site", card=(("Site", DASHED),),
        footer=(f"Only site {DASHED}.",),
    )  # fmt: skip
    said = drawn(table, monkeypatch, name="plain")
    assert said == f"Site: {DASHED}\n{DASHED}:\nDrug down\nOnly site {DASHED}.\n"


def test_a_dash_in_a_name_is_spelled_out_in_ascii_and_one_between_numbers_is_a_hyphen(monkeypatch):
    interval = Column("interval", "95 % CI", right=True)
    table = a_table(SITE, interval, rows=[(DASHED, "1.0–2.0"), (None, "–")])
    said = drawn(table, monkeypatch, encoding="ascii")
    assert said.isascii()
    assert "Jack\\u2013Jill" in said and "1.0-2.0" in said
    assert re.search(r"^- +-$", said, re.M)


@pytest.mark.parametrize("name, text", [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_nothing_is_bold_where_nobody_wants_it(monkeypatch, name, text):
    table = a_table(SITE, rows=[("Insite",)])
    assert "\x1b[1m" in drawn(table, monkeypatch)
    assert "\x1b" not in drawn(table, monkeypatch, **{name: text})


def test_an_empty_no_color_asks_for_nothing(monkeypatch):
    assert "\x1b[1m" in drawn(a_table(SITE, rows=[("Insite",)]), monkeypatch, NO_COLOR="")
