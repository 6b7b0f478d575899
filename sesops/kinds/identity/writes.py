"""The calls that change an identity, and what comes before what.

Order of the notification calls (SES behaviour: a header flag needs its topic, and forwarding may be off only where
topics hear of bounces and complaints): topics, then header flags, then forwarding off. The other way round:
forwarding on and header flags off, then the topics go (or the default configuration set, which may hear of them), so
that there is no moment in which feedback goes nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from sesops.core.address import Address
from sesops.core.kind import Facet, Need, Write
from sesops.core.thing import Block
from sesops.core.values import Call, Json, Scope
from sesops.kinds._shared import sesv2_tag_calls, tag_list, tags_facet
from sesops.kinds.identity import dkim, fields, topics
from sesops.kinds.identity.fields import NOTIFICATIONS, headers_facet, topic_facet

_OWN_KEY = ("DomainSigningSelector", "DomainSigningPrivateKey")


def arn(address: Address, scope: Scope) -> str:
    """`arn:aws:ses:eu-west-1:123456789012:identity/example.com`."""
    return scope.arn("ses", f"identity/{address.last}")


def create(address: Address, _scope: Scope, writes: Mapping[str, Write]) -> Call:
    """CreateEmailIdentity with what can ride on it: tags, the DKIM key length, the default configuration set."""
    params: dict[str, Json] = {"EmailIdentity": address.last}
    if tags := _block(writes, fields.TAGS):
        params["Tags"] = tag_list(tags)
    if signing := _signing(_block(writes, fields.DKIM_KEY)):
        params["DkimSigningAttributes"] = signing
    params.update(_block(writes, fields.CONFIGURATION_SET))
    return Call("sesv2", "CreateEmailIdentity", params)


def _signing(block: Mapping[str, Json]) -> dict[str, Json]:
    """How a new domain signs: at creation SES takes one of three, and no origin but another region's (SES behaviour:
    DKIM).
    """
    if dkim.primary_region(block.get("SigningAttributesOrigin")):
        return {"DomainSigningAttributesOrigin": block["SigningAttributesOrigin"]}
    return {key: block[key] for key in (*_OWN_KEY, "NextSigningKeyLength") if key in block}


def _block(writes: Mapping[str, Write], facet: str) -> Mapping[str, Json]:
    return writes[facet].block if facet in writes else {}


def delete(address: Address, _scope: Scope) -> tuple[Call, ...]:
    """DeleteEmailIdentity; policies, topics, MAIL FROM, keys and tags go with it."""
    return (Call("sesv2", "DeleteEmailIdentity", {"EmailIdentity": address.last}),)


def _v2(operation: str, write: Write, **params: Json) -> tuple[Call, ...]:
    return (Call("sesv2", operation, {"EmailIdentity": write.address.last, **params}),)


def _as_new(write: Write, default: Json) -> bool:
    """Whether a thing just made has the value already, so that there is nothing to call."""
    return write.creating and all(value == default for value in write.block.values())


def _put_signing(write: Write) -> tuple[Call, ...]:
    # Always said: an empty body switches signing off.
    if _as_new(write, True):
        return ()
    return _v2("PutEmailIdentityDkimAttributes", write, SigningEnabled=write.block.get("SigningEnabled", True))


def _put_key(write: Write) -> tuple[Call, ...]:
    return (*_key(write), *_kept_off(write))


def _kept_off(write: Write) -> tuple[Call, ...]:
    """Signing that is off and stays so is said again: a domain's first key comes with it on (SES behaviour: DKIM)."""
    wanted, live = write.world.wanted(write.address), write.world.live(write.address)
    block = live.blocks.get(fields.DKIM_SIGNING) if live else None
    is_off = isinstance(block, Block) and block.raw.get("SigningEnabled") is not True
    if not is_off or wanted is None or wanted.fields.get("dkim.signing_enabled") is not False:
        return ()
    return _v2("PutEmailIdentityDkimAttributes", write, SigningEnabled=False)


def _key(write: Write) -> tuple[Call, ...]:
    """A length is sent only if it is new: the one in force is refused, and so is a second change within a day."""
    path = "dkim.signing_key_length"
    origin = dkim.EASY if path in write.changed else write.after.get(dkim.ORIGIN) or dkim.EASY
    if origin != dkim.EASY:
        own = {key: write.block[key] for key in _OWN_KEY if key in write.block and origin == dkim.EXTERNAL}
        given = {"SigningAttributes": own} if own else {}
        return _v2("PutEmailIdentityDkimSigningAttributes", write, SigningAttributesOrigin=origin, **given)
    # Where the origin changes alone, a length that the spec wants goes with it.
    length = write.after[path] or "RSA_2048_BIT" if path in write.changed else _after(write, path)
    attributes = {"SigningAttributes": {"NextSigningKeyLength": length}} if length else {}
    return _v2("PutEmailIdentityDkimSigningAttributes", write, SigningAttributesOrigin=dkim.EASY, **attributes)


def _key_needs(write: Write) -> Iterator[Need]:
    """At creation the whole domain waits for the keys that it takes over."""
    wanted = write.world.wanted(write.address)
    if wanted is not None and dkim.ORIGIN in write.changed and not write.creating:
        yield from dkim.awaits_primary(wanted, write.world)


