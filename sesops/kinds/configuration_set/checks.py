"""SES's rules about configuration sets that can be found in the spec alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sesops.core.diagnostic import Diagnostic, Severity
from sesops.core.thing import Block, Live, Siblings, Wanted, World
from sesops.kinds._shared import check_count, check_name, check_tags, finding
from sesops.kinds.configuration_set.fields import DOMAIN, HTTPS_POLICY, NAME, REASONS, THRESHOLD

MOST = 10_000


def check(wanted: Wanted, siblings: Siblings) -> Iterator[Diagnostic]:
    """SES's rules about one set."""
    yield from check_name(wanted)
    yield from check_tags(wanted)
    yield from check_count(wanted, siblings, MOST, "too-many-sets", "let domains share a set")
    yield from _alike(wanted, siblings)
    yield from _tracking_rules(wanted)
    yield from _suppression_rules(wanted)


def _alike(wanted: Wanted, siblings: Siblings) -> Iterator[Diagnostic]:
    """It is not known whether SES tells names apart that differ in case alone."""
    name = wanted.address.last
    first = siblings.index(NAME, _without_case)[name.lower()][0]
    if first.address.last != name:
        message = f"the name differs from {first.address.last} only in upper and lower case"
        found = finding(wanted, "", "names-alike", message, "choose names that differ in more")
        yield replace(found, related=(first.place,) if first.place else ())


def _without_case(wanted: Wanted) -> tuple[str]:
    return (wanted.address.last.lower(),)


def _tracking_rules(wanted: Wanted) -> Iterator[Diagnostic]:
    policy = wanted.fields.get(HTTPS_POLICY)
    if policy in (None, "OPTIONAL") or wanted.fields.get(DOMAIN) is not None:
        return
    message = f"SES takes https_policy {policy} only together with a redirect domain"
    hint = "add `custom_redirect_domain`, or drop `https_policy`"
    # A set that is there may have a domain that the spec leaves alone.
    severity = Severity.ERROR if DOMAIN in wanted.fields else Severity.WARNING
    yield finding(wanted, HTTPS_POLICY, "https-policy-without-domain", message, hint, severity)


def _suppression_rules(wanted: Wanted) -> Iterator[Diagnostic]:
    if THRESHOLD not in wanted.fields or REASONS in wanted.fields:
        return
    message = f"SES takes a {THRESHOLD} only together with {REASONS}, and this set may have none of its own"
    hint = f"add `{REASONS}`; on a set that has them already it may stay away"
    yield finding(wanted, THRESHOLD, "threshold-without-reasons", message, hint, Severity.WARNING)


def judge(wanted: Wanted, live: Live | None, _world: World) -> Iterator[Diagnostic]:
    """A threshold for a set that has no reasons of its own: SES keeps both in one block, and would suppress nothing."""
    block = live.blocks.get("suppression") if live else Block()
    if wanted.fields.get(THRESHOLD) is None or REASONS in wanted.fields or not isinstance(block, Block):
        return
    if "SuppressedReasons" not in block.raw:
        message = f"the set has no {REASONS} of its own; {THRESHOLD} written alone would end all suppression for it"
        yield finding(wanted, THRESHOLD, "threshold-without-reasons", message, f"say `{REASONS}` too")
