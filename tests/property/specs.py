"""Specs: drawn along our own schemas over part of what is live, and over things that are not there yet.

A new property of a schema is drawn from the day it is there. Where its text has a meaning (a reference, an ARN, a
domain) a recipe says what to draw; without one the walk stops with a LookupError. SES's own rules about several fields
together (headers need a topic) are kept by leaving out what would break them.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from property import names
from property.live import State
from property.names import domain_of, senders, topic_arn
from property.shapes import WORDS
from property.states import some

Strategy = st.SearchStrategy
Recipes = Mapping[str, "Strategy | None"]
"""By path, `@kind` for a reference or `arn:service`: what to draw; None where there is nothing to draw."""
Document = dict[str, Any]

_TOPIC: dict[str, Strategy | None] = {
    "arn": None,
    "display_name": st.sampled_from(("Feedback", "News")),
    # Whom a key or a document shuts out is a test of its own.
    "kms_key": None,
    "delivery_policy": None,
    "policy": st.just({"ses": "add"}),
    "arn:iam": st.sampled_from(names.ROLES),
}
SCHEMAS = Path(__file__).parents[2] / "schemas" / "kinds"
UNTIL = "9999-12-31"


@functools.cache
def schema(kind: str) -> Document:
    return json.loads((SCHEMAS / f"{kind}.schema.json").read_text(encoding="utf-8"))


def along(part: Document, recipes: Recipes, path: str = "") -> Strategy | None:
    """What a schema allows, null included where it does; None where there is nothing to draw for it."""
    drawn = _along(part, recipes, path)
    return st.none() | drawn if drawn is not None and "x-null" in part else drawn


def _along(part: Document, recipes: Recipes, path: str) -> Strategy | None:
    for recipe in (path, f"@{part.get('x-ref')}", f"arn:{part.get('x-arn')}"):
        if recipe in recipes:
            return recipes[recipe]
    if "anyOf" in part:
        return _one_of(along(one, recipes, path) for one in part["anyOf"])
    if "enum" in part:
        return st.sampled_from(part["enum"])
    match part["type"]:
        case "object" if part.get("maxProperties") == 1:
            found = {key: along(one, recipes, f"{path}.{key}") for key, one in part["properties"].items()}
            return _one_of(
                one.map(lambda value, key=key: {key: value}) for key, one in found.items() if one is not None
            )
        case "object" if isinstance(part.get("additionalProperties"), dict):
            below = along(part["additionalProperties"], recipes, f"{path}.*")
            return st.dictionaries(st.sampled_from(("team", "cost.centre", "x")), below, max_size=3)
        case "object":
            return _object(part, recipes, path)
        case "array":
            items = along(part["items"], recipes, f"{path}[]")
            least = part.get("minItems", 0)
            return None if items is None else st.lists(items, min_size=least, max_size=3, unique_by=repr)
        case "boolean":
            return st.booleans()
        case "integer":
            return st.sampled_from((part["minimum"], part["minimum"] + 1, part["maximum"]))
    raise LookupError(f"no recipe for {path} of type {part['type']}")


def _one_of(some) -> Strategy | None:
    drawn = [one for one in some if one is not None]
    return st.one_of(drawn) if drawn else None


def _object(part: Document, recipes: Recipes, path: str) -> Strategy | None:
    dot = f"{path}." if path else ""
    found = {key: along(one, recipes, f"{dot}{key}") for key, one in part["properties"].items()}
    required = {key: found[key] for key in part.get("required", ())}
    if None in required.values():
        return None
    optional = {key: one for key, one in found.items() if one is not None and key not in required}
    return st.fixed_dictionaries(required, optional=optional)


@dataclass(frozen=True)
class Choice:
    """What a spec names, before it says anything of it: identities with their policies, sets with their destinations,
    rule sets with their rules (None: it does not list them), the addresses that it removes, and those of which it is
    all there is.
    """

    topics: list[str]
    identities: dict[str, list[str]]
    sets: dict[str, list[str]]
    rule_sets: dict[str, list[str] | None]
    removed: list[str] = field(default_factory=list)
    strict: list[str] = field(default_factory=list)

    def keeps(self, address: str) -> bool:
        return address not in self.removed

    def said(self, address: str, value: Document) -> Document:
        """A thing's value, with `strict` where it is that."""
        return {**value, "strict": True} if address in self.strict else value

    def addresses(self) -> list[str]:
        """What is named, and not to be removed too."""
        lying = {"identity_policy": self.identities, "event_destination": self.sets, "receipt_rule": self.rule_sets}
        return [
            *(f"topic/{one}" for one in self.topics),
            *(_identity_address(one) for one in self.identities),
            *(f"configuration_set/{one}" for one in self.sets),
            *(f"receipt_rule_set/{one}" for one in self.rule_sets),
            *(
                f"{kind}/{name}/{one}"
                for kind, some in lying.items()
                for name, ones in some.items()
                for one in ones or ()
            ),
        ]


