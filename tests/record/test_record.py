"""A test as a frozen value: what becomes a record, to the letter, and what is refused."""

import pickle
from datetime import datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from factories import a_test
from strip_log.errors import RecordRefused, RefusedForSafety, UnknownWord, ValueRefused
from strip_log.record.choices import INTENTIONS, UnknownChoice, confirmed, one_of, some_of
from strip_log.record.dates import Clock
from strip_log.record.doubts import doubts
from strip_log.record.fields import FIELDS, parsed
from strip_log.record.own_fields import fields_of, own_fields
from strip_log.record.shipped import shipped
from strip_log.record.test import FACTS, changed, checked
from strip_log.record.text import note, text

WORDS = shipped()
NOW = Clock(datetime(2026, 11, 24, 10, 0))

#: Any characters there are, broken bytes and controls included.
ANYTHING = st.text(st.characters())


def read(**texts):
    return parsed(texts, WORDS, NOW)


def refusal(parse, value):
    with pytest.raises(RecordRefused) as refused:
        parse(value)
    return str(refused.value)


# Text is kept to the letter or refused


@given(ANYTHING)
@example("\ud800")
@example("a\u2028b")
@example("a\x85b")
@example(" a")
def test_a_text_is_kept_to_the_letter_or_refused(value):
    try:
        assert text(value) == value
    except RecordRefused:
        return
    assert value == value.strip() != ""
    assert value.encode() and len(value.splitlines()) == 1
    assert not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in value)


@given(ANYTHING)
def test_a_note_is_kept_to_the_letter_or_refused(value):
    try:
        assert note(value) == value
    except RecordRefused:
        return
    assert value.strip() and value.encode()
    assert not any(
        ord(char) < 32 or 127 <= ord(char) < 160 for char in value if char not in "\n\t\r"
    )


@pytest.mark.parametrize(
    "value",
    [
        *(
            "Insite",
            "a",
            "0012",
            'O\'Brien "East"',
            "\xc9toile caf\xe9",
            "cafe\u0301",
            "\u533b\u9662",
        ),
        *("\u0645\u0631\u0643\u0632", "\U0001f469\u200d\U0001f52c van", "a  b", "=1+1", "a\xa0b"),
        "x" * 200,
    ],
)
def test_a_text_in_any_script_is_kept(value):
    assert text(value) == note(value) == value


@pytest.mark.parametrize("value", ["", " ", "\t\n", "\u3000", "\xa0"])
def test_an_empty_text_is_refused_it_is_left_out_instead(value):
    assert (
        refusal(text, value) == refusal(note, value) == "The value is empty: leave it out instead."
    )


@pytest.mark.parametrize("value", [" Insite", "Insite ", "Insite\n", "\xa0Insite", "\tInsite\t"])
def test_white_space_around_a_text_is_refused_and_never_trimmed(value):
    assert refusal(text, value) == ("The value begins or ends with white space: type 'Insite'.")


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ("a\x00b", "U+0000 at place 2"),
        ("a\nb", "U+000A at place 2"),
        ("ab\x1b[31mc", "U+001B at place 3"),
        ("a\x7fb", "U+007F at place 2"),
        ("a\x9bb", "U+009B at place 2"),
        ("a\u2028b", "U+2028 at place 2"),
        ("\udce9t\xe9", "U+DCE9 at place 1"),
    ],
)
def test_a_character_that_would_break_a_screen_or_a_file_is_refused(value, what):
    assert refusal(text, value) == f"The value has the control character {what}."


def test_a_note_may_have_line_breaks_and_tabs_and_spaces_around_it_but_nothing_worse():
    assert note(" one\r\n\ttwo \n") == " one\r\n\ttwo \n"
    assert refusal(note, "one\x1b[2J") == "The value has the control character U+001B at place 4."
    assert refusal(note, "one\n\udcff") == "The value has the control character U+DCFF at place 5."


def test_a_text_has_at_most_200_characters_and_a_note_100_000():
    assert refusal(text, "x" * 201) == "The value has 201 characters; the most is 200."
    assert note("\U0001f600" * 100_000)
    assert refusal(note, "x" * 100_001) == "The value has 100001 characters; the most is 100000."


