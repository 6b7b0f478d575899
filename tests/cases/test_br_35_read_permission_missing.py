"""BR-35: the role may write and lacks one read. Denied is never absent, what is not needed is not asked, and which rights
a spec needs can be printed.
"""

from __future__ import annotations

import json

import pytest
from cases.scene import asks_nothing, changes, make_identity, writes

MAIL_FROM = {"domains": {"example.com": {"mail_from": {"domain": "bounce.example.com"}}}}
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": "210987654321"},
            "Action": "ses:SendEmail",
            "Resource": "arn:aws:ses:eu-west-1:123456789012:identity/example.com",
        }
    ],
}


@pytest.fixture
def there(bench):
    make_identity(bench, "example.com")
    bench.client("sesv2").put_email_identity_mail_from_attributes(
        EmailIdentity="example.com", MailFromDomain="bounce.example.com"
    )
    return bench


def test_a_denied_read_that_the_spec_does_not_need_is_never_made(there, sesops):
    there.emulator.faults.deny("sesv2", "ListSuppressedDestinations")
    there.emulator.faults.deny("sesv2", "GetEmailIdentityPolicies")
    assert sesops("plan", "--detailed-exitcode", spec=MAIL_FROM).code == 0
    assert asks_nothing(there.plan(MAIL_FROM))


def test_a_denied_read_that_it_needs_is_an_error_with_action_and_thing(there, sesops):
    """Exit 1; the action, the resource and the thing of the spec are named, and no line is planned for it."""
    there.emulator.faults.deny("sesv2", "GetEmailIdentity")
    document = {"domains": {"example.com": {"policies": {"partner": POLICY}}}}
    planned = sesops("plan", spec=document)
    assert planned.code == 1
    assert "unknown identity_policy/example.com/partner" in planned.out
    assert "AccessDeniedException" in planned.out
    assert "ses:GetEmailIdentity on resource" in planned.out
    assert "create identity_policy" not in planned.out
    assert "incomplete" in planned.out


def test_a_suppression_list_that_may_not_be_read_is_not_an_empty_one(there, sesops):
    """Whichever way it is asked: nothing is planned for it, and the run ends with 1."""
    there.emulator.faults.deny("sesv2", "GetSuppressedDestination")
    there.emulator.faults.deny("sesv2", "ListSuppressedDestinations")
    planned = sesops("plan", spec={"suppressions": {"present": {"entries": ["gone@example.com"]}}})
    assert planned.code == 1
    assert "unknown suppressions/present" in planned.out
    assert "AccessDeniedException" in planned.out


@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("sesv2", "ListEmailIdentities"),
        ("sesv2", "GetConfigurationSet"),
        ("sesv2", "GetConfigurationSetEventDestinations"),
        ("ses", "DescribeReceiptRuleSet"),
        ("ses", "DescribeActiveReceiptRuleSet"),
        ("sns", "GetTopicAttributes"),
    ],
)
def test_denied_is_never_absent(bench, service, operation):
    """Of every kind: what could not be read is not made, and the run ends before its first write."""
    document = {
        "topics": {"feedback": {}},
        "domains": {"example.com": {}},
        "configuration_sets": {
            "main": {
                "sending_enabled": True,
                "event_destinations": {"feedback": {"events": ["SEND"], "sns": "feedback"}},
            }
        },
        "receipt": {
            "active_rule_set": "inbound",
            "rule_sets": {"inbound": {"rules": [{"name": "store", "recipients": "all"}]}},
        },
    }
    bench.apply(document)
    before = len(writes(bench))
    bench.emulator.faults.deny(service, operation)
    planned = bench.plan(document)
    assert changes(planned) == []
    assert not planned.complete
    assert all("denied" in one.reason.lower() for one in planned.unknown)
    assert len(writes(bench)) == before


def test_apply_refuses_an_incomplete_plan(there, sesops):
    """Also what could be done is not done: the plan that was reviewed is not the whole one."""
    before = len(writes(there))
    there.emulator.faults.deny("sesv2", "GetEmailIdentity")
    applied = sesops("apply", "--yes", spec={**MAIL_FROM, "configuration_sets": {"main": {}}})
    assert applied.code == 1
    assert len(writes(there)) == before


def actions(ended):
    return {action for statement in json.loads(ended.out)["Statement"] for action in statement["Action"]}


def test_the_least_policy_is_printed_once_to_plan_and_once_to_apply(there, sesops):
    """For this spec: reads only, without the two that were denied; and those with the writes of what it holds."""
    reads = actions(sesops("iam-policy", "--for", "plan", "--narrow", spec=MAIL_FROM))
    assert not reads & {"ses:ListSuppressedDestinations", "ses:GetEmailIdentityPolicies"}
    assert "ses:GetEmailIdentity" in reads
    assert all(one.partition(":")[2].startswith(("Get", "List")) for one in reads)
    more = actions(sesops("iam-policy", "--for", "apply", spec=MAIL_FROM)) - reads
    assert more == {"ses:CreateEmailIdentity", "ses:PutEmailIdentityMailFromAttributes", "ses:TagResource"}


def test_drift_needs_no_more_than_a_plan(there, sesops):
    """Each call that it makes is one of the policy's."""
    reads = actions(sesops("iam-policy", "--for", "plan", "--narrow", spec=MAIL_FROM))
    begun = len(there.emulator.calls)
    assert sesops("drift").code == 0
    called = {operation for _, operation, _ in there.emulator.calls[begun:]}
    assert called
    assert called <= {one.partition(":")[2] for one in reads}


def test_a_denied_read_says_which_command_prints_the_rights(there, sesops):
    there.emulator.faults.deny("sts", "GetCallerIdentity")
    planned = sesops("plan", spec=MAIL_FROM)
    assert planned.code == 1
    assert "`sesops iam-policy` prints all that it needs" in planned.err
