"""SES's rules about identities that can be found in the spec alone."""

from __future__ import annotations

from collections.abc import Iterator

from sesops.core.address import Address
from sesops.core.diagnostic import Diagnostic, Severity
from sesops.core.thing import Siblings, Wanted
from sesops.core.values import Json, Ref
from sesops.kinds._shared import by_first_name, check_tags
from sesops.kinds.identity import dkim
from sesops.kinds.identity.fields import NOTIFICATIONS
from sesops.kinds.identity.names import domain_of, domains_above, is_below

_MAIL_FROM = "mail_from.domain"
MOST = 10_000
"""Domains and addresses together."""


def check(wanted: Wanted, siblings: Siblings) -> Iterator[Diagnostic]:
    """Check an identity. Its name, and the ARNs in it, are judged before things are looked at together."""
    yield from check_tags(wanted)
    yield from _count(wanted, siblings)
    yield from _mail_from(wanted, siblings)
    yield from _notifications(wanted)
    yield from _forwarding(wanted, siblings)


def check_domain(wanted: Wanted, siblings: Siblings) -> Iterator[Diagnostic]:
    """Check a domain: an identity that has DKIM of its own."""
    yield from check(wanted, siblings)
    yield from _dkim(wanted, siblings)


def _count(wanted: Wanted, siblings: Siblings) -> Iterator[Diagnostic]:
    """More than SES takes unless it was asked for more; said once, at the first."""
    domains, emails = siblings.of("domain"), siblings.of("email")
    count = len(domains) + len(emails)
    if count > MOST and wanted is (domains or emails)[0]:
        message = f"the spec has {count} identities; SES takes {MOST} in a region, and more on request"
        hint = "a verified domain covers its addresses and subdomains"
        yield _finding(wanted, "", "many-identities", message, hint, Severity.WARNING)


def _dkim(wanted: Wanted, siblings: Siblings) -> Iterator[Diagnostic]:
    """An origin that is this very region, and what belongs to another origin than the one that is given."""
    origin = wanted.fields.get(dkim.ORIGIN)
    if siblings.scope_region and origin == dkim.origin_of(siblings.scope_region):
        message = f"{wanted.address.last}: {origin} is the region of the target itself"
        hint = "write AWS_SES where the keys are made, and another region's origin where they are taken over"
        yield _finding(wanted, dkim.ORIGIN, "origin-own-region", message, hint)
    length = "dkim.signing_key_length"
    if wanted.fields.get(length) is not None and origin not in (None, dkim.EASY):
        message = f"{wanted.address.last}: a key length is for Easy DKIM, and the origin is {origin}"
        yield _finding(wanted, length, "length-of-other-key", message, "remove the key, or the origin")
    own = [path for path in (dkim.SELECTOR, dkim.KEY) if path in wanted.fields]
    if own and origin != dkim.EXTERNAL:
        message = f"{wanted.address.last}: `selector` and `private_key` are for a key of one's own"
        yield _finding(wanted, own[0], "own-key-without-origin", message, "add `origin: EXTERNAL`, or remove them")


def _finding(
    wanted: Wanted, path: str, code: str, message: str, hint: str, severity: Severity = Severity.ERROR
) -> Diagnostic:
    return Diagnostic(code, message, wanted.places.get(path, wanted.place), hint, severity)


def _mail_from(wanted: Wanted, siblings: Siblings) -> Iterator[Diagnostic]:
    name, domain = wanted.address.last, wanted.fields.get(_MAIL_FROM)
    if domain is None:
        yield from _reject(wanted)
        return
    if not is_below(domain, domain_of(name)):
        yield _finding(
            wanted,
            _MAIL_FROM,
            "mail-from-not-below",
            f"MAIL FROM domain {domain} is no subdomain of {domain_of(name)}",
            f"write a subdomain, such as `bounce.{domain_of(name)}`",
        )
    elif siblings.find(Address("domain", (domain,))) is not None:
        yield _finding(
            wanted,
            _MAIL_FROM,
            "mail-from-sends",
            f"MAIL FROM domain {domain} is also an identity: SES wants it used for nothing else",
            "use a subdomain for MAIL FROM that sends no mail",
            Severity.WARNING,
        )
    receiving = siblings.index("receipt_rule", _receives)
    below = (f".{one}" for one in domains_above(domain.lower()))
    if any(one in receiving for one in (domain.lower(), *below)):
        yield _finding(
            wanted,
            _MAIL_FROM,
            "mail-from-receives",
            f"MAIL FROM domain {domain} is also a recipient of a receipt rule: its one MX record cannot serve both",
            "use a subdomain for MAIL FROM that receives no mail",
            Severity.WARNING,
        )


def _reject(wanted: Wanted) -> Iterator[Diagnostic]:
    """Without a MAIL FROM domain SES has no use for the behaviour, and drops it."""
    behavior = "mail_from.behavior_on_mx_failure"
    if wanted.fields.get(behavior) == "REJECT_MESSAGE":
        yield _finding(
            wanted,
            behavior,
            "reject-without-mail-from",
            f"{wanted.address.last}: REJECT_MESSAGE needs a MAIL FROM domain",
            "add `mail_from.domain`, or drop `behavior_on_mx_failure`",
        )


def _receives(rule: Wanted) -> Iterator[str]:
    """The domains that a rule takes mail for, `.domain` for what lies below it; a rule for everybody names none."""
    named = rule.fields.get("recipients")
    yield from map(domain_of, named) if isinstance(named, list | tuple) else ()


def _notifications(wanted: Wanted) -> Iterator[Diagnostic]:
    for kind in NOTIFICATIONS:
        topic, headers = f"notifications.{kind}.topic", f"notifications.{kind}.include_original_headers"
        if topic in wanted.fields and wanted.fields[topic] is None and wanted.fields.get(headers):
            yield _finding(
                wanted,
                headers,
                "headers-without-topic",
                f"{wanted.address.last}: headers cannot be in {kind} notifications that have no topic",
                f"give `{topic}`, or drop `include_original_headers`",
            )


def _forwarding(wanted: Wanted, siblings: Siblings) -> Iterator[Diagnostic]:
    """Forwarding is off, and nothing in the spec hears of bounces, or of complaints."""
    if wanted.fields.get("feedback_forwarding") is not False:
        return
    events = _events(wanted.fields.get("configuration_set"), siblings)
    if events is None:
        return
    deaf = [
        kind
        for kind in ("bounce", "complaint")
        if wanted.fields.get(f"notifications.{kind}.topic") is None and kind.upper() not in events
    ]
    if deaf:
        yield _finding(
            wanted,
            "feedback_forwarding",
            "feedback-goes-nowhere",
            f"{wanted.address.last}: forwarding is off, and nothing in the spec hears of a {' or a '.join(deaf)}",
            "give both `notifications` a topic, or `configuration_set` an event destination for them",
            Severity.WARNING,
        )


def _events(value: Json, siblings: Siblings) -> frozenset[str] | None:
    """The events that a default configuration set publishes; None where the spec cannot tell."""
    if value is None:
        return frozenset()
    name = value.name if isinstance(value, Ref) else value
    if siblings.find(Address("configuration_set", (name,))) is None:
        return None
    heard: set[str] = set()
    for destination in siblings.index("event_destination", by_first_name).get(name, ()):
        if destination.fields.get("enabled") is not False:
            events = destination.fields.get("events") or ()
            heard.update({"BOUNCE", "COMPLAINT"} if events == "all" else events)
    return frozenset(heard)