def _put_mail_from(write: Write) -> tuple[Call, ...]:
    """Both members in one call; without a domain MAIL FROM is off, and the behaviour goes with it."""
    if write.block.get("MailFromDomain"):
        # A default that the spec asks for is said; of what nobody speaks, SES's own default is not.
        asked = "mail_from.behavior_on_mx_failure" in write.changed
        default = {"BehaviorOnMxFailure": "USE_DEFAULT_VALUE"} if asked else {}
        return _v2("PutEmailIdentityMailFromAttributes", write, **{**default, **write.block})
    return () if write.creating else _v2("PutEmailIdentityMailFromAttributes", write)


def _put_forwarding(write: Write) -> tuple[Call, ...]:
    # v2's call, because v1's wants both topics even where an event destination hears of bounces and complaints.
    if _as_new(write, True):
        return ()
    enabled = write.block.get("FeedbackForwardingStatus", True)
    return _v2("PutEmailIdentityFeedbackAttributes", write, EmailForwardingEnabled=enabled)


def _put_configuration_set(write: Write) -> tuple[Call, ...]:
    return _v2("PutEmailIdentityConfigurationSetAttributes", write, **write.block)


def _notification(operation: str, kind: str, write: Write, **params: Json) -> tuple[Call, ...]:
    of_type = {"Identity": write.address.last, "NotificationType": kind.capitalize()}
    return (Call("ses", operation, {**of_type, **params}),)


def _put_topic(kind: str) -> Callable[[Write], tuple[Call, ...]]:
    def put(write: Write) -> tuple[Call, ...]:
        topic = write.block.get(f"{kind.capitalize()}Topic")
        # Left out, the topic is cleared.
        params = {"SnsTopic": topic} if topic else {}
        return _notification("SetIdentityNotificationTopic", kind, write, **params)

    return put


def _put_headers(kind: str) -> Callable[[Write], tuple[Call, ...]]:
    def put(write: Write) -> tuple[Call, ...]:
        if _as_new(write, False):
            return ()
        enabled = write.block.get(f"HeadersIn{kind.capitalize()}NotificationsEnabled", False)
        return _notification("SetIdentityHeadersInNotificationsEnabled", kind, write, Enabled=enabled)

    return put


def _after(write: Write, path: str) -> Json:
    """What the spec asks of another field of the same identity; None where it says nothing or `null`."""
    wanted = write.world.wanted(write.address)
    return wanted.fields.get(path) if wanted else None


def _forwarding_comes_on(write: Write) -> Iterator[Need]:
    """What hears of bounces and complaints goes after forwarding is on, where the spec wants it on."""
    if _after(write, "feedback_forwarding") is not False:
        yield Need(step=(write.address, fields.FORWARDING))


def _topic_needs(kind: str) -> Callable[[Write], Iterator[Need]]:
    def needs(write: Write) -> Iterator[Need]:
        topic = write.after.get(f"notifications.{kind}.topic")
        if topic is not None:
            yield from () if write.creating else topics.awaits(write, topic)
            return
        if not _after(write, f"notifications.{kind}.include_original_headers"):
            yield Need(step=(write.address, headers_facet(kind)))
        yield from _forwarding_comes_on(write)

    return needs


def _headers_needs(kind: str) -> Callable[[Write], Iterator[Need]]:
    def needs(write: Write) -> Iterator[Need]:
        if write.after.get(f"notifications.{kind}.include_original_headers"):
            yield Need(step=(write.address, topic_facet(kind)))

    return needs


def _configuration_set_needs(write: Write) -> Iterator[Need]:
    """A default set that is replaced may be what heard of bounces; a new identity has it from the start."""
    if not write.creating:
        yield from _forwarding_comes_on(write)


def _forwarding_needs(write: Write) -> Iterable[Need]:
    """Off comes last: if a topic cannot be set, feedback still goes out by mail."""
    if write.after.get("feedback_forwarding") is not False:
        return ()
    facets = (facet(kind) for kind in NOTIFICATIONS for facet in (topic_facet, headers_facet))
    return tuple(Need(step=(write.address, facet)) for facet in (*facets, fields.CONFIGURATION_SET))


EMAIL_FACETS = (
    Facet(
        fields.MAIL_FROM,
        _put_mail_from,
        volatile=frozenset({"MailFromDomainStatus"}),
    ),
    *(Facet(topic_facet(kind), _put_topic(kind), needs=_topic_needs(kind)) for kind in NOTIFICATIONS),
    *(Facet(headers_facet(kind), _put_headers(kind), needs=_headers_needs(kind)) for kind in NOTIFICATIONS),
    Facet(fields.FORWARDING, _put_forwarding, needs=_forwarding_needs),
    Facet(fields.CONFIGURATION_SET, _put_configuration_set, in_create=True, needs=_configuration_set_needs),
    tags_facet(sesv2_tag_calls(arn)),
)

DOMAIN_FACETS = (
    Facet(fields.DKIM_SIGNING, _put_signing, volatile=frozenset({"Status", "Tokens"})),
    Facet(
        fields.DKIM_KEY,
        _put_key,
        in_create=True,
        needs=_key_needs,
        volatile=frozenset(
            {"Status", "Tokens", "SigningHostedZone", "CurrentSigningKeyLength", "LastKeyGenerationTimestamp"}
        ),
    ),
    *EMAIL_FACETS,
)
