"""What answers about receiving presuppose."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .records import Record
from .stage import Params, Raw, Stage, given

RULES = "set-1"


def rule(stage: Stage, *actions: Params, **members: Any) -> dict[str, Any]:
    """A request for a new rule in a set that is there."""
    stage.rule_set(RULES)
    return {"RuleSetName": RULES, "Rule": {"Name": "rule-1", "Actions": list(actions), **members}}


@given("ses.CreateReceiptRule/InvalidAction", "ses.CreateReceiptRuleSet/InvalidAction")
def region_without_receiving(stage: Stage, record: Record) -> Params:
    stage.emulator.settings.receiving = False
    return {"RuleSetName": RULES, **({"Rule": {"Name": "r"}} if record.operation == "CreateReceiptRule" else {})}


# --- rule sets ---


@given("ses.CloneReceiptRuleSet")
def original_of_the_request(stage: Stage, record: Record) -> None:
    stage.rule_set((record.request or {})["OriginalRuleSetName"])


@given("ses.CreateReceiptRuleSet/AlreadyExists", "ses.DeleteReceiptRuleSet", "ses.SetActiveReceiptRuleSet")
def rule_set_of_the_request(stage: Stage, record: Record) -> None:
    stage.rule_set((record.request or {})["RuleSetName"])


@given("ses.DeleteReceiptRuleSet/CannotDelete")
def active_rule_set_of_the_request(stage: Stage, record: Record) -> None:
    stage.rule_set((record.request or {})["RuleSetName"], active=True)


@given("ses.DescribeReceiptRuleSet", "ses.DescribeActiveReceiptRuleSet.botocore-example-1")
def rule_set_as_described(stage: Stage, record: Record) -> None:
    answer = record.response
    stage.rule_set(answer["Metadata"]["Name"], *answer["Rules"], active="Active" in record.operation)


@given("ses.ListReceiptRuleSets")
def rule_sets_as_listed(stage: Stage, record: Record) -> None:
    for one in record.response["RuleSets"]:
        stage.rule_set(one["Name"])


@given("ses.ReorderReceiptRuleSet")
def rules_in_the_other_order(stage: Stage, record: Record) -> None:
    request = record.request or {}
    stage.rule_set(request["RuleSetName"], *({"Name": name} for name in reversed(request["RuleNames"])))


# --- rules that are there ---


@given("ses.DescribeReceiptRule.botocore-example-1")
def rule_as_described(stage: Stage, record: Record) -> None:
    stage.rule_set((record.request or {})["RuleSetName"], record.response["Rule"])


@given("ses.DescribeReceiptRule.floci-probe-2")
def rule_of_a_name_only(stage: Stage, record: Record) -> None:
    request = record.request or {}
    stage.rule_set(request["RuleSetName"], {"Name": request["RuleName"]})


@given("ses.DescribeReceiptRule.floci-probe-3")
def topic_without_encoding(stage: Stage, record: Record) -> Params:
    described = record.response["Rule"]
    topic = described["Actions"][0]["SNSAction"]["TopicArn"]
    stage.topics(topic)
    stage.rule_set(RULES, {"Name": described["Name"], "Actions": [{"SNSAction": {"TopicArn": topic}}]})
    return {"RuleSetName": RULES, "RuleName": described["Name"]}


@given("ses.DescribeReceiptRule/RuleDoesNotExist")
def rule_is_not_there(stage: Stage, record: Record) -> None:
    stage.rule_set((record.request or {})["RuleSetName"])


@given("ses.UpdateReceiptRule")
def rule_to_update(stage: Stage, record: Record) -> None:
    request = record.request or {}
    stage.rule_set(request["RuleSetName"], {"Name": request["Rule"]["Name"]})


@given("ses.DeleteReceiptRule", "ses.SetReceiptRulePosition")
def rules_of_the_request(stage: Stage, record: Record) -> None:
    request = record.request or {}
    names = [request[key] for key in ("After", "RuleName") if key in request]
    stage.rule_set(request["RuleSetName"], *({"Name": name} for name in names))


# --- rules that are refused ---


@given("ses.CreateReceiptRule")
def rule_set_for_a_rule(stage: Stage, record: Record) -> None:
    stage.rule_set((record.request or {})["RuleSetName"])


@given("ses.CreateReceiptRule/AlreadyExists")
def rule_is_there(stage: Stage, record: Record) -> Params:
    request = rule(stage, Name=record.named[0])
    stage.ses.create_receipt_rule(**request)
    return request


@given("ses.CreateReceiptRule.floci-probe-2")
def two_hundred_rules(stage: Stage, record: Record) -> Params:
    request = rule(stage)
    for number in range(200):
        stage.ses.create_receipt_rule(RuleSetName=RULES, Rule={"Name": f"r{number}"})
    return request


@given("ses.CreateReceiptRule.floci-probe-3")
def eleven_actions(stage: Stage, record: Record) -> Params:
    return rule(stage, *[{"AddHeaderAction": {"HeaderName": "X-A", "HeaderValue": "a"}}] * 11)


@given("ses.CreateReceiptRule/RuleDoesNotExist")
def unknown_rule_before(stage: Stage, record: Record) -> Params:
    return {**rule(stage), "After": record.named[0]}


def refused(members: Params) -> Callable[[Stage, Record], Params]:
    """The request for a rule with these members."""
    return lambda stage, record: rule(stage, **members)


def refused_action(action: Params) -> Callable[[Stage, Record], Params]:
    """The request for a rule with this action."""
    return lambda stage, record: rule(stage, action)


given("ses.CreateReceiptRule.floci-probe-5")(refused({"Name": "a rule"}))
given("ses.CreateReceiptRule.floci-probe-6")(refused({"Name": "-rule"}))
given("ses.CreateReceiptRule.floci-probe-7")(refused({"TlsPolicy": "x"}))
given("ses.CreateReceiptRule.floci-probe-8")(refused_action({"LambdaAction": {"InvocationType": "Event"}}))
given("ses.CreateReceiptRule.floci-probe-9")(
    refused_action({"SNSAction": {"TopicArn": "arn:aws:sns:us-east-1:123456789012:topic", "Encoding": "x"}})
)
given("ses.CreateReceiptRule.floci-probe-11")(refused_action({"S3Action": {"BucketName": ""}}))
given("ses.CreateReceiptRule.floci-probe-16")(refused_action({"LambdaAction": {"FunctionArn": ""}}))
given("ses.CreateReceiptRule.floci-probe-18")(
    refused_action({"AddHeaderAction": {"HeaderName": "X Bad", "HeaderValue": "a"}})
)
given("ses.CreateReceiptRule.floci-probe-19")(
    refused_action({"S3Action": {"BucketName": "b"}, "StopAction": {"Scope": "RuleSet"}})
)


@given("ses.CreateReceiptRule.floci-probe-20")
def no_boolean(stage: Stage, record: Record) -> Raw:
    stage.rule_set(RULES)
    return Raw({"RuleSetName": RULES, "Rule.Name": "rule-1", "Rule.Enabled": "TRUE"})


@given("ses.CreateReceiptRule.floci-probe-21")
def no_index(stage: Stage, record: Record) -> Raw:
    stage.rule_set(RULES)
    return Raw({"RuleSetName": RULES, "Rule.Name": "rule-1", "Rule.Recipients.member.0": "example.com"})


@given("ses.CreateReceiptRule/InvalidS3Configuration")
def bucket_of_the_text(stage: Stage, record: Record) -> Params:
    """Not there, or there without a policy."""
    bucket = record.named[0]
    stage.emulator.settings.check_neighbours = "all"
    if "No such" not in record.text:
        stage.s3.create_bucket(Bucket=bucket)
    return rule(stage, {"S3Action": {"BucketName": bucket}})


@given("ses.CreateReceiptRule/InvalidSnsTopic")
def topic_of_the_text(stage: Stage, record: Record) -> Params:
    """Not there, or no ARN of one."""
    return rule(stage, {"SNSAction": {"TopicArn": record.named[0]}})


@given("ses.CreateReceiptRule.tf-issue-1")
def encrypted_topic(stage: Stage, record: Record) -> Params:
    """With a key that does not let SES in."""
    topic = record.named[0]
    key = stage.client("kms").create_key()["KeyMetadata"]["KeyId"]
    stage.sns.create_topic(Name=topic.rpartition(":")[2], Attributes={"KmsMasterKeyId": key})
    return rule(stage, {"SNSAction": {"TopicArn": topic}})


@given("ses.CreateReceiptRule/InvalidLambdaFunction")
def function_of_the_text(stage: Stage, record: Record) -> Params:
    """Not there, or no ARN of one."""
    stage.emulator.settings.check_neighbours = "all"
    return rule(stage, {"LambdaAction": {"FunctionArn": record.named[0]}})


@given("ses.CreateReceiptRule.floci-probe-17", "ses.CreateReceiptRule.rain-issue-1")
def sender_of_the_text(stage: Stage, record: Record) -> Params:
    bounce = {"SmtpReplyCode": "550", "Message": "No.", "Sender": record.named[0]}
    return rule(stage, {"BounceAction": bounce})


# --- filters ---


def filter_of(name: str = "filter-1", cidr: str = "192.0.2.0/24") -> dict[str, Any]:
    """A request for a filter."""
    return {"Filter": {"Name": name, "IpFilter": {"Policy": "Block", "Cidr": cidr}}}


@given("ses.CreateReceiptFilter.floci-probe-1")
def bad_name_of_a_filter(stage: Stage, record: Record) -> Params:
    return filter_of(name="-filter")


@given("ses.CreateReceiptFilter.floci-probe-2")
def no_block(stage: Stage, record: Record) -> Params:
    return filter_of(cidr="192.0.2.0/33")


@given("ses.CreateReceiptFilter/LimitExceeded")
def hundred_filters(stage: Stage, record: Record) -> Params:
    for number in range(100):
        stage.ses.create_receipt_filter(**filter_of(f"f{number}"))
    return filter_of()


@given("ses.DeleteReceiptFilter")
def filter_of_the_request(stage: Stage, record: Record) -> None:
    stage.ses.create_receipt_filter(**filter_of((record.request or {})["FilterName"]))


@given("ses.ListReceiptFilters")
def filters_as_listed(stage: Stage, record: Record) -> None:
    for one in record.response["Filters"]:
        stage.ses.create_receipt_filter(Filter=one)
