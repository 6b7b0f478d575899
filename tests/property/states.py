"""Live states, drawn along the shapes of what SES answers.

So a state holds whatever the installed botocore knows of a thing, be it in a schema of ours or not. The strategies for
one thing are kept (`cache`): to build one costs more than to draw from it.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from hypothesis import strategies as st
from property import names
from property.live import STACK_TAG, ConfigurationSet, Identity, State, Topic
from property.names import domain_of, topic_arn
from property.shapes import output, values

Names = tuple[str, ...]
Strategy = st.SearchStrategy


@st.composite
def states(draw, *, owners: Names = (names.STACK, "other")) -> State:
    """A live state; some things carry the tag of one of these stacks."""
    slow = draw(st.booleans())
    topics = {name: Topic(draw(st.booleans()), draw(tags(owners))) for name in draw(some(names.TOPICS))}
    topics["events"] = Topic(closed=False, tags=draw(tags(owners)))
    usable = tuple(topic_arn(name) for name, one in topics.items() if not one.closed)
    pools = {name: draw(tags(())) for name in draw(some(names.POOLS))}
    set_names = draw(some(names.SETS))
    lost = draw(st.sampled_from(((), (), ("gone",))))
    identities = {
        name: draw(_identities(name, usable, (*set_names, *lost), owners, slow=slow))
        for name in draw(some(names.IDENTITIES))
    }
    verified = tuple(name for name, one in identities.items() if not one.pending)
    sets = {name: draw(_sets(verified, tuple(pools), usable, owners)) for name in set_names}
    rule_sets = {
        name: [draw(rules(rule, verified, usable)) for rule in draw(some(names.RULES))]
        for name in draw(some(names.RULE_SETS))
    }
    active = draw(st.sampled_from((None, *rule_sets)))
    return State(slow, topics, pools, identities, sets, lost, rule_sets, active)


@cache
def some(of: Names) -> Strategy[list[str]]:
    """Some of these, each once, in any order."""
    return st.lists(st.sampled_from(of), unique=True)


@cache
def tags(owners: Names) -> Strategy[list[dict[str, str]]]:
    """Tags of anybody's, and of one of these stacks perhaps."""
    shape = output("sesv2", "GetConfigurationSet").members["Tags"]
    free = values(shape, {"Key": st.sampled_from(("team", "cost.centre", "x"))})
    owner = st.sampled_from([[], *([{"Key": STACK_TAG, "Value": one}] for one in owners)])
    return st.tuples(free, owner).map(lambda both: [*{one["Key"]: one for one in both[0]}.values(), *both[1]])


@cache
def _identities(name: str, topics: Names, sets: Names, owners: Names, *, slow: bool) -> Strategy[Identity]:
    modern = st.builds(
        Identity,
        answer=_answers(name, sets, owners),
        notifications=_notifications(topics),
        pending=st.booleans() if slow else st.just(value=False),
        classic=st.just(value=False),
    )
    answers = _answers(name, sets, owners).map(lambda answer: {**answer, "DkimAttributes": {}})
    return modern | st.builds(Identity, answers, _notifications(topics), st.just(slow), st.just(value=True))


@cache
def _answers(name: str, sets: Names, owners: Names) -> Strategy[dict[str, Any]]:
    known = {
        "MailFromDomain": st.sampled_from((f"bounce.{domain_of(name)}", f"mx.{domain_of(name)}")),
        "SigningAttributesOrigin": st.sampled_from(("AWS_SES", "AWS_SES", "EXTERNAL")),
        "Policies": st.dictionaries(st.sampled_from(names.POLICIES), policies(name)),
        "Tags": tags(owners),
        "ConfigurationSetName": st.sampled_from(("", *sets)),
    }
    read_only = (
        ("IdentityType", "VerifiedForSendingStatus", "VerificationStatus", "VerificationInfo", "Status", "Tokens")
        + ("SigningHostedZone", "CurrentSigningKeyLength", "LastKeyGenerationTimestamp", "MailFromDomainStatus")
        + (("DkimAttributes",) if "@" in name else ())
    )
    return values(output("sesv2", "GetEmailIdentity"), known, read_only)


def policies(identity: str) -> Strategy[str]:
    """Texts with and without white space."""
    return st.builds(
        lambda action, principal, indent: json.dumps(names.policy(identity, action, principal), indent=indent),
        st.sampled_from(names.ACTIONS),
        st.sampled_from(names.PRINCIPALS),
        st.sampled_from((None, 2)),
    )


@cache
def _notifications(topics: Names) -> Strategy[dict[str, Any]]:
    topic = st.none() | st.sampled_from(topics)
    known = dict.fromkeys(("BounceTopic", "ComplaintTopic", "DeliveryTopic"), topic)
    return values(output("ses", "GetIdentityNotificationAttributes", "NotificationAttributes"), known)


