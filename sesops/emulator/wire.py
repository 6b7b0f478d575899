"""HTTP to calls, and answers to HTTP, by botocore's service models and moto's parsers and serialisers.

SES behaviour on the wire: v1 is AWS Query (a form in, XML out, every error 400 but a denial), v2 is REST-JSON with the
error's code in a header. Both are signed for the service `ses`; the path tells them apart.
"""

from __future__ import annotations

import functools
import json
import re
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from botocore.exceptions import UnknownServiceError
from botocore.model import OperationNotFoundError
from botocore.utils import parse_timestamp
from moto.core.model import OperationModel, ServiceModel
from moto.core.parse import UNDEFINED, JSONParser, QueryParser, RequestParser, RestJSONParser
from moto.core.request import Request
from moto.core.routing import get_service_router
from moto.core.serialize import SERIALIZERS, SerializationContext
from moto.core.utils import get_service_model
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound

from sesops.emulator.checks import typed_json
from sesops.emulator.exchange import Answer, HttpAnswer, Params, ServiceError

V1, V2, TAGGING = "ses", "sesv2", "resourcegroupstaggingapi"
# Stated, not read: newer models of the third say that it speaks CBOR as well, which botocore does not make use of.
_PROTOCOLS = {V1: "query", V2: "rest-json", TAGGING: "json"}
_CONTENT_TYPES = {V1: "text/xml", V2: "application/json", TAGGING: "application/x-amz-json-1.1"}
Decorator = Callable[[str, str, Any], None]

_CONTACTS = "/v2/email/contact-lists/{ContactListName}/contacts"
# botocore moved these from one path to another; clients of either age are served, whichever is installed here.
_MOVED = {
    ("GET", "/v2/email/configuration-sets"): "ListConfigurationSets",
    ("POST", "/v2/email/list-configuration-sets"): "ListConfigurationSets",
    ("GET", "/v2/email/identities"): "ListEmailIdentities",
    ("POST", "/v2/email/list-identities"): "ListEmailIdentities",
    ("GET", _CONTACTS): "ListContacts",
    ("POST", f"{_CONTACTS}/list"): "ListContacts",
    ("GET", "/v2/email/import-jobs"): "ListImportJobs",
    ("POST", "/v2/email/import-jobs/list"): "ListImportJobs",
    ("PUT", "/v1/email/identities/{EmailIdentity}/dkim/signing"): "PutEmailIdentityDkimSigningAttributes",
}


_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True)
class Call:
    """A parsed request to a service of ours."""

    service: str
    model: OperationModel
    params: Params

    @property
    def operation(self) -> str:
        return str(self.model.name)


@functools.cache
def service_model(service: str) -> ServiceModel:
    return get_service_model(service)


# --- reading ---------------------------------------------------------------------------------------------------------


def read_call(service: str, request: Request) -> Call:
    """The call that `request` makes to one of our services; ServiceError for an unknown operation or a wrong type."""
    reader = {V1: _read_query, V2: _read_rest, TAGGING: _read_json}[service]
    return Call(service, *reader(service, request))


def named_operation(service: str, request: Request) -> str:
    """The operation of any service that `request` asks for, known to us or not; method and path where it names none."""
    if service == V2:
        name = _route(request)[0]
    else:
        target = request.headers.get("X-Amz-Target", "").rpartition(".")[2]
        name = target or request.values.get("Action") or _routed_by_moto(service, request)
    return name or f"{request.method} {request.raw_path}"


def loose_params(service: str, name: str, request: Request) -> dict[str, Any]:
    """What a request to a service that is not ours says: its form, its JSON, else its query."""
    if request.form:
        with suppress(UnknownServiceError, OperationNotFoundError, ValueError):
            model = service_model(service).operation_model(name)
            return dict(_parsed(QueryParser(model), request, values=request.values.to_dict()))
    with suppress(ServiceError):
        return request.args.to_dict() | (_json_body(request) if "json" in (request.content_type or "") else {})
    return {}


