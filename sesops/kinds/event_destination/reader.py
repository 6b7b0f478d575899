"""Reading event destinations: one call gives all of a configuration set."""

from __future__ import annotations

from collections.abc import Mapping

from sesops.core.address import Address
from sesops.core.thing import Block, Live, Reading, Unread, Wants
from sesops.core.values import Answer, Call, Json, Program, Refusal, Refused, Scope
from sesops.kinds._shared import unread, within
from sesops.kinds.event_destination.fields import FACET, NAME, TARGETS

_OTHER_MEMBERS = frozenset({"Enabled", "MatchingEventTypes"})


def get(configuration_set: str) -> Call:
    """The read that gives every destination of a set."""
    return Call("sesv2", "GetConfigurationSetEventDestinations", {"ConfigurationSetName": configuration_set})


def read(wants: Wants, _scope: Scope) -> Program:
    """Read the sets of all wanted destinations. What a set has besides them is extra."""
    sets = sorted({name[0] for name in wants})
    calls = tuple(get(one) for one in sets)
    answers = yield calls
    things: dict[Address, Live | Unread | None] = {}
    extra: list[Live] = []
    for one, call, answer in zip(sets, calls, answers, strict=True):
        found = _found(one, answer)
        missing = _missing(call, answer)
        wanted = [Address(NAME, name) for name in sorted(wants) if name[0] == one]
        things.update({address: found.pop(address, missing) for address in wanted})
        extra.extend(found[address] for address in sorted(found))
    return Reading(things, tuple(extra))


def _found(configuration_set: str, answer: Answer) -> dict[Address, Live]:
    if isinstance(answer, Refusal):
        return {}
    found: dict[Address, Live] = {}
    for index, one in enumerate(answer.value.get("EventDestinations") or ()):
        address = Address(NAME, (configuration_set, one["Name"]))
        unknown = within(answer.unknown, f"EventDestinations.{index}")
        found[address] = Live(address, {FACET: _block(one, unknown)})
    return found


def _missing(call: Call, answer: Answer) -> Unread | None:
    """What a destination is that the answer does not have: absent where SES has answered, or has no such set."""
    if isinstance(answer, Refusal) and answer.why is not Refused.MISSING:
        return unread(answer, call)
    return None


def _block(destination: Mapping[str, Json], unknown: tuple[str, ...]) -> Block | Unread:
    """The definition as SES gave it. A target that botocore knows and we do not is left alone."""
    raw = {key: value for key, value in destination.items() if key != "Name"}
    strange = sorted(set(raw) - _OTHER_MEMBERS - set(TARGETS.values()))
    if strange and not set(raw) & set(TARGETS.values()):
        return Unread(f"it publishes to a target that this release does not know ({', '.join(strange)})")
    return Block(raw, unknown)