@st.composite
def documents(draw, state: State, *, removing: bool = True, allowing: bool | None = None) -> Document:
    """A spec (the keys behind version, stack and region) over a state. `allowing`: all that it names may be stopped."""
    chosen = draw(_choices(state, removing=removing))
    recipes = _references(state, chosen)
    topics = {name: chosen.said(f"topic/{name}", draw(_topic(name, state))) for name in chosen.topics}
    sets = {name: draw(_set(name, some, state, chosen, recipes)) for name, some in chosen.sets.items()}
    found: dict[str, dict[str, Any]] = {"domains": {}, "emails": {}}
    for name, policies in chosen.identities.items():
        found["emails" if "@" in name else "domains"][name] = draw(_identity(name, policies, state, chosen, recipes))
    rule_sets = {
        name: chosen.said(
            f"receipt_rule_set/{name}",
            {} if rules is None else {"rules": [draw(_rule(rule, name, state, chosen, recipes)) for rule in rules]},
        )
        for name, rules in chosen.rule_sets.items()
    }
    receipt = {"rule_sets": rule_sets, **draw(_active(state, chosen))}
    document = {"topics": topics, "configuration_sets": sets, **found, "receipt": receipt}
    document = {key: value for key, value in document.items() if value and value != {"rule_sets": {}}}
    named = [*chosen.addresses(), "active_receipt_rule_set"]
    allowed = named if allowing else [] if allowing is False else draw(some(tuple(named)))
    leave = [{"address": one, "to": to, "until": UNTIL} for one in allowed for to in ("stop_mail", "replace")]
    stopping = [one for one in extra_members(state, chosen) if not one.startswith("event_destination/")]
    removed = stopping if allowing or not stopping else draw(some(tuple(stopping)))
    return {**document, "remove": sorted({*chosen.removed, *removed}), "allow": leave}


def extra_members(state: State, chosen: Choice) -> list[str]:
    """What is live in a thing that is strict, and not named."""
    lying = {
        **{
            _identity_address(name): ("identity_policy", one.answer.get("Policies", {}))
            for name, one in state.identities.items()
        },
        **{
            f"configuration_set/{name}": ("event_destination", [each["Name"] for each in one.destinations])
            for name, one in state.sets.items()
        },
        **{
            f"receipt_rule_set/{name}": ("receipt_rule", [each["Name"] for each in rules])
            for name, rules in state.rule_sets.items()
        },
    }
    found = [
        f"{kind}/{host.partition('/')[2]}/{one}"
        for host, (kind, some) in lying.items()
        if host in chosen.strict
        for one in some
    ]
    named = chosen.addresses()
    return [one for one in found if one not in named]


