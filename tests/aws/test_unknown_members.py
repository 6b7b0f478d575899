"""Members that SES sends and botocore does not know, found along the output shape."""

import json

import botocore.session
import pytest

from sesops.aws.unknown import UnreadableBodyError, unknown_members

LOADED = botocore.session.Session()


def model(service, operation):
    return LOADED.get_service_model(service).operation_model(operation)


def v2(operation, body):
    return unknown_members(json.dumps(body).encode(), model("sesv2", operation))


def v1(operation, result):
    namespace = "http://ses.amazonaws.com/doc/2010-12-01/"
    body = f'<{operation}Response xmlns="{namespace}"><{operation}Result>{result}</{operation}Result></{operation}Response>'
    return unknown_members(body.encode(), model("ses", operation))


def test_nothing_is_unknown_in_a_usual_answer():
    """Known members, maps and lists of plain values give nothing."""
    body = {"IdentityType": "DOMAIN", "DkimAttributes": {"Tokens": ["a"]}, "Policies": {"p": "{}"}, "Tags": []}
    assert v2("GetEmailIdentity", body) == ()


def test_a_member_at_the_top():
    """It is named as it is."""
    assert v2("GetConfigurationSet", {"BrandNewOptions": {"A": 1}}) == ("BrandNewOptions",)


def test_a_member_in_a_list_has_the_items_number():
    """So that it can be told whose it is."""
    body = {"EventDestinations": [{"Name": "a"}, {"Name": "b", "LambdaDestination": {}}]}
    assert v2("GetConfigurationSetEventDestinations", body) == ("EventDestinations.1.LambdaDestination",)


def test_a_member_that_is_null_is_not_there():
    """SES may send null for what is not set."""
    assert v2("GetConfigurationSet", {"NewOptions": None, "DeliveryOptions": None}) == ()


def test_json_marks_are_no_members():
    """`__type` belongs to the protocol."""
    assert v2("GetConfigurationSet", {"__type": "x"}) == ()


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"DeliveryOptions": "x"}, "DeliveryOptions is no object"),
        ({"Tags": "x"}, "Tags is no list"),
        ({"Tags": [None]}, "Tags.0 is no object"),
        ({"Tags": [{"Key": "a", "Value": 1}]}, "Tags.0.Value is no string"),
        ({"SendingOptions": {"SendingEnabled": 1}}, "SendingOptions.SendingEnabled is no boolean"),
        ({"DeliveryOptions": {"MaxDeliverySeconds": True}}, "DeliveryOptions.MaxDeliverySeconds is no long"),
        ({"SuppressionOptions": {"SuppressedReasons": [None]}}, "SuppressionOptions.SuppressedReasons.0 is no string"),
    ],
)
def test_a_value_of_another_type_is_unreadable(body, where):
    """botocore stumbles over some, and hands on others as they are: a text as a list of its letters."""
    with pytest.raises(UnreadableBodyError, match=f"^{where}$"):
        v2("GetConfigurationSet", body)


@pytest.mark.parametrize(
    "rules",
    [
        "<Rules><member><Name>a</Name><Name>b</Name></member></Rules>",
        "<Rules><member><Name><Name>b</Name></Name></member></Rules>",
    ],
)
def test_v1_a_text_that_is_none_is_unreadable(rules):
    """A member that comes twice, or has members of its own."""
    with pytest.raises(UnreadableBodyError, match=r"^Rules\.0"):
        v1("DescribeReceiptRuleSet", rules)


@pytest.mark.parametrize("entry", ["<key>a</key>", "<value/>", "<value/><value/><key>a</key>"])
def test_v1_a_map_without_keys_or_values_is_unreadable(entry):
    """Of half an entry nothing can be said."""
    with pytest.raises(UnreadableBodyError, match=r"^DkimAttributes"):
        v1("GetIdentityDkimAttributes", f"<DkimAttributes><entry>{entry}</entry></DkimAttributes>")


def test_v1_a_member_deep_in_a_list_of_lists():
    """Receipt actions are where SES adds things."""
    rules = (
        "<Rules><member><Name>a</Name><Actions><member><StopAction><Scope>RuleSet</Scope></StopAction></member>"
        "<member><VaultAction><Name>v</Name></VaultAction></member></Actions></member></Rules>"
    )
    assert v1("DescribeReceiptRuleSet", rules) == ("Rules.0.Actions.1.VaultAction",)


def test_v1_a_member_in_a_map_has_the_entrys_key():
    """Batch reads answer with a map by identity."""
    entry = (
        "<NotificationAttributes><entry><key>example.com</key><value><ForwardingEnabled>true</ForwardingEnabled>"
        "<RejectTopic>x</RejectTopic></value></entry></NotificationAttributes>"
    )
    assert v1("GetIdentityNotificationAttributes", entry) == ("NotificationAttributes.example.com.RejectTopic",)


def test_v1_an_empty_result():
    """No rule set is active: nothing at all comes."""
    assert v1("DescribeActiveReceiptRuleSet", "") == ()


def test_an_operation_without_output_is_not_looked_at():
    """There is nothing to lose, whatever the body is."""
    assert unknown_members(b"", model("ses", "UpdateAccountSendingEnabled")) == ()


def test_an_output_without_members_is_not_looked_at():
    """Most Puts answer with nothing; an empty body is as good as `{}`."""
    assert unknown_members(b"", model("sesv2", "PutConfigurationSetTrackingOptions")) == ()


def test_a_protocol_that_no_block_comes_by_is_not_looked_at():
    """S3 answers in another XML; no block of ours comes from it."""
    assert unknown_members(b"<a>", model("s3", "ListBuckets")) == ()


@pytest.mark.parametrize("body", [b"", b"[]", b"<html>", b'{"a": '])
def test_a_body_that_is_no_object_is_unreadable(body):
    """It must not pass for an answer with nothing in it."""
    with pytest.raises(UnreadableBodyError):
        unknown_members(body, model("sesv2", "GetConfigurationSet"))
