"""Random changes against a plain Python model: the logbook says the same, its history included."""

import sqlite3
import tempfile
from pathlib import Path

from click.testing import CliRunner
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from factories import examples
from strip_log import cli

OUTCOMES = {"pos": "positive", "neg": "negative", "inv": "invalid"}
DRUGS = ["down", "heroin", "cocaine"]
TARGETS = ["fentanyl", "xylazine"]

results = st.lists(
    st.tuples(st.sampled_from(TARGETS), st.sampled_from(sorted(OUTCOMES))), min_size=1, max_size=3
)


class Logbook(RuleBasedStateMachine):
    """The model: per test its versions (facts, void); per change what it wrote before and after."""

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "logbook.db"
        self.versions = {}
        self.standing = []  # changes that undo can take back: {number: (before, after)}
        self.site = None

    def teardown(self):
        self.folder.cleanup()

    def run(self, *words):
        env = {"STRIPLOG_LOGBOOK": str(self.path)}
        result = CliRunner().invoke(cli.striplog, list(words), env=env)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == 0, result.output
        return result.stdout

    def write(self, after):
        """Note what a change wrote, number by number; nothing when nothing differs."""
        change = {}
        for number, state in after.items():
            before = self.versions[number][-1] if number in self.versions else None
            if before != state:
                self.versions.setdefault(number, []).append(state)
                change[number] = (before, state)
        return change

    @rule(found=results, drug=st.sampled_from([*DRUGS, None]))
    def add(self, found, drug):
        words = [f"{target}={word}" for target, word in found]
        self.run("add", "--again", *words, *(["--drug", drug] if drug else []))
        start = len(self.versions) + 1
        self.standing.append(
            self.write(
                {
                    number: ((target, OUTCOMES[word], drug, self.site), False)
                    for number, (target, word) in enumerate(found, start)
                }
            )
        )

    @precondition(lambda self: self.versions)
    @rule(data=st.data(), word=st.sampled_from(sorted(OUTCOMES)), drug=st.sampled_from(DRUGS))
    def edit(self, data, word, drug):
        live = [number for number, versions in self.versions.items() if not versions[-1][1]]
        if not live:
            return
        number = data.draw(st.sampled_from(live))
        self.run("edit", str(number), word, "--drug", drug)
        (target, _, _, site), _ = self.versions[number][-1]
        change = self.write({number: ((target, OUTCOMES[word], drug, site), False)})
        if change:
            self.standing.append(change)

    @precondition(lambda self: self.versions)
    @rule(data=st.data(), void=st.booleans())
    def void_or_unvoid(self, data, void):
        some = st.lists(st.sampled_from(sorted(self.versions)), min_size=1, max_size=3)
        numbers = data.draw(some)
        self.run("void" if void else "unvoid", *map(str, numbers))
        change = self.write({number: (self.versions[number][-1][0], void) for number in numbers})
        if change:
            self.standing.append(change)

    @precondition(lambda self: self.versions)
    @rule(data=st.data(), void=st.booleans())
    def void_or_unvoid_a_range(self, data, void):
        ends = st.tuples(*[st.sampled_from(sorted(self.versions))] * 2)
        first, last = sorted(data.draw(ends))
        self.run("void" if void else "unvoid", f"{first}-{last}", "--yes")
        numbers = range(first, last + 1)
        change = self.write({number: (self.versions[number][-1][0], void) for number in numbers})
        if change:
            self.standing.append(change)

    @rule(drug=st.sampled_from(DRUGS), word=st.sampled_from(sorted(OUTCOMES)))
    def edit_all_of_a_drug(self, drug, word):
        found = {
            number: ((target, OUTCOMES[word], drug, site), False)
            for number, versions in self.versions.items()
            for (target, _, now, site), void in versions[-1:]
            if now == drug and not void
        }
        if found:
            self.run("edit", "--where", f"drug={drug}", word, "--yes")
        if change := self.write(found):
            self.standing.append(change)

    @precondition(lambda self: self.versions)
    @rule(site=st.sampled_from(["Insite", "Powell"]))
    def default_site(self, site):
        self.run("config", "set", "site", site)
        if site != self.site:
            self.standing.append({"site": (self.site, site)})
            self.site = site

    @precondition(lambda self: self.standing)
    @rule()
    def undo(self):
        self.run("undo")
        change = self.standing.pop()
        if "site" in change:
            self.site = change["site"][0]
            return
        for number, (before, after) in change.items():
            self.versions[number].append(before if before else (after[0], True))

    @precondition(lambda self: self.versions)
    @invariant()
    def the_logbook_says_what_the_model_says(self):
        db = sqlite3.connect(self.path)
        tests = db.execute("select number, target, outcome, drug, site from tests order by number")
        assert tests.fetchall() == [
            (number, *versions[-1][0])
            for number, versions in self.versions.items()
            if not versions[-1][1]
        ]
        history = {}
        for number, *facts, void in db.execute(
            "select number, target, outcome, drug, site, void from entry order by stamp, seq"
        ):
            history.setdefault(number, []).append((tuple(facts), bool(void)))
        assert history == self.versions
        counted = db.execute(
            "select target, ifnull(drug, ''), sum(outcome = 'positive'), sum(outcome = 'negative'),"
            " sum(outcome = 'invalid') from tests group by 1, 2"
        ).fetchall()
        db.close()
        lines = self.run("summary", "-q", "--format", "csv").splitlines()[1:]
        rows = [line.split(",") for line in lines]
        assert sorted((r[1], r[0], int(r[2]), int(r[3]), int(r[5])) for r in rows) == counted


TestLogbook = Logbook.TestCase
TestLogbook.settings = settings(examples(5), stateful_step_count=20)
