"""Requests and answers over the wire: every operation of both models there and back, and what is refused on the way."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as ET

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.model import ListShape, MapShape, Shape, StructureShape
from moto.core.request import Request

from sesops.emulator import Emulator, wire
from sesops.emulator.checks import check, typed_json
from sesops.emulator.context import ServiceError
from sesops.emulator.inprocess import as_response
from sesops.emulator.scope import Scope, read_scope

from .answers import body, refusal

SESSION = boto3.session.Session("123456789012", "secret", region_name="eu-west-1")
CLIENTS = {name: SESSION.client(name, config=Config(retries={"total_max_attempts": 1})) for name in ("ses", "sesv2")}
OPERATIONS = [
    (service, operation)
    for service, client in CLIENTS.items()
    for operation in client.meta.service_model.operation_names
]
# Markup, other alphabets, white space that XML readers fold, and what means something in a path.
TEXT = " a/b@c&<d>\"é'€%2F?#+\r\n\t"
MOMENT = datetime(2026, 8, 1, 12, 30, 15, 250000, tzinfo=UTC)


def sample(shape: Shape, within: tuple[str, ...] = ()) -> Any:
    """A value for `shape` with every member there is, recursion cut off at the first repetition."""
    match shape:
        case StructureShape():
            members = {name: member for name, member in shape.members.items() if member.name not in within}
            # It sends the call to a host of its own, under a signature that needs an extra of boto3's.
            members.pop("EndpointId", None)
            if shape.is_tagged_union:
                members = dict(list(members.items())[:1])
            return {name: sample(member, (*within, shape.name)) for name, member in members.items()}
        case ListShape():
            return [sample(shape.member, within), sample(shape.member, within)]
        case MapShape():
            return {"some key": sample(shape.value, within)}
    least = shape.metadata.get("min", 1)
    if shape.type_name == "string":
        return shape.enum[0] if shape.enum else TEXT * least
    fixed = {"boolean": True, "double": 1.5, "float": 2.5, "blob": b"\x00\xff", "timestamp": MOMENT}
    return fixed.get(shape.type_name, least + 6)


def exchanged(service: str, operation: str, params: Any, answer: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The params that arrive when boto3 sends `params`, and what boto3 reads when `answer` is sent."""
    client, arrived = CLIENTS[service], []

    def respond(request: Any, **_: Any) -> Any:
        call = wire.read_call(
            service, Request.from_primitives(request.method, request.url, request.headers, request.body)
        )
        assert call.operation == operation
        arrived.append(dict(call.params))
        return as_response(request.url, wire.write_answer(call, answer))

    client.meta.events.register("before-send", respond, unique_id="test")
    try:
        read = client._make_api_call(operation, params)
    finally:
        client.meta.events.unregister("before-send", unique_id="test")
    return arrived[0], body(read)


@pytest.mark.parametrize(("service", "operation"), OPERATIONS)
def test_every_operation_there_and_back(service: str, operation: str) -> None:
    """What boto3 sends arrives equal, and what is answered is read equal, members, types and all."""
    model = CLIENTS[service].meta.service_model.operation_model(operation)
    params = sample(model.input_shape) if model.input_shape else {}
    answer = sample(model.output_shape) if model.output_shape else {}
    assert exchanged(service, operation, params, answer) == (params, answer)


@pytest.mark.parametrize(("service", "operation"), OPERATIONS)
def test_absent_stays_absent(service: str, operation: str) -> None:
    """An answer of nothing is read as nothing: no nulls, no empty members."""
    model = CLIENTS[service].meta.service_model.operation_model(operation)
    required = model.input_shape.required_members if model.input_shape else []
    params = {name: sample(model.input_shape.members[name]) for name in required}
    assert exchanged(service, operation, params, {}) == (params, {})


@pytest.mark.parametrize(
    "answer", [{"Metadata": {"Name": "a"}, "Rules": []}, {"Rules": [{"Name": "r", "Actions": []}]}]
)
def test_empty_lists_are_kept_in_xml(answer: dict[str, Any]) -> None:
    """An empty list that is there says something else than none."""
    assert exchanged("ses", "DescribeReceiptRuleSet", {"RuleSetName": "a"}, answer)[1] == answer