@st.composite
def _choices(draw, state: State, *, removing: bool) -> Choice:
    topics = draw(some(names.TOPICS))
    identities = {one: draw(some(names.POLICIES)) for one in draw(some(names.IDENTITIES))}
    sets = {one: draw(some(names.DESTINATIONS)) for one in draw(some(names.SETS))}
    rule_sets = {one: draw(st.none() | some(names.RULES)) for one in draw(some(names.RULE_SETS))}
    chosen = Choice(topics, identities, sets, rule_sets)
    # A spec that names nothing of what carries its stack's tag is refused as another spec's.
    ours = state.owned_by(names.STACK)
    if ours and not set(ours) & set(chosen.addresses()):
        kind, name = draw(st.sampled_from(ours)).split("/")
        {"topic": lambda: topics.append(name), "configuration_set": lambda: sets.update({name: []})}.get(
            kind, lambda: identities.update({name: []})
        )()
    named = chosen.addresses()
    removable = [one for one in _removable(state) if one not in named]
    chosen = replace(chosen, removed=draw(some(tuple(removable))) if removing and removable else [])
    return replace(chosen, strict=draw(some(tuple(named))) if removing and named and draw(st.booleans()) else [])


def _identity_address(name: str) -> str:
    return f"email/{name}" if "@" in name else f"domain/{name}"


def _removable(state: State) -> list[str]:
    """What SES lets go, and nothing that stays needs: SES would refuse the next write of what does."""
    used = json.dumps([[one.destinations, one.answer] for one in state.sets.values()])
    used += json.dumps([[one.notifications for one in state.identities.values()], state.rule_sets])
    found = [f"topic/{one}" for one in state.topics if f'{topic_arn(one)}"' not in used and one != "events"]
    for name, one in state.identities.items():
        # A sender or a tracking domain stands or falls with its identity.
        found += [] if domain_of(name) in used else [_identity_address(name)]
        found += [f"identity_policy/{name}/{policy}" for policy in one.answer.get("Policies", {})]
    for name, one in state.sets.items():
        found.append(f"configuration_set/{name}")
        found += [f"event_destination/{name}/{destination['Name']}" for destination in one.destinations]
    for name, rules in state.rule_sets.items():
        found += [f"receipt_rule_set/{name}"] if name != state.active else []
        found += [f"receipt_rule/{name}/{rule['Name']}" for rule in rules]
    return found


def _references(state: State, chosen: Choice) -> dict[str, Strategy | None]:
    """What a spec may refer to: things that it names, and live ones that it leaves alone and does not remove."""
    topics: list[Any] = list(chosen.topics)
    for name in state.open_topics:
        if chosen.keeps(f"topic/{name}"):
            topics += [topic_arn(name)] if name in chosen.topics else [topic_arn(name), {"external": name}]
    left = [name for name in state.sets if name not in chosen.sets and chosen.keeps(f"configuration_set/{name}")]
    there = {*chosen.identities, *(one for one in state.identities if chosen.keeps(_identity_address(one)))}
    domains = sorted(one for one in there if "@" not in one)
    pools = ["ses-shared-pool", "ses-default-dedicated-pool", *({"external": one} for one in state.pools)]
    return {
        "@topic": _sampled(topics),
        "@configuration_set": _sampled([*chosen.sets, *({"external": one} for one in left)]),
        "@ip_pool": _sampled(pools),
        "tracking.custom_redirect_domain": _sampled([*domains, *(f"click.{one}" for one in domains)]),
        "actions[].bounce.sender": _sampled(senders(tuple(sorted(there)))),
        "tags.*": WORDS,
    }


def _sampled(some: list[Any]) -> Strategy | None:
    return st.sampled_from(some) if some else None


@st.composite
def _topic(draw, name: str, state: State) -> Document:
    value = draw(along(schema("topic"), {**_TOPIC, "tags.*": WORDS}))
    # Of a topic that is there, SES is let in only where the spec says so.
    closed = name in state.topics and state.topics[name].closed
    return {**value, "policy": {"ses": "add"}} if closed else value


