"""The kind `subscription`: who hears what is published to a topic of ours.

API: Subscribe, SetSubscriptionAttributes (one attribute a call), Unsubscribe; read with ListSubscriptionsByTopic and
GetSubscriptionAttributes.

SNS behaviour that shapes this module: protocol and endpoint are what a subscription is, and never change. A webhook or
a mailbox has to confirm it first. Until then the listing has a literal in place of its ARN, so that its attributes can
be neither read nor set and nothing deletes it; left alone it goes by itself.
"""

from __future__ import annotations

from sesops.core.kind import Kind, NamedBy
from sesops.kinds.topic_subscription.checks import check, endpoint_fault
from sesops.kinds.topic_subscription.fields import FIELDS, NAME, build, last
from sesops.kinds.topic_subscription.reader import later, read
from sesops.kinds.topic_subscription.writes import FACETS, create, create_notice, delete, delete_needs

KINDS = (
    Kind(
        name=NAME,
        paths=("topics.*.subscriptions[name]",),
        fields=FIELDS,
        facets=FACETS,
        read=read,
        later=later,
        create=create,
        delete_live=delete,
        delete_needs=delete_needs,
        named_by=NamedBy(("protocol", "endpoint"), last, endpoint_fault),
        build=build,
        check=check,
        parents=("topic",),
        create_notice=create_notice,
    ),
)