def test_timestamps_on_the_wire(emulator: Emulator, sesv2: Any, ses: Any) -> None:
    """Numbers of seconds in v2, ISO 8601 in v1."""
    ses.create_receipt_rule_set(RuleSetName="a")
    _, _, xml = raw(emulator, "ses", b"Action=ListReceiptRuleSets&Version=2010-12-01")
    stamped = ET.fromstring(xml).find(".//{*}CreatedTimestamp")
    assert stamped is not None
    assert stamped.text is not None
    assert datetime.fromisoformat(stamped.text).tzinfo == UTC
    call = wire.Call("sesv2", wire.service_model("sesv2").operation_model("GetImportJob"), {})
    assert json.loads(wire.write_answer(call, {"CreatedTimestamp": MOMENT}).body) == {"CreatedTimestamp": 1785587415.25}


def raw(
    emulator: Emulator, service: str, content: bytes, path: str = "/", method: str = "POST", **headers: str
) -> tuple[int, dict[str, str], str]:
    """Status, headers and body of a request as no SDK of ours would send it."""
    signed = f"AWS4-HMAC-SHA256 Credential=123456789012/20260801/us-east-1/{service}/aws4_request, Signature=0"
    kind = "application/x-www-form-urlencoded" if path == "/" and content.startswith(b"Action") else "application/json"
    sent = {"Authorization": signed, "Content-Type": kind, **headers}
    answer = emulator.handle(Request.from_primitives(method, f"http://127.0.0.1:4579{path}", sent, content))
    return answer.status, answer.headers, answer.body.decode()


SETS = "/v2/email/configuration-sets"


@pytest.mark.parametrize(
    ("method", "path", "content"),
    [
        ("GET", f"{SETS}?PageSize=1", b""),
        ("POST", "/v2/email/list-configuration-sets", b'{"PageSize": 1}'),
    ],
)
def test_listing_at_the_path_of_older_and_newer_clients(
    emulator: Emulator, sesv2: Any, method: str, path: str, content: bytes
) -> None:
    """botocore moved the listing of configuration sets; both ages are served, sizes and tokens too."""
    client = Paths(emulator)
    for name in "ab":
        client.send("POST", SETS, {"ConfigurationSetName": name})
    first = client.send(method, path, json.loads(content or b"null"))
    assert first["ConfigurationSets"] == ["a"]
    if method == "GET":
        second = client.send("GET", f"{SETS}?PageSize=1&NextToken={first['NextToken'].replace('+', '%2B')}")
    else:
        second = client.send("POST", path, {"PageSize": 1, "NextToken": first["NextToken"]})
    assert second == {"ConfigurationSets": ["b"]}


@pytest.mark.parametrize(("method", "path"), [("GET", "/v2/email/identities"), ("POST", "/v2/email/list-identities")])
def test_identities_at_the_path_of_older_and_newer_clients(emulator: Emulator, method: str, path: str) -> None:
    """The same for identities, with and without a slash at the end."""
    client = Paths(emulator)
    client.send("POST", "/v2/email/identities", {"EmailIdentity": "example.com"})
    for spelling in (path, f"{path}/"):
        listed = client.send(method, spelling)["EmailIdentities"]
        assert [each["IdentityName"] for each in listed] == ["example.com"]


