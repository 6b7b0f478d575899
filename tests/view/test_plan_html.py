"""A plan as a page: whole by itself and in order for who cannot see it."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from itertools import pairwise

import pytest
from view.plans import PLANS
from view.readers import Reader

from sesops.core.address import Address
from sesops.core.diagnostic import Diagnostic
from sesops.core.plan import Plan
from sesops.core.thing import Wanted
from sesops.view.plan_html import TEMPLATES, html


@pytest.mark.parametrize("name", PLANS)
def test_a_page_is_whole_and_in_order(name):
    """Tags closed, names unique, links and labels that lead somewhere, headings without a gap, landmarks."""
    page = Reader(html(PLANS[name]()))
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert {one.removeprefix("#") for one in page.values("href")} <= set(ids)
    assert set(page.values("aria-labelledby")) <= set(ids)
    tags = [tag for tag, _ in page.tags]
    assert [tags.count(one) for one in ("html", "header", "main", "footer", "h1")] == [1] * 5
    assert dict(page.tags)["html"] == {"lang": "en"}
    levels = [int(tag[1]) for tag in tags if re.fullmatch("h[1-6]", tag)]
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_nothing_is_asked_of_the_network():
    """The policy lets in nothing but the page's own style sheet, and there is nothing else."""
    page = html(PLANS["both"]())
    style = re.search("<style>(.*?)</style>", page, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert ("meta", {"http-equiv": "Content-Security-Policy", "content": policy}) in Reader(page).tags
    assert not {tag for tag, _ in Reader(page).tags} & {"script", "link", "img", "iframe", "object", "form"}
    assert all(one.startswith("#") for one in Reader(page).values("href"))
    assert Reader(page).values("style") == []
    assert "url(" not in style
    assert "@import" not in style


def test_leave_and_what_stops_mail_come_first():
    """Then what is held back, the changes, what waits, and what is no change."""
    page = html(PLANS["stops-mail"]())
    assert page.index('id="t1-leave"') < page.index('id="t1-stops"')
    page = html(PLANS["both"]())
    parts = ["stops", "held", "flow", "changes", "adopted", "left", "extra"]
    places = [page.index(f'id="t1-{one}"') for one in parts]
    assert places == sorted(places)
    assert "remove:\n  - configuration_set/left\n" in page


def test_what_waits_says_what_to_do():
    page = html(PLANS["waiting"]())
    assert "<em>publish the DKIM records" in page[page.index('id="t1-waiting"') :]


def test_a_long_name_is_there_in_full():
    """Cut where it is named, and whole at the change, below the picture and in the lists."""
    target = PLANS["everything"]().targets[0]
    long = Address("domain", (".".join(["a" * 60] * 4),))
    change = replace(target.changes[0], address=long)
    other = Address("email", (f"{'b' * 60}@{'c' * 190}",))
    wanted = (Wanted(long, {"configuration_set": "d" * 300}),)
    page = html(Plan((replace(target, changes=(change,), extra=(other,), wanted=wanted),), "0"))
    assert f"<code>{long}</code>" in page
    assert f"leads to <code>configuration_set/{'d' * 300}</code>" in page
    assert f"<code>{other}</code>" in page


def test_a_name_that_has_no_room_in_the_picture_keeps_its_end():
    """Many differ in no more than that."""
    target = PLANS["everything"]().targets[0]
    changes = tuple(
        replace(target.changes[0], address=Address("event_destination", ("main", f"{'dest-' * 9}{n}")))
        for n in range(3)
    )
    page = html(Plan((replace(target, changes=changes),), "0"))
    assert [f">dest-dest-des…-dest-{n}</text>" in page for n in range(3)] == [True] * 3


def test_a_text_that_would_fill_the_page_is_cut_with_a_count():
    target = PLANS["everything"]().targets[0]
    findings = (Diagnostic("wrong-value", "m" * 9_000, hint="h" * 9_000),)
    changes = tuple(replace(one, sentence="s" * 9_000) for one in target.changes)
    page = html(Plan((replace(target, changes=changes, findings=findings),), "0"))
    assert max(map(len, re.findall(r"(m+|h+|s+)… \(9000 characters\)", page))) == 2_000


def test_what_is_folded_is_counted():
    assert "<summary>5 more adopted</summary>" in html(PLANS["adoption-only"]())


def test_two_thousand_changes_are_folded_by_kind():
    """A kind is a line, its picture a few nodes."""
    page = html(PLANS["two-thousand-changes"]())
    tags = Reader(page).tags
    assert sum(tag == "details" and "open" in values for tag, values in tags) == 0
    assert sum(tag == "details" and values.get("class") == "change" for tag, values in tags) == 2_000
    assert sum(tag == "g" for tag, _ in tags) < 10
    assert "+ create: 1,997" in page


def colours(style: str) -> list[dict[str, str]]:
    """The style sheet's colours by name: for light, dark and print."""
    return [dict(re.findall(r"--(\w+): (#\w+)", block)) for block in re.findall(r":root \{(.*?)\}", style, re.DOTALL)]


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * one for one in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (one / 12.92 if one <= 0.03928 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_every_text_can_be_read():
    """WCAG's contrast of 4.5, on each ground, in each of the three schemes; 3 for lines that mean something."""
    schemes = colours((TEMPLATES / "plan.css").read_text(encoding="utf-8"))
    assert len(schemes) == 3
    for scheme in schemes:
        for ground in ("page", "card", "alarm"):
            for ink in ("text", "quiet", "link", "green", "yellow", "red", "cyan", "flow"):
                low, high = sorted((luminance(scheme[ground]), luminance(scheme[ink])))
                assert (high + 0.05) / (low + 0.05) >= (3 if ink == "flow" else 4.5), (ground, ink)
