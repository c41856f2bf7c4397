"""What belongs to the strip of one target, and not to its sample: brand, lot, expiry, dilution."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from strip_log.errors import Misused, UnknownWord
from strip_log.record.dates import Clock
from strip_log.record.fields import OF_STRIPS, parsed
from strip_log.record.vocabulary import Vocabulary
from strip_log.record.words import either


class WhichStrip(Misused):
    """A value that could be for several strips. `example` has fields with `target=value`."""

    def __init__(
        self, name: str, value: str, targets: Sequence[str], example: Sequence[tuple[str, str]]
    ) -> None:
        ways = either(f"{option(name)} {target}={value}" for target in targets)
        super().__init__(f"{option(name)} {value} belongs to the strip of one target: type {ways}.")
        self.example = example


class StripValues:
    """What was typed, or is a default, for the strips of single targets.

    `named` is what was typed with its target, `bare` without one, and `filled` are defaults; each
    by field, and by target but for `bare`.
    """

    def __init__(
        self, texts: Mapping[str, str], filled: Iterable[str], vocabulary: Vocabulary, clock: Clock
    ) -> None:
        """`texts` are named `lot` or `lot.fentanyl`; others are ignored. Those in `filled`
        are defaults. Raises RecordRefused, and Misused where a strip has two values."""
        self.bare: dict[str, str] = {}
        self.named: dict[tuple[str, str], str] = {}
        self.filled: dict[tuple[str, str], str] = {}
        defaults = {*filled}
        for key, typed in texts.items():
            name, dot, word = key.partition(".")
            if name not in OF_STRIPS:
                continue
            try:
                target = vocabulary.target(word) if dot else ""
            except UnknownWord:
                if key in defaults:  # its target no longer exists
                    continue
                raise
            value = str(parsed({name: typed}, vocabulary, clock)[name])
            if not dot:
                self.bare[name] = value
            elif key in defaults:
                self.filled[name, target] = value
            elif self.named.setdefault((name, target), value) != value:
                raise Misused(f"{option(name)} is given twice for {target}: leave one out.")

    def __bool__(self) -> bool:
        """Whether anything was typed."""
        return bool(self.bare or self.named)

    def of(self, targets: Iterable[str], here: bool = True) -> dict[str, dict[str, str]]:
        """The values of strips for these targets, by target and field.

        A value without a target goes to the only strip that has none of its own. Raises WhichStrip
        unless there is just one, and Misused for a target without a strip, if all must be `here`.
        """
        found: dict[str, dict[str, str]] = {target: {} for target in targets}
        for (name, target), value in self.filled.items():
            if target in found:
                found[target][name] = value
        for name, value in self.bare.items():
            others = [target for target in found if (name, target) not in self.named]
            if len(others) != 1:
                raise self._which(name, value, others or [*found])
            found[others[0]][name] = value
        for (name, target), value in self.named.items():
            if target in found:
                found[target][name] = value
            elif here:
                raise Misused(
                    f"{option(name)} {target}={value}: no strip here is for {target}, only for"
                    f" {', '.join(found)}."
                )
        return found

    def of_one(self, target: str) -> dict[str, str]:
        """The values of one strip by field, without regard to the others."""
        named = {name: value for (name, of), value in self.named.items() if of == target}
        return {**self.bare, **named}

    def filled_in(self, strips: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
        """The defaults among the values of strips: `lot F1`, or `lot fentanyl=F1` of several."""
        for name in OF_STRIPS:
            for target in strips:
                value = self.filled.get((name, target))
                if value and name not in self.bare and (name, target) not in self.named:
                    yield f"{name} {value}" if len(strips) == 1 else f"{name} {target}={value}"

    def _which(self, name: str, value: str, targets: Sequence[str]) -> WhichStrip:
        named = [(of, f"{target}={said}") for (of, target), said in self.named.items()]
        bare = [(of, f"{targets[0]}={said}") for of, said in self.bare.items()]
        return WhichStrip(name, value, targets, [*named, *bare])


def option(name: str) -> str:
    """The option for a field."""
    return f"--{name.replace('_', '-')}"


def field_of(name: str) -> str:
    """The field that is meant by `lot` or `lot.fentanyl`."""
    return name.partition(".")[0]
