"""The contacts of the contact list."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from sesops.emulator import Emulator
from sesops.emulator.operations import contacts

from .answers import refusal

WEEKLY = {"TopicName": "weekly", "DisplayName": "Weekly", "DefaultSubscriptionStatus": "OPT_IN"}
DAILY = {"TopicName": "daily", "DisplayName": "Daily", "DefaultSubscriptionStatus": "OPT_OUT"}
LIST = {"ContactListName": "readers"}
ANN = {**LIST, "EmailAddress": "ann@example.com"}
NO_WEEKLY = [{"TopicName": "weekly", "SubscriptionStatus": "OPT_OUT"}]


@pytest.fixture
def readers(sesv2: Any) -> Any:
    """v2, with a list of two topics."""
    sesv2.create_contact_list(**LIST, Topics=[WEEKLY, DAILY])
    return sesv2


def names(answer: Any) -> str:
    """The local parts of the contacts listed."""
    return " ".join(one["EmailAddress"].partition("@")[0] for one in answer["Contacts"])


def test_a_contact_reads_back(readers: Any) -> None:
    """What it did not say, the list says for it."""
    readers.create_contact(**ANN, TopicPreferences=NO_WEEKLY, AttributesData="{}")
    shown = readers.get_contact(**ANN)
    assert shown["TopicPreferences"] == NO_WEEKLY
    assert shown["TopicDefaultPreferences"] == [{"TopicName": "daily", "SubscriptionStatus": "OPT_OUT"}]
    assert (shown["UnsubscribeAll"], shown["AttributesData"]) == (False, "{}")


def test_an_update_takes_away_what_it_does_not_say(readers: Any) -> None:
    """Preferences, attributes, and having left."""
    readers.create_contact(**ANN, TopicPreferences=NO_WEEKLY, AttributesData="{}", UnsubscribeAll=True)
    created = readers.get_contact(**ANN)["CreatedTimestamp"]
    readers.update_contact(**ANN)
    shown = readers.get_contact(**ANN)
    assert (shown["TopicPreferences"], shown["UnsubscribeAll"], "AttributesData" in shown) == ([], False, False)
    assert shown["CreatedTimestamp"] == created


def test_a_deleted_contact_is_gone(readers: Any) -> None:
    """From the list as well."""
    readers.create_contact(**ANN)
    readers.delete_contact(**ANN)
    assert readers.list_contacts(**LIST)["Contacts"] == []
    with pytest.raises(ClientError) as error:
        readers.delete_contact(**ANN)
    assert refusal(error) == ("NotFoundException", "ann@example.com doesn't exist in List.", 404)


@pytest.fixture
def five(readers: Any) -> Any:
    """Contacts that say nothing, that take or do not take the weekly, that take the daily, and that left."""
    wishes: dict[str, dict[str, Any]] = {
        "a-silent": {},
        "b-weekly": {"TopicPreferences": [{"TopicName": "weekly", "SubscriptionStatus": "OPT_IN"}]},
        "c-no-weekly": {"TopicPreferences": NO_WEEKLY},
        "d-daily": {"TopicPreferences": [{"TopicName": "daily", "SubscriptionStatus": "OPT_IN"}]},
        "e-left": {"UnsubscribeAll": True},
    }
    for name, wish in wishes.items():
        readers.create_contact(**LIST, EmailAddress=f"{name}@example.com", **wish)
    return readers


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, "a-silent b-weekly c-no-weekly d-daily e-left"),
        ({"FilteredStatus": "OPT_IN"}, "a-silent b-weekly c-no-weekly d-daily"),
        ({"FilteredStatus": "OPT_OUT"}, "e-left"),
        ({"FilteredStatus": "OPT_IN", "TopicFilter": {"TopicName": "weekly"}}, "b-weekly"),
        ({"FilteredStatus": "OPT_OUT", "TopicFilter": {"TopicName": "weekly"}}, "c-no-weekly e-left"),
        (
            {
                "FilteredStatus": "OPT_IN",
                "TopicFilter": {"TopicName": "weekly", "UseDefaultIfPreferenceUnavailable": True},
            },
            "a-silent b-weekly d-daily",
        ),
        (
            {
                "FilteredStatus": "OPT_OUT",
                "TopicFilter": {"TopicName": "daily", "UseDefaultIfPreferenceUnavailable": True},
            },
            "a-silent b-weekly c-no-weekly e-left",
        ),
    ],
)
def test_contacts_by_filter(five: Any, wanted: dict[str, Any], found: str) -> None:
    """By status on the list or on a topic, with the topic's default for those who said nothing where it is asked for."""
    assert names(five.list_contacts(**LIST, Filter=wanted)) == found