class Paths:
    """JSON to and from paths of v2."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator

    def send(self, method: str, path: str, document: Any = None) -> Any:
        content = b"" if document is None else json.dumps(document).encode()
        status, _, text = raw(self.emulator, "ses", content, path, method)
        assert status == 200, text
        return json.loads(text)


def test_members_of_other_models_are_passed_over(emulator: Emulator) -> None:
    """An SDK newer than ours may send what our model lacks."""
    client = Paths(emulator)
    client.send("POST", SETS, {"ConfigurationSetName": "a", "Novelty": {"On": True}, "SendingOptions": {"New": [1]}})
    status, _, _ = raw(emulator, "ses", b"Action=ListReceiptFilters&Version=2010-12-01&Novelty.member.1=x")
    assert (client.send("GET", f"{SETS}/a")["ConfigurationSetName"], status) == ("a", 200)


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"SendingOptions": "x"}, "Expected null"),
        ({"SuppressionOptions": {"SuppressedReasons": "x"}}, "Expected list or null"),
        ({"SuppressionOptions": {"SuppressedReasons": [1]}}, "NUMBER_VALUE can not be converted to a String"),
        ({"SendingOptions": {"SendingEnabled": None}}, "NULL_VALUE can not be converted to a Boolean"),
        ({"SendingOptions": {"SendingEnabled": 1}}, "NUMBER_VALUE can not be converted to a Boolean"),
        ({"DeliveryOptions": {"MaxDeliverySeconds": "9"}}, "STRING_VALUE can not be converted to a Long"),
        ({"ConfigurationSetName": True}, "TRUE_VALUE can not be converted to a String"),
        ([], "Expected null"),
    ],
)
def test_wrong_json_types(emulator: Emulator, document: Any, message: str) -> None:
    """Refused before anything else, in the words of the service's parser."""
    status, headers, text = raw(emulator, "ses", json.dumps(document).encode(), SETS)
    assert (status, headers["x-amzn-errortype"]) == (400, "SerializationException")
    assert json.loads(text)["message"] == message


@pytest.mark.parametrize(
    ("operation", "document", "message"),
    [
        ("CreateExportJob", {"ExportDataSource": {"MetricsDataSource": {"Dimensions": []}}}, "Expected map or null"),
        (
            "CreateExportJob",
            {"ExportDataSource": {"MetricsDataSource": {"StartDate": []}}},
            "START_OF_LIST can not be converted to a Timestamp",
        ),
        ("SendEmail", {"Content": {"Raw": {"Data": {}}}}, "START_OF_STRUCTURE can not be converted to a Blob"),
        ("SendEmail", {"Content": {"Raw": {"Data": "=!"}}}, "Unable to decode a blob"),
    ],
)
def test_wrong_types_of_rarer_kinds(operation: str, document: Any, message: str) -> None:
    """Maps, moments, blobs."""
    with pytest.raises(ServiceError, match=message) as error:
        typed_json(wire.service_model("sesv2").operation_model(operation).input_shape, document)
    assert error.value.code == "SerializationException"


def test_body_that_is_no_json(emulator: Emulator) -> None:
    """A serialisation error as well."""
    assert raw(emulator, "ses", b"{", SETS)[1]["x-amzn-errortype"] == "SerializationException"


def test_null_is_absent_and_a_string_is_true(emulator: Emulator) -> None:
    """SES's parser: null stands for an absent block, and any string for true."""
    client = Paths(emulator)
    wish = {"ConfigurationSetName": "a", "TrackingOptions": None, "SendingOptions": {"SendingEnabled": "false"}}
    client.send("POST", SETS, wish)
    answer = client.send("GET", f"{SETS}/a")
    assert ("TrackingOptions" in answer, answer["SendingOptions"]) == (False, {"SendingEnabled": True})


@pytest.mark.parametrize(("word", "read"), [("true", True), ("1", True), ("false", False), ("0", False)])
def test_booleans_of_a_form(word: str, read: bool) -> None:
    """XML Schema's spellings, which botocore and others use."""
    form = f"Action=SetIdentityDkimEnabled&Identity=a.example&DkimEnabled={word}".encode()
    assert read_form(form).params["DkimEnabled"] is read


@pytest.mark.parametrize("word", ["TRUE", "bogus"])
def test_other_booleans_of_a_form(word: str) -> None:
    """Anything else is malformed."""
    with pytest.raises(ServiceError) as error:
        read_form(f"Action=SetIdentityDkimEnabled&Identity=a.example&DkimEnabled={word}".encode())
    assert (error.value.code, error.value.message) == ("MalformedInput", "boolean must follow xsd1.1 definition")


def test_numbers_of_a_form_that_are_none() -> None:
    """A number has to be one, and that of a list's item more than 0."""
    for form in (b"ListIdentities&MaxItems=many", b"GetIdentityDkimAttributes&Identities.member.0=example.com"):
        with pytest.raises(ServiceError, match="MalformedInput"):
            read_form(b"Action=" + form)


def read_form(form: bytes) -> wire.Call:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return wire.read_call(
        "ses", Request.from_primitives("POST", "https://email.eu-west-1.amazonaws.com/", headers, form)
    )