@st.composite
def _identity(draw, name: str, policies: list[str], state: State, chosen: Choice, recipes: Recipes) -> Document:
    domain = domain_of(name)
    own = {
        **recipes,
        "mail_from.domain": st.sampled_from((f"bounce.{domain}", f"mx.{domain}")),
        "dkim.origin": st.sampled_from(("AWS_SES", "EXTERNAL", f"AWS_SES_{names.ELSEWHERE}".upper().replace("-", "_"))),
        "dkim.selector": st.sampled_from(("selector", "s2026")),
        "dkim.private_key": st.just({"env": names.KEY_VARIABLE}),
    }
    value = draw(along(schema("email" if "@" in name else "domain"), own))
    mail_from = value.get("mail_from") or {}
    if mail_from.get("domain") is None and mail_from.get("behavior_on_mx_failure") == "REJECT_MESSAGE":
        del mail_from["behavior_on_mx_failure"]
    is_strict = _identity_address(name) in chosen.strict
    live = state.identities[name].notifications if name in state.identities and not is_strict else {}
    dkim = value.get("dkim", {})
    _of_one_origin(dkim)
    if name in state.identities and state.identities[name].classic and dkim.get("signing_enabled") is False:
        # SES signs from a domain's first key on; it takes a second run to have a first key and no signing.
        for key in _KEYS:
            dkim.pop(key, None)
    for kind, one in value.get("notifications", {}).items():
        if one and one.get("topic", live.get(f"{kind.capitalize()}Topic")) is None:
            one.pop("include_original_headers", None)
    drawn = {one: chosen.said(f"identity_policy/{name}/{one}", draw(_policy(name))) for one in policies}
    return chosen.said(_identity_address(name), {**value, **({"policies": drawn} if drawn else {})})


_KEYS = ("signing_key_length", "origin", "selector", "private_key")


def _of_one_origin(dkim: Document) -> None:
    """Leave what belongs to the origin that is asked for: a length to Easy DKIM, the rest to a key of one's own."""
    own = {"selector": "s2026", "private_key": {"env": names.KEY_VARIABLE}}
    if dkim.get("origin") == "EXTERNAL":
        dkim |= {**own, **dkim}
    else:
        for key in own:
            dkim.pop(key, None)
    if dkim.get("origin") not in (None, "AWS_SES"):
        dkim.pop("signing_key_length", None)


def _policy(identity: str) -> Strategy[Document]:
    return st.builds(
        names.policy,
        st.just(identity),
        st.sampled_from(names.ACTIONS),
        st.sampled_from(names.PRINCIPALS),
        st.sampled_from((None, "partner")),
    )


@st.composite
def _set(draw, name: str, destinations: list[str], state: State, chosen: Choice, recipes: Recipes) -> Document:
    own = {**recipes, "arn:archive": st.sampled_from(names.ARCHIVES)}
    value = draw(along(schema("configuration_set"), own))
    live = state.sets[name].answer if name in state.sets else {}
    tracking = value.get("tracking") or {}
    address = f"configuration_set/{name}"
    held = None if address in chosen.strict else live.get("TrackingOptions", {}).get("CustomRedirectDomain")
    if tracking.get("custom_redirect_domain", held) is None and tracking.get("https_policy") not in (None, "OPTIONAL"):
        del tracking["https_policy"]
    if "suppressed_reasons" not in value and "SuppressionOptions" not in live:
        value.pop("validation_threshold", None)
    drawn = {one: chosen.said(f"event_destination/{name}/{one}", draw(_destination(recipes))) for one in destinations}
    return chosen.said(address, {**value, **({"event_destinations": drawn} if drawn else {})})


TARGETS = ("sns", "cloudwatch", "firehose", "eventbridge", "pinpoint")


