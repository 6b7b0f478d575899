"""The calls that make and change a configuration set, and what comes before what."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from sesops.core.address import Address
from sesops.core.kind import Facet, Need, Write
from sesops.core.thing import Condition
from sesops.core.values import Call, Json, Scope
from sesops.kinds._shared import sesv2_tag_calls, tag_list, tags_facet
from sesops.kinds.configuration_set.fields import DOMAIN, HTTPS_POLICY, OPTIONS


def arn(address: Address, scope: Scope) -> str:
    """`arn:aws:ses:eu-west-1:123456789012:configuration-set/tx`."""
    return scope.arn("ses", f"configuration-set/{address.last}")


def _body(facet: str, write: Write) -> Mapping[str, Json]:
    """The whole block as it is sent."""
    if facet == "sending":
        # An empty Put would switch sending off.
        return {"SendingEnabled": True, **write.block}
    if facet == "tracking":
        return _tracking(write)
    return write.block


def _tracking(write: Write) -> Mapping[str, Json]:
    """Without a domain SES takes no HTTPS policy: one left over from the old domain, or the default, is not sent."""
    asked = write.after.get(HTTPS_POLICY) if HTTPS_POLICY in write.changed else None
    if "CustomRedirectDomain" in write.block or asked not in (None, "OPTIONAL"):
        return write.block
    return {key: value for key, value in write.block.items() if key != "HttpsPolicy"}


def _put(facet: str) -> Callable[[Write], tuple[Call, ...]]:
    def put(write: Write) -> tuple[Call, ...]:
        body = _body(facet, write)
        params = {"VdmOptions": body} if facet == "vdm" else body
        return (Call("sesv2", OPTIONS[facet].put, {"ConfigurationSetName": write.address.last, **params}),)

    return put


def create(address: Address, _scope: Scope, writes: Mapping[str, Write]) -> Call:
    """CreateConfigurationSet with every block that rides on it; if SES refuses one, it stores nothing."""
    params: dict[str, Json] = {"ConfigurationSetName": address.last}
    for facet, options in OPTIONS.items():
        if facet in writes and (body := _body(facet, writes[facet])):
            params[options.member] = body
    if "tags" in writes:
        params["Tags"] = tag_list(writes["tags"].block)
    return Call("sesv2", "CreateConfigurationSet", params)


def delete(address: Address, _scope: Scope) -> tuple[Call, ...]:
    """DeleteConfigurationSet; the event destinations go with it."""
    return (Call("sesv2", "DeleteConfigurationSet", {"ConfigurationSetName": address.last}),)


def tracking_needs(write: Write) -> Iterator[Need]:
    """The domain that the spec names has to be verified first.

    Of a domain that only SES names nothing was read, so SES decides.
    """
    body = _tracking(write)
    domain = body.get("CustomRedirectDomain")
    wanted = write.world.wanted(write.address)
    if body and domain is None:
        # The create call does not take such a block; in a Put SES says itself what it lacks.
        yield Need(step=(write.address, "create"))
    elif domain is not None and wanted is not None and wanted.fields.get(DOMAIN) == domain:
        yield Need(
            condition=Condition(
                domain,
                f"links can go through {domain} only once it, or a domain above it, is verified",
                "publish the DKIM records of the identity in DNS; the next run takes it up",
            )
        )


FACETS = (
    Facet("sending", _put("sending"), in_create=True),
    Facet("reputation", _put("reputation"), in_create=True, volatile=frozenset({"LastFreshStart"})),
    Facet("delivery", _put("delivery"), in_create=True, carried=lambda _scope: {"SendingPoolName": "*"}),
    Facet("tracking", _put("tracking"), in_create=True, needs=tracking_needs),
    Facet("suppression", _put("suppression"), in_create=True),
    Facet("vdm", _put("vdm"), in_create=True),
    Facet("archiving", _put("archiving"), in_create=True),
    tags_facet(sesv2_tag_calls(arn)),
)
