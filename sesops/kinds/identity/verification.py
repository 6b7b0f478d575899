"""Asking SES now whether an identity may send."""

from __future__ import annotations

from sesops.core.values import Call, Program, Reply, Scope
from sesops.kinds.identity.names import identity_addresses


def get_identity(name: str, region: str | None = None) -> Call:
    """The read that gives all of one identity but its notifications; of another region's, where one is named."""
    return Call("sesv2", "GetEmailIdentity", {"EmailIdentity": name}, region=region)


def verified(identity: str, _scope: Scope) -> Program:
    """Ask for an identity and the domains above it. Returns whether one of them is verified for sending.

    What SES refuses to answer is taken as not verified: a step that waits one run more does no harm.
    """
    answers = yield tuple(get_identity(one.last) for one in identity_addresses(identity))
    return any(isinstance(answer, Reply) and bool(answer.value.get("VerifiedForSendingStatus")) for answer in answers)
