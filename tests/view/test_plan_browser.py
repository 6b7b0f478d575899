"""The page in a real browser: silent, by itself, and as wide as a phone. Screenshots are kept in build/pages."""

from __future__ import annotations

import html as escapes
import re

import pytest
from support.browser import CHROMIUM, SHOTS, look
from view.hostile import TEXTS, hostile
from view.plans import PLANS

from sesops.view.plan_html import html

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
DARK = ("--force-dark-mode", "--blink-settings=preferredColorScheme=0")
VIEWS = {
    "both": ("both", 1200, ()),
    "both-phone": ("both", 390, ()),
    "both-dark": ("both", 1200, DARK),
    "three-targets": ("three-targets", 1200, ()),
    "two-thousand-changes-phone": ("two-thousand-changes", 390, ()),
}


@pytest.mark.parametrize("shot", VIEWS)
def test_a_page_is_silent_and_asks_for_nothing(shot):
    """On a desktop, on a phone, in the dark."""
    name, width, flags = VIEWS[shot]
    seen = look(html(PLANS[name]()), shot, *flags, width=width)
    assert seen.console == []
    assert seen.requests == []
    assert "sesops plan of <code>acme</code>" in seen.document
    assert (SHOTS / f"{shot}.png").stat().st_size > 10_000


def test_what_a_page_asks_and_says_is_noticed():
    """The test above can fail."""
    seen = look('<!doctype html><img src="http://evil.example/x.png"><script>console.error("boo")</script>', "loud")
    assert seen.requests == ["http://evil.example/x.png"]
    assert "boo" in seen.console[0]


@pytest.mark.parametrize("name", ["both", "first-apply", "waiting", "stops-mail", "two-thousand-changes"])
def test_a_page_is_no_wider_than_a_phone(name):
    """Measured from a page around it, for it runs no script of its own; only drawings scroll."""
    framed = escapes.escape(html(PLANS[name]()))
    around = f"""<!doctype html><iframe width="390" height="800" srcdoc="{framed}"></iframe><script>
        addEventListener("load", () => {{ document.title = frames[0].document.documentElement.scrollWidth; }})</script>"""
    seen = look(around, f"{name}-framed")
    assert int(re.search(r"<title>(\d+)</title>", seen.document)[1]) <= 390


def test_hostile_text_is_text():
    """As a browser reads it: nothing is run, nothing is asked for."""
    seen = look(html(hostile("".join(TEXTS), "x")), "hostile", width=390)
    assert (seen.console, seen.requests) == ([], [])
    assert "onerror" in seen.document
    assert "<img" not in seen.document
