"""A line of words: what it means in any order, and what is refused or read in two ways."""

from itertools import permutations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from factories import each, examples
from strip_log.errors import Misused, RecordRefused, StriplogError
from strip_log.record.entry import Entry
from strip_log.record.line import Line, Unread, read
from strip_log.record.line_readings import LineContext, Result, TooManyOutcomes
from strip_log.record.outcomes import OUTCOMES
from strip_log.record.shipped import shipped

WORDS = shipped()

#: The strips of a counter, in their order.
STRIPS = ("fentanyl", "benzodiazepine", "xylazine")


def line(typed, *targets, **known):
    return read(typed, LineContext(WORDS, targets or ("fentanyl",), **known))


def meant(typed, *targets, **known):
    """The drug, and the first letters of each target and outcome: `down f+ b-`."""
    found = line(typed, *targets, **known)
    signs = {"positive": "+", "negative": "-", "invalid": "i"}
    results = [f"{one.target[:3]}{signs[one.outcome]}" for one in found.results]
    return " ".join([*([found.drug] if found.drug else []), *results])


# What is understood


ALONE = {
    "pos": "fen+", "+": "fen+", "p": "fen+", "-": "fen-", "n": "fen-", "i": "fen i", "inv": "fen i",
    "2 lines": "fen-", "two lines": "fen-", "1 line": "fen+", "one line": "fen+",
    "no lines": "fen i", "2lines": "fen-", "down pos": "down fen+", "heroin +": "heroin fen+",
    "xylazine pos": "xyl+", "positive down": "down fen+", "Down TWO Lines": "Down fen-",
    "crack cocaine +": "crack cocaine fen+", "benzo dope -": "benzo dope fen-",
    "crack-cocaine +": "crack-cocaine fen+", "f+ b- x-": "fen+ ben- xyl-",
    "down f+ b- xi": "down fen+ ben- xyl i", "x- down b+": "down xyl- ben+",
    "fent=pos benzo=-": "fen+ ben-", "benz=neg": "ben-", "xylazine+": "xyl+", "nit-": "nit-",
    "her +": "heroin fen+", "dow -": "down fen-", "meth -": "meth fen-", "xyla pos": "xyl+",
    "fentanyl pos": "fen+", "down fentanyl pos": "down fen+", "fentanyl fentanyl=pos":
    "fentanyl fen+", "fentanyl pos benzo neg": "fen+ ben-", "pos fentanyl neg benzo": "fen+ ben-",
    "xylazine down neg": "down xyl-", "mdma=neg": "mdm-", "mdma fent=neg": "mdma fen-",
    "mdma f-": "mdma fen-", "down mdma neg": "down mdm-", "pos benzo=neg": "fen+ ben-",
    "fentanyl + xylazine -": "fen+ xyl-", "n -": "nit-", "down\u00a0\u2013": "down fen-",
    "down \u2212": "down fen-", "b\u2212 down": "down ben-", "\ufeffdown\t+\r\n": "down fen+",
    "f\uff0b \uff42\uff0d": "fen+ ben-", "h\u00e9ro\u00efne +": "h\u00e9ro\u00efne fen+",
    "he\u0301roi\u0308ne +": "he\u0301roi\u0308ne fen+", "dope +": "dope fen+",
    "fent pos, benzo neg; down": "down fen+ ben-",
    "heorin +": "heorin fen+", "purple nurple -": "purple nurple fen-",
}  # fmt: skip


@each(ALONE.items())
def test_a_line_is_understood(case):
    typed, expected = case
    assert meant(typed) == expected.replace(" i", "i")


POSITIONAL = {
    "down + - -": "down fen+ ben- xyl-", "+ - i": "fen+ ben- xyli", "meth - . -": "meth fen- xyl-",
    "down +": "down fen+", "down . +": "down ben+", "down + b-": "down fen+ ben-",
    "b- down +": "down ben- fen+", "x- + +": "xyl- fen+ ben+", "+ x- -": "fen+ xyl- ben-",
    "- down - pos": "down fen- ben- xyl+", "fentanyl + - -": "fentanyl fen+ ben- xyl-",
    "m+ -": "med+ fen-", "down . . .": "down", "mdma - . .": "mdma fen-",
    ". mdma + i": "mdma ben+ xyl i", "nitazene + - -": "nitazene fen+ ben- xyl-",
}  # fmt: skip


