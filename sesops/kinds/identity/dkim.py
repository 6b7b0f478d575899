"""Whose key signs a domain's mail: Easy DKIM's, one's own (EXTERNAL), or that of the domain in another region.

SES behaviour that shapes this module: a private key is taken and never shown, so of one's own key the selector stands
for it. Another key under the same selector is not seen: a new key has a new selector.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sesops.core.address import Address
from sesops.core.diagnostic import Diagnostic
from sesops.core.fields import lookup
from sesops.core.kind import UNSET, Need
from sesops.core.thing import Block, Condition, Live, Wanted, World
from sesops.core.values import Answer, Json, Refusal, Refused, Scope, Secret

EASY, EXTERNAL = "AWS_SES", "EXTERNAL"
FACET = "dkim_key"
ORIGIN, SELECTOR, KEY = "dkim.origin", "dkim.selector", "dkim.private_key"
_REPLICA = f"{EASY}_"
_PRIMARY = "dkim.primary."
READY, PENDING, MISSING, UNFIT, UNKNOWN = "ready", "pending", "missing", "unfit", "unknown"
"""What the domain is, in the other region, whose keys are to be taken over."""


def primary_region(origin: Json) -> str | None:
    """The region whose keys an origin such as AWS_SES_EU_WEST_1 means; None for the other origins."""
    text = str(origin)
    return text.removeprefix(_REPLICA).replace("_", "-").lower() if text.startswith(_REPLICA) else None


def check_across(wanted: Wanted, by_region: Mapping[str, Wanted]) -> Iterator[Diagnostic]:
    """Keys to be taken over from a region where the spec gives the domain none of Easy DKIM: SES takes the call, and
    the domain stays pending.
    """
    region = primary_region(wanted.fields.get(ORIGIN))
    primary = by_region.get(region or "")
    origin = primary.fields.get(ORIGIN) if primary else None
    if primary is not None and origin not in (None, EASY):
        message = f"{wanted.address.last}: it is to take over its keys of {region}, where its origin is {origin}"
        hint = f"name the region whose origin is {EASY}"
        place, there = (one.places.get(ORIGIN, one.place) for one in (wanted, primary))
        related = (there,) if there and there != place else ()
        yield Diagnostic("no-keys-to-take-over", message, place, hint, related=related)


def origin_of(region: str) -> str:
    """The origin that means the keys of a region."""
    return _REPLICA + region.upper().replace("-", "_")


def primary_path(region: str) -> str:
    """How a thing asks for the domain that its keys come from, among its fields."""
    return f"{_PRIMARY}{region}"


def primary_asked(paths: Iterable[str]) -> str | None:
    """The region of the domain that is asked for, if one is."""
    return next((path.removeprefix(_PRIMARY) for path in paths if path.startswith(_PRIMARY)), None)


def primary_key(name: str, region: str) -> str:
    """Under which the state of that domain is found in a reading."""
    return f"dkim {region} {name}"


def primary_state(answer: Answer) -> str:
    """Whether a domain's keys can be taken over (SES behaviour: those of a verified Easy DKIM identity)."""
    if isinstance(answer, Refusal):
        return MISSING if answer.why is Refused.MISSING else UNKNOWN
    origin = (answer.value.get("DkimAttributes") or {}).get("SigningAttributesOrigin", EASY)
    if origin != EASY:
        return UNFIT
    return READY if answer.value.get("VerificationStatus") == "SUCCESS" else PENDING


def primary_of(world: World, wanted: Wanted) -> tuple[str, str | None]:
    """The region that a domain is to take its keys from ("" for none), and the state of the domain there."""
    region = primary_region(wanted.fields.get(ORIGIN)) or ""
    return region, world.outside(primary_key(wanted.address.last, region)) if region else None


def awaits_primary(wanted: Wanted, world: World) -> Iterator[Need]:
    """Keys that are not there yet cannot be taken over; SES would not say so, and search for them in vain."""
    region, state = primary_of(world, wanted)
    if state in (MISSING, PENDING):
        name = wanted.address.last
        what = "is not there" if state == MISSING else "is not verified"
        hint = f"make it in {region} and publish its DKIM records; the run after that takes its keys over"
        yield Need(condition=Condition(None, f"{name} {what} in {region}, whose keys it is to sign with", hint))


def live_origin(live: Live | None) -> Json:
    """Where the key in use comes from, as far as was read."""
    return _member(live, "SigningAttributesOrigin") or EASY


def selector_after(before: Json, after: Json, world: World, address: Address) -> Json:
    """The selector wanted; no change where SES shows none (SES behaviour, unsure: the list may be empty)."""
    return before if hides_selector(world.live(address)) else after


def hides_selector(live: Live | None) -> bool:
    """Whether a domain signs with its owner's key, and SES does not say with which selector."""
    return live_origin(live) == EXTERNAL and _member(live, "DomainSigningSelector") is None


def exported_key(_path: str, _value: Json, live: Live, _scope: Scope) -> Json:
    """Where a spec finds the key of a domain that signs with its owner's: whoever makes the domain anew needs it."""
    if live_origin(live) != EXTERNAL or hides_selector(live):
        return UNSET
    name = live.address.last.upper().replace("_", "___").replace("-", "__").replace(".", "_")
    return Secret("env", f"DKIM_KEY_{name}", "private_key")


def key_after(before: Json, after: Json, world: World, address: Address) -> Json:
    """The key, where there is another selector or origin to be written with it."""
    return after if writes_own_key(world, address) else before


def length_after(before: Json, after: Json, world: World, address: Address) -> Json:
    """The length wanted; of a key of another origin `null` asks nothing."""
    wanted = world.wanted(address)
    origin = wanted.fields.get(ORIGIN) if wanted else None
    return before if after is None and origin not in (None, EASY) else after


def writes_own_key(world: World, address: Address) -> bool:
    """Whether the plan gives SES a key of the owner's."""
    live, wanted = world.live(address), world.wanted(address)
    asked = wanted.fields if wanted else {}
    if asked.get(ORIGIN) != EXTERNAL:
        return False
    if live is None or live_origin(live) != EXTERNAL:
        return True
    shown = _member(live, "DomainSigningSelector")
    return SELECTOR in asked and shown not in (None, asked[SELECTOR])


def _member(live: Live | None, member: str) -> Json:
    block = live.blocks.get(FACET) if live else None
    value = lookup(block.raw, member) if isinstance(block, Block) else UNSET
    return None if value is UNSET else value