# Fields with a choice

intentions = some_of(*INTENTIONS)

CHOICES = {name: FIELDS[name].choices for name in ("form", "colour", "timing", "method")}


@pytest.mark.parametrize(("field", "choice"), [(f, c) for f, cs in CHOICES.items() for c in cs])
def test_a_choice_is_kept_as_it_is_listed_however_it_was_typed(field, choice):
    typed = choice.upper().replace("-", " ")
    assert read(**{field: choice}) == read(**{field: typed}) == {field: choice}


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("colour", "Gray", "grey"),
        ("colour", "colorless", "clear"),
        ("colour", "off white", "off-white"),
        ("method", "gc_ms", "GC-MS"),
        ("timing", "not using", "not-using"),
    ],
)
def test_another_spelling_of_a_choice_is_known(field, typed, kept):
    assert read(**{field: typed}) == {field: kept}


def test_what_is_no_choice_is_answered_with_the_nearest_and_with_all_of_them():
    with pytest.raises(RecordRefused) as refused:
        read(colour="purpel")
    assert str(refused.value).startswith(
        "There is no colour 'purpel'. Did you mean purple? There are: white, off-white, grey,"
    )


def test_a_parser_for_choices_takes_nothing_else():
    parse = one_of("a", "b", bee="b")
    assert (parse("A"), parse("Bee")) == ("a", "b")
    assert refusal(parse, "") == "There is no value ''. There are: a, b."


def test_several_intentions_are_kept_once_each_and_in_one_order():
    assert intentions("dispose, less") == intentions("LESS,dispose,less") == "less, dispose"
    assert intentions(",".join(reversed(INTENTIONS))) == ", ".join(INTENTIONS)


@pytest.mark.parametrize("typed", ["less,", "less, nothing", "", "less dispose"])
def test_one_unknown_intention_refuses_them_all(typed):
    assert "There are: as intended, less," in refusal(intentions, typed)


def test_the_word_of_the_lab_is_positive_or_negative_and_never_invalid():
    assert (confirmed("pos"), confirmed("NEG")) == ("positive", "negative")
    assert "positive or negative" in refusal(confirmed, "inv")
    assert "is not an outcome" in refusal(confirmed, "fentanyl")


# From texts to values


def test_what_was_said_is_kept_beside_the_drug_that_is_meant():
    assert read(drug="Benzo Dope") == {"said": "Benzo Dope", "drug": "down"}


def test_a_target_a_date_and_an_expiry_are_read():
    assert read(target="XYL", at="yesterday 9:30", expires_on="2027-02") == {
        "target": "xylazine",
        "tested_on": "2026-11-23",
        "tested_time": "09:30",
        "expires_on": "2027-02-28",
    }


def test_nothing_typed_gives_no_value():
    assert read() == {}


def test_a_refusal_names_the_field():
    assert refusal(lambda lot: read(lot=lot), " 12") == (
        "The lot begins or ends with white space: type '12'."
    )
    assert refusal(lambda drug: read(drug=drug), "") == "The drug is empty: leave it out instead."
    assert refusal(lambda word: read(expires_on=word), "soon").startswith("'soon' is not an expiry")


@pytest.mark.parametrize("parse", [text, one_of("a", "b")], ids=["text", "choice"])
def test_a_refusal_has_a_place_for_the_field_whatever_is_typed(parse):
    with pytest.raises(ValueRefused) as refused:
        parse(" {field} {} ")
    assert "value" in str(refused.value) and "'{field} {}" in str(refused.value).replace("' ", "'")
    refused.value.of("kit {0}")
    refused.value.of("another")
    again = pickle.loads(pickle.dumps(refused.value))
    assert str(again) == str(refused.value) and "kit {0}" in str(again)
    assert again.lines == (str(again),) and again.exit_code == 4


def test_a_choice_that_is_refused_carries_what_was_typed_and_what_could_be():
    with pytest.raises(UnknownChoice) as refused:
        read(timing="dring")
    error = refused.value
    assert (error.field, error.value, error.choices) == (
        "timing",
        "dring",
        FIELDS["timing"].choices,
    )


