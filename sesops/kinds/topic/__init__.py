"""SNS topics that carry notifications and events: their attributes, and that SES may publish to them.

API: https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html

SNS behaviour that shapes this package: the policy is one document that others write too, so our statement is merged
into what is there, read again at the moment of writing, unless the spec has the whole document; a new topic comes with
a policy that lets its owner use it. CreateTopic returns the topic where one of that name exists already. Each attribute
has a call of its own, and so have tags.
"""

from __future__ import annotations

from sesops.core.kind import Kind
from sesops.core.sentences import MANY, listed
from sesops.core.thing import Live, World
from sesops.kinds._shared import tags_in
from sesops.kinds.topic.checks import check, judge
from sesops.kinds.topic.fields import ENCRYPTION, FIELDS, POLICY, build
from sesops.kinds.topic.names import NAME, arn, from_arn
from sesops.kinds.topic.reader import inventory, read, read_tags
from sesops.kinds.topic.writes import FACETS, create, delete, tag_calls


def delete_stops(live: Live | None, world: World) -> str | None:
    """A topic goes, and with it what it carries; a receipt action that cannot publish fails."""
    if live is None:
        return None
    # A topic's own policy names the topic.
    users = listed((one for one in world.keeping(live.address) if one != live.address), MANY)
    used = f"; {users} use{'' if ',' in users else 's'} it" if users else ""
    return f"notifications and events for topic {live.address.last} are lost, and receipt actions with it fail{used}"


KINDS = (
    Kind(
        name=NAME,
        paths=("topics.*",),
        fields=FIELDS,
        facets=FACETS,
        read=read,
        inventory=inventory,
        create=create,
        delete=delete,
        build=build,
        check=check,
        judge=judge,
        arn=arn,
        from_arn=from_arn,
        ref_value=arn,
        tag_calls=tag_calls,
        read_tags=read_tags,
        tags_in=tags_in,
        ready=("create", POLICY, ENCRYPTION),
        delete_stops=delete_stops,
    ),
)
