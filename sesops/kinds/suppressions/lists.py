"""The two lists as a spec has them: entries, and files of entries, read into one table and the digest of it.

Files are SES's own import formats and plain lists: `address,REASON`, `{"emailAddress": …, "reason": …}` or an address a
line. What is wrong with a line is found at that line, and shown without the address.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime

from sesops.core import json_text
from sesops.core.diagnostic import Diagnostic, Line, Location
from sesops.core.kind import Build
from sesops.core.personal import masked
from sesops.core.thing import Siblings, Wanted
from sesops.core.values import Json
from sesops.kinds.suppressions.addresses import normal
from sesops.kinds.suppressions.table import Entry, Listed

PRESENT, ABSENT = "present", "absent"
REASONS = ("BOUNCE", "COMPLAINT")
FIELD = "addresses"
_SHOWN = 20
"""Findings of one kind in one list; a file of the wrong sort would have one a line."""
_MARKS = re.compile(r'[,"{\s]')
_FORM = "write an address a line, or `address,REASON` with BOUNCE or COMPLAINT"


class _Fault(ValueError):  # noqa: N818  (a fault of an entry, reported as a finding)
    """What is wrong with an entry, without the address that is in it."""


def build(value: Json, build: Build) -> Mapping[str, Json]:
    """Read a list. Of it all the plan has only how long it is and what it adds up to: addresses are personal data."""
    said = value if isinstance(value, Mapping) else {}
    before = _day(said, build)
    listed = Listed(before)
    _Reader(build, listed).read(said)
    build.keep(listed)
    digest = hashlib.sha256()
    for address, reason in listed:
        digest.update(f"{address},{reason}\n".encode())
    day = {"listed_before": before.date().isoformat()} if before else {}
    return {FIELD: {"count": len(listed), "digest": digest.hexdigest()[:16], **day}}


def _day(said: Mapping[str, Json], build: Build) -> datetime | None:
    is_absent = build.name == (ABSENT,)
    if not is_absent and "listed_before" in said:
        build.report("listed_before", "unknown-key", "`listed_before` is for `absent`", "remove it")
    if not is_absent:
        return None
    if "listed_before" not in said:
        hint = "add the day up to which entries were looked at: what SES lists from that day on stays listed"
        build.report("", "missing-key", "`absent` needs `listed_before`", hint)
        return None
    try:
        day = date.fromisoformat(said["listed_before"])
    except ValueError:
        message = f"there is no day {said['listed_before']}"
        build.report("listed_before", "wrong-form", message, "a day (UTC), as in 2026-12-31")
        return None
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


class _Reader:
    """Reads one list; its first findings are shown, the rest counted."""

    def __init__(self, build: Build, listed: Listed) -> None:
        self._build = build
        self._listed = listed
        self._is_absent = build.name == (ABSENT,)
        self._faults = 0

    def read(self, said: Mapping[str, Json]) -> None:
        for index, one in enumerate(said.get("entries", ())):
            self._inline(f"entries[{index}]", one)
        for index, pattern in enumerate(said.get("files", ())):
            for line in self._build.lines(f"files[{index}]", pattern):
                self._line(line)
        if self._faults > _SHOWN:
            message = f"{self._faults - _SHOWN} more entries of `{self._build.name[-1]}` have something wrong with them"
            self._build.report("", "wrong-entries", message, _FORM)

    def _inline(self, path: str, one: Json) -> None:
        place = self._build.place(path)
        if isinstance(one, str):
            self._take(place, one, "")
        elif self._is_absent and "reason" in one:
            message, hint = "`reason` is for `present`: what is taken off the list needs none", "remove it"
            self._report(place, "unknown-key", message, hint)
        else:
            self._take(place, one["address"], one.get("reason", ""))

    def _line(self, line: Line) -> None:
        if line.text is None:
            self._report(line.place, "wrong-entry", "this is no text in UTF-8, or no line of a list", _FORM)
            return
        try:
            found = _parsed(line.text)
        except _Fault as fault:
            self._report(line.place, "wrong-entry", str(fault), _FORM)
        else:
            if found is not None:
                self._take(line.place, *found)

    def _take(self, place: Location | None, text: str, reason: str) -> None:
        address, reason = normal(text), reason.strip().upper()
        if address is None:
            hint = "as in name@example.com"
            if place is not None and place.line == 1:
                hint += "; the columns of a list have no names"
            self._report(place, "not-an-address", "this is no e-mail address that SES lists", hint)
        elif reason and reason not in REASONS:
            self._report(place, "unknown-reason", "the reason is none that SES has", "BOUNCE or COMPLAINT")
        else:
            where = place or Location("")
            entry = Entry("" if self._is_absent else reason or REASONS[0], where.file, where.line)
            first = self._listed.add(address, entry)
            if first.reason != entry.reason:
                message = f"{masked(address)} is listed here as {entry.reason}, as {first.reason} in {first.place}"
                self._report(place, "conflicting-reasons", message, "remove one of the two")

    def _report(self, place: Location | None, code: str, message: str, hint: str) -> None:
        self._faults += 1
        if self._faults <= _SHOWN:
            self._build.report_at(place, code, message, hint)


def _parsed(text: str) -> tuple[str, str] | None:
    """A line of a file as (address, reason or nothing); None where it is blank.

    Raises:
        _Fault: it is no entry.

    """
    if not text.strip():
        return None
    if text.lstrip().startswith("{"):
        return _json_entry(text)
    if "\r" in text.strip():
        raise _Fault("this line has a carriage return in it: lines end with a line feed")
    try:
        cells = next(csv.reader([text], strict=True, skipinitialspace=True))
    except csv.Error:
        raise _Fault("the quotes in this line do not end where a column does") from None
    match cells:
        case [address]:
            return address, ""
        case [address, reason]:
            return address, reason
    raise _Fault(f"this line has {len(cells)} columns")


def line(address: str, reason: str) -> str:
    """An entry as a line of a file; in quotes where something in it would be read as more than an address."""
    quoted = '"{}"'.format(address.replace('"', '""'))
    return f"{quoted if _MARKS.search(address) else address},{reason}"


def _json_entry(text: str) -> tuple[str, str]:
    try:
        one = json_text.loads(text)
    except ValueError:
        raise _Fault("this line begins as JSON and is none") from None
    address, reason = one.get("emailAddress"), one.get("reason", "")
    if not isinstance(address, str) or not isinstance(reason, str):
        raise _Fault("this line has no `emailAddress`, or a `reason` that is no text")
    return address, reason


def check(wanted: Wanted, siblings: Siblings) -> Iterator[Diagnostic]:
    """No address is in both lists: whichever is written last, the next run would write the other."""
    other = next((one for one in siblings.of(wanted.address.kind) if one.address != wanted.address), None)
    if wanted.address.last != ABSENT or other is None:
        return
    present, absent = payload(other), payload(wanted)
    if present is None or absent is None:
        return
    both = 0
    for address, _ in absent:
        here, there = absent.entry(address), present.entry(address)
        if here is None or there is None:
            continue
        both += 1
        if both <= _SHOWN:
            message = f"{masked(address)} is in `absent` and in `present` ({there.place})"
            hint = "take it out of one of them"
            yield Diagnostic("present-and-absent", message, here.place, hint, related=(there.place,))
    if both > _SHOWN:
        message = f"{both - _SHOWN} more addresses are in `absent` and in `present`"
        yield Diagnostic("present-and-absent", message, wanted.place, "take them out of one of the two")


def payload(wanted: Wanted | None) -> Listed | None:
    """The list itself; None where it is not at hand."""
    return wanted.payload if wanted is not None and isinstance(wanted.payload, Listed) else None
