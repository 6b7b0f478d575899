"""The whole way of a team: an account made by hand, exported, kept in Git, changed in a branch, reviewed, applied, moved
behind its back, found, waived, put right. At the command line, as a pipeline has it.
"""

from __future__ import annotations

import json
from pathlib import Path

from cli.conftest import Repository

WAIVER = "waivers: [{address: configuration_set/main, owner: mail-team, reason: a partner, until: %s}]\n"


def make_by_hand(shell: Repository) -> None:
    """What years of consoles and scripts leave: both generations of the API, and no tag of ours."""
    topic = shell.call("sns.create_topic", Name="bounces")["TopicArn"]
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "ses.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": topic,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    shell.call("sns.set_topic_attributes", TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
    shell.call("sesv2.create_configuration_set", ConfigurationSetName="main", DeliveryOptions={"TlsPolicy": "OPTIONAL"})
    shell.call("ses.verify_domain_identity", Domain="example.com")
    shell.call("ses.set_identity_notification_topic", Identity="example.com", NotificationType="Bounce", SnsTopic=topic)
    shell.call(
        "sesv2.put_email_identity_configuration_set_attributes",
        EmailIdentity="example.com",
        ConfigurationSetName="main",
    )
    shell.call("ses.create_receipt_rule_set", RuleSetName="inbound")
    for name in ("spam", "rest"):
        rule = {"Name": name, "Recipients": [f"{name}@example.com"], "Actions": [{"StopAction": {"Scope": "RuleSet"}}]}
        shell.call("ses.create_receipt_rule", RuleSetName="inbound", Rule=rule)
    shell.call("ses.set_active_receipt_rule_set", RuleSetName="inbound")


def test_from_a_hand_made_account_to_drift_put_right(empty_repository: Repository):
    repository = empty_repository
    make_by_hand(repository)

    # The account becomes a spec, whose plan has nothing to change; the first apply is a tag a thing.
    exported = repository.run("export", "--region", "eu-west-1", "--stack", "acme", "--out", "mail")
    assert exported.code == 0
    path = Path("mail/sesops.yaml")
    spec = path.read_text(encoding="utf-8")
    assert repository.run("validate", "mail").code == 0
    assert repository.run("plan", "mail", "--detailed-exitcode").code == 0
    assert repository.run("apply", "mail", "--yes").code == 0
    merged = repository.commit(spec)
    assert repository.run("drift", "mail").code == 0

    # Somebody clicks, and a branch makes TLS a must: the reviewer sees whose is what, and its leave on top.
    repository.by_hand("PutEmailIdentityFeedbackAttributes", EmailIdentity="example.com", EmailForwardingEnabled=True)
    repository.sending("main", enabled=False)
    branch = spec.replace("  main: {", "  main: {delivery: {tls_policy: REQUIRE}, sending_enabled: true, ")
    assert branch != spec
    repository.commit(branch)
    planned = repository.run("plan", "mail", "--base", merged, "--out", "plan.json", "--format", "markdown")
    assert planned.code == 0
    assert "asked for by this change itself: delivery.tls_policy of eu-west-1:configuration_set/main" in planned.out
    assert planned.out.startswith("<!-- sesops-plan acme -->")

    # On merge, what was reviewed is made, and once only.
    assert repository.run("apply", "plan.json", "--yes").code == 0
    assert repository.run("plan", "mail", "--detailed-exitcode").code == 0

    # A click behind its back: found, answered for, counted again after the day, put right.
    repository.by_hand("PutConfigurationSetDeliveryOptions", ConfigurationSetName="main", TlsPolicy="OPTIONAL")
    drifted = repository.run("drift", "mail")
    assert (drifted.code, drifted.out.splitlines()[0].startswith("drift: 1 changed")) == (2, True)
    repository.write(WAIVER % "2999-12-31", "waivers.yaml")
    assert repository.run("drift", "mail", "--waivers", "waivers.yaml").code == 0
    repository.write(WAIVER % "2024-12-31", "waivers.yaml")
    assert repository.run("drift", "mail", "--waivers", "waivers.yaml").code == 2
    assert repository.run("apply", "mail", "--yes").code == 3
    allow = "allow: [{address: configuration_set/main, to: stop_mail, until: 2999-12-31}]\n"
    repository.commit(branch + allow)
    assert repository.run("apply", "mail", "--yes").code == 0
    assert repository.run("drift", "mail", "--waivers", "waivers.yaml").code == 0
