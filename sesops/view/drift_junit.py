"""Drift as JUnit's XML, which every pipeline shows: a test a thing, failed where it is not as the spec says.

The four elements are written with the standard library: there is no more to it than that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from xml.etree import ElementTree as ET

from sesops.core.drift import Entry, Report
from sesops.view.drift_text import both
from sesops.view.style import named, safe

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no document may hold, escaped or not."""


def junit(reports: Sequence[Report]) -> str:
    """A `testsuite` a target, in it a `testcase` a thing: `failure` for drift, `skipped` for what is waived, `error`
    for what could not be read.
    """
    root = ET.Element("testsuites", name="sesops drift")
    for report in reports:
        _suite(root, report)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _suite(root: ET.Element, report: Report) -> None:
    target, scope = report.target, report.target.scope
    name = f"{scope.target}: {scope.stack}" if scope.target else scope.stack
    suite = ET.SubElement(root, "testsuite", name=_text(f"{name} in {scope.region}, account {scope.account}"))
    by_thing = {address: list(found) for address, found in groupby(report.entries, key=lambda one: one.address)}
    waived = {address: list(found) for address, found in groupby(report.waived, key=lambda one: one.address)}
    unknown: dict[object, list[str]] = {}
    for one in target.unknown:
        unknown.setdefault(one.address, []).append(f"{one.facet or ''} {one.reason}".strip())
    if not target.compared and target.refusals:
        unknown.setdefault(None, []).extend(target.refusals)
    things = sorted({*(one.address for one in target.wanted), *by_thing, *waived})
    for address in things:
        case = ET.SubElement(suite, "testcase", classname=_text(address.kind), name=_text(named(address, scope.target)))
        if address in by_thing:
            _failed(case, by_thing[address], unknown.get(address, []))
        elif address in unknown:
            ET.SubElement(case, "error", message=_text("; ".join(unknown[address])))
        elif address in waived:
            ET.SubElement(case, "skipped", message=_text(_reasons(waived[address])))
    rest = [reason for address, reasons in unknown.items() if address not in things for reason in reasons]
    if rest:
        case = ET.SubElement(suite, "testcase", classname="sesops", name="everything could be read")
        ET.SubElement(case, "error", message=_text("; ".join(rest)))
    for count, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(count, str(len(list(suite.iter(tag)))))


def _failed(case: ET.Element, entries: Sequence[Entry], unknown: Iterable[str]) -> None:
    kinds = ", ".join(dict.fromkeys(one.what.value for one in entries))
    place = next((f" ({one.place.file}:{one.place.line})" for one in entries if one.place), "")
    failure = ET.SubElement(case, "failure", type=_text(kinds), message=_text(f"{kinds}{place}"))
    failure.text = "\n".join(map(_text, [*map(_line, entries), *(f"unknown: {one}" for one in unknown)]))


def _line(entry: Entry) -> str:
    said = f"{entry.path}: {both(entry.live, entry.wanted)}" if entry.path else entry.what.value
    ended = f" (waiver ended on {entry.waiver.until}, {entry.waiver.owner})" if entry.waiver else ""
    return f"{said}{f': {entry.why}' if entry.why else ''}{ended}"


def _reasons(entries: Iterable[Entry]) -> str:
    waivers = (one.waiver for one in entries if one.waiver)
    return "; ".join(dict.fromkeys(f"waived until {one.until} by {one.owner}: {one.reason}" for one in waivers))


def _text(text: str) -> str:
    """One line, whatever stands in it."""
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", safe(text))
