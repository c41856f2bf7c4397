"""Text as it may be shown: nothing hidden reaches a terminal, and nothing is lost."""

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories import each
from strip_log.record.shown import quoted, shown

HIDDEN = [
    *range(0x20), *range(0x7F, 0xA0), 0xAD, 0x61C, *range(0x200B, 0x2010), *range(0x2028, 0x202F),
    *range(0x2060, 0x2070), 0xFEFF, *range(0xE0000, 0xE0080), 0xDC9B,
]  # fmt: skip


@each(HIDDEN)
def test_a_hidden_character_is_spelled_out(code):
    said = shown(f"a{chr(code)}b")
    assert said == f"a{chr(code).encode('unicode_escape').decode()}b"
    assert said.isascii() and said.isprintable()


@pytest.mark.parametrize("text", [
    "down", "ünï", "Jack–Jill", "\u4e2d\u6587",
    "\u0641\u0627\u0631\u0633\u06cc", "a\u0301", "1\xa0mL",
    "\N{PILL}", "C:\\new", "\N{SNOWMAN}\ufe0f",
])  # fmt: skip
def test_what_a_person_can_see_stays_as_it_is(text):
    assert shown(text) == text


def test_what_is_kept_stays():
    assert shown("a\n\tb\r\x1bc", kept="\n\t") == "a\n\tb\\r\\x1bc"


@given(st.text())
def test_shown_text_is_the_same_when_it_is_shown_again(text):
    assert shown(shown(text)) == shown(text)


@pytest.mark.parametrize("word", ["down", "two words", "it's", "", "C:\\new", "ünï"])
def test_a_word_without_anything_hidden_is_quoted_as_in_any_shell(word):
    assert "$'" not in quoted(word)


WORDS = [
    "a\nb",
    "\x1b]52;c;cm0=\x07",
    "it's\ta \\ tab",
    "\u202eabc",
    "\U000e0041",
    "a\x9b2",
    "\udc9bx",
]


def test_a_shell_reads_a_quoted_word_as_the_same_word():
    for word in [*WORDS, "two words", "$(id)", "`id`", "!x"]:
        line = f"printf %s {quoted(word)}"
        assert shown(line) == line
        ran = subprocess.run(["bash", "-c", line], capture_output=True, env={"LC_ALL": "C.UTF-8"})
        assert ran.stdout == word.encode("utf-8", "surrogateescape")
