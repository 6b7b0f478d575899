"""E-mail templates, in both generations. A document is {created, content, tags}; `content` is spelt as v2 spells it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sesops.emulator.context import Context, ServiceError
from sesops.emulator.operations import tenant_associations
from sesops.emulator.operations.identity_names import invalid
from sesops.emulator.operations.refusals import Door, Refusal
from sesops.emulator.operations.tags import checked_tags, shown_tags, taggable
from sesops.emulator.operations.template_rendering import RenderingError, check_syntax, message_text, parse_data, render
from sesops.emulator.paging import page
from sesops.emulator.registry import Answer, Params, operation
from sesops.emulator.store import parse, stamp

TABLE = "template"
MOST = 20_000
LARGEST = 500 * 1024
DEFAULT_PAGE = 10
LARGEST_PAGE = 100
# (v1 member, v2 member)
_PARTS = (("SubjectPart", "Subject"), ("TextPart", "Text"), ("HtmlPart", "Html"))

Document = dict[str, Any]

taggable("template", "Template")


def find(context: Context, name: str) -> Document | None:
    """The template of that name, if there is one."""
    return context.store.get(TABLE, name)


def _missing(door: Door, name: str) -> ServiceError:
    message = f"Template {name} does not exist."
    if door is Door.V1:
        return ServiceError("TemplateDoesNotExist", message)
    return ServiceError("NotFoundException", message, 404)


def load(context: Context, door: Door, name: str) -> Document:
    """The template of that name, or the refusal of one that is not there."""
    document = find(context, name)
    if document is None:
        raise _missing(door, name)
    return document


def _check(door: Door, content: Mapping[str, str]) -> None:
    if not content.get("Subject"):
        raise invalid(door, "The subject must be specified.")
    code = "InvalidTemplate" if door is Door.V1 else "BadRequestException"
    if sum(len(part.encode()) for part in content.values()) > LARGEST:
        raise ServiceError(code, "The template is larger than 500 KB.")
    for part in content.values():
        try:
            check_syntax(part)
        except RenderingError as error:
            raise ServiceError(code, f"Template is invalid: {error}") from error


def _create(context: Context, door: Door, name: str, content: Mapping[str, str], tags: dict[str, str]) -> None:
    _check(door, content)
    if find(context, name) is not None:
        code = "AlreadyExists" if door is Door.V1 else "AlreadyExistsException"
        raise ServiceError(code, f"Template {name} already exists.")
    if len(context.store.names(TABLE)) >= MOST:
        raise Refusal.LIMIT_EXCEEDED.error(door, f"A maximum of {MOST} templates is allowed.")
    context.store.put(TABLE, name, {"created": stamp(context.now), "content": dict(content), "tags": tags})


def _update(context: Context, door: Door, name: str, content: Mapping[str, str]) -> None:
    """Replace all content; the tags stay."""
    document = load(context, door, name)
    _check(door, content)
    context.store.put(TABLE, name, {**document, "content": dict(content)})


def _delete(context: Context, door: Door, name: str) -> None:
    tenant_associations.refuse_while_associated(context, door, f"template/{name}")
    context.store.delete(TABLE, name)


def _page(context: Context, door: Door, token: str | None, size: int) -> tuple[list[tuple[str, Document]], str | None]:
    newest = sorted(context.store.items(TABLE), key=lambda item: item[1]["created"], reverse=True)
    return page(context, "templates", newest, token, size, invalid(door, f"Invalid PageToken <{token}>."))


# --- v2 ---


@operation("sesv2", "CreateEmailTemplate")
def create_email_template(context: Context, params: Params) -> Answer:
    """Make a template."""
    tags = checked_tags(params.get("Tags", []))
    _create(context, Door.V2, params["TemplateName"], params["TemplateContent"], tags)
    return {}


@operation("sesv2", "UpdateEmailTemplate")
def update_email_template(context: Context, params: Params) -> Answer:
    """Replace a template's content."""
    _update(context, Door.V2, params["TemplateName"], params["TemplateContent"])
    return {}


