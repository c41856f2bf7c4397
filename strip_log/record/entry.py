"""What was typed about the strips of one sample, and the tests that it means.

Nothing is asked or printed here. When something is missing an error is raised; the caller may ask
the person and try again with the answer.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from strip_log.errors import Misused, Step, UnknownWord
from strip_log.record import ids
from strip_log.record.dates import Clock
from strip_log.record.fields import (
    DEFAULTS,
    FIELDS,
    OF_STRIPS,
    TARGET,
    about,
    parsed,
    spelled,
)
from strip_log.record.own_fields import own_fields
from strip_log.record.results import refuse_twice, results
from strip_log.record.strips import StripValues, WhichStrip, field_of, option
from strip_log.record.test import Test, checked
from strip_log.record.text import text
from strip_log.record.vocabulary import Vocabulary
from strip_log.record.words import as_known, fold, unknown


class NoResult(Misused):
    """No outcome was typed."""


class UncertainName(UnknownWord):
    """The drug or the site that was typed is not known, or can mean several.

    `kind` is `drug` or `site`, `word` what was typed, `nearest` what it may mean, and `question`
    the sentence to ask with.
    """

    def __init__(self, kind: str, word: str, error: UnknownWord) -> None:
        message = f"{error} To keep it as a new {kind}, add --new."
        super().__init__(message, error.nearest, error.step)
        self.kind, self.word, self.question = kind, word, str(error)

    def look_among(self, usual: Sequence[str], vocabulary: Vocabulary) -> None:
        """Where nothing is near, look among the drugs of the latest tests, less strictly."""
        if self.kind == "drug" and not self.nearest:
            self.nearest = vocabulary.drugs_by_slip(self.word, usual)


class NewNames(NamedTuple):
    """The drug and the site that were typed and are to be added to the vocabulary, or None."""

    drug: str | None = None
    site: str | None = None


class Entry(NamedTuple):
    """What was typed, as text: results, fields by name and own fields. A field that belongs to the
    strip of a target is named `lot`, or `lot.fentanyl` where the target was typed too.

    `words` are results; with `lines`, which says what all strips show, they are targets. `said` is
    the word that was typed for the drug, if another was chosen in its place. `filled` names the
    fields whose text is a default. With `new` an unknown drug or site is kept as a new one; `kept`
    names those of the two for which somebody answered that it is new. `times` is how many samples
    like this are meant.
    """

    words: tuple[str, ...] = ()
    lines: str | None = None
    faint: bool | None = None
    texts: Mapping[str, str] = {}
    own: Mapping[str, str] = {}
    cleared: tuple[str, ...] = ()
    new: bool = False
    kept: tuple[str, ...] = ()
    again: bool = False
    said: str | None = None
    filled: tuple[str, ...] = ()
    times: int = 1

    def written_as(
        self, values: Callable[[str], Sequence[str]], own: Callable[[], Sequence[str]]
    ) -> "Entry":
        """The same entry, with each text spelled like the known text that it matches:
        `btnx` becomes `BTNX`. `values` gives the known values of a field, and `own` the names of
        own fields, the most frequent first."""
        texts = {
            name: as_known(text, values(field_of(name)))
            if field_of(name) in FIELDS and FIELDS[field_of(name)].folded
            else text
            for name, text in self.texts.items()
        }
        known = own() if self.own else ()
        named = {as_known(name, known): value for name, value in self.own.items()}
        if len({*map(fold, named)}) < len(self.own):
            raise Misused("--field gives a field of your own twice, in two spellings of its name.")
        return self._replace(texts=texts, own=named)

    def with_defaults(self, defaults: Mapping[str, str]) -> "Entry":
        """The same entry, with defaults for the fields that were neither typed nor cleared.

        Raises Misused for a cleared field that has no default.
        """
        target = defaults.get("target", TARGET)
        given = {f"{name}.{target}" if name in OF_STRIPS else name: defaults[name]
                 for name in defaults if field_of(name) in DEFAULTS}  # fmt: skip
        cleared = {_default(name) for name in self.cleared}
        filled = {
            name: given[name]
            for name in sorted(given, key=lambda name: DEFAULTS.index(field_of(name)))
            if name not in self.texts and field_of(name) not in cleared
        }
        if "target" not in {*filled, *self.texts}:
            filled = {"target": TARGET, **filled}
        return self._replace(texts={**self.texts, **filled}, filled=tuple(filled))

    def tests(self, vocabulary: Vocabulary, clock: Clock) -> "Entered":
        """The tests of one sample. Anything that is wrong with them is found here.

        Raises NoResult or UncertainName, where a person can be asked; Misused or RecordRefused.
        """
        texts = {"at": "today", **self.of_sample}
        target = vocabulary.target(texts.pop("target", TARGET))
        found = results(self.words, self.lines, target, vocabulary)
        if not self.again:
            refuse_twice([name for name, _ in found])
        new = self.new_names(vocabulary)
        values: dict[str, str | bool | None] = {}
        values |= parsed(texts, vocabulary.knowing(*new), clock)
        strips = StripValues(self.texts, self.filled, vocabulary, clock)
        values |= {"extra": own_fields(self.own), "faint": self.faint or None}
        if self.said:
            values["said"] = self.said
        if not found:
            raise NoResult(
                "Say what the strip shows: pos (1 line), neg (2 lines, however faint the second) or"
                " inv (no control line); for several strips f+ b-. At a terminal you are asked."
            )
        more = [] if "at" in self.texts else ["date"]
        several = len(found) > 1 or any(shown == "invalid" for _, shown in found)
        if several and "sample" not in values:  # an invalid one is tested again
            values["sample"] = ids.sample_code()
            more = ["sample", *more]
        used = values | {"target": target, "date": values["tested_on"]}
        names = [n for n in self.filled if n != "target" or not self._names_every_target]
        names = [name for name in names if field_of(name) not in OF_STRIPS]
        of_each = self._of_each(strips, [name for name, _ in found])
        return Entered(
            self,
            tuple(
                checked(Test(name, shown, **values, **of_each[name]))  # type: ignore[arg-type]
                for name, shown in found
            ),
            new,
            (
                *(f"{name} {used[name]}" for name in names),
                *strips.filled_in(of_each),
                *(f"{name} {used[name]}" for name in more),
            ),
        )

    def _of_each(self, strips: StripValues, targets: list[str]) -> dict[str, dict[str, str]]:
        """The values of the strips of each target. Raises Misused, with a command to type."""
        try:
            return strips.of(targets)
        except WhichStrip as error:
            error.step = Step("For example", ("add", *self._command(self._typed, error.example)))
            raise

    def command_with(self, **texts: str) -> tuple[str, ...]:
        """What was typed after `add`, with other texts for fields of the sample."""
        strips = [
            (field_of(key), f"{key.partition('.')[2]}={value}" if "." in key else value)
            for key, value in self._typed.items()
            if field_of(key) in OF_STRIPS
        ]
        return self._command({**self._typed, **texts}, strips)

    @property
    def _typed(self) -> dict[str, str]:
        """The texts that are no defaults."""
        return {name: text for name, text in self.texts.items() if name not in self.filled}

    def _command(
        self, texts: Mapping[str, str], strips: Iterable[tuple[str, str]]
    ) -> tuple[str, ...]:
        """What is typed after `add` for this entry, with these texts and values of strips."""
        results = [*self.words]
        for name, value in (("lines", self.lines), ("target", texts.get("target"))):
            results += [option(name), value] if value else []
        return self._replace(texts=texts).retyped(results, strips)[1:]

    @property
    def of_sample(self) -> dict[str, str]:
        """The texts of the fields that all strips of a sample have in common."""
        return {name: text for name, text in self.texts.items() if field_of(name) not in OF_STRIPS}

    def retyped(self, results: Iterable[str], strips: Iterable[tuple[str, str]]) -> tuple[str, ...]:
        """The command that adds this entry with these results. `strips` are fields that belong to
        a strip, with their values as they are typed."""
        words = ["add", *results, *([f"x{self.times}"] if self.times > 1 else [])]
        for name, value in self.of_sample.items():
            if name != "target":
                words += [option(name), value]
        for name, value in strips:
            words += [option(name), value]
        for name, value in self.own.items():
            words += ["--field", f"{name}={value}"]
        for name in self.cleared:
            words += ["--clear", name]
        new = self.new or bool(self.kept)
        flags = (("--faint", self.faint), ("--new", new), ("--again", self.again))
        return (*words, *(name for name, on in flags if on))

    @property
    def _names_every_target(self) -> bool:
        return bool(self.words) and (bool(self.lines) or all("=" in word for word in self.words))

    def new_names(self, vocabulary: Vocabulary) -> NewNames:
        """The names to add to the vocabulary. Raises UncertainName.

        A site that is near no known one is new; the first site of a logbook always is.
        """
        return NewNames(self._new("drug", vocabulary), self._new("site", vocabulary))

    def _new(self, kind: str, vocabulary: Vocabulary) -> str | None:
        word = self.texts.get(kind)
        if word is None:
            return None
        with about(kind):
            text(word)
        try:
            vocabulary.drug(word) if kind == "drug" else vocabulary.site(word)
        except UnknownWord as error:
            far = kind == "site" and not error.nearest
            if not (far or self.new or kind in self.kept):
                raise UncertainName(kind, word, error) from None
            return word.lower() if kind == "drug" else word
        return None


class Entered(NamedTuple):
    """An entry that was understood: its tests, ready to be written.

    `new` is to be added to the vocabulary with them. `filled` lists what was not typed but filled
    in, such as `site Insite`. The tests are of so many `samples`.
    """

    entry: Entry
    tests: tuple[Test, ...]
    new: NewNames
    filled: tuple[str, ...]
    samples: int = 1

    def of_all_samples(self) -> "Entered":
        """The same with the tests of all samples that are meant, one sample after the other.

        Where a sample has several strips, each sample has a code of its own. Raises Misused if one
        was typed.
        """
        times, code = self.entry.times, self.tests[0].sample
        if times == 1:
            return self
        if "sample" in self.entry.texts:
            raise Misused(f"x{times} are {times} samples, and --sample {code} is the code of one.")
        codes = [code and ids.sample_code() for _ in range(times)]
        tests = [test._replace(sample=one) for one in codes for test in self.tests]
        said = {f"sample {code}": f"a code for each of {times} samples"}
        filled = tuple(said.get(one, one) for one in self.filled)
        return self._replace(tests=tuple(tests), filled=filled, samples=times)

    @property
    def command(self) -> tuple[str, ...]:
        """The command that adds these tests, word by word; it means the same on any day."""
        test = self.tests[0]
        day = " ".join(part for part in (test.tested_on, test.tested_time) if part)
        entry = self.entry._replace(texts={**self.entry.texts, "at": day})
        targets = {test.target: test for test in self.tests}
        strips = [
            (name, value if len(targets) == 1 and "=" not in value else f"{target}={value}")
            for name in OF_STRIPS
            for target, test in targets.items()
            if (value := getattr(test, name))
        ]
        of_one = self.tests[: len(self.tests) // self.samples]
        return entry.retyped((f"{test.target}={test.outcome}" for test in of_one), strips)


def _default(word: str) -> str:
    """The name of the default that was typed. Raises Misused, with suggestions."""
    name = spelled(word)
    if name in DEFAULTS:
        return name
    raise Misused(unknown("default", word, DEFAULTS))
