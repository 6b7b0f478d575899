"""From an AWS error to what it means to a reconciler: a `Refusal`, and whether trying again can help.

AWS's codes decide wherever they can. Text is matched only where one code stands for several meanings (SES says
BadRequestException or InvalidParameterValue for nearly everything), and then only the texts that SES is known to send.
"""

from __future__ import annotations

import re
from enum import Enum
from http import HTTPStatus
from typing import NamedTuple

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, IncompleteReadError, SSLError
from botocore.exceptions import ConnectionError as BotoConnectionError
from botocore.parsers import ResponseParserError

from sesops.core.values import Refusal, Refused

BREAKS = (BotoConnectionError, HTTPClientError, IncompleteReadError, ResponseParserError)
"""What botocore raises where no answer came that can be read."""


class Retry(Enum):
    """Whether, and how patiently, a refused call is made again."""

    NO = "no"
    THROTTLED = "throttled"
    TRANSIENT = "transient"
    """A server fault, a broken connection, or somebody else writing the same thing at this moment."""
    PROPAGATION = "propagation"
    """SES tried a bucket, function, topic or role; a grant made seconds ago takes up to a minute to be seen."""


class Verdict(NamedTuple):
    """An error judged."""

    refusal: Refusal
    retry: Retry = Retry.NO