@operation("sesv2", "GetEmailTemplate")
def get_email_template(context: Context, params: Params) -> Answer:
    """Content and tags."""
    document = load(context, Door.V2, params["TemplateName"])
    return {
        "TemplateName": params["TemplateName"],
        "TemplateContent": document["content"],
        "Tags": shown_tags(document),
    }


@operation("sesv2", "DeleteEmailTemplate")
def delete_email_template(context: Context, params: Params) -> Answer:
    """SES behaviour: one that is not there is a 404, unlike in v1."""
    load(context, Door.V2, params["TemplateName"])
    _delete(context, Door.V2, params["TemplateName"])
    return {}


@operation("sesv2", "ListEmailTemplates")
def list_email_templates(context: Context, params: Params) -> Answer:
    """The newest first."""
    size = params.get("PageSize", DEFAULT_PAGE)
    if not 1 <= size <= LARGEST_PAGE:
        raise ServiceError("BadRequestException", f"The page size must be between 1 and {LARGEST_PAGE}")
    shown, following = _page(context, Door.V2, params.get("NextToken"), size)
    listed = [{"TemplateName": name, "CreatedTimestamp": parse(one["created"])} for name, one in shown]
    return {"TemplatesMetadata": listed, **({"NextToken": following} if following else {})}


@operation("sesv2", "TestRenderEmailTemplate")
def test_render_email_template(context: Context, params: Params) -> Answer:
    """The message that the template makes of the data."""
    content = load(context, Door.V2, params["TemplateName"])["content"]
    try:
        rendered = render(content, parse_data(params["TemplateData"]))
    except RenderingError as error:
        raise ServiceError("BadRequestException", str(error)) from error
    return {"RenderedTemplate": message_text(rendered, context.now)}


# --- v1 ---


def _from_v1(template: Params) -> dict[str, str]:
    return {new: template[old] for old, new in _PARTS if old in template}


def _to_v1(name: str, content: Mapping[str, str]) -> dict[str, str]:
    return {"TemplateName": name, **{old: content[new] for old, new in _PARTS if new in content}}


@operation("ses", "CreateTemplate")
def create_template(context: Context, params: Params) -> Answer:
    """Make a template."""
    _create(context, Door.V1, params["Template"]["TemplateName"], _from_v1(params["Template"]), {})
    return {}


@operation("ses", "UpdateTemplate")
def update_template(context: Context, params: Params) -> Answer:
    """Replace a template's content."""
    _update(context, Door.V1, params["Template"]["TemplateName"], _from_v1(params["Template"]))
    return {}


@operation("ses", "GetTemplate")
def get_template(context: Context, params: Params) -> Answer:
    """The content."""
    name = params["TemplateName"]
    return {"Template": _to_v1(name, load(context, Door.V1, name)["content"])}


@operation("ses", "DeleteTemplate")
def delete_template(context: Context, params: Params) -> Answer:
    """Remove a template that may be there."""
    _delete(context, Door.V1, params["TemplateName"])
    return {}


@operation("ses", "ListTemplates")
def list_templates(context: Context, params: Params) -> Answer:
    """The newest first. SES behaviour: a size out of range is served as the largest."""
    size = params.get("MaxItems", DEFAULT_PAGE)
    shown, following = _page(
        context, Door.V1, params.get("NextToken"), size if 1 <= size <= LARGEST_PAGE else LARGEST_PAGE
    )
    listed = [{"Name": name, "CreatedTimestamp": parse(one["created"])} for name, one in shown]
    return {"TemplatesMetadata": listed, **({"NextToken": following} if following else {})}


@operation("ses", "TestRenderTemplate")
def test_render_template(context: Context, params: Params) -> Answer:
    """The message that the template makes of the data. SES behaviour: a code each for bad data and missing values."""
    content = load(context, Door.V1, params["TemplateName"])["content"]
    try:
        rendered = render(content, parse_data(params["TemplateData"]))
    except RenderingError as error:
        raise ServiceError(error.code, str(error)) from error
    return {"RenderedTemplate": message_text(rendered, context.now)}
