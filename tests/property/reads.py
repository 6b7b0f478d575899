"""Everything that SES and SNS say of everything, thing by thing: what has to stay as it is.

A picture maps each thing's address to its views (one a read: the same thing as v1 and as v2 show it), flattened to
leaves, so that two pictures can be compared leaf by leaf. Tags and identities, which SES lists in any order, have none
here; other lists are leaves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from property.names import ses_arn

Leaf = tuple[str, ...]
"""The name of the view, then the members down to the value."""
Picture = dict[str, dict[Leaf, Any]]


READS = {
    *(("sesv2", f"List{one}") for one in ("EmailIdentities", "ConfigurationSets", "DedicatedIpPools")),
    *(("sesv2", f"Get{one}") for one in ("EmailIdentity", "EmailIdentityPolicies", "ConfigurationSet")),
    ("sesv2", "GetConfigurationSetEventDestinations"),
    ("sesv2", "GetDedicatedIpPool"),
    ("sesv2", "ListTagsForResource"),
    *(("ses", f"List{one}") for one in ("Identities", "IdentityPolicies", "ConfigurationSets")),
    *(("ses", f"GetIdentity{one}Attributes") for one in ("Verification", "Dkim", "MailFromDomain", "Notification")),
    ("ses", "GetIdentityPolicies"),
    ("ses", "DescribeConfigurationSet"),
    *(("ses", f"List{one}") for one in ("ReceiptRuleSets", "ReceiptFilters")),
    *(("ses", f"Describe{one}") for one in ("ReceiptRuleSet", "ReceiptRule", "ActiveReceiptRuleSet")),
}
"""The reads of SES that a picture is made of."""


def picture(bench) -> Picture:
    """Read it all, through plain boto3."""
    found: Picture = {}
    for address, view, value in _views(bench):
        found.setdefault(address, {}).update({(view, *path): leaf for path, leaf in _leaves(value)})
    return found


def differences(before: Picture, after: Picture) -> list[tuple[str, Leaf, Any, Any]]:
    """Leaves that are not the same any more: (address, leaf, before, after), None where there is none."""
    found = []
    for address in sorted({*before, *after}):
        old, new = before.get(address, {}), after.get(address, {})
        unlike = (one for one in sorted({*old, *new}) if (one in old, old.get(one)) != (one in new, new.get(one)))
        found.extend((address, leaf, old.get(leaf), new.get(leaf)) for leaf in unlike)
    return found


def _leaves(value: Any, path: Leaf = ()) -> Iterator[tuple[Leaf, Any]]:
    if path[-1:] == ("Tags",):
        yield from (((*path, one["Key"]), one["Value"]) for one in value)
    elif isinstance(value, Mapping) and value:
        for key, one in value.items():
            yield from _leaves(one, (*path, key))
    else:
        yield path, value


def _views(bench) -> Iterator[tuple[str, str, Any]]:
    ses, sesv2 = bench.client("ses"), bench.client("sesv2")
    yield from _identities(ses, sesv2)
    yield from _sets(ses, sesv2)
    yield from _receipt(ses)
    yield from _topics(bench.client("sns"))
    for name in sesv2.list_dedicated_ip_pools()["DedicatedIpPools"]:
        if name.startswith("ses-"):  # SES's own, which it lists and does not show
            continue
        yield f"ip_pool/{name}", "GetDedicatedIpPool", sesv2.get_dedicated_ip_pool(PoolName=name)["DedicatedIpPool"]
        yield f"ip_pool/{name}", "ListTagsForResource", _tags(sesv2, f"dedicated-ip-pool/{name}")


def _identities(ses, sesv2) -> Iterator[tuple[str, str, Any]]:
    listed = {one["IdentityName"]: one for one in sesv2.list_email_identities(PageSize=1000)["EmailIdentities"]}
    names = sorted(listed)
    assert names == sorted(ses.list_identities()["Identities"])
    batches = {
        "VerificationAttributes": ses.get_identity_verification_attributes,
        "DkimAttributes": ses.get_identity_dkim_attributes,
        "MailFromDomainAttributes": ses.get_identity_mail_from_domain_attributes,
        "NotificationAttributes": ses.get_identity_notification_attributes,
    }
    classic = {member: read(Identities=names)[member] for member, read in batches.items()} if names else {}
    for name in names:
        address = f"email/{name}" if "@" in name else f"domain/{name}"
        answer = _body(sesv2.get_email_identity(EmailIdentity=name))
        policies = {
            "GetEmailIdentity": answer.pop("Policies"),
            "GetEmailIdentityPolicies": sesv2.get_email_identity_policies(EmailIdentity=name)["Policies"],
            "GetIdentityPolicies": _policies(ses, name),
        }
        yield address, "ListEmailIdentities", listed[name]
        yield address, "GetEmailIdentity", answer
        yield address, "ListTagsForResource", _tags(sesv2, f"identity/{name}")
        for member, entries in classic.items():
            yield address, member, entries[name]
        for view, texts in policies.items():
            for policy, text in texts.items():
                yield f"identity_policy/{name}/{policy}", view, text


def _policies(ses, name: str) -> dict[str, str]:
    names = ses.list_identity_policies(Identity=name)["PolicyNames"]
    return ses.get_identity_policies(Identity=name, PolicyNames=names)["Policies"] if names else {}


def _sets(ses, sesv2) -> Iterator[tuple[str, str, Any]]:
    names = sesv2.list_configuration_sets(PageSize=1000)["ConfigurationSets"]
    assert names == [one["Name"] for one in ses.list_configuration_sets()["ConfigurationSets"]]
    groups = ["eventDestinations", "trackingOptions", "deliveryOptions", "reputationOptions"]
    for name in names:
        address = f"configuration_set/{name}"
        classic = _body(
            ses.describe_configuration_set(ConfigurationSetName=name, ConfigurationSetAttributeNames=groups)
        )
        destinations = sesv2.get_configuration_set_event_destinations(ConfigurationSetName=name)["EventDestinations"]
        both = {
            "DescribeConfigurationSet": classic.pop("EventDestinations", []),
            "GetConfigurationSetEventDestinations": destinations,
        }
        yield address, "GetConfigurationSet", _body(sesv2.get_configuration_set(ConfigurationSetName=name))
        yield address, "DescribeConfigurationSet", classic
        yield address, "ListTagsForResource", _tags(sesv2, f"configuration-set/{name}")
        for view, some in both.items():
            for one in some:
                yield f"event_destination/{name}/{one['Name']}", view, one


def _receipt(ses) -> Iterator[tuple[str, str, Any]]:
    for listed in ses.list_receipt_rule_sets()["RuleSets"]:
        name = listed["Name"]
        answer = ses.describe_receipt_rule_set(RuleSetName=name)
        yield f"receipt_rule_set/{name}", "ListReceiptRuleSets", listed
        yield f"receipt_rule_set/{name}", "Metadata", answer["Metadata"]
        yield f"receipt_rule_set/{name}", "order", [one["Name"] for one in answer["Rules"]]
        for rule in answer["Rules"]:
            alone = ses.describe_receipt_rule(RuleSetName=name, RuleName=rule["Name"])["Rule"]
            yield f"receipt_rule/{name}/{rule['Name']}", "DescribeReceiptRuleSet", rule
            yield f"receipt_rule/{name}/{rule['Name']}", "DescribeReceiptRule", alone
    active = ses.describe_active_receipt_rule_set().get("Metadata", {}).get("Name")
    yield "active_receipt_rule_set", "DescribeActiveReceiptRuleSet", active
    for one in ses.list_receipt_filters()["Filters"]:
        yield f"receipt_filter/{one['Name']}", "ListReceiptFilters", one


def _topics(sns) -> Iterator[tuple[str, str, Any]]:
    for one in sns.list_topics()["Topics"]:
        arn = one["TopicArn"]
        address = f"topic/{arn.rpartition(':')[2]}"
        yield address, "GetTopicAttributes", sns.get_topic_attributes(TopicArn=arn)["Attributes"]
        tags = sns.list_tags_for_resource(ResourceArn=arn)["Tags"]
        yield address, "ListTagsForResource", {"Tags": tags}


def _tags(sesv2, resource: str) -> dict[str, Any]:
    return {"Tags": sesv2.list_tags_for_resource(ResourceArn=ses_arn(resource))["Tags"]}


def _body(answer: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in answer.items() if key != "ResponseMetadata"}
