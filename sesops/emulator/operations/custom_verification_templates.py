"""Templates of verification messages, in both generations. A document has the members of the request, and `tags`."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from sesops.emulator.context import Context, ServiceError
from sesops.emulator.operations import verification
from sesops.emulator.operations.identity_names import invalid
from sesops.emulator.operations.refusals import Door, Refusal
from sesops.emulator.operations.tags import checked_tags, shown_tags, taggable
from sesops.emulator.paging import page
from sesops.emulator.registry import Answer, Params, operation

TABLE = "custom_verification_email_template"
MOST = 50
LARGEST_PAGE = 50
LARGEST = 10 * 1024 * 1024
MEMBERS = (
    "TemplateName",
    "FromEmailAddress",
    "TemplateSubject",
    "TemplateContent",
    "SuccessRedirectionURL",
    "FailureRedirectionURL",
)

Document = dict[str, Any]

taggable("custom-verification-email-template", "CustomVerificationEmailTemplate")


def find(context: Context, name: str) -> Document | None:
    """The template of that name, if there is one."""
    return context.store.get(TABLE, name)


def load(context: Context, door: Door, name: str) -> Document:
    """The template of that name, or the refusal of one that is not there."""
    document = find(context, name)
    if document is None:
        message = f"Custom verification email template <{name}> does not exist"
        if door is Door.V1:
            raise ServiceError("CustomVerificationEmailTemplateDoesNotExist", message)
        raise ServiceError("NotFoundException", message, 404)
    return document


def _check(context: Context, door: Door, said: Params) -> None:
    """The members of a request. SES behaviour: the content may be anything.

    SES behaviour, unsure: that a message may have 10 MB is held against the content by itself.
    """
    address = said.get("FromEmailAddress")
    if address is not None and not verification.verified(context, address):
        message = f"The from email address <{address}> is not verified"
        if door is Door.V1:
            raise ServiceError("FromEmailAddressNotVerified", message)
        raise ServiceError("NotFoundException", message, 404)
    for outcome in ("Success", "Failure"):
        if not _is_url(said.get(f"{outcome}RedirectionURL", "https://example.com")):
            raise invalid(door, f"The {outcome.lower()} redirection URL is invalid")
    if len(said.get("TemplateContent", "").encode()) > LARGEST:
        code = "CustomVerificationEmailInvalidContent" if door is Door.V1 else "BadRequestException"
        raise ServiceError(code, "The template content is larger than 10 MB.")


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def _create(context: Context, door: Door, params: Params, tags: dict[str, str]) -> Answer:
    name = params["TemplateName"]
    _check(context, door, params)
    if find(context, name) is not None:
        code = "CustomVerificationEmailTemplateAlreadyExists" if door is Door.V1 else "AlreadyExistsException"
        raise ServiceError(code, f"Custom verification email template <{name}> already exists")
    if len(context.store.names(TABLE)) >= MOST:
        message = f"A maximum of {MOST} custom verification email templates is allowed."
        raise Refusal.LIMIT_EXCEEDED.error(door, message)
    context.store.put(TABLE, name, {**{member: params[member] for member in MEMBERS}, "tags": tags})
    return {}


def _update(context: Context, door: Door, params: Params) -> Answer:
    document = load(context, door, params["TemplateName"])
    _check(context, door, params)
    said = {member: params[member] for member in MEMBERS if member in params}
    context.store.put(TABLE, params["TemplateName"], {**document, **said})
    return {}


def _list(context: Context, door: Door, params: Params, size: int) -> Answer:
    token = params.get("NextToken")
    documents = [document for _, document in context.store.items(TABLE)]
    refusal = invalid(door, f"Invalid PageToken <{token}>.")
    shown, following = page(context, "custom verification templates", documents, token, size, refusal)
    listed = [{member: one[member] for member in MEMBERS if member != "TemplateContent"} for one in shown]
    return {"CustomVerificationEmailTemplates": listed, **({"NextToken": following} if following else {})}


@operation("sesv2", "CreateCustomVerificationEmailTemplate")
def create_v2(context: Context, params: Params) -> Answer:
    """Make a template."""
    return _create(context, Door.V2, params, checked_tags(params.get("Tags", [])))


@operation("ses", "CreateCustomVerificationEmailTemplate")
def create_v1(context: Context, params: Params) -> Answer:
    """Make a template."""
    return _create(context, Door.V1, params, {})


@operation("sesv2", "UpdateCustomVerificationEmailTemplate")
def update_v2(context: Context, params: Params) -> Answer:
    """Replace all but the tags."""
    return _update(context, Door.V2, params)


@operation("ses", "UpdateCustomVerificationEmailTemplate")
def update_v1(context: Context, params: Params) -> Answer:
    """Change what is said."""
    return _update(context, Door.V1, params)


@operation("sesv2", "GetCustomVerificationEmailTemplate")
def get_v2(context: Context, params: Params) -> Answer:
    """Content and tags."""
    document = load(context, Door.V2, params["TemplateName"])
    return {**{member: document[member] for member in MEMBERS}, "Tags": shown_tags(document)}


@operation("ses", "GetCustomVerificationEmailTemplate")
def get_v1(context: Context, params: Params) -> Answer:
    """The content."""
    document = load(context, Door.V1, params["TemplateName"])
    return {member: document[member] for member in MEMBERS}


@operation("sesv2", "DeleteCustomVerificationEmailTemplate")
def delete_v2(context: Context, params: Params) -> Answer:
    """SES behaviour: one that is not there is a 404, unlike in v1."""
    load(context, Door.V2, params["TemplateName"])
    context.store.delete(TABLE, params["TemplateName"])
    return {}


@operation("ses", "DeleteCustomVerificationEmailTemplate")
def delete_v1(context: Context, params: Params) -> Answer:
    """Remove a template that may be there."""
    context.store.delete(TABLE, params["TemplateName"])
    return {}


@operation("sesv2", "ListCustomVerificationEmailTemplates")
def list_v2(context: Context, params: Params) -> Answer:
    """All but the content."""
    size = params.get("PageSize", LARGEST_PAGE)
    if not 1 <= size <= LARGEST_PAGE:
        raise ServiceError("BadRequestException", f"The page size must be between 1 and {LARGEST_PAGE}")
    return _list(context, Door.V2, params, size)


@operation("ses", "ListCustomVerificationEmailTemplates")
def list_v1(context: Context, params: Params) -> Answer:
    """All but the content."""
    return _list(context, Door.V1, params, params.get("MaxResults", LARGEST_PAGE))