def unknown_operation(service: str, name: str) -> ServiceError:
    """The refusal of an operation that a service of ours does not have."""
    if service == V1:
        version = service_model(V1).api_version
        return ServiceError("InvalidAction", f"Could not find operation {name} for version {version}")
    return ServiceError("UnknownOperationException", f"Unknown operation: {name}", 404 if service == V2 else 400)


def _routed_by_moto(service: str, request: Request) -> str | None:
    try:
        return str(get_service_router(service).match(request)[0].name)
    except (NotFound, UnknownServiceError, NotImplementedError):
        return None


def _operation(service: str, name: str) -> OperationModel:
    if name not in service_model(service).operation_names:
        raise unknown_operation(service, name)
    model: OperationModel = service_model(service).operation_model(name)
    return model


def _read_query(service: str, request: Request) -> tuple[OperationModel, Params]:
    operation = _operation(service, request.values.get("Action", ""))
    return operation, _parsed(_QueryParser(operation, _moment), request, values=request.values.to_dict())


def _read_json(service: str, request: Request) -> tuple[OperationModel, Params]:
    operation = _operation(service, request.headers.get("X-Amz-Target", "").rpartition(".")[2])
    body = _json_body(request)
    typed = typed_json(operation.input_shape, body) if operation.input_shape else {}
    return operation, _parsed(JSONParser(operation, _moment), request, body=json.dumps(typed))


def _read_rest(service: str, request: Request) -> tuple[OperationModel, Params]:
    name, labels = _route(request)
    operation = _operation(service, name or f"{request.method} {request.raw_path}")
    shape = operation.input_shape
    if shape is None:
        return operation, {}
    sent, query = _json_body(request), MultiDict(request.args)
    if name in _MOVED.values():
        sent, query = _both(sent, query)
    elsewhere = {member for member in shape.members if "location" in shape.members[member].serialization}
    body = typed_json(shape, {key: value for key, value in sent.items() if key not in elsewhere})
    parser = RestJSONParser(operation, _moment)
    try:
        params = _parsed(parser, request, body=json.dumps(body), values=query, url_params=labels)
    except ValueError as error:
        raise ServiceError("SerializationException", str(error)) from error
    # The parser takes a list that the query does not mention for an empty one. SES behaviour: so does SES, where it
    # asks for one; other lists are absent then.
    optional = elsewhere - set(shape.required_members)
    return operation, {key: value for key, value in params.items() if value != [] or key not in optional}


def _parsed(parser: RequestParser, request: Request, **parts: Any) -> Params:
    whole: Any = {"method": request.method, "headers": request.headers, "url_path": request.path, **parts}
    parsed: Params = parser.parse(whole)
    return parsed


def _both(body: dict[str, Any], query: MultiDict[str, str]) -> tuple[dict[str, Any], MultiDict[str, str]]:
    """All that was sent, in the body and in the query: where it belongs is a matter of the installed model's age."""
    sent = body | {key: int(value) if value.isdecimal() else value for key, value in query.items()}
    return sent, MultiDict({key: str(value) for key, value in sent.items() if isinstance(value, str | int)})


@functools.cache
def _routes() -> list[tuple[str, re.Pattern[str], str]]:
    """(method, path, operation) of v2, the paths with the fewest labels first."""
    model = service_model(V2)
    https = [(name, model.operation_model(name).http) for name in model.operation_names]
    paths = [(http["method"], http["requestUri"], name) for name, http in https]
    paths += [(method, path, name) for (method, path), name in _MOVED.items()]
    paths.sort(key=lambda path: path[1].count("{"))
    return [(method, re.compile(_path_pattern(path)), name) for method, path, name in paths]


def _path_pattern(path: str) -> str:
    return re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(path.rstrip("/")))


def _route(request: Request) -> tuple[str | None, dict[str, str]]:
    """The operation of v2 at the request's path, and the path's labels, percent-decoded."""
    path = request.raw_path.rstrip("/")
    for method, pattern, name in _routes():
        if method == request.method and (match := pattern.fullmatch(path)):
            return name, {label: unquote(value) for label, value in match.groupdict().items()}
    return None, {}


def _json_body(request: Request) -> dict[str, Any]:
    try:
        body = json.loads(request.get_data() or b"{}")
    except ValueError as error:
        raise ServiceError("SerializationException", "The request body is not JSON") from error
    if not isinstance(body, dict):
        raise ServiceError("SerializationException", "Expected null")
    return body


