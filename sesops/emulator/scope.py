"""Who asks which service in which region, as the request itself says: by its signature, else by its looks."""

from __future__ import annotations

import re
from dataclasses import dataclass

from moto.core.request import Request

from sesops.emulator.wire import TAGGING, V1, V2

DEFAULT_ACCOUNT = "123456789012"
_DEFAULT_REGION = "us-east-1"
# Where boto3's name of a service is not the one that requests are signed for. SES is told apart by the path.
_SIGNED_AS = {"tagging": TAGGING, "email": V1}
# Unsigned requests of the Query protocol carry the version of an API, and it is enough to know the service by.
_BY_VERSION = {
    "2010-12-01": V1,
    "2010-03-31": "sns",
    "2011-06-15": "sts",
    "2010-05-08": "iam",
    "2012-11-05": "sqs",
}
# Older clients have one operation of the second generation under the first one's number.
_V2_PATHS = ("/v2/email/", "/v1/email/")


@dataclass(frozen=True)
class Scope:
    """The scope of one request."""

    service: str
    """By its name in boto3 if it is ours, else by the name it is signed for."""
    region: str
    access_key: str
    """Empty when the request is not signed."""


def read_scope(request: Request) -> Scope:
    """The scope that `request` was signed for (Signature Version 4, also 4A, also in the query)."""
    authorization = request.headers.get("Authorization", "")
    signed = re.search(r"Credential=([^,\s]+)", authorization)
    credential = signed[1] if signed else request.args.get("X-Amz-Credential", "")
    match credential.split("/"):
        case [key, _, region, signing_name, _]:
            return Scope(_service(request, signing_name.lower()), region, key)
        case [key, _, signing_name, _]:
            # Signature Version 4A signs for a set of regions, which stands in a header.
            region = request.headers.get("X-Amz-Region-Set", _DEFAULT_REGION).split(",")[0]
            return Scope(_service(request, signing_name.lower()), region, key)
    return Scope(_service(request, _unsigned(request)), _region_of(request.host), "")


def _service(request: Request, signing_name: str) -> str:
    service = _SIGNED_AS.get(signing_name, signing_name)
    return V2 if service == V1 and request.raw_path.startswith(_V2_PATHS) else service


def _unsigned(request: Request) -> str:
    if request.raw_path.startswith(_V2_PATHS):
        return V2
    if request.headers.get("X-Amz-Target", "").startswith("ResourceGroupsTaggingAPI"):
        return TAGGING
    version = request.values.get("Version", "")
    return _BY_VERSION.get(version) or _by_host(request.host) or "s3"


def _by_host(host: str) -> str | None:
    return host.partition(".")[0] if _is_aws(host) else None


def _region_of(host: str) -> str:
    labels = host.split(".")
    return labels[1] if _is_aws(host) and re.fullmatch(r"[a-z]{2,}(-[a-z]+)+-\d", labels[1]) else _DEFAULT_REGION


def _is_aws(host: str) -> bool:
    return ".amazonaws.com" in host
