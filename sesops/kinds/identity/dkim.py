"""Whose key signs a domain's mail: Easy DKIM's, one's own (EXTERNAL), or that of the domain in another region.

SES behaviour that shapes this module: a private key is taken and never shown, so of one's own key the selector stands
for it. Another key under the same selector is not seen: a new key has a new selector.
"""

from __future__ import annotations

from sesops.core.address import Address
from sesops.core.fields import lookup
from sesops.core.kind import UNSET, Block, Live, World
from sesops.core.values import Json, Scope, Secret

EASY, EXTERNAL = "AWS_SES", "EXTERNAL"
FACET = "dkim_key"
ORIGIN, SELECTOR, KEY = "dkim.origin", "dkim.selector", "dkim.private_key"
_REPLICA = f"{EASY}_"


def primary_region(origin: Json) -> str | None:
    """The region whose keys an origin such as AWS_SES_EU_WEST_1 means; None for the other origins."""
    text = str(origin)
    return text.removeprefix(_REPLICA).replace("_", "-").lower() if text.startswith(_REPLICA) else None


def origin_of(region: str) -> str:
    """The origin that means the keys of a region."""
    return _REPLICA + region.upper().replace("-", "_")


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