def test_unknown_action_of_v1(emulator: Emulator) -> None:
    """InvalidAction, as XML."""
    status, headers, text = raw(emulator, "ses", b"Action=BrewCoffee&Version=2010-12-01")
    error = {each.tag.rpartition("}")[2]: each.text for each in ET.fromstring(text)[0]}
    assert (status, headers["Content-Type"]) == (400, "text/xml")
    message = "Could not find operation BrewCoffee for version 2010-12-01"
    assert error == {"Type": "Sender", "Code": "InvalidAction", "Message": message}


def test_unknown_path_of_v2(emulator: Emulator) -> None:
    """A 404 of JSON, never a page of HTML."""
    status, headers, text = raw(emulator, "ses", b"{}", "/v2/email/coffee")
    assert (status, headers["x-amzn-errortype"]) == (404, "UnknownOperationException")
    assert json.loads(text)["message"] == "Unknown operation: POST /v2/email/coffee"


@pytest.mark.parametrize(
    ("service", "call", "code"),
    [("ses", "get_send_statistics", "InvalidAction"), ("sesv2", "list_export_jobs", "UnknownOperationException")],
)
def test_operation_that_the_emulator_lacks(request: Any, service: str, call: str, code: str) -> None:
    """In the model and not here: answered like one that SES does not know."""
    with pytest.raises(ClientError) as error:
        getattr(request.getfixturevalue(service), call)()
    assert refusal(error)[0] == code


def test_signature_for_a_set_of_regions() -> None:
    """Signature Version 4A has its regions in a header; the first is meant."""
    headers = {"Authorization": "AWS4-ECDSA-P256-SHA256 Credential=1/20260801/ses/aws4_request, Signature=0"}
    headers["X-Amz-Region-Set"] = "eu-west-1,us-east-1"
    request = Request.from_primitives("GET", "https://a.endpoints.email.amazonaws.com/v2/email/identities", headers)
    assert read_scope(request) == Scope("sesv2", "eu-west-1", "1")


def test_signature_in_the_query() -> None:
    """A URL that was signed in advance."""
    url = "https://127.0.0.1/bucket/key?X-Amz-Credential=1/20260801/eu-west-1/s3/aws4_request"
    assert read_scope(Request.from_primitives("GET", url, {})) == Scope("s3", "eu-west-1", "1")


def test_unsigned_requests_are_told_by_their_looks(emulator: Emulator) -> None:
    """Version in the form, path, target, host."""
    calls = [
        ({"Content-Type": "application/x-www-form-urlencoded"}, "/", b"Action=GetSendQuota&Version=2010-12-01"),
        ({"Content-Type": "application/x-www-form-urlencoded"}, "/", b"Action=ListTopics&Version=2010-03-31"),
        ({"X-Amz-Target": "ResourceGroupsTaggingAPI_20170126.GetResources"}, "/", b"{}"),
        ({}, "/v2/email/list-identities", b"{}"),
    ]
    for headers, path, content in calls:
        answer = emulator.handle(Request.from_primitives("POST", f"http://localhost{path}", headers, content))
        assert answer.status == 200
    operations = [(service, operation) for service, operation, _ in emulator.calls]
    assert operations == [
        ("ses", "GetSendQuota"),
        ("sns", "ListTopics"),
        ("resourcegroupstaggingapi", "GetResources"),
        ("sesv2", "ListEmailIdentities"),
    ]


def checked(service: str, operation: str, **params: Any) -> str:
    """The text of the refusal that the model's constraints give to `params`."""
    with pytest.raises(ServiceError) as error:
        check(wire.service_model(service).operation_model(operation), params)
    assert error.value.code == {"ses": "ValidationError", "sesv2": "BadRequestException"}[service]
    return error.value.message


SET = {"ConfigurationSetName": "a"}


