"""Drift of one thing in more than one way: each form says all of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from xml.etree import ElementTree as ET

from sesops.core.address import Address
from sesops.core.drift import Entry, Report, What
from sesops.core.plan import TargetPlan, Unknown
from sesops.core.values import Scope
from sesops.core.waivers import Waiver
from sesops.view.drift_junit import junit
from sesops.view.drift_text import drift_lines

DOMAIN = Address("domain", ("example.com",))
TARGET = TargetPlan(Scope("small", "eu-west-1", "123456789012", "aws"), compared=1)
MOVED = Entry(What.CHANGED, DOMAIN, "feedback_forwarding", live=True, wanted=False)
LOST = Entry(What.BY_SES, DOMAIN, why="SES does not find it verified any more")


def test_the_first_line_counts_each_way():
    """A click beside what SES did hides neither."""
    first = next(iter(drift_lines([Report(TARGET, (MOVED, LOST))]))).plain
    assert first.startswith("drift: 1 changed, 1 by SES: ")


def test_junit_says_what_could_not_be_read_of_what_failed():
    """One case has one verdict, and its text the rest."""
    target = TargetPlan(TARGET.scope, compared=1, unknown=(Unknown(DOMAIN, "mail_from", "denied"),))
    (failure,) = ET.fromstring(junit([Report(target, (MOVED,))])).iter("failure")
    assert "unknown: mail_from denied" in (failure.text or "")


def test_no_text_begins_a_line_of_junit():
    """Neither that of a waiver nor that of SES: what breaks a line in it is shown as an escape."""
    waiver = Waiver("domain/*", None, "mail\n@@MINE a", "\r@@MINE b", date(2020, 2, 29))
    entries = (replace(MOVED, waiver=waiver), replace(LOST, why="\n@@MINE c"))
    for report in (Report(TARGET, entries), Report(TARGET, (), entries[:1])):
        page = junit([report])
        assert "@@MINE" in page
        assert not any(line.lstrip().startswith("@@") for line in page.splitlines())