@cache
def _sets(verified: Names, pools: Names, topics: Names, owners: Names) -> Strategy[ConfigurationSet]:
    domains = [name for name in verified if "@" not in name]
    known = {
        "CustomRedirectDomain": st.sampled_from([*domains, *(f"click.{one}" for one in domains)] or ["none"]),
        "SendingPoolName": st.sampled_from(("ses-shared-pool", "ses-default-dedicated-pool", *pools)),
        "SuppressedReasons": st.lists(st.sampled_from(("BOUNCE", "COMPLAINT")), unique=True),
        "ArchiveArn": st.sampled_from(names.ARCHIVES),
        "Tags": tags(owners),
    }
    without = ("ConfigurationSetName", "LastFreshStart", *(() if domains else ("TrackingOptions",)))
    answers = values(output("sesv2", "GetConfigurationSet"), known, without)
    some_destinations = st.lists(
        st.sampled_from(names.DESTINATIONS).flatmap(lambda name: destinations(name, topics)),
        unique_by=lambda one: one["Name"],
    )
    return st.builds(ConfigurationSet, answers, some_destinations, st.booleans())


@cache
def destinations(name: str, topics: Names) -> Strategy[dict[str, Any]]:
    """Destinations of every type that the model has."""
    shape = output("sesv2", "GetConfigurationSetEventDestinations", "EventDestinations")
    targets = [one for one in shape.members if one.endswith("Destination")]
    return st.one_of([_of_type(target, name, topics) for target in targets])


def _of_type(target: str, name: str, topics: Names) -> Strategy[dict[str, Any]]:
    shape = output("sesv2", "GetConfigurationSetEventDestinations", "EventDestinations")
    others = [one for one in shape.members if one.endswith("Destination") and one != target]
    unfit = names.NOT_FOR_PINPOINT if target == "PinpointDestination" else ()
    events = [one for one in shape.members["MatchingEventTypes"].member.enum if one not in unfit]
    dimension = {
        "DimensionName": st.sampled_from(("campaign", "ses:configuration-set")),
        "DefaultDimensionValue": st.sampled_from(("none", "a@b.example")),
    }
    one = values(shape.members["CloudWatchDestination"].members["DimensionConfigurations"].member, dimension)
    known = {
        "Name": st.just(name),
        "MatchingEventTypes": st.lists(st.sampled_from(events), min_size=1, max_size=3, unique=True),
        "DimensionConfigurations": st.lists(one, min_size=1, max_size=2, unique_by=lambda each: each["DimensionName"]),
        "TopicArn": st.sampled_from(topics),
        "IamRoleArn": st.sampled_from(names.ROLES),
        "DeliveryStreamArn": st.sampled_from(names.STREAMS),
        "EventBusArn": st.just(names.BUS),
        "ApplicationArn": st.sampled_from(names.APPLICATIONS),
    }
    rest = values(shape, known, (*others, target))
    return st.tuples(rest, values(shape.members[target], known)).map(lambda both: {**both[0], target: both[1]})


@cache
def rules(name: str, verified: Names, topics: Names) -> Strategy[dict[str, Any]]:
    actions = output("ses", "DescribeReceiptRuleSet", "Rules", "Actions")
    known = {
        "Name": st.just(name),
        "TopicArn": st.sampled_from(topics),
        "BucketName": st.sampled_from(names.BUCKETS),
        "ObjectKeyPrefix": st.sampled_from(("", "in/")),
        "KmsKeyArn": st.sampled_from(names.KEYS),
        "IamRoleArn": st.sampled_from(names.ROLES),
        "Sender": st.sampled_from(names.senders(verified) or ["none"]),
        "SmtpReplyCode": st.just("550"),
        "StatusCode": st.just("5.1.1"),
        "OrganizationArn": st.sampled_from(names.ORGANIZATIONS),
        "FunctionArn": st.sampled_from(names.FUNCTIONS),
        "HeaderName": st.sampled_from(("X-A", "X-B")),
        "InstanceARN": st.sampled_from(names.INSTANCES),
        "IAMRoleARN": st.sampled_from(names.ROLES),
        "Recipients": st.lists(st.sampled_from(names.RECIPIENTS), unique=True),
    }
    kinds = [one for one in actions.members if one != "BounceAction" or verified]
    one = [values(actions.members[kind], known).map(lambda value, kind=kind: {kind: value}) for kind in kinds]
    known["Actions"] = st.lists(st.one_of(one), max_size=3).map(_stop_last)
    return values(output("ses", "DescribeReceiptRuleSet", "Rules"), known)


def _stop_last(actions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in actions if "StopAction" not in one] + [one for one in actions if "StopAction" in one][:1]
