"""What an emulator of SES has to do, point by point, and the tests that hold this one to it.

A point names its tests as `file.test`; those that no other file has are here.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sesops.emulator import Emulator
from sesops.emulator.operations import identity_documents, suppression

from .answers import refusal
from .conftest import ACCOUNT

CHECKLIST = {
    "two doors on one store": (
        "identities.test_deletes_reach_through_both_doors",
        "identities_policies.test_existing_name_is_refused_by_v2_and_overwritten_by_v1",
        "configuration_sets.test_untouched_set_of_v1",
        "configuration_sets_destinations.test_v1_destination_is_seen_by_v2",
        "templates.test_one_store_two_spellings",
        "custom_verification_templates.test_one_store_two_generations",
    ),
    "v1 does not lose what it cannot see": (
        "configuration_sets_options.test_v1_delivery_write_keeps_what_v1_cannot_see",
        "configuration_sets_options.test_v1_tracking_life",
        "configuration_sets_destinations.test_v1_update_keeps_event_types_it_has_no_word_for",
        "checklist.test_v1_update_of_a_template_keeps_its_tags",
    ),
    "clock and DNS are the test's": (
        "frame.test_clock_is_the_wall_clock_until_it_is_moved",
        "dns.test_record_is_set_replaced_and_taken_away",
    ),
    "states advance with the DNS": (
        "time.test_domain_is_verified_by_its_three_records",
        "time.test_own_key",
        "time.test_mail_from_wants_its_mx_record",
    ),
    "searches fail after 72 hours": (
        "time.test_domain_that_is_never_found_fails",
        "time.test_mail_from_fails_and_begins_anew",
    ),
    "links to addresses expire after 24 hours": ("time.test_link_expires",),
    "throttle by operation, account and region": (
        "frame_faults.test_throttle_of_v1",
        "frame_faults.test_throttle_of_v2",
        "frame_faults.test_throttle_is_by_operation_and_does_not_heed_the_moved_clock",
    ),
    "side effects beside SES": (
        "configuration_sets_destinations.test_sns_destination_publishes_a_validation_message",
        "receipt_actions.test_topics_get_a_setup_notification",
        "receipt_actions.test_bucket_gets_a_setup_object",
        "receipt_actions.test_functions_that_are_refused",
        "switches.test_lost_topic_is_dropped",
    ),
    "blocks are replaced whole": (
        "configuration_sets_options.test_put_replaces_the_whole_delivery_block",
        "identities_settings.test_mail_from_is_cleared_with_its_behaviour",
        "configuration_sets_destinations.test_update_replaces_in_place",
        "receipt_rules.test_update_replaces_the_whole_rule_in_its_place",
    ),
    "booleans that are left out are false": (
        "configuration_sets_options.test_empty_puts_of_booleans_mean_off",
        "configuration_sets.test_sending_block_without_its_flag_means_off",
        "identities_settings.test_forwarding_left_out_is_off",
    ),
    "defaults on read": (
        "identities.test_untouched_domain",
        "identities.test_new_address",
        "identities_settings.test_untouched_feedback",
        "configuration_sets.test_untouched_set_of_v2",
        "receipt_rules.test_rule_of_a_name_alone",
    ),
    "what was never set is left out, what is always there is there": (
        "identities.test_untouched_domain",
        "configuration_sets.test_untouched_set_of_v2",
        "recorded/recorded.test_recorded",
    ),
    "the order of identities is not stable": ("identities.test_list_order_is_not_stable",),
    "page sizes when none is given": ("checklist.test_page_when_no_size_is_given",),
    "tokens are bound to operation and region": (
        "checklist.test_token_of_another_listing",
        "checklist.test_token_of_another_region",
    ),
    "status codes": (
        "switches.test_status_of_a_code",
        "configuration_sets.test_unknown_set_in_v1",
        "configuration_sets.test_unknown_set_in_v2",
    ),
    "deletes of v1 may be repeated": (
        "identities.test_classic_delete_of_an_unknown_identity",
        "identities_policies.test_missing_name_is_a_404_of_v2_only",
        "receipt_rule_sets.test_delete",
        "receipt_rules.test_delete_twice",
        "receipt_filters.test_delete_twice",
        "templates.test_a_missing_template_may_be_deleted_by_v1",
    ),
    "deletes of v2 may not": (
        "identities.test_unknown_identity_is_a_404_of_v2",
        "configuration_sets.test_unknown_set_in_v2",
        "configuration_sets_destinations.test_unknown_destination_in_v2",
        "configuration_sets_pools.test_unknown_pool",
        "suppression.test_what_is_not_listed_is_a_404",
    ),
    "receipt rules": (
        "receipt_rules.test_new_rules_come_to_the_front",
        "receipt_rule_sets.test_reorder_takes_an_exact_permutation",
        "receipt_rule_sets.test_delete",
        "receipt_rule_sets.test_switching_the_active_set",
    ),
    "fault: a lost answer after a create": ("frame_faults.test_lost_answer",),
    "fault: no right to an operation": ("frame_faults.test_denied",),
    "fault: what was made beside SES arrives late": ("switches.test_permissions_arrive_late",),
    "fault: somebody else edits between read and write": ("checklist.test_edit_between_read_and_write",),
    "what SES does between runs": (
        "switches.test_ses_suppresses_an_address",
        "sending_events.test_a_topic_that_is_gone_is_taken_out_of_the_identity",
        "switches.test_topic_that_shuts_ses_out_is_dropped",
        "time.test_domain_given_up",
    ),
    "a fresh account": ("account.test_fresh_account", "frame.test_fresh_account"),
}


@cache
def found_in(file: str) -> set[str]:
    """The tests in a file."""
    folder, _, name = file.rpartition("/")
    source = (Path(__file__).parent / folder / f"test_{name}.py").read_text()
    return {node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("point", CHECKLIST)
def test_point_has_its_tests(point: str) -> None:
    """All those that it names are there."""
    named = [one.split(".") for one in CHECKLIST[point]]
    assert [f"{file}.{test}" for file, test in named if test not in found_in(file)] == []


def test_v1_update_of_a_template_keeps_its_tags(ses: Any, sesv2: Any) -> None:
    """v1 knows none."""
    tags = [{"Key": "owner", "Value": "mail"}]
    sesv2.create_email_template(TemplateName="t", TemplateContent={"Subject": "a", "Text": "a"}, Tags=tags)
    ses.update_template(Template={"TemplateName": "t", "SubjectPart": "b", "TextPart": "b"})
    shown = sesv2.get_email_template(TemplateName="t")
    assert (shown["TemplateContent"]["Subject"], shown["Tags"]) == ("b", tags)


# --- pages ---


def identities(emulator: Emulator, sesv2: Any, count: int) -> None:
    with emulator.context(ACCOUNT, "us-east-1") as context:
        for number in range(count):
            identity_documents.save(context, identity_documents.new_document(context, f"d{number}.example.com"))


def suppressed(emulator: Emulator, sesv2: Any, count: int) -> None:
    with emulator.context(ACCOUNT, "us-east-1") as context:
        for number in range(count):
            suppression.add(context, f"a{number}@example.com", "BOUNCE", message="m")


def sets(emulator: Emulator, sesv2: Any, count: int) -> None:
    for number in range(count):
        sesv2.create_configuration_set(ConfigurationSetName=f"s{number}")


def templates(emulator: Emulator, sesv2: Any, count: int) -> None:
    for number in range(count):
        sesv2.create_email_template(TemplateName=f"t{number}", TemplateContent={"Subject": "a", "Text": "a"})


def tenants(emulator: Emulator, sesv2: Any, count: int) -> None:
    for number in range(count):
        sesv2.create_tenant(TenantName=f"t{number}")


Fill = Callable[[Emulator, Any, int], None]


@pytest.mark.parametrize(
    ("fill", "door", "call", "member", "size"),
    [
        (identities, "sesv2", "list_email_identities", "EmailIdentities", 25),
        (identities, "ses", "list_identities", "Identities", 1000),
        (sets, "sesv2", "list_configuration_sets", "ConfigurationSets", 50),
        (sets, "ses", "list_configuration_sets", "ConfigurationSets", 50),
        (templates, "sesv2", "list_email_templates", "TemplatesMetadata", 10),
        (templates, "ses", "list_templates", "TemplatesMetadata", 10),
        (suppressed, "sesv2", "list_suppressed_destinations", "SuppressedDestinationSummaries", 1000),
        (tenants, "sesv2", "list_tenants", "Tenants", 100),
    ],
)
def test_page_when_no_size_is_given(
    emulator: Emulator, ses: Any, sesv2: Any, fill: Fill, door: str, call: str, member: str, size: int
) -> None:
    """One more than fits goes onto a second page, which has no token."""
    fill(emulator, sesv2, size + 1)
    ask = getattr({"ses": ses, "sesv2": sesv2}[door], call)
    first = ask()
    second = ask(NextToken=first["NextToken"])
    assert (len(first[member]), len(second[member]), "NextToken" in second) == (size, 1, False)


def test_token_of_another_listing(emulator: Emulator, sesv2: Any) -> None:
    """Refused as one that nobody gave."""
    identities(emulator, sesv2, 2)
    token = sesv2.list_email_identities(PageSize=1)["NextToken"]
    with pytest.raises(ClientError) as error:
        sesv2.list_configuration_sets(NextToken=token)
    assert refusal(error) == ("BadRequestException", f"invalid nextToken {token}", 400)


def test_token_of_another_region(emulator: Emulator, session: Any, sesv2: Any) -> None:
    """Refused as one that nobody gave."""
    identities(emulator, sesv2, 2)
    token = sesv2.list_email_identities(PageSize=1)["NextToken"]
    with pytest.raises(ClientError) as error:
        session.client("sesv2", region_name="eu-west-1").list_email_identities(NextToken=token)
    assert refusal(error) == ("BadRequestException", f"Invalid NextToken <{token}>.", 400)


# --- others at work ---


def test_edit_between_read_and_write(
    emulator: Emulator, sesv2: Any, session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever wraps the emulator's `handle` can have somebody act between two calls of a client."""
    others, handle, seen = session.client("sesv2"), emulator.handle, []

    def interrupted(request: Any) -> Any:
        seen.append(request.method)
        if seen == ["GET", "PUT"]:
            others.delete_configuration_set(ConfigurationSetName="a")
        return handle(request)

    sesv2.create_configuration_set(ConfigurationSetName="a")
    monkeypatch.setattr(emulator, "handle", interrupted)
    assert sesv2.get_configuration_set(ConfigurationSetName="a")["SendingOptions"] == {"SendingEnabled": True}
    with pytest.raises(ClientError) as error:
        sesv2.put_configuration_set_sending_options(ConfigurationSetName="a", SendingEnabled=False)
    assert refusal(error)[0] == "NotFoundException"