def test_pages_are_cut_before_they_are_filtered(five: Any) -> None:
    """One may be empty and still lead on; the last one has no token."""
    wanted = {"FilteredStatus": "OPT_OUT"}
    pages = [five.list_contacts(**LIST, Filter=wanted, PageSize=2)]
    while "NextToken" in pages[-1]:
        token = pages[-1]["NextToken"]
        pages.append(five.list_contacts(**LIST, Filter=wanted, PageSize=2, NextToken=token))
    assert [names(page) for page in pages] == ["", "", "e-left"]


def test_a_token_of_no_listing(readers: Any) -> None:
    """It is refused."""
    with pytest.raises(ClientError) as error:
        readers.list_contacts(**LIST, NextToken="bogus")
    assert refusal(error) == ("BadRequestException", "Invalid NextToken bogus.", 400)


@pytest.mark.parametrize(
    ("call", "params", "expected"),
    [
        ("create_contact", {}, ("AlreadyExistsException", "ann@example.com already exists in List.", 400)),
        (
            "create_contact",
            {"EmailAddress": "nobody"},
            ("BadRequestException", "EmailAddress <nobody> is invalid", 400),
        ),
        ("create_contact", {"EmailAddress": ""}, ("BadRequestException", "EmailAddress can't be blank.", 400)),
        (
            "create_contact",
            {"EmailAddress": "bo@example.com", "TopicPreferences": [{**NO_WEEKLY[0], "TopicName": "none"}]},
            ("BadRequestException", "List: readers doesn't contain Topic: none", 400),
        ),
        (
            "create_contact",
            {"ContactListName": "none"},
            ("NotFoundException", "List with name: none doesn't exist.", 404),
        ),
        *(
            (
                call,
                {"EmailAddress": "bo@example.com"},
                ("NotFoundException", "bo@example.com doesn't exist in List.", 404),
            )
            for call in ("get_contact", "update_contact", "delete_contact")
        ),
    ],
)
def test_refused(readers: Any, call: str, params: dict[str, Any], expected: tuple[Any, ...]) -> None:
    """What is there already, what is not, and what is no address or topic."""
    readers.create_contact(**ANN)
    with pytest.raises(ClientError) as error:
        getattr(readers, call)(**{**ANN, **params})
    assert refusal(error) == expected


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        (
            {"emailAddress": "ann@example.com", "topicPreferences.weekly": "OPT_OUT", "unsubscribeAll": "false"},
            {"TopicPreferences": NO_WEEKLY, "UnsubscribeAll": False},
        ),
        (
            {
                "emailAddress": "ann@example.com",
                "topicPreferences": [{"topicName": "weekly", "subscriptionStatus": "OPT_OUT"}],
                "unsubscribeAll": True,
            },
            {"TopicPreferences": NO_WEEKLY, "UnsubscribeAll": True},
        ),
        ({"emailAddress": "ann@example.com", "attributesData": "{}"}, {"TopicPreferences": [], "AttributesData": "{}"}),
        ({"emailAddress": "ann@example.com"}, {"TopicPreferences": [], "AttributesData": None}),
    ],
)
def test_an_imported_record_is_the_whole_contact(
    emulator: Emulator, readers: Any, row: dict[str, Any], shown: dict[str, Any]
) -> None:
    """As CSV and as JSON have it; what was there before and is not said is gone."""
    readers.create_contact(**ANN, AttributesData="old", TopicPreferences=[{**NO_WEEKLY[0], "TopicName": "daily"}])
    with emulator.context("123456789012", "us-east-1") as context:
        assert contacts.import_contact(context, "readers", row, "PUT")
    found = readers.get_contact(**ANN)
    assert {member: found.get(member) for member in shown} == shown


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"emailAddress": "nobody"},
        {"emailAddress": "bo@example.com", "topicPreferences.none": "OPT_IN"},
        {"emailAddress": "bo@example.com", "topicPreferences.weekly": "MAYBE"},
    ],
)
def test_records_that_are_no_contacts(emulator: Emulator, readers: Any, row: dict[str, Any]) -> None:
    """They leave nothing behind."""
    with emulator.context("123456789012", "us-east-1") as context:
        assert not contacts.import_contact(context, "readers", row, "PUT")
    assert readers.list_contacts(**LIST)["Contacts"] == []


def test_an_import_can_delete(emulator: Emulator, readers: Any) -> None:
    """Also who is not there."""
    readers.create_contact(**ANN)
    with emulator.context("123456789012", "us-east-1") as context:
        for name in ("ann", "bo"):
            assert contacts.import_contact(context, "readers", {"emailAddress": f"{name}@example.com"}, "DELETE")
    assert readers.list_contacts(**LIST)["Contacts"] == []
