"""Waivers: differences from the spec that somebody answers for, for a reason and until a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase

from sesops.core.address import split_target
from sesops.core.diagnostic import Location
from sesops.core.drift import Entry, Report


@dataclass(frozen=True)
class Waiver:
    """A line of a file of waivers: an address or a glob over addresses, and a field (or a glob), None for all of it."""

    pattern: str
    field: str | None
    owner: str
    reason: str
    until: date
    """The last day, UTC; after it the difference counts again."""
    place: Location | None = None

    def covers(self, entry: Entry, target: str | None) -> bool:
        """Whether it is about a difference; one without a target is about each."""
        of, pattern = split_target(self.pattern)
        if of not in (None, target) or not fnmatchcase(str(entry.address.local), pattern):
            return False
        return self.field is None or (entry.path is not None and fnmatchcase(entry.path, self.field))


def waive(reports: Iterable[Report], waivers: Iterable[Waiver], today: date) -> tuple[list[Report], list[Waiver]]:
    """Take what is waived out of the drift. Returns the reports, and the waivers that are about nothing."""
    given = tuple(waivers)
    used: set[Waiver] = set()

    def waived(report: Report) -> Report:
        counting, kept = [], []
        for entry in report.entries:
            about = [one for one in given if one.covers(entry, report.target.scope.target)]
            used.update(about)
            holds = next((one for one in about if today <= one.until), None)
            if holds is not None:
                kept.append(replace(entry, waiver=holds))
            else:
                counting.append(replace(entry, waiver=about[0]) if about else entry)
        return replace(report, entries=tuple(counting), waived=tuple(kept))

    done = [waived(one) for one in reports]
    return done, [one for one in given if one not in used]