def test_a_refused_drug_keeps_what_it_may_have_meant():
    with pytest.raises(UnknownWord) as unknown:
        read(brand="BTNX", drug="dope")
    assert unknown.value.nearest == ("down", "heroin", "methamphetamine")


# A test


def test_a_test_never_changes():
    with pytest.raises(AttributeError):
        a_test().outcome = "negative"


def test_changing_a_test_gives_another_and_leaves_the_rest():
    one = a_test(site="Insite", lot="1")
    other = changed(one, {"outcome": "negative", "lot": None})
    assert (other.outcome, other.lot, other.site, one.outcome) == (
        *("negative", None, "Insite", "positive"),
    )


@pytest.mark.parametrize("outcome", ["positive", "invalid"])
def test_a_faint_second_line_is_a_negative_outcome_and_no_other(outcome):
    faint = a_test(outcome="negative", faint=True)
    assert checked(faint) is faint
    with pytest.raises(RecordRefused, match=f"is negative, not {outcome}"):
        changed(faint, {"outcome": outcome})


def test_a_method_of_confirming_needs_what_was_confirmed():
    assert checked(a_test(confirmed="positive", method="FTIR"))
    assert checked(a_test(confirmed="positive"))
    with pytest.raises(RecordRefused, match="--confirmed pos or neg"):
        checked(a_test(method="FTIR"))


def test_a_strip_is_expired_on_the_day_after_its_last():
    assert doubts(a_test(tested_on="2026-11-24", expires_on="2026-11-24")) == []
    [doubt] = doubts(a_test(tested_on="2026-11-24", expires_on="2026-11-23"))
    assert doubt.startswith("The strip had expired on 2026-11-23")


def test_a_personal_note_or_own_field_is_kept_and_warned_about():
    own = own_fields({"call": "604-555-0123"})
    of_call, of_note = sorted(doubts(a_test(note="jo@example.org", extra=own)))
    assert "The note looks like it holds an e-mail address" in of_note
    assert "The call looks like it holds a phone number" in of_call
    assert doubts(a_test(note="purple chunk", extra=own_fields({"overdose": "no"}))) == []


# A program's own fields


@given(st.dictionaries(st.text(min_size=1), st.text(min_size=1), min_size=1, max_size=4))
@example({'a"b': "\\", "$.x": "'", "\U0001f600": "{}", "key": "null"})
def test_own_fields_come_back_as_they_were_given_or_are_refused(pairs):
    try:
        kept = own_fields(pairs)
    except (RecordRefused, RefusedForSafety):
        return
    assert fields_of(kept) == pairs
    assert "\n" not in kept


def test_the_order_of_typing_makes_no_difference_to_own_fields():
    assert own_fields({"\xe9": "2", "a": "1"}) == own_fields({"a": "1", "\xe9": "2"})
    assert own_fields({"\xe9": "2", "a": "1"}) == '{"a": "1", "\xe9": "2"}'


def test_no_own_fields_are_nothing():
    assert own_fields({}) is None
    assert fields_of(None) == fields_of("") == {}


@pytest.mark.parametrize(
    "name",
    [
        *FACTS,
        "Site",
        "tested-on",
        "Tested Time",
        "id",
        "number",
        "category",
        "at",
        "void",
        "reason",
    ],
)
def test_a_field_that_every_test_has_is_no_own_field(name):
    with pytest.raises(RecordRefused, match="is a field of striplog"):
        own_fields({name: "x"})


@pytest.mark.parametrize("name", ["Name", "date-of-birth", "e-mail"])
def test_an_own_field_that_asks_for_a_person_is_refused(name):
    with pytest.raises(RefusedForSafety):
        own_fields({"overdose": "no", name: "x"})


def test_an_own_field_without_a_name_or_a_value_is_refused():
    assert refusal(own_fields, {"kit": ""}) == (
        "The value of the field 'kit' is empty: leave it out instead."
    )
    assert refusal(own_fields, {" kit": "1"}) == (
        "The name of the field ' kit' begins or ends with white space: type 'kit'."
    )