# What is wrong, the member it is wrong at, and the constraint it breaks; texts as recorded from SES.
@pytest.mark.parametrize(
    ("service", "operation", "params", "path", "constraint"),
    [
        ("sesv2", "PutSuppressedDestination", {"EmailAddress": "a@b", "Reason": "FOO"},
         "reason", "satisfy enum value set: [BOUNCE, COMPLAINT]"),
        ("sesv2", "CreateConfigurationSet", {**SET, "SuppressionOptions": {"SuppressedReasons": ["X"]}},
         "suppressionOptions.suppressedReasons",
         "satisfy constraint: [Member must satisfy enum value set: [BOUNCE, COMPLAINT]]"),
        ("sesv2", "PutConfigurationSetVdmOptions", {**SET, "VdmOptions": {"DashboardOptions": {"EngagementMetrics": "ON"}}},
         "vdmOptions.dashboardOptions.engagementMetrics", "satisfy enum value set: [ENABLED, DISABLED]"),
        ("sesv2", "PutConfigurationSetDeliveryOptions", {**SET, "MaxDeliverySeconds": 50401},
         "maxDeliverySeconds", "have value less than or equal to 50400"),
        ("sesv2", "CreateEmailIdentityPolicy", {"EmailIdentity": "a", "PolicyName": "n" * 65, "Policy": "{}"},
         "policyName", "have length less than or equal to 64"),
        ("ses", "CreateReceiptRule", {"RuleSetName": "a", "Rule": {"Name": "r", "Actions": [{"LambdaAction": {}}]}},
         "rule.actions.1.member.lambdaAction.functionArn", "not be null"),
        ("ses", "CreateReceiptRule",
         {"RuleSetName": "a", "Rule": {"Name": "r", "Actions": [{"SNSAction": {"TopicArn": "t", "Encoding": "X"}}]}},
         "rule.actions.1.member.sNSAction.encoding", "satisfy enum value set: [Base64, UTF-8]"),
    ],
)  # fmt: skip
def test_constraints_in_the_services_words(
    service: str, operation: str, params: dict[str, Any], path: str, constraint: str
) -> None:
    """Paths begin in lower case, list items are numbered from 1, enumerations are told by alphabet."""
    text = f"Value at '{path}' failed to satisfy constraint: Member must {constraint}"
    assert checked(service, operation, **params) == f"1 validation error detected: {text}"


def test_several_constraints_at_once() -> None:
    """All that is wrong in one refusal, counted."""
    text = checked("ses", "PutIdentityPolicy", Identity="a.example", PolicyName="")
    assert text == (
        "2 validation errors detected: "
        "Value at 'policyName' failed to satisfy constraint: Member must have length greater than or equal to 1; "
        "Value at 'policy' failed to satisfy constraint: Member must not be null"
    )


def test_pattern_of_the_model() -> None:
    """The pattern is told as the model has it."""
    text = checked("sesv2", "PutConfigurationSetArchivingOptions", ConfigurationSetName="a", ArchiveArn="x" * 20)
    assert text.startswith(
        "1 validation error detected: Value at 'archiveArn' failed to satisfy constraint: "
        "Member must satisfy regular expression pattern: arn:"
    )


def test_answer_may_be_edited_before_it_leaves(emulator: Emulator, ses: Any, sesv2: Any) -> None:
    """For members that the installed botocore does not know: here, one that it does know and SES did not set."""
    sesv2.create_configuration_set(ConfigurationSetName="a")

    def edit(service: str, operation: str, answer: Any) -> None:
        if operation == "GetConfigurationSet":
            answer["ArchivingOptions"] = {"ArchiveArn": "added"}
        if (service, operation) == ("ses", "GetSendQuota"):
            answer.find(".//{*}MaxSendRate").text = "14"

    emulator.decorate = edit
    assert sesv2.get_configuration_set(ConfigurationSetName="a")["ArchivingOptions"] == {"ArchiveArn": "added"}
    assert ses.get_send_quota()["MaxSendRate"] == 14


def test_what_xml_cannot_hold_is_replaced(ses: Any) -> None:
    """Unsure what SES does with it; an answer stays readable whatever is in it."""
    ses.create_receipt_rule_set(RuleSetName="s")
    header = {"AddHeaderAction": {"HeaderName": "X-A", "HeaderValue": "a\x1b[31m"}}
    ses.create_receipt_rule(RuleSetName="s", Rule={"Name": "r", "Actions": [header]})
    (rule,) = ses.describe_receipt_rule_set(RuleSetName="s")["Rules"]
    assert rule["Actions"][0]["AddHeaderAction"]["HeaderValue"] == "a\N{REPLACEMENT CHARACTER}[31m"
