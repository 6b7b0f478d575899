"""What the cases say over and over: what somebody else made, what a plan would do, what was written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from support.bench import ACCOUNT, REGION, Bench, described

from sesops.core.diagnostic import Diagnostic, Severity
from sesops.core.events import Outcome, Report, StepEnded
from sesops.core.plan import Action, Change, TargetPlan

SES = {"Service": "ses.amazonaws.com"}


def topic_arn(name: str, region: str = REGION) -> str:
    return f"arn:aws:sns:{region}:{ACCOUNT}:{name}"


def make_topic(bench: Bench, *names: str) -> str:
    """Make topics that let SES publish; the ARN of the last one."""
    sns = bench.client("sns")
    arn = ""
    for name in names:
        arn = sns.create_topic(Name=name)["TopicArn"]
        allowed = {"Effect": "Allow", "Principal": SES, "Action": "sns:Publish", "Resource": arn}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
        sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)
    return arn


def make_identity(bench: Bench, *names: str, stack: str | None = None) -> None:
    """Make identities as SES's v2 API does, with a stack's tag if one is given."""
    tags = [{"Key": "sesops:stack", "Value": stack}] if stack else []
    for name in names:
        bench.client("sesv2").create_email_identity(EmailIdentity=name, Tags=tags)


def make_set(bench: Bench, name: str, **blocks: Any) -> None:
    """Make a configuration set with blocks such as `DeliveryOptions`."""
    bench.client("sesv2").create_configuration_set(ConfigurationSetName=name, **blocks)


def make_rules(bench: Bench, rule_set: str, *rules: Mapping[str, Any], active: bool = False) -> None:
    """Make a receipt rule set with rules in this order, each enabled and scanned unless it says otherwise."""
    ses = bench.client("ses")
    ses.create_receipt_rule_set(RuleSetName=rule_set)
    after: dict[str, str] = {}
    for rule in rules:
        ses.create_receipt_rule(RuleSetName=rule_set, Rule={"Enabled": True, "ScanEnabled": True, **rule}, **after)
        after = {"After": rule["Name"]}
    if active:
        ses.set_active_receipt_rule_set(RuleSetName=rule_set)


def rule_names(bench: Bench, rule_set: str = "inbound") -> list[str]:
    return [rule["Name"] for rule in live_rules(bench, rule_set)]


def live_rules(bench: Bench, rule_set: str = "inbound") -> list[dict[str, Any]]:
    described_set: list[dict[str, Any]] = bench.client("ses").describe_receipt_rule_set(RuleSetName=rule_set)["Rules"]
    return described_set


def active_set(bench: Bench) -> str | None:
    name: str | None = bench.client("ses").describe_active_receipt_rule_set().get("Metadata", {}).get("Name")
    return name


def changes(planned: TargetPlan) -> list[str]:
    """What a plan would change, adoption apart (it is a tag and no change), as `update domain/x path: a -> b`."""
    return described(one for one in planned.changes if one.action is not Action.ADOPT)


def change_of(planned: TargetPlan, address: str) -> Change:
    """The one change of a thing, adoption apart."""
    found = [one for one in planned.changes if str(one.address) == address and one.action is not Action.ADOPT]
    assert len(found) == 1, described(planned.changes)
    return found[0]


def asks_nothing(planned: TargetPlan) -> bool:
    """Whether a plan is whole and has nothing to do, adoption apart."""
    return planned.complete and not planned.refusals and not changes(planned)


def writes(bench: Bench, *, since: int = 0) -> list[str]:
    """The operations that wrote, in order; tagging (which adoption does) apart."""
    return [operation for operation, _ in writes_with(bench, since=since)]


def writes_with(bench: Bench, *, since: int = 0) -> list[tuple[str, dict[str, Any]]]:
    """The same with their parameters."""
    reads = ("Get", "List", "Describe")
    calls = bench.emulator.calls[since:]
    return [(name, given) for _, name, given in calls if not name.startswith(reads) and name != "TagResource"]


def mark(bench: Bench) -> int:
    """A place in the record of calls, for `since`."""
    return len(bench.emulator.calls)


def ended(report: Report, outcome: Outcome) -> list[str]:
    """The steps that ended so, as `address facet`, sorted."""
    return sorted(f"{one.step.address} {one.step.facet}" for one in report.ended if one.outcome is outcome)


def ending(report: Report, step: str) -> StepEnded:
    """How one step (`address facet`) ended."""
    [found] = [one for one in report.ended if f"{one.step.address} {one.step.facet}" == step]
    return found


def codes(findings: Iterable[Diagnostic], severity: Severity | None = Severity.ERROR) -> list[str]:
    """The codes of findings, those of one severity or all."""
    return [one.code for one in findings if severity in (None, one.severity)]


def the_finding(findings: Iterable[Diagnostic], code: str) -> Diagnostic:
    """The one finding of a code."""
    [found] = [one for one in findings if one.code == code]
    return found


def allow(address: str, to: str = "stop_mail") -> dict[str, Any]:
    """The spec's line that gives leave, until a day that no run of the tests comes to."""
    return {"allow": [{"address": address, "to": to, "until": "2999-12-31"}]}
