"""Which rights calls need, and the least IAM policy that gives them: pure tables, so that a policy is known beforehand.

Source: AWS's Service Authorization Reference (Amazon SES, SES v2, SNS, Tagging). v1's actions know no resources, of
v2's those that name an identity, a set or a pool do, and so do SNS's that name a topic. What a second resource in a
call is worth (the default set of an identity) the reference leaves open where it lists one: the right is for both.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from sesops.core.values import Call, Json, Scope, secrets_in

LIMIT = 6144
"""Characters of a managed policy, white space apart."""
INSIDE = 10240
"""Those of all policies inside a role together."""
ANY = "*"
CALLER = Call("sts", "GetCallerIdentity")
"""Who we are; AWS answers it whatever the policy says, and a reader of the policy sees that it is asked."""

_PREFIXES: Mapping[str, str] = MappingProxyType({"sesv2": "ses", "resourcegroupstaggingapi": "tag"})
"""IAM's word for a service, where it is not botocore's: both APIs of SES have one."""
_NAMED: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "sesv2": {
            "EmailIdentity": "ses:identity/{}",
            "ConfigurationSetName": "ses:configuration-set/{}",
            "PoolName": "ses:dedicated-ip-pool/{}",
            "SendingPoolName": "ses:dedicated-ip-pool/{}",
            "DestinationPoolName": "ses:dedicated-ip-pool/{}",
            "ArchiveArn": "{}",
            "ResourceArn": "{}",
        },
        "secretsmanager": {"SecretId": "{}"},
        "sns": {"TopicArn": "{}", "ResourceArn": "{}", "Name": "sns:{}"},
    }
)
"""The members of calls that name a resource, and how its ARN ends; every other call is for all of them."""
_SECOND = frozenset(
    {
        "CreateConfigurationSet",
        "PutConfigurationSetArchivingOptions",
        "PutConfigurationSetDeliveryOptions",
        "PutEmailIdentityConfigurationSetAttributes",
    }
)
"""Operations for which the reference lists the resource that a call refers to, beside the one that it is about."""
_REGIONLESS = ("sts:", "iam:")
_WHOLE = re.compile(r"-[A-Za-z0-9]{6}$")
_ROLE = re.compile(r"arn:[^:]+:iam::(\d*|\*):role/.+")


@dataclass(frozen=True, order=True)
class Right:
    """To do one thing with one resource; `passed_to` is the service that a role is handed to."""

    action: str
    resource: str = ANY
    passed_to: str = ""


def action(service: str, operation: str) -> str:
    """IAM's word for an operation of botocore's: `ses:GetEmailIdentity` for sesv2 and GetEmailIdentity."""
    return f"{_prefix(service)}:{operation}"


def _prefix(service: str) -> str:
    return _PREFIXES.get(service, service)


def rights(call: Call, scope: Scope) -> Iterator[Right]:
    """What a call needs. To create with tags is to tag, and a role in a call is passed to the service."""
    if call.service == "s3":
        yield from _of_object(call, scope)
        return
    scope = replace(scope, region=call.region) if call.region else scope
    named = _NAMED.get(call.service, {})
    own = list(dict.fromkeys(_arn(named[key], text, scope) for key, text in _texts(call.params) if key in named))
    if call.service == "secretsmanager":
        # AWS ends the name of each secret with six characters, which a spec may leave out.
        own = [one if _WHOLE.search(one) else f"{one}-*" for one in own]
    # A call begins with what it is about.
    for resource in (own if call.operation in _SECOND else own[:1]) or [ANY]:
        yield Right(action(call.service, call.operation), resource)
    if call.operation.startswith("Create") and call.params.get("Tags"):
        yield Right(action(call.service, "TagResource"), own[0])
    for secret in secrets_in(call.params):
        yield from rights(secret.call, scope) if secret.call else ()
    for _, text in _texts(call.params):
        if _ROLE.fullmatch(text):
            yield Right("iam:PassRole", text, f"{_prefix(call.service)}.amazonaws.com")


def _of_object(call: Call, scope: Scope) -> Iterator[Right]:
    """To read an object is to hear that there is none, which S3 says only to who may list the bucket."""
    bucket = f"arn:{scope.partition}:s3:::{call.params['Bucket']}"
    # A key may have any sign; to IAM these three are patterns and variables.
    key = re.sub(r"[*?$]", r"${\g<0>}", call.params["Key"])
    yield Right(action(call.service, call.operation), f"{bucket}/{key}")
    if call.operation == "GetObject":
        yield Right("s3:ListBucket", bucket)


def _arn(form: str, text: str, scope: Scope) -> str:
    service, _, resource = form.format(text).partition(":")
    return text if form == "{}" else scope.arn(service, resource)


def _texts(value: Json, key: str = "") -> Iterator[tuple[str, str]]:
    """Every text in the parameters of a call, with the member that it stands in."""
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, Mapping):
        for name, one in value.items():
            yield from _texts(one, name)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one, key)


def anywhere(given: Iterable[Right]) -> set[Right]:
    """The same rights for every resource."""
    return {Right(one.action, passed_to=one.passed_to) for one in given}


def fitting(given: Iterable[Right], regions: Sequence[str]) -> tuple[set[Right], tuple[str, ...]]:
    """The rights, and as long as they are too many for a managed policy, those with the most names for every name.

    A role is never widened. Returns the patterns that came in for names too.
    """
    held, widened = set(given), list[str]()
    while size(document(held, regions)) > LIMIT:
        families: defaultdict[str, int] = defaultdict(int)
        for one in held:
            if (family := _family(one.resource)) and one.resource != f"{family}*":
                families[family] += len(one.resource)
        if not families:
            break
        widest = max(sorted(families), key=lambda one: families[one])
        widened.append(f"{widest}*")
        held = {
            Right(one.action, f"{widest}*", one.passed_to) if _family(one.resource) == widest else one for one in held
        }
    return held, tuple(sorted(widened))


def _family(arn: str) -> str:
    """What an ARN begins with, up to the name: `arn:aws:ses:eu-west-1:123456789012:identity/`."""
    if arn == ANY or ":iam:" in arn:
        return ""
    head, slash, _ = arn.partition("/")
    return head + slash if slash else f"{arn.rpartition(':')[0]}:"


def document(given: Iterable[Right], regions: Sequence[str] = ()) -> dict[str, Any]:
    """The policy: a statement for all that may be done with the same resources, in one order. `regions` confine what is
    for every resource.
    """
    resources: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for one in given:
        resources[one.action, one.passed_to].add(one.resource)
    actions: defaultdict[tuple[tuple[str, ...], str, tuple[str, ...]], list[str]] = defaultdict(list)
    for (name, passed_to), held in resources.items():
        confined = ANY in held and not name.startswith(_REGIONLESS)
        actions[_least(held), passed_to, tuple(sorted(set(regions))) if confined else ()].append(name)
    statements = [_statement(sorted(names), *shared) for shared, names in actions.items()]
    return {"Version": "2012-10-17", "Statement": sorted(statements, key=lambda one: json.dumps(one, sort_keys=True))}


def _least(resources: set[str]) -> tuple[str, ...]:
    """The resources, without those that a pattern among them takes in."""
    if ANY in resources:
        return (ANY,)
    patterns = tuple(one[:-1] for one in resources if one.endswith("*"))
    return tuple(sorted(one for one in resources if one.endswith("*") or not one.startswith(patterns)))


def _statement(
    actions: list[str], resources: tuple[str, ...], passed_to: str, regions: tuple[str, ...]
) -> dict[str, Any]:
    equal: dict[str, Json] = {}
    if passed_to:
        equal["iam:PassedToService"] = passed_to
    if regions:
        equal["aws:RequestedRegion"] = list(regions)
    return {
        "Effect": "Allow",
        "Action": actions,
        "Resource": ANY if resources == (ANY,) else list(resources),
        **({"Condition": {"StringEquals": equal}} if equal else {}),
    }


def size(policy: Mapping[str, Any]) -> int:
    """Characters of a policy as IAM counts them."""
    return len(json.dumps(policy, separators=(",", ":")))
