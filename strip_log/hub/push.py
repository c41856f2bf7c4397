"""Pushes what a logbook wrote itself to a hub.

First it tells its names and withdraws what was erased; then it sends the months that differ, each
in a transaction of its own. It may be stopped at any moment and run again: what the hub has is
asked of the hub each time, and nothing about it is remembered here.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from strip_log.hub import pushed_names, withdraw
from strip_log.hub.months import Months, MonthThere
from strip_log.hub.push_report import NotOurs, OtherThere, PushReport, RefusedVersion
from strip_log.hub.pushed import Encoder, differing
from strip_log.hub.sending import Sending, Sent
from strip_log.hub.where import Hub
from strip_log.logbook import outgoing
from strip_log.logbook.book import Logbook
from strip_log.logbook.outgoing import MonthWritten, Written
from strip_log.logbook.watch import NOBODY, Watch, Work

#: Told how many versions are done, and of how many in all.
Step = Callable[[int, int], object]


def push(hub: Hub, book: Logbook, step: Step, watch: Watch = NOBODY) -> PushReport:
    """Push what is not on the hub yet. The watch is told of every month that is there.

    Raises NotOurs, and what `hub.key` raises.
    """
    pushing = _Push(hub, book, watch)
    for origin in pushing.origins:
        pushing.begin(origin)
        pushing.compare(origin)
    total = sum(written.versions for _, _, written, _ in pushing.differ)
    for origin, month, written, there in pushing.differ:
        pushing.send(origin, month, written, there.versions, lambda rows: step(rows, total))
    hub.connection.execute(_PUSHED, [pushing.origins[0]])
    return pushing.report


def foreseen(hub: Hub, book: Logbook) -> PushReport:
    """What a push would do. Nothing is sent but questions."""
    pushing = _Push(hub, book, NOBODY)
    for origin in pushing.origins:
        pushing.foresee(origin)
    return pushing.report


_PUSHED = b"insert into striplog.push (origin) values (%s) on conflict do nothing"


class _Push:
    def __init__(self, hub: Hub, book: Logbook, watch: Watch) -> None:
        self.hub, self.book, self.watch = hub, book, watch
        self.connection = hub.connection
        self.key, self.own = hub.key(), json.loads(hub.about.get("fields", "[]"))
        self.written: Written = outgoing.written(book)
        #: The ids under which it wrote something, the present one first.
        first, *formerly = self.written.months
        self.origins = [first, *(one for one in formerly if self.written.months[one])]
        #: What differs: the id, the month, what there is of it here and there.
        self.differ: list[tuple[str, str, MonthWritten, MonthThere]] = []
        there = withdraw.there(self.connection, self.origins)
        erased = withdraw.coded(self.written.erased, self.key, self.own)
        self.markers = withdraw.new(erased, there)
        self.gone = {
            code: {*erased.get(code, ()), *there.get(code, ())} for code in {*erased, *there}
        }
        self.report = PushReport(withdrawn=len(self.markers), others=dict(self.written.others))

    # Before the versions

    def begin(self, origin: str) -> None:
        """Register the logbook, tell its names, and withdraw what is gone."""
        present = origin == self.origins[0]
        written, connection = self.written, self.connection
        names = self._names(origin)
        since = self._new_since(origin)
        with self._committed() as work:
            joined = connection.execute(_JOIN, [origin, written.called[origin].value])
            if not (joined.rowcount or self._is_ours(origin)):
                self._is_elsewhere(origin)
                return
            self.report.joined |= present and bool(joined.rowcount)
            pushed_names.tell(connection, origin, names)
            if present:
                withdraw.withdraw(connection, origin, self.markers)
            if since:
                withdraw.keep(connection, origin, since)
            if since or (present and self.markers):
                work.sentence = f"What was erased is withdrawn from {self.hub.name}."

    def _is_ours(self, origin: str) -> bool:
        """Whether the hub has the logbook from this site. Another site's cannot be seen, but by the
        owner of the hub."""
        rows = self.connection.execute(_OURS, [origin]).fetchall()
        return rows == [(True,)]

    def _is_elsewhere(self, origin: str) -> None:
        """Note that another site pushes under an id. Raises NotOurs if that is the present one."""
        if origin == self.origins[0]:
            raise NotOurs(
                f"The hub {self.hub.name!r} has the id of this logbook from another site. Nothing"
                " was pushed: one of the two is a copy of the other."
            )
        count = sum(month.versions for month in self.written.months[origin].values())
        self.report.elsewhere[origin] = count

    def _names(self, origin: str) -> list[pushed_names.Told]:
        """What is to be told of names: those of drugs, targets and sites under the present id."""
        written = self.written
        names = [written.called[origin]]
        forget = False
        if origin == self.origins[0]:
            names += written.names
            forget = bool(written.erased or written.since)
        there = pushed_names.there(self.connection, origin)
        return pushed_names.new(names, there, written.last, forget)

    def _new_since(self, origin: str) -> str:
        """The first day that is kept, if the hub does not know it yet; else empty."""
        known = withdraw.kept_since(self.connection, origin)
        since = self.written.since if self.written.since > known else ""
        if origin == self.origins[0]:
            self.report.since = since
        return since

    # Month by month

    def compare(self, origin: str) -> None:
        """Find the months that differ; what does not is there already."""
        if origin in self.report.elsewhere:
            return
        written = self.written.months[origin]
        for month, there in Months(self.connection, origin).compared(written).items():
            if there.agreed:
                self.report.there += written[month].versions
            else:
                self.differ.append((origin, month, written[month], there))

    def send(
        self,
        origin: str,
        month: str,
        written: MonthWritten,
        there: int,
        step: Callable[[int], object],
    ) -> None:
        """Send the versions of a month; so many `there` are on the hub."""
        sent, told = Sent(), 0
        months, encoder = Months(self.connection, origin), self._encoder(origin)
        with self._committed() as work:
            sending = Sending(self.connection, sent)
            for versions in encoder.ahead(self._versions(origin, month, written)):
                sent.refused += [(one, one.why) for one in versions if not one.line]
                versions = [one for one in versions if one.line]
                sending.send(versions)
                told += len(versions)
                step(len(versions))
            told -= sum(bool(version.line) for version, _ in sent.refused)
            otherwise = self._otherwise(sent)
            if not (sent.refused or otherwise):
                months.claim(month, written.digest)
            if there + sent.added > told:
                self.report.unknown += max(months.present(month) - told, 0)
            work.sentence = f"{month} is on {self.hub.name}." if sent.added else ""
        self._note(month, sent, otherwise, told)

    def _note(self, month: str, sent: Sent, otherwise: list[OtherThere], told: int) -> None:
        report = self.report
        report.versions += sent.added
        report.tests |= sent.tests
        report.there += told - sent.added - len(otherwise)
        report.months += [month] if sent.added else []
        report.refused += [RefusedVersion(version.number, why) for version, why in sent.refused]
        report.otherwise += otherwise

    def _otherwise(self, sent: Sent) -> list[OtherThere]:
        """The tests of which the hub was told otherwise, unless a later version settles it."""
        found = []
        for version, there in sent.otherwise:
            fields = differing(version.values(), there, self.gone.get(version.key[0], ()))
            if fields and outgoing.holding(self.book.connection, [version.seq]):
                found.append(OtherThere(version.number, fields))
        return found

    def _encoder(self, origin: str) -> Encoder:
        return Encoder(self.key, origin, self.written.unique, self.own, self.gone)

    def _versions(
        self, origin: str, month: str, written: MonthWritten
    ) -> Iterator[list[outgoing.OwnVersion]]:
        """The versions of a month, without those of tests that the hub was told are not kept."""
        since = withdraw.kept_since(self.connection, origin)
        since = since if since > self.written.since else ""
        return outgoing.versions(self.book.connection, origin, month, written, since)

    @contextmanager
    def _committed(self) -> Iterator[Work]:
        """A transaction of the hub. Its commit is not interrupted, and the watch is told of it."""
        work = Work()
        with ExitStack() as held:
            with self.connection.transaction():
                yield work
                held.enter_context(self.watch.held())
            self.watch.wrote(work)

    # What would be done

    def foresee(self, origin: str) -> None:
        present, report = origin == self.origins[0], self.report
        report.joined |= present and not self._is_ours(origin)
        self._new_since(origin)
        self.compare(origin)
        months, encoder = Months(self.connection, origin), self._encoder(origin)
        for _, month, written, there in [one for one in self.differ if one[0] == origin]:
            keys = months.keys(month) if there.versions else set()
            new = 0
            for some in self._versions(origin, month, written):
                for version in encoder.rows(some):
                    if not version.line:
                        report.refused.append(RefusedVersion(version.number, version.why))
                    elif version.key in keys:
                        report.there += 1
                    else:
                        report.tests.add(version.number)
                        new += 1
            report.versions += new
            report.months += [month] if new else []


_OURS = b"select owner = current_user from striplog.logbook where origin = %s"

_JOIN = b"insert into striplog.logbook (origin, name) values (%s, %s) on conflict do nothing"