@st.composite
def _destination(draw, recipes: Recipes) -> Document:
    target = draw(st.sampled_from([one for one in TARGETS if one != "sns" or recipes["@topic"] is not None]))
    own = {
        **recipes,
        **{one: None for one in TARGETS if one != target},
        "cloudwatch[].dimension": st.sampled_from(("campaign", "ses:configuration-set")),
        "cloudwatch[].default": st.sampled_from(("none", "a@b.example")),
        "firehose.stream_arn": st.sampled_from(names.STREAMS),
        "firehose.role_arn": st.sampled_from(names.ROLES),
        "arn:events": st.just(names.BUS),
        "arn:pinpoint": st.sampled_from(names.APPLICATIONS),
    }
    fragment = schema("event_destination")
    value = draw(along({**fragment, "required": ["events", target]}, own))
    if target == "pinpoint" and value["events"] != "all":
        value["events"] = [one for one in value["events"] if one not in names.NOT_FOR_PINPOINT] or ["SEND"]
    return value


@st.composite
def _rule(draw, name: str, set_name: str, state: State, chosen: Choice, recipes: Recipes) -> Document:
    own = {
        **recipes,
        "name": st.just(name),
        # Of rule sets that are in part somebody else's.
        "after": None,
        "recipients": st.just("all") | st.lists(st.sampled_from(names.RECIPIENTS), unique=True, min_size=1),
        "actions[].add_header.name": st.sampled_from(("X-A", "X-B")),
        "actions[].add_header.value": WORDS,
        "actions[].bounce.message": WORDS,
        "actions[].bounce.smtp_reply_code": st.sampled_from((550, "550")),
        "actions[].bounce.status_code": st.just("5.1.1"),
        "actions[].s3.bucket": st.sampled_from(names.BUCKETS),
        "actions[].s3.prefix": st.sampled_from(("", "in/")),
        "arn:kms": st.sampled_from(names.KEYS),
        "arn:iam": st.sampled_from(names.ROLES),
        "arn:lambda": st.sampled_from(names.FUNCTIONS),
        "arn:workmail": st.sampled_from(names.ORGANIZATIONS),
        "arn:connect": st.sampled_from(names.INSTANCES),
    }
    there = any(one["Name"] == name for one in state.rule_sets.get(set_name, ()))
    fragment = schema("receipt_rule")
    value = draw(along({**fragment, "required": ["name"] if there else ["name", "recipients"]}, own))
    if value.get("actions"):
        stops = [one for one in value["actions"] if "stop" in one]
        value["actions"] = [one for one in value["actions"] if "stop" not in one] + stops[:1]
    return chosen.said(f"receipt_rule/{set_name}/{name}", value)


@st.composite
def _active(draw, state: State, chosen: Choice) -> Document:
    there = [one for one in state.rule_sets if chosen.keeps(f"receipt_rule_set/{one}")]
    some = [None, *chosen.rule_sets, *({"external": one} for one in there if one not in chosen.rule_sets)]
    return draw(st.fixed_dictionaries({}, optional={"active_rule_set": st.sampled_from(some)}))


@st.composite
def names_only(draw, state: State) -> Document:
    """Names of things that are there, and nothing more; rules in their order, which is what a list of them says."""
    found: Document = {"topics": {one: {} for one in draw(_among(state.topics))}}
    identities = draw(_among(state.identities))
    found["domains"] = {one: {} for one in identities if "@" not in one}
    found["emails"] = {one: {} for one in identities if "@" in one}
    found["configuration_sets"] = {one: {} for one in draw(_among(state.sets))}
    rule_sets: Document = {}
    for name in draw(_among(state.rule_sets)):
        there = [{"name": one["Name"]} for one in state.rule_sets[name]]
        kept = draw(st.lists(st.booleans(), min_size=len(there), max_size=len(there)))
        listed = {"rules": [one for one, keep in zip(there, kept, strict=True) if keep]}
        rule_sets[name] = draw(st.sampled_from(({}, listed)))
    if rule_sets:
        found["receipt"] = {"rule_sets": rule_sets}
    return {key: value for key, value in found.items() if value}


def _among(there: Mapping[str, Any]) -> Strategy[list[str]]:
    return some(tuple(there)) if there else st.just([])