_THROTTLED = frozenset(
    {
        "BandwidthLimitExceeded",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "Throttled",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
"""Not LimitExceededException, which botocore's newer retry modes wait for: at SES it is a quota, and stays one."""

_TRANSIENT = frozenset(
    {
        "ConcurrentAccess",
        "ConcurrentAccessException",
        "ConcurrentModificationException",
        "InternalError",
        "InternalFailure",
        "InternalServiceError",
        "InternalServiceErrorException",
        "InternalServiceException",
        "RequestTimeout",
        "RequestTimeoutException",
        "ServiceUnavailable",
    }
)
_CREDENTIALS = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "IncompleteSignature",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "MissingAuthenticationToken",
        "NoCredentials",
        "RequestExpired",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
"""Codes that say that AWS does not know the caller at all."""
_DENIED = _CREDENTIALS | {
    "AccessDenied",
    "AccessDeniedException",
    "AuthorizationError",
    "AuthorizationErrorException",
    "KMSAccessDenied",
    "NotAuthorized",
    "OptInRequired",
    "UnauthorizedOperation",
}
_UNAVAILABLE = frozenset({"InvalidAction", "UnknownOperationException"})

_PROPAGATION_TEXT = re.compile(
    r"could not write to bucket|unable to write to s3 bucket|could not invoke lambda function"
    r"|could not publish (message )?to sns topic|could not assume\b.*\brole",
    re.IGNORECASE,
)
_UNVERIFIED_TEXT = re.compile(r"\bis not verified\b", re.IGNORECASE)
_SANDBOX_CODE = re.compile(r"^ProductionAccessNotGranted")
# SES's own words are not known.
_SANDBOX_TEXT = re.compile(r"\bin (the|its|your)( \w+){0,3} sandbox\b|\bproduction access\b", re.IGNORECASE)
_MISSING_TEXT = re.compile(
    # The second is what a Put of DKIM signing answers for a domain that is not there.
    r"\bdoes not exist\b|is not verified for DKIM signing|must be a verified email address or domain",
    re.IGNORECASE,
)
_MISSING_CODE = re.compile(r"(NotFound|NotFoundException|DoesNotExist|DoesNotExistException)$|^NoSuch")
_EXISTS_CODE = re.compile(r"AlreadyExists(Exception)?$")


def judge(error: ClientError) -> Verdict:
    """Judge an answer that AWS gave."""
    head = error.response.get("Error", {})
    meta = error.response.get("ResponseMetadata", {})
    status = meta.get("HTTPStatusCode", 0)
    code, message = str(head.get("Code", "")), str(head.get("Message", ""))
    creating = error.operation_name.startswith("Create")
    refusal = Refusal(_meaning(code, message, status, creating=creating), code, message, meta.get("RequestId"))
    return Verdict(refusal, _retry(code, message, status))


def judge_break(error: Exception) -> Verdict:
    """Judge a call that got no answer we can read: the connection failed, or the body is not what it should be.

    The call may have been made all the same; that is for the caller to find out.
    """
    refusal = Refusal(Refused.FAILED, type(error).__name__.removesuffix("Error"), str(error))
    return Verdict(refusal, Retry.NO if isinstance(error, SSLError) else Retry.TRANSIENT)


def judge_credentials(error: BotoCoreError) -> Verdict:
    """Judge a call that could not be signed."""
    return Verdict(Refusal(Refused.DENIED, "NoCredentials", str(error)))


def concerns_credentials(refusal: Refusal) -> bool:
    """Whether AWS refused the caller rather than the call."""
    return refusal.code in _CREDENTIALS


def _meaning(code: str, message: str, status: int, *, creating: bool) -> Refused:
    """Order matters: SES answers 404 for a sender that is not verified, and for an operation it does not know."""
    if code in _UNAVAILABLE:
        return Refused.UNAVAILABLE
    if code in _DENIED or status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return Refused.DENIED
    if _EXISTS_CODE.search(code) or (creating and "already exists" in message.lower()):
        return Refused.EXISTS
    if _MISSING_CODE.search(code) and not _UNVERIFIED_TEXT.search(message):
        return _missing(creating=creating)
    if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        if _MISSING_TEXT.search(message):
            return _missing(creating=creating)
        if _UNVERIFIED_TEXT.search(message):
            return Refused.UNVERIFIED
        if _SANDBOX_CODE.search(code) or (status == HTTPStatus.BAD_REQUEST and _SANDBOX_TEXT.search(message)):
            return Refused.SANDBOX
    return Refused.FAILED


def _missing(*, creating: bool) -> Refused:
    """What a create finds missing is its parent or something it refers to, never the thing itself."""
    return Refused.FAILED if creating else Refused.MISSING


def _retry(code: str, message: str, status: int) -> Retry:
    if code in _THROTTLED or status == HTTPStatus.TOO_MANY_REQUESTS:
        return Retry.THROTTLED
    if code in _TRANSIENT or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Retry.TRANSIENT
    if status == HTTPStatus.BAD_REQUEST and _PROPAGATION_TEXT.search(message):
        return Retry.PROPAGATION
    return Retry.NO


class _Hint(NamedTuple):
    """Advice for codes or texts that match; an empty pattern matches nothing."""

    advice: str
    code: str = ""
    text: str = ""


_HINTS = (
    _Hint("renew the credentials (with SSO: aws sso login) and run it again", code="^(ExpiredToken|RequestExpired)"),
    _Hint(
        "check the credentials (AWS_PROFILE, AWS_ACCESS_KEY_ID) and this machine's clock",
        code="|".join(sorted(_CREDENTIALS)),
    ),
    _Hint("sign the account up for the service, or enable the region", code="OptInRequired"),
    _Hint(
        "allow that action in the policy of the role in use; `sesops iam-policy` prints all that it needs",
        code="AccessDenied|AuthorizationError|NotAuthorized|UnauthorizedOperation",
    ),
    _Hint(
        "this region does not offer it: remove the section, or take another region",
        code="InvalidAction|UnknownOperation",
    ),
    _Hint("a quota is used up: remove what nothing uses, or ask for more in Service Quotas", code="^LimitExceeded"),
    _Hint(
        "something else calls the same API: run it again, or slow down with --max-rate",
        code="|".join(sorted(_THROTTLED)),
    ),
    _Hint("somebody else writes the same thing: run it again", code="ConcurrentModification|ConcurrentAccess"),
    _Hint("AWS is reviewing or changing the account's details: wait until that is done", code="^Conflict"),
    _Hint("make another receipt rule set the active one first, or none", code="^CannotDelete"),
    _Hint("take the tenant's associations away first", text="has tenant associations"),
    # SES's own words are not known: documented is that it takes one change of the key length in 24 hours.
    _Hint(
        "SES changes the length of a DKIM key once a day: run it again tomorrow",
        text=r"key length\b.*\b(24.?hours?|(once|one) (a|per) day)",
    ),
    _Hint(
        "the bucket's policy has to let ses.amazonaws.com do s3:PutObject under the prefix, with this account as "
        "AWS:SourceAccount; an encrypted bucket's key policy too",
        text="could not write to bucket|unable to write to s3 bucket",
    ),
    _Hint("set it where this runs, or correct where the spec looks for it", code="^SecretNotReadable"),
    _Hint("the bucket has to be there before the rule", text="no such bucket"),
    _Hint("the bucket has to be there; sesops makes none", code="^NoSuchBucket$"),
    _Hint("a lock needs an S3 with conditional writes and deletes (If-None-Match, If-Match)", code="^NotImplemented$"),
    _Hint(
        "the function needs a permission that lets ses.amazonaws.com do lambda:InvokeFunction, with this account as "
        "source account",
        text="could not invoke lambda function",
    ),
    _Hint(
        "the topic's policy has to let ses.amazonaws.com do sns:Publish, with this account as AWS:SourceAccount; an "
        "encrypted topic's key policy has to let it do kms:GenerateDataKey and kms:Decrypt",
        text="could not publish (message )?to sns topic",
    ),
    _Hint(
        "the role's trust policy has to let ses.amazonaws.com do sts:AssumeRole, and the role has to be allowed to "
        "write to its target (firehose:PutRecordBatch on the stream, or s3:PutObject on the bucket)",
        text=r"could not assume\b.*\brole",
    ),
    _Hint("this is an error in sesops; please report it", code="Serialization|MalformedInput"),
    _Hint(
        "check the network, the proxy and the region's name", code="EndpointConnection|ConnectTimeout|ProxyConnection"
    ),
    _Hint("check the proxy's certificate (AWS_CA_BUNDLE)", code="^SSL"),
    _Hint("AWS has trouble: run it again later", code=r"^(5\d\d|Internal|ServiceUnavailable)"),
    _Hint("verify the identity; the next run takes it up", text="is not verified"),
)


def hint_for(code: str, message: str) -> str | None:
    """What to do about a refusal, without a full stop; None where its own text says all there is to say."""
    for hint in _HINTS:
        by_code = hint.code and re.search(hint.code, code)
        if by_code or (hint.text and re.search(hint.text, message, re.IGNORECASE)):
            return hint.advice
    return None