@each(POSITIONAL.items())
def test_outcomes_alone_belong_to_the_strips_in_use_in_their_order(case):
    typed, expected = case
    strips = (*STRIPS, "medetomidine") if typed.startswith("m+") else STRIPS
    assert meant(typed, *strips) == expected.replace(" i", "i")


def test_everything_that_a_line_can_say_besides():
    found = line("^ down f@F1 benzo+ - @B-2 'blue bag, it's \u00bd  gone\n")
    assert (found.same, found.drug, found.lots) == (
        True, "down", {"lot.fentanyl": "F1", "lot": "B-2"}
    )  # fmt: skip
    assert found.note == "blue bag, it's \u00bd  gone"
    assert found.results == (
        Result("benzodiazepine", "positive"), Result("fentanyl", "negative", named=False)
    )  # fmt: skip
    assert line("x30 coke neg").times == line("coke neg X30").times == 30
    assert line("\u2018mine\u2019s").note == "mine\u2019s"


def test_words_that_a_shell_has_split_are_the_same_line():
    assert line(["down", "2 lines", "'blue", "bag"]) == line("down 2 lines 'blue bag")
    assert meant(["crack cocaine", "+"]) == meant(["crack", "cocaine", "+"])
    assert meant(["down + -"], *STRIPS) == "down fen+ ben-"
    assert meant(["mystery powder", "+"]) == "mystery powder fen+"
    assert line(["down", "f@F 1", "+"]).lots == {"lot.fentanyl": "F 1"}


@pytest.mark.parametrize(("lines", "shown"), [("0", "i"), ("1", "+"), ("2", "-")])
def test_where_the_lines_are_said_the_words_are_targets_and_a_drug(lines, shown):
    assert meant("", lines=lines) == f"fen{shown}"
    assert meant("coke", lines=lines) == f"coke fen{shown}"
    assert meant("xyl down benzo", lines=lines) == f"down xyl{shown} ben{shown}"
    assert meant("mdma", lines=lines) == f"mdm{shown}"


def test_a_new_drug_is_no_beginning_of_a_known_one():
    assert line("dow +").drug == "down"
    assert line("dow +", new=True).drug == "dow"


# Any order


#: A drug in words that mean nothing else.
DRUGS = st.sampled_from(["down", "crack cocaine", "coke", "benzo dope", "Special K", "dwon"])
OUTCOMES_ONCE = st.dictionaries(
    st.sampled_from(["fentanyl", "benzodiazepine", "xylazine", "nitazene"]),
    st.sampled_from(list(OUTCOMES)), min_size=1,
)  # fmt: skip
SAID = {
    "positive": ("+", "pos", "POSITIVE", "1 line", "p", "one line"),
    "negative": ("-", "neg", "Negative", "two lines", "\u2212", "2lines"),
    "invalid": ("i", "inv", "no lines", "invalid"),
}
MARKS = {"x30": {"times": 30}, "^": {"same": True}, "@F1": {"lots": {"lot": "F1"}}}
MARKS |= {"f@f-2": {"lots": {"lot.fentanyl": "f-2"}}}


def joined(target, outcome, draw):
    """A target with its outcome as one word."""
    word = draw(st.sampled_from([target, target[0], *WORDS_FOR[target]]))
    shown = draw(st.sampled_from(SAID[outcome]))
    if " " in shown:
        shown = shown.replace(" ", "-")
    if shown in "+-" or (shown == "i" and len(word) == 1):
        return word + draw(st.sampled_from(["", "="])) + shown
    return f"{word}={shown}"


WORDS_FOR = {name: [w for w, of in WORDS.target_words.items() if of == (name,)] for name in STRIPS}
WORDS_FOR["nitazene"] = ["nit", "nts"]


