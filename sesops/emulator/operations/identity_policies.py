"""Sending-authorization policies, kept in a table of their own: the classic Put does not ask for the identity.

SES behaviour: the text comes back without its white space and otherwise as sent, the order of its keys included.
"""

from __future__ import annotations

import json
import re
from typing import Any

from sesops.emulator.context import Context, ServiceError
from sesops.emulator.operations.identity_documents import load
from sesops.emulator.operations.identity_names import canonical, invalid, name_from_arn, own_resource
from sesops.emulator.operations.refusals import Door
from sesops.emulator.registry import Answer, Params, operation

POLICIES_PER_IDENTITY = 20
NAMES_PER_READ = 20
TEXT_LIMIT = 4096  # bytes of JSON

_TABLE = "identity_policies"
_STRING_OR_SPACE = re.compile(r'(?P<string>"(?:[^"\\]|\\.)*")|[ \t\r\n]+')
_POLICY_NAME = re.compile(r"[A-Za-z0-9_-]+")


def policies(context: Context, name: str) -> dict[str, str]:
    """The policies of an identity as {name: text}."""
    document = context.store.get(_TABLE, canonical(name))
    return {} if document is None else document["policies"]


def drop(context: Context, name: str) -> None:
    """Forget the policies of an identity that is deleted."""
    context.store.delete(_TABLE, canonical(name))


@operation("sesv2", "CreateEmailIdentityPolicy")
def create_email_identity_policy(context: Context, params: Params) -> Answer:
    """Add a policy that is not there yet."""
    identity, name = _checked(context, params)
    kept = policies(context, identity)
    if name in kept:
        raise ServiceError("AlreadyExistsException", f"Policy <{name}> already exists")
    _put(context, identity, name, params["Policy"], Door.V2)
    return {}


@operation("sesv2", "UpdateEmailIdentityPolicy")
def update_email_identity_policy(context: Context, params: Params) -> Answer:
    """Replace the text of a policy."""
    identity, name = _checked(context, params)
    if name not in policies(context, identity):
        raise _no_such_policy(name)
    _put(context, identity, name, params["Policy"], Door.V2)
    return {}


@operation("sesv2", "DeleteEmailIdentityPolicy")
def delete_email_identity_policy(context: Context, params: Params) -> Answer:
    """Take a policy away. SES behaviour: one that is not there is a 404."""
    identity, name = _checked(context, params)
    if not _remove(context, identity, name):
        raise _no_such_policy(name)
    return {}


@operation("sesv2", "GetEmailIdentityPolicies")
def get_email_identity_policies(context: Context, params: Params) -> Answer:
    """All policies of an identity."""
    _check_identity(context, params["EmailIdentity"])
    return {"Policies": policies(context, params["EmailIdentity"])}


@operation("ses", "PutIdentityPolicy")
def put_identity_policy(context: Context, params: Params) -> Answer:
    """Add or replace a policy. SES behaviour: whether the identity is there is not asked."""
    _check_policy_name(params["PolicyName"], Door.V1)
    identity = name_from_arn(context, params["Identity"])
    _put(context, identity, params["PolicyName"], params["Policy"], Door.V1)
    return {}


@operation("ses", "DeleteIdentityPolicy")
def delete_identity_policy(context: Context, params: Params) -> Answer:
    """Take a policy away. SES behaviour: one that is not there is no error."""
    _check_policy_name(params["PolicyName"], Door.V1)
    _remove(context, name_from_arn(context, params["Identity"]), params["PolicyName"])
    return {}


@operation("ses", "GetIdentityPolicies")
def get_identity_policies(context: Context, params: Params) -> Answer:
    """The policies of the names asked for, 20 at most; those not there are left out."""
    asked = params["PolicyNames"]
    if len(asked) > NAMES_PER_READ:
        raise invalid(Door.V1, f"Too many policy names: {len(asked)}. The maximum is {NAMES_PER_READ}.")
    kept = policies(context, name_from_arn(context, params["Identity"]))
    return {"Policies": {name: kept[name] for name in asked if name in kept}}


@operation("ses", "ListIdentityPolicies")
def list_identity_policies(context: Context, params: Params) -> Answer:
    """The names of all policies of an identity."""
    return {"PolicyNames": list(policies(context, name_from_arn(context, params["Identity"])))}


def _checked(context: Context, params: Params) -> tuple[str, str]:
    _check_policy_name(params["PolicyName"], Door.V2)
    _check_identity(context, params["EmailIdentity"])
    return params["EmailIdentity"], params["PolicyName"]


def _check_identity(context: Context, name: str) -> None:
    if load(context, name) is None:
        raise ServiceError("NotFoundException", f"Email identity <{name}> does not exist.", 404)


def _check_policy_name(name: str, door: Door) -> None:
    if not _POLICY_NAME.fullmatch(name):
        raise invalid(
            door,
            "PolicyName is invalid. Policy names must only include alpha-numeric characters, dashes, and underscores.",
        )


def _put(context: Context, identity: str, name: str, text: str, door: Door) -> None:
    kept = policies(context, identity)
    if name not in kept and len(kept) >= POLICIES_PER_IDENTITY:
        raise ServiceError(
            "InvalidParameterValue" if door is Door.V1 else "LimitExceededException",
            f"Number of policies for <{identity}> exceeds max allowed number of policies per resource",
        )
    kept[name] = _compact(context, identity, text, door)
    context.store.put(_TABLE, canonical(identity), {"policies": kept})


def _remove(context: Context, identity: str, name: str) -> bool:
    kept = policies(context, identity)
    if kept.pop(name, None) is None:
        return False
    context.store.put(_TABLE, canonical(identity), {"policies": kept})
    return True


def _compact(context: Context, identity: str, text: str, door: Door) -> str:
    """The policy without white space, or the refusal of one that is none for this identity."""

    def refuse(reason: str) -> ServiceError:
        return ServiceError("InvalidPolicy" if door is Door.V1 else "BadRequestException", reason)

    try:
        policy = json.loads(text)
    except ValueError:
        raise refuse("Policy is not valid JSON.") from None
    flaw = _flaw(context, policy, f"identity/{canonical(identity)}")
    if flaw is not None:
        raise refuse(flaw)
    compact = _STRING_OR_SPACE.sub(lambda match: match["string"] or "", text)
    if len(compact.encode()) > TEXT_LIMIT:
        raise refuse(f"Policy exceeds the maximum of {TEXT_LIMIT} bytes.")
    return compact


def _flaw(context: Context, policy: Any, resource: str) -> str | None:
    """What SES documents as required: statements with effect, principal and action about this very identity."""
    if not isinstance(policy, dict):
        return "Policy must be a JSON object."
    statements = _as_list(policy.get("Statement", []))
    if not statements:
        return "Policy must have at least one statement."
    for statement in statements:
        if not isinstance(statement, dict) or statement.get("Effect") not in ("Allow", "Deny"):
            return "Each statement must have an Effect of Allow or Deny."
        if not statement.keys() & {"Principal", "NotPrincipal"}:
            return "Each statement must have a Principal."
        if not statement.keys() & {"Action", "NotAction"}:
            return "Each statement must have an Action."
        if [own_resource(context, str(arn)) for arn in _as_list(statement.get("Resource"))] != [resource]:
            return f"The Resource of each statement must be {context.arn(resource)}."
    return None


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _no_such_policy(name: str) -> ServiceError:
    return ServiceError("NotFoundException", f"Policy <{name}> does not exist", 404)