def _moment(value: Any) -> datetime:
    return parse_timestamp(value).astimezone(UTC)


class _QueryParser(QueryParser):
    """moto's, with the words and the refusals that SES has for booleans, numbers and the indexes of lists."""

    def _parse_list(self, shape: Any, node: Any, prefix: str = "") -> Any:
        first = f"{prefix}.member.0"
        if any(key == first or key.startswith(f"{first}.") for key in node):
            raise ServiceError("MalformedInput", "0 is not a valid index")
        return super()._parse_list(shape, node, prefix)  # type: ignore[no-untyped-call]

    def _parse_boolean(self, _shape: Any, query_params: Any, prefix: str = "") -> Any:
        value = query_params.get(prefix, UNDEFINED)
        if value is UNDEFINED:
            return value
        if value not in {"true", "false", "1", "0"}:
            raise ServiceError("MalformedInput", "boolean must follow xsd1.1 definition")
        return value in {"true", "1"}

    def _parse_integer(self, _shape: Any, query_params: Any, prefix: str = "") -> Any:
        value = query_params.get(prefix, UNDEFINED)
        if value is not UNDEFINED and not re.fullmatch(r"[+-]?\d+", value):
            raise ServiceError("MalformedInput", f"{value} is not a number")
        return value if value is UNDEFINED else int(value)

    _parse_long = _parse_integer


# --- writing ---------------------------------------------------------------------------------------------------------


def write_answer(call: Call, answer: Answer, decorate: Decorator | None = None) -> HttpAnswer:
    """`answer` over HTTP; `decorate` may edit the JSON document or the XML tree before it is sent."""
    request_id = str(uuid.uuid4())
    serializer = SERIALIZERS[_PROTOCOLS[call.service]](call.model, SerializationContext(request_id))
    written = serializer.serialize(answer)
    body = str(written["body"]) or "{}"
    if body.startswith("<"):
        # A carriage return in XML text would be read as a line feed, and other control characters have no place in it.
        body = _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", body).replace("\r", "&#13;")
    if decorate is not None:
        body = _decorated(call, body, decorate)
    headers = {"Content-Type": _CONTENT_TYPES[call.service], "x-amzn-RequestId": request_id}
    return HttpAnswer(written["status_code"], body.encode(), headers)


def _decorated(call: Call, body: str, decorate: Decorator) -> str:
    if body.startswith("<"):
        tree = ET.fromstring(body)  # noqa: S314 - our own text
        decorate(call.service, call.operation, tree)
        return ET.tostring(tree, encoding="unicode")
    document = json.loads(body)
    decorate(call.service, call.operation, document)
    return json.dumps(document)


def write_error(service: str, error: ServiceError) -> HttpAnswer:
    """A refusal in the form of the service that was asked; `service` is its name in boto3."""
    request_id = str(uuid.uuid4())
    headers = {"x-amzn-RequestId": request_id}
    if _speaks_json(service):
        body = {"__type": error.code, "message": error.message}
        headers |= {"Content-Type": "application/json", "x-amzn-errortype": error.code}
        return HttpAnswer(error.status, json.dumps(body).encode(), headers)
    fault = "Receiver" if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR else "Sender"
    inner = f"<Type>{fault}</Type><Code>{escape(error.code)}</Code><Message>{escape(error.message)}</Message>"
    if service == "s3":
        xml = f"<Error>{inner}<RequestId>{request_id}</RequestId></Error>"
    else:
        namespace = service_model(V1).metadata["xmlNamespace"] if service == V1 else ""
        opening = f'<ErrorResponse xmlns="{namespace}">' if namespace else "<ErrorResponse>"
        xml = f"{opening}<Error>{inner}</Error><RequestId>{request_id}</RequestId></ErrorResponse>"
    return HttpAnswer(error.status, xml.encode(), headers | {"Content-Type": "text/xml"})


def _speaks_json(service: str) -> bool:
    try:
        return "json" in (_PROTOCOLS.get(service) or service_model(service).protocol)
    except UnknownServiceError:
        return False
