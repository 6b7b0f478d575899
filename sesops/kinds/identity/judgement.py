"""What a change to an identity means for mail: the sentences a reviewer reads.

Each takes (before, after, world, address). On an identity that is not verified nothing stops mail.
"""

from __future__ import annotations

from collections.abc import Iterator

from sesops.core.address import Address
from sesops.core.diagnostic import Diagnostic, Severity
from sesops.core.fields import lookup
from sesops.core.kind import UNSET
from sesops.core.thing import Block, Live, Wanted, World
from sesops.core.values import Fields, Json
from sesops.kinds.identity import dkim

REJECT = "REJECT_MESSAGE"


def signing_stops(_before: Json, after: Json, world: World, address: Address) -> str | None:
    """DKIM signing is switched off."""
    if after or not world.verified(address.last):
        return None
    return f"mail from {address.last} goes out without a DKIM signature"


def origin_stops(before: Json, after: Json, world: World, address: Address) -> str | None:
    """Another origin of the DKIM key (SES behaviour: mail is unsigned while the new method is pending)."""
    if before == after or not world.verified(address.last):
        return None
    region = dkim.primary_region(after)
    until = f"SES has taken over the DKIM keys of {region}" if region else "the new DKIM records are published"
    return f"mail from {address.last} goes out unsigned until {until}"


def selector_stops(before: Json, after: Json, world: World, address: Address) -> str | None:
    """Another key of one's own; that of another origin is said by the origin."""
    if before is None or before == after or not world.verified(address.last):
        return None
    record = f"{after}._domainkey.{address.last}"
    return f"mail from {address.last} goes out unsigned until the TXT record {record} is published"


def key_length_stops(_before: Json, _after: Json, world: World, address: Address) -> str | None:
    """A key length is a wish for Easy DKIM, so an identity with a key of another origin moves there."""
    origin = dkim.live_origin(world.live(address))
    if origin == dkim.EASY or not world.verified(address.last):
        return None
    return (
        f"{address.last} signs with a key of origin {origin}; a key length moves it to Easy DKIM, "
        "and its mail goes out unsigned until the new DKIM records are published"
    )


def key_length_notice(before: Json, _after: Json, _world: World, address: Address) -> str | None:
    """A new length is a new key with new tokens (SES behaviour: the old one signs until then)."""
    if before is None:  # A new identity has no old key.
        return None
    return f"{address.last} gets new DKIM records to publish; it stays verified and signs with the old key until then"


def mail_from_domain_stops(_before: Json, after: Json, world: World, address: Address) -> str | None:
    """A MAIL FROM domain set or changed where mail is rejected as long as its MX record is not found."""
    if after is None or _behavior(world, address) != REJECT or not world.verified(address.last):
        return None
    return f"mail from {address.last} is refused until the MX record of {after} is found"


def mail_from_behavior_stops(_before: Json, after: Json, world: World, address: Address) -> str | None:
    """REJECT_MESSAGE for a MAIL FROM domain that is not up."""
    live = world.live(address)
    up = live is not None and live.conditions.get("mail_from") == "SUCCESS"
    if after != REJECT or up or not world.verified(address.last):
        return None
    return f"mail from {address.last} is refused until its MAIL FROM domain is up"


def configuration_set_stops(_before: Json, after: Json, world: World, address: Address) -> str | None:
    """The identity moves to a configuration set whose sending is off."""
    if after is None or not world.verified(address.last):
        return None
    if not _sending_off(world, Address("configuration_set", (after,))):
        return None
    return f"mail from {address.last} is refused: sending is off in configuration set {after}"


def delete_stops(live: Live | None, _world: World) -> str | None:
    """A verified identity is deleted. A parent domain may still cover it, but not with its settings and its key."""
    if live is None or live.conditions.get("verification") != "SUCCESS":
        return None
    again = "its owner has to confirm it again" if live.address.kind == "email" else "it needs new DNS records"
    return f"{live.address.last} is verified; once deleted, mail from it stops, and to come back {again}"


def verification_notice(wanted: Wanted, world: World) -> str | None:
    """A new domain waits for its DNS records, unless a domain above it lets its mail leave already."""
    name, asked = wanted.address.last, wanted.fields
    if world.verified(name):
        return None
    region = dkim.primary_region(asked.get(dkim.ORIGIN))
    if region:
        return f"{name} is pending verification until SES has taken over its DKIM keys from {region}"
    own = asked.get(dkim.ORIGIN) == dkim.EXTERNAL
    records = f"the TXT record {asked.get(dkim.SELECTOR)}._domainkey.{name} is" if own else "its DKIM records are"
    return f"{name} is pending verification until {records} found in DNS"


