"""Configuration sets: what SES does with the mail that names one, in seven blocks of options.

API: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetConfigurationSet.html

SES behaviour that shapes this module: a set is created whole, but changed block by block, and each Put replaces its
whole block; a boolean left out of a Put counts as false. Suppression has three values: no block (as the account
says), an empty list (suppress nothing) and a list, and no call leads back to the first. A tracking domain has to be
verified before it is taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sesops.core.kind import Build, Kind
from sesops.core.thing import Wanted
from sesops.core.values import Json
from sesops.kinds._shared import name_in_arn, sesv2_read_tags, sesv2_tag_calls, tags_in
from sesops.kinds.configuration_set.checks import check, judge
from sesops.kinds.configuration_set.fields import DOMAIN, FIELDS, NAME, REASONS, delete_stops
from sesops.kinds.configuration_set.reader import inventory, later, read
from sesops.kinds.configuration_set.writes import FACETS, arn, create, delete


def from_arn(text: str) -> tuple[str, ...] | None:
    """The set's name in its ARN. An event destination's ARN begins like its set's and goes on behind a colon."""
    name = name_in_arn(text, "ses", "configuration-set/")
    return None if name is None or ":" in name else (name,)


def build(value: Json, _build: Build) -> Mapping[str, Json]:
    """A set has no order: sorted, the plan does not hang on how the spec writes it."""
    return {**value, REASONS: sorted(value[REASONS])} if REASONS in value else value


def watches(wanted: Wanted) -> Iterator[str]:
    """The domain that the set's tracking may wait for."""
    domain = wanted.fields.get(DOMAIN)
    if isinstance(domain, str):
        yield domain


KINDS = (
    Kind(
        name=NAME,
        paths=("configuration_sets.*",),
        fields=FIELDS,
        facets=FACETS,
        read=read,
        later=later,
        inventory=inventory,
        create=create,
        delete=delete,
        build=build,
        check=check,
        judge=judge,
        arn=arn,
        from_arn=from_arn,
        tag_calls=sesv2_tag_calls(arn),
        read_tags=sesv2_read_tags(arn),
        tags_in=tags_in,
        delete_stops=delete_stops,
        watches=watches,
    ),
)