@given(DRUGS | st.none(), OUTCOMES_ONCE, st.sampled_from(["", *MARKS]), st.data())
def test_targets_with_their_outcomes_may_stand_anywhere(drug, outcomes, mark, data):
    units = [joined(*one, data.draw) for one in outcomes.items()]
    units += [word for word in (drug, mark) if word]
    found = line(" ".join(data.draw(st.permutations(units))))
    assert {(one.target, one.outcome) for one in found.results} == {*outcomes.items()}
    assert found.drug == drug
    default = Line()._replace(**MARKS.get(mark, {}))
    assert found[2:] == default[2:]


@given(DRUGS | st.none(), OUTCOMES_ONCE, st.booleans(), st.data())
def test_a_word_for_a_target_has_the_outcome_beside_it(drug, outcomes, before, data):
    assume("nitazene" not in outcomes or drug)  # a letter for it is an outcome too
    pairs = []
    for target, outcome in data.draw(st.permutations(list(outcomes.items()))):
        word = data.draw(st.sampled_from([target, *WORDS_FOR[target]]))
        shown = data.draw(st.sampled_from(SAID[outcome]))
        pairs += [shown, word] if before else [word, shown]
    place = data.draw(st.integers(0, len(pairs)))
    found = line(" ".join([*pairs[:place], *([drug] if drug else []), *pairs[place:]]))
    assert {(one.target, one.outcome) for one in found.results} == {*outcomes.items()}
    assert found.drug == drug


@given(DRUGS, st.lists(st.sampled_from(["", *OUTCOMES]), min_size=1, max_size=3), st.data())
def test_outcomes_keep_their_order_wherever_the_drug_stands(drug, outcomes, data):
    words = [data.draw(st.sampled_from(SAID[one])) if one else "." for one in outcomes]
    words.insert(data.draw(st.integers(0, len(words))), drug)
    found = line(" ".join(words), *STRIPS)
    used = zip(STRIPS, outcomes, strict=False)
    assert found.results == tuple(Result(*one) for one in used if one[1])
    assert found.drug == drug


#: Words of every kind, some of which can be several things.
SOUP = st.lists(st.sampled_from([
    "+", "-", "i", ".", "n", "pos", "2 lines", "f+", "b-", "xi", "n-", "fent=neg", "xylazine",
    "xyl", "fentanyl", "benzo", "mdma", "m+", "x", "e", "down", "dope", "her", "crack cocaine",
    "crack", "coc", "heroin", "dwon", "psitive", "^", "x2", "x3", "@F1", "b@B1", "@", "--", "1",
    "+--", "down+", "not", "tested", "+f", "'it's", "=", "f=", "=pos", "30x", "pos,",
]), max_size=7)  # fmt: skip


def facts(found):
    return (sorted(one[:2] for one in found.results), found.drug, *found[2:])


@examples(400)
@given(SOUP, st.sampled_from([(), STRIPS]))
def test_what_is_understood_or_offered_can_be_typed_again_and_means_the_same(words, targets):
    try:
        found = line(" ".join(words), *targets)
    except Unread as error:
        for reading in error.readings:
            again = line(reading, *targets)
            assert facts(line(again.words, *targets)) == facts(again)
    except (RecordRefused, Misused):
        pass
    else:
        if len({one.target for one in found.results}) == len(found.results) > 0:
            assert facts(line(found.words, *targets)) == facts(found)
            assert facts(line(" ".join(found.words), *targets)) == facts(found)


@examples(200)
@given(st.text() | st.lists(st.text()))
def test_any_text_is_a_line_or_refused(text):
    try:
        line(text, *STRIPS)
    except StriplogError as error:
        assert str(error)


@each([
    ("down", "xylazine", "pos"), ("down", "f+", "b-"), ("coke", "neg", "x30"), ("benzo=pos", "-"),
    ("fentanyl", "xylazine", "+", "-"), ("fentanyl", "+", "-", "b="), ("heroin", "+", "fentanyl",
    "-"), ("n", "+", "down"), ("x", "-"), ("mdma", "pos", "neg"), ("benzo", "pos", "xyl", "neg"),
])  # fmt: skip
def test_no_order_of_the_words_turns_an_outcome_round(words):
    """With each order the outcomes are those that were typed, none more and none less."""
    typed = sorted("pos" if word[-1] in "+s" else "neg" for word in words if word[-1] in "+-sg")
    for order in permutations(words):
        for targets in ((), STRIPS):
            try:
                found = line(order, *targets)
            except (RecordRefused, Misused):
                continue
            if "=" in "".join(order) and "b=" in order:
                raise AssertionError(order)
            assert sorted(one.outcome[:3] for one in found.results) == typed


