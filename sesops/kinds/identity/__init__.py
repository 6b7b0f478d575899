"""Identities: what may stand behind `From`. Domains and e-mail addresses share their reader and most fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from sesops.core.address import Address
from sesops.core.kind import Kind
from sesops.core.thing import Wanted
from sesops.core.values import Ref
from sesops.kinds._shared import name_in_arn, sesv2_read_tags, sesv2_tag_calls, tags_in
from sesops.kinds.identity import checks, dkim, fields, judgement, reader, topics, writes


def _watches(wanted: Wanted) -> Iterable[str]:
    """The identity itself, with which the domains above it are read: verified, they let its mail leave too."""
    return (wanted.address.last,)


def _asks(wanted: Wanted) -> Iterator[tuple[Address, str]]:
    """Whether sending is on in the default set: moved to one where it is off, an identity's mail is refused. And
    whether SES may publish to the topics.
    """
    name = wanted.fields.get("configuration_set")
    if name is not None:
        yield Address("configuration_set", (name.name if isinstance(name, Ref) else name,)), "sending_enabled"
    yield from topics.asks(wanted)


def _asks_of_domain(wanted: Wanted) -> Iterator[tuple[Address, str]]:
    """The same, and the domain in another region whose DKIM keys are to be taken over."""
    yield from _asks(wanted)
    if region := dkim.primary_region(wanted.fields.get(dkim.ORIGIN)):
        yield wanted.address, dkim.primary_path(region)


def _domain_in(arn: str) -> tuple[str, ...] | None:
    name = name_in_arn(arn, "ses", "identity/")
    return (name,) if name and "@" not in name else None


def _email_in(arn: str) -> tuple[str, ...] | None:
    name = name_in_arn(arn, "ses", "identity/")
    return (name,) if name and "@" in name else None


DOMAIN = Kind(
    name="domain",
    paths=("domains.*",),
    fields=fields.DOMAIN_FIELDS,
    facets=writes.DOMAIN_FACETS,
    read=partial(reader.read, "domain"),
    later=reader.later,
    inventory=partial(reader.inventory, "domain"),
    create=writes.create,
    create_needs=dkim.awaits_primary,
    delete=writes.delete,
    check=checks.check_domain,
    check_across=dkim.check_across,
    judge=judgement.signing_key,
    arn=writes.arn,
    from_arn=_domain_in,
    tag_calls=sesv2_tag_calls(writes.arn),
    read_tags=sesv2_read_tags(writes.arn),
    tags_in=tags_in,
    delete_stops=judgement.delete_stops,
    create_notice=judgement.verification_notice,
    by_ses=judgement.by_ses,
    watches=_watches,
    asks=_asks_of_domain,
)

EMAIL = Kind(
    name="email",
    paths=("emails.*",),
    fields=fields.EMAIL_FIELDS,
    facets=writes.EMAIL_FACETS,
    read=partial(reader.read, "email"),
    later=reader.later,
    inventory=partial(reader.inventory, "email"),
    create=writes.create,
    delete=writes.delete,
    check=checks.check,
    arn=writes.arn,
    from_arn=_email_in,
    tag_calls=sesv2_tag_calls(writes.arn),
    read_tags=sesv2_read_tags(writes.arn),
    tags_in=tags_in,
    delete_stops=judgement.delete_stops,
    create_notice=judgement.confirmation_notice,
    by_ses=judgement.by_ses,
    watches=_watches,
    asks=_asks,
)

KINDS = (DOMAIN, EMAIL)
