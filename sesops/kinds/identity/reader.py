"""Reading identities, in as few calls as the fields asked for allow.

That an identity exists, and is verified, comes from the listing of all of them: a v1 batch read leaves out names it
does not know, and a name it leaves out for another reason must not look like one that is not there.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from math import ceil

from sesops.core.address import Address
from sesops.core.thing import Block, Live, Reading, Unread, Wants
from sesops.core.values import Answer, Call, Json, Program, Refusal, Refused, Scope
from sesops.kinds import _ownership
from sesops.kinds._shared import names_in, unread
from sesops.kinds.identity import dkim, fields, topics
from sesops.kinds.identity.blocks import (
    BATCHES,
    V2_FACETS,
    V2_ONLY,
    Batch,
    condition,
    of_batch,
    of_identity,
)
from sesops.kinds.identity.verification import get_identity
from sesops.kinds.identity.writes import arn
from sesops.kinds.topic.reader import attributes

LIST = Call("sesv2", "ListEmailIdentities", {"PageSize": 1000})
"""All identities of the region."""
BATCH_SIZE = 100

_FACET_OF = {one.path: one.facet for one in fields.DOMAIN_FIELDS}
_TAG = "tags."

Asked = Mapping[str, frozenset[str]]
"""The facets wanted of each identity, by its name."""
Answers = dict[tuple[str, str], tuple[Call, Answer]]
"""By identity and operation, the call that was made for it and its answer."""


def inventory(kind: str, _scope: Scope) -> Program:
    """The names of all domains, or of all addresses."""
    return names_in(
        LIST,
        lambda value: (
            _key(one["IdentityName"])
            for one in value.get("EmailIdentities") or ()
            if ("@" in one["IdentityName"]) == (kind == "email")
        ),
    )


def read(kind: str, wants: Wants, scope: Scope) -> Program:
    """Read the identities of one kind (`domain`, `email`). Returns a `Reading`.

    Tags come from the listing of what stacks own, where that shows the thing with every tag asked for. It lags, so a
    tag that it does not show is looked up.
    """
    tagged = any(path.startswith(_TAG) for paths in wants.values() for path in paths)
    listing, *owned = yield (LIST, _ownership.LISTING) if tagged else (LIST,)
    addresses = {name[-1]: Address(kind, name) for name in wants}
    if isinstance(listing, Refusal):
        return Reading(dict.fromkeys(addresses.values(), unread(listing, LIST)))
    statuses = {_key(one["IdentityName"]): one for one in listing.value.get("EmailIdentities") or ()}
    here = {name: one for name, one in addresses.items() if _key(name) in statuses}
    tags = _tags(here, wants, _ownership.listed_tags(owned[0]) if owned else {}, scope)
    asked = {name: _facets(wants[one.name]) for name, one in here.items()}
    answers = yield from _ask(
        route({name: facets - {fields.TAGS} if name in tags else facets for name, facets in asked.items()})
    )
    things: dict[Address, Live | Unread | None] = dict.fromkeys(addresses.values())
    for name, one in here.items():
        if _gone(answers.get((name, "GetEmailIdentity"))):
            continue
        found = {
            facet: tags[name] if facet == fields.TAGS and name in tags else _block(name, facet, answers)
            for facet in sorted(asked[name])
        }
        things[one] = Live(one, found, _conditions(statuses[_key(name)], found))
    primaries = yield from _primaries(things, wants)
    return Reading(things, outside={**primaries, **(yield from _topics(things, wants, scope))})


def _primaries(things: Mapping[Address, Live | Unread | None], wants: Wants) -> Program:
    """The state of domains in other regions whose keys are to be taken over, of those that have not taken them yet."""
    asked = {}
    for one, live in things.items():
        region = dkim.primary_asked(wants[one.name])
        if region and not (isinstance(live, Live) and dkim.live_origin(live) == dkim.origin_of(region)):
            asked[dkim.primary_key(one.last, region)] = get_identity(one.last, region)
    answers = (yield tuple(asked.values())) if asked else ()
    return {key: dkim.primary_state(answer) for key, answer in zip(asked, answers, strict=True)}


def _topics(things: Mapping[Address, Live | Unread | None], wants: Wants, scope: Scope) -> Program:
    """Whether SES may publish to the topics that are asked for and not set."""
    lives = [(one.name, live) for one, live in things.items() if isinstance(live, Live)]
    asked = sorted({topic for name, live in lives for topic in topics.arns(wants[name], scope, live)})
    answers = (yield tuple(attributes(topic) for topic in asked)) if asked else ()
    return {topics.key(topic): topics.state(answer, topic, scope) for topic, answer in zip(asked, answers, strict=True)}


def _key(name: str) -> str:
    """What makes two names one identity: domains have no case, addresses do (SES behaviour: names)."""
    return name if "@" in name else name.lower()


def _facets(paths: frozenset[str]) -> frozenset[str]:
    """The facets that fields lie in; what is asked of another region or of topics lies in none."""
    return frozenset(_facet(path) for path in paths if dkim.primary_asked([path]) is None and not topics.is_asked(path))


def _facet(path: str) -> str:
    return fields.TAGS if path.startswith(_TAG) else _FACET_OF[path]


def _tags(
    here: Mapping[str, Address], wants: Wants, listed: Mapping[str, Mapping[str, str]], scope: Scope
) -> dict[str, Block]:
    """The tags of those that the listing shows with every tag asked for."""
    found: dict[str, Block] = {}
    for name, address in here.items():
        tags = listed.get(arn(address, scope))
        keys = {path.removeprefix(_TAG) for path in wants[address.name] if path.startswith(_TAG)}
        if tags is not None and keys and keys <= tags.keys():
            found[name] = Block(tags)
    return found


@dataclass(frozen=True)
class Route:
    """Which identities are read one by one, and which ones each v1 batch is asked for."""

    single: tuple[str, ...]
    batches: tuple[tuple[Batch, tuple[str, ...]], ...]

    @property
    def cost(self) -> int:
        """How many calls it is."""
        return len(self.single) + sum(ceil(len(names) / BATCH_SIZE) for _, names in self.batches)

    def calls(self) -> Iterator[tuple[Call, tuple[str, ...]]]:
        """Each call, with the identities it answers for."""
        for name in self.single:
            yield get_identity(name), (name,)
        for batch, names in self.batches:
            for start in range(0, len(names), BATCH_SIZE):
                some = names[start : start + BATCH_SIZE]
                yield Call("ses", batch.operation, {"Identities": list(some)}), some


def route(asked: Asked) -> Route:
    """Choose the reads; the only place that does.

    What only GetEmailIdentity gives is read by it, with all else of that identity but the notifications that v2 does
    not have. The rest is read in batches if that is fewer calls, else in the same way.
    """
    must = {name for name, facets in asked.items() if facets & V2_ONLY}
    may = {name for name, facets in asked.items() if _v2_helps(facets)}
    batched, one_by_one = _route(asked, must), _route(asked, must | may)
    return batched if batched.cost < one_by_one.cost else one_by_one


def _v2_helps(facets: frozenset[str]) -> bool:
    """Whether GetEmailIdentity would save the identity a place in a batch."""
    return any(facets & batch.facets and facets & batch.facets <= V2_FACETS for batch in BATCHES)


def _route(asked: Asked, single: set[str]) -> Route:
    left = {name: facets - V2_FACETS if name in single else facets for name, facets in asked.items()}
    batches = (
        (batch, tuple(sorted(name for name, facets in left.items() if facets & batch.facets))) for batch in BATCHES
    )
    return Route(tuple(sorted(single)), tuple((batch, names) for batch, names in batches if names))


def later(wants: Wants, scope: Scope) -> Iterator[Call]:
    """The cheaper of the reads of each identity; its domain in the region that it takes its keys from; its topics."""
    for (*_, name), paths in wants.items():
        facets = _facets(paths)
        if region := dkim.primary_asked(paths):
            yield get_identity(name, region)
        yield from (attributes(topic) for topic in topics.arns(paths, scope))
        if facets & V2_FACETS:
            yield get_identity(name)
        for batch in BATCHES:
            if facets & batch.facets:
                yield Call("ses", batch.operation, {"Identities": [name]})


def _ask(chosen: Route) -> Generator[tuple[Call, ...], tuple[Answer, ...], Answers]:
    made = tuple(chosen.calls())
    answers = (yield tuple(call for call, _ in made)) if made else ()
    return {
        (name, call.operation): (call, answer)
        for (call, names), answer in zip(made, answers, strict=True)
        for name in names
    }


def _gone(made: tuple[Call, Answer] | None) -> bool:
    """Whether an identity went between the listing and its own read."""
    return made is not None and isinstance(made[1], Refusal) and made[1].why is Refused.MISSING


def _block(name: str, facet: str, answers: Answers) -> Block | Unread:
    """A facet from the call that was made for it."""
    single = answers.get((name, "GetEmailIdentity")) if facet in V2_FACETS else None
    if single is not None:
        call, answer = single
        return unread(answer, call) if isinstance(answer, Refusal) else of_identity(facet, answer)
    batch = next(one for one in BATCHES if facet in one.facets)
    call, answer = answers[name, batch.operation]
    if isinstance(answer, Refusal):
        return unread(answer, call)
    return of_batch(batch, facet, name, answer) or Unread(f"{call.operation}: SES did not answer for {name}")


def _conditions(listed: Mapping[str, Json], found: Mapping[str, Block | Unread]) -> dict[str, str]:
    """Verification as the listing has it, and what the blocks that were asked for say of DNS."""
    conditions = {"verification": _verification(listed)}
    for facet, block in found.items():
        if isinstance(block, Block):
            conditions.update(condition(facet, block))
    return conditions


def _verification(listed: Mapping[str, Json]) -> str:
    """The status that judgements rest on. SES behaviour: an identity whose records vanished keeps sending for days, and
    as long as it does, it is verified.
    """
    status = listed.get("VerificationStatus") or "PENDING"
    return "SUCCESS" if status == "TEMPORARY_FAILURE" and listed.get("SendingEnabled") else status