# What is refused


def unread(typed, *targets, **known):
    with pytest.raises(Unread) as refused:
        line(typed, *targets, **known)
    return refused.value


TWO_WAYS = {
    "mdma neg": ("mdma=neg", "mdma fentanyl=neg"),
    "x pos": ("xylazine=pos", "mdma fentanyl=pos", "alprazolam fentanyl=pos"),
    "coc +": ("cocaine +", "coca paste +"),
    "m+ down": ("medetomidine+ down", "mdma+ down"),
    "fentanyl xylazine pos": ("xylazine fentanyl=pos", "fentanyl xylazine=pos"),
    "pos xylazine neg 'a b": ("fentanyl=pos xylazine=neg 'a b", "xylazine=pos fentanyl=neg 'a b"),
}


@each(TWO_WAYS.items())
def test_what_can_be_read_in_two_ways_is_refused_with_both(case):
    typed, ways = case
    readings = [" ".join(words) for words in unread(typed).readings]
    assert sorted(readings) == sorted(ways)


def test_a_drug_that_is_a_target_too_is_refused_beside_an_outcome_for_each_strip():
    readings = [" ".join(words) for words in unread("xylazine + - -", *STRIPS).readings]
    assert readings == [
        "xylazine=pos fentanyl=neg benzodiazepine=neg",
        "xylazine fentanyl=pos benzodiazepine=neg xylazine=neg",
    ]


def test_a_letter_that_is_an_outcome_too_is_refused_where_both_make_sense():
    readings = [" ".join(words) for words in unread("n +", *STRIPS).readings]
    assert readings == ["fentanyl=neg benzodiazepine=pos", "nitazene=pos"]


NEAR = {
    "down pso": "down pos", "down negatve": "down negative", "down+": "down +", "+-": "+ -",
    "down 2": "down 2 lines", "pos: down": "pos down", "30x down -": "x30 down -",
    "fentynal=pos": "fentanyl=pos", "fent=psoitive": "fent=positive", "fent:pos": "fent=pos",
    "down=pos": "down pos", "fentynal pos": "fentanyl pos", "down +f": "down f+",
    "down xylzaine- 'it's so": "down xylazine- 'it's so", "xylzaine pos": "xylazine pos",
    "heorin+": "heroin +", "positive for fentanyl": "positive fentanyl",
    "down was positive": "down positive", "2 lines on coke": "2 lines coke",
    "test + down": "+ down", "coke two linse": "coke two lines",
    "the down is psoitive": "down positive",
}  # fmt: skip


@each(NEAR.items())
def test_the_line_comes_back_mended_where_one_reading_is_near(case):
    typed, mended = case
    strips = STRIPS if typed == "+-" else ()
    assert [" ".join(words) for words in unread(typed, *strips).readings] == [mended]


@each([
    ("down zzz pos", "'zzz' is no drug, no target and no outcome"), ("fentanyl", "fentanyl=pos"),
    ("xyl", "'xyl' needs its outcome"), (". xylazine x3", "'xylazine' needs its outcome"),
    ("down heroin +", "two drugs"), ("+++++", "no outcome"),
    ("down xyl benzo pos", "needs its outcome"), ("q=pos", "no target 'q'"), ("=pos", "no target"),
    ("coke=pos neg", "no target 'coke'"), ("not tested", "leave out"), ("q@F1 +", "no target 'q'"),
    ("heroin + fentanyl pos", "may be a mixture"), ("pos-", "no outcome"), ("-pos", "no outcome"),
    ("b-- down", "no outcome"), ("f-+", "no outcome"), ("not pos down", "'not' is no drug"),
])  # fmt: skip
def test_what_is_no_word_of_a_line_is_refused(case):
    typed, said = case
    assert said in str(unread(typed))