def signing_key(wanted: Wanted, live: Live | None, world: World) -> Iterator[Diagnostic]:
    """What a key of one's own, or the keys of another region, lack to be written, or cannot be compared by."""
    name, asked = wanted.address.last, wanted.fields
    if dkim.writes_own_key(world, wanted.address) and not {dkim.SELECTOR, dkim.KEY} <= asked.keys():
        message = f"{name} does not sign with this key yet, and SES takes it with `selector` and `private_key` alone"
        place = wanted.places.get(dkim.SELECTOR) or wanted.places.get(dkim.ORIGIN, wanted.place)
        yield Diagnostic("private-key-missing", message, place, "add both under `dkim`")
    region, state = dkim.primary_of(world, wanted)
    if state == dkim.UNFIT:
        message = f"{name} has no Easy DKIM keys of its own in {region}, and SES takes over no others"
        hint = "write AWS_SES for it there, or here"
        yield Diagnostic("no-keys-to-take-over", message, wanted.places.get(dkim.ORIGIN, wanted.place), hint)
    if state == dkim.UNKNOWN:
        message = f"whether {name} is verified in {region}, whose keys it is to sign with, could not be read"
        hint = f"let the role do ses:GetEmailIdentity in {region}"
        place = wanted.places.get(dkim.ORIGIN, wanted.place)
        yield Diagnostic("keys-elsewhere-not-read", message, place, hint, Severity.WARNING)
    if dkim.SELECTOR in asked and dkim.hides_selector(live):
        message = f"SES does not show with which selector {name} signs, so whether it is this one is not known"
        hint = "sign with Easy DKIM in between if it has to be another"
        place = wanted.places.get(dkim.SELECTOR, wanted.place)
        yield Diagnostic("selector-not-shown", message, place, hint, Severity.WARNING)


def confirmation_notice(wanted: Wanted, _world: World) -> str | None:
    """SES writes to a new address at once (SES behaviour: the link in it ends after 24 hours)."""
    return f"a mail asking to confirm goes to {wanted.address.last}; its link works for 24 hours"


def _given_up(live: Live, fields: Fields) -> Iterator[str]:
    """Where it lets mail down: SES behaviour, it looks for 72 hours, also once records were there and are gone."""
    name, domain = live.address.last, fields.get("mail_from.domain")
    if live.conditions.get("verification") in ("FAILED", "TEMPORARY_FAILURE"):
        yield f"SES does not find {name} verified; mail from it is refused"
    elif live.conditions.get("dkim") == "FAILED":
        yield f"SES does not find the DKIM records of {name}; mail from it goes out unsigned"
    if domain and live.conditions.get("mail_from") in ("FAILED", "TEMPORARY_FAILURE"):
        rejects = fields.get("mail_from.behavior_on_mx_failure") == REJECT
        then = f"mail from {name} is refused" if rejects else f"mail from {name} goes out with amazonses.com instead"
        yield f"SES does not find the MX record of {domain}; {then}"


def by_ses(wanted: Wanted, live: Live, fields: Fields) -> Iterator[tuple[str | None, str]]:
    """What SES does by itself: it gives up what it looked for in DNS, and, where it cannot publish to a bounce or
    complaint topic, takes the topic away and turns feedback forwarding on (facts, section 1.4).
    """
    yield from ((None, one) for one in _given_up(live, fields))
    paths = ("notifications.bounce.topic", "notifications.complaint.topic")
    lost = [one for one in paths if wanted.fields.get(one) is not None and one in fields and fields[one] is None]
    if lost and fields.get("feedback_forwarding") is not False:
        why = "SES does this once it cannot publish to a topic: see that it exists and lets SES publish"
        yield from ((one, why) for one in (*lost, "feedback_forwarding"))


def _live_value(world: World, address: Address, facet: str, member: str) -> Json:
    live = world.live(address)
    block = live.blocks.get(facet) if live else None
    value = lookup(block.raw, member) if isinstance(block, Block) else UNSET
    return None if value is UNSET else value


def _behavior(world: World, address: Address) -> Json:
    """What happens without an MX record once the plan is made: as the spec says, else as it is."""
    path = "mail_from.behavior_on_mx_failure"
    wanted = world.wanted(address)
    if wanted is not None and path in wanted.fields:
        return wanted.fields[path]
    return _live_value(world, address, "mail_from", "BehaviorOnMxFailure")


def _sending_off(world: World, configuration_set: Address) -> bool:
    """Whether a set refuses mail once the plan is made; False where that was not read."""
    wanted = world.wanted(configuration_set)
    if wanted is not None and "sending_enabled" in wanted.fields:
        return wanted.fields["sending_enabled"] is False
    live = world.live(configuration_set)
    blocks = live.blocks.values() if live else ()
    return any(isinstance(one, Block) and one.raw.get("SendingEnabled") is False for one in blocks)
