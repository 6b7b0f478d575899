"""Event destinations: where a configuration set publishes what became of its mail.

API: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_EventDestinationDefinition.html

SES behaviour that shapes this module: an update replaces the whole definition, and a definition without `Enabled` is
a disabled one. There is exactly one target; whether an update may change its type is documented nowhere, so that is a
delete and a create. A target of a type that we do not know is shown and never written over.
"""

from __future__ import annotations

from sesops.core.kind import Kind
from sesops.kinds.event_destination.build import build
from sesops.kinds.event_destination.checks import check
from sesops.kinds.event_destination.fields import FIELDS, NAME, replace_when
from sesops.kinds.event_destination.reader import read
from sesops.kinds.event_destination.writes import FACETS, create, delete

KINDS = (
    Kind(
        name=NAME,
        paths=("configuration_sets.*.event_destinations.*",),
        fields=FIELDS,
        facets=FACETS,
        read=read,
        create=create,
        delete=delete,
        build=build,
        check=check,
        parents=("configuration_set",),
        replace_when=replace_when,
    ),
)