@each([
    ("@", "names no lot"), ("f@ +", "names no lot"), ("x0 +", "1 to 1000"), ("x1001 +", "1 to"),
    ("x2 x3 +", "two numbers"), ("^ x2 +", "leave one out"), ("@F1 @F2 +", "two lots"),
    ("+ " * 61, "too many words"),
])  # fmt: skip
def test_what_contradicts_itself_is_refused(case):
    typed, said = case
    with pytest.raises(Misused, match=said):
        line(typed)


@each([("+ - - -", "4 outcomes for 3 strips"), (". . . +", "4 outcomes")])
def test_more_outcomes_than_strips_are_refused(case):
    typed, said = case
    with pytest.raises(Misused, match=said):
        line(typed, *STRIPS)


@each([
    ("down + - -", ["down fentanyl=pos benzodiazepine=neg xylazine=neg"]),
    ("down + . -", ["down fentanyl=pos xylazine=neg"]),
    ("- + 'pink", ["fentanyl=neg benzodiazepine=pos 'pink"]),
    ("mdma - -", ["mdma fentanyl=neg benzodiazepine=neg", "mdma=neg fentanyl=neg"]),
    ("down f+ - -", []),
    ("down" + " +" * 30, []),
])  # fmt: skip
def test_more_outcomes_than_strips_are_offered_for_the_next_targets_and_never_taken(case):
    typed, ways = case
    with pytest.raises(TooManyOutcomes, match=r"outcomes for 1 strip \(fentanyl\)") as refused:
        line(typed)
    assert [" ".join(words) for words in refused.value.readings] == ways


@each([
    "-b+", "--b+", "+f-", "-f", "+f", "-f=pos", "-pos", "+neg", "pos-", "f=+-", "f=-+", "f=--",
    "f=pos-", "f=-pos", "f-+", "f+-", "f--", "f-b", "fb+", "+-", "-+", "++", "+/-", "\u00b1",
    "not pos", "-x b+", "f-b+",
])  # fmt: skip
def test_no_sign_is_dropped_or_turned_round(case):
    for targets in (("fentanyl",), STRIPS):
        with pytest.raises(Unread):
            line(f"down {case}", *targets)


@each([
    ("f-b+", ["down f- b+"]), ("f+b-x-", ["down f+ b- x-"]), ("^b+", ["down ^ b+"]),
    ("two", ["down two lines"]), ("+-", ["down fentanyl=pos benzodiazepine=neg"]),
])  # fmt: skip
def test_what_is_written_together_comes_back_apart(case):
    word, ways = case
    with pytest.raises(Unread) as refused:
        line(f"down {word}")
    assert [" ".join(words) for words in refused.value.readings] == ways


@each(["pos", "fent=neg", "+", "f-"])
def test_an_outcome_and_the_number_of_lines_are_one_too_many(typed):
    with pytest.raises(Misused, match=r"--lines 2 and .* both say the outcome"):
        line(typed, lines="2")
    with pytest.raises(Misused, match="--lines is 1"):
        line("down", lines="3")


def test_a_word_near_to_an_outcome_can_still_be_a_new_drug():
    assert unread("psitive +").strange == "psitive"
    assert line("psitive +", new=True).drug == "psitive"
    assert unread("down zzz +").strange == ""


# The entry


def test_a_line_makes_an_entry_with_the_options_beside_it():
    entry = line("down - benzo+ f@F1 'mine").onto(Entry(texts={"site": "Van"}))
    assert entry.words == ("negative", "benzodiazepine=positive")
    assert entry.texts == {"site": "Van", "drug": "down", "note": "mine", "lot.fentanyl": "F1"}
    assert line("xyl", lines="2").onto(Entry(lines="2")).words == ("xylazine=negative",)


def test_a_line_goes_before_a_default_and_beside_an_option_is_one_too_many():
    default = Entry().with_defaults({"drug": "coke", "lot": "F0"})
    entry = line("down + f@F1").onto(default)
    assert (entry.texts["drug"], entry.texts["lot.fentanyl"]) == ("down", "F1")
    assert entry.filled == ("target",)
    for name, text in (("drug", "coke"), ("note", "n"), ("lot.fentanyl", "F0")):
        option = name.partition(".")[0]
        with pytest.raises(Misused, match=rf"given twice, as .* and with --{option} '?{text}"):
            line("down + f@F1 'note").onto(Entry(texts={name: text}))
