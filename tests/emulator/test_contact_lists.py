"""The contact list, its topics and its contacts."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from .answers import body, refusal

WEEKLY = {"TopicName": "weekly", "DisplayName": "Weekly", "DefaultSubscriptionStatus": "OPT_IN"}
DAILY = {
    "TopicName": "daily",
    "DisplayName": "Daily",
    "DefaultSubscriptionStatus": "OPT_OUT",
    "Description": "Each day",
}
LIST = {"ContactListName": "readers"}
NO_WEEKLY = [{"TopicName": "weekly", "SubscriptionStatus": "OPT_OUT"}]


@pytest.fixture
def readers(sesv2: Any) -> Any:
    """v2, with a list of two topics."""
    sesv2.create_contact_list(**LIST, Topics=[WEEKLY, DAILY], Description="Readers")
    return sesv2


def test_a_list_reads_back(readers: Any) -> None:
    """With tags, empty where there are none."""
    shown = body(readers.get_contact_list(**LIST))
    assert {key: shown[key] for key in ("ContactListName", "Topics", "Description", "Tags")} == {
        **LIST,
        "Topics": [WEEKLY, DAILY],
        "Description": "Readers",
        "Tags": [],
    }
    assert [one["ContactListName"] for one in readers.list_contact_lists()["ContactLists"]] == ["readers"]


def test_there_is_one_list(readers: Any) -> None:
    """A second one is refused, also one of the same name."""
    for name in ("readers", "others"):
        with pytest.raises(ClientError) as error:
            readers.create_contact_list(ContactListName=name)
        assert refusal(error) == ("BadRequestException", "A maximum of 1 Lists allowed per account.", 400)


def test_an_update_replaces_everything(readers: Any) -> None:
    """A topic that is left out goes, with what contacts said of it."""
    readers.create_contact(**LIST, EmailAddress="a@example.com", TopicPreferences=NO_WEEKLY)
    readers.update_contact_list(**LIST, Topics=[DAILY])
    shown = readers.get_contact_list(**LIST)
    assert (shown["Topics"], "Description" in shown) == ([DAILY], False)
    assert readers.get_contact(**LIST, EmailAddress="a@example.com")["TopicPreferences"] == []


def test_deleting_a_list_removes_its_contacts(readers: Any) -> None:
    """A new list of the same name is empty."""
    readers.create_contact(**LIST, EmailAddress="a@example.com")
    readers.delete_contact_list(**LIST)
    with pytest.raises(ClientError) as error:
        readers.get_contact_list(**LIST)
    assert refusal(error) == ("NotFoundException", "List with name: readers doesn't exist.", 404)
    readers.create_contact_list(**LIST)
    assert readers.list_contacts(**LIST)["Contacts"] == []


def test_a_contact_reads_back(readers: Any) -> None:
    """What it did not say, the list says for it."""
    readers.create_contact(**LIST, EmailAddress="a@example.com", TopicPreferences=NO_WEEKLY, AttributesData="{}")
    shown = readers.get_contact(**LIST, EmailAddress="a@example.com")
    assert shown["TopicPreferences"] == NO_WEEKLY
    assert shown["TopicDefaultPreferences"] == [{"TopicName": "daily", "SubscriptionStatus": "OPT_OUT"}]
    assert (shown["UnsubscribeAll"], shown["AttributesData"]) == (False, "{}")
    readers.update_contact(**LIST, EmailAddress="a@example.com", UnsubscribeAll=True)
    shown = readers.get_contact(**LIST, EmailAddress="a@example.com")
    assert (shown["TopicPreferences"], shown["UnsubscribeAll"], "AttributesData" in shown) == ([], True, False)
    readers.delete_contact(**LIST, EmailAddress="a@example.com")
    assert readers.list_contacts(**LIST)["Contacts"] == []


def test_contacts_by_filter_and_page(readers: Any) -> None:
    """Pages are cut before they are filtered: one may be empty and still lead on."""
    for name in "abc":
        preferences = NO_WEEKLY if name == "c" else []
        readers.create_contact(**LIST, EmailAddress=f"{name}@example.com", TopicPreferences=preferences)
    wanted = {"FilteredStatus": "OPT_OUT", "TopicFilter": {"TopicName": "weekly"}}
    first = readers.list_contacts(**LIST, Filter=wanted, PageSize=2)
    assert first["Contacts"] == []
    second = readers.list_contacts(**LIST, Filter=wanted, PageSize=2, NextToken=first["NextToken"])
    assert [one["EmailAddress"] for one in second["Contacts"]] == ["c@example.com"]
    assert "NextToken" not in second
    by_default = {**wanted, "TopicFilter": {"TopicName": "daily", "UseDefaultIfPreferenceUnavailable": True}}
    assert len(readers.list_contacts(**LIST, Filter=by_default)["Contacts"]) == 3


@pytest.mark.parametrize(
    ("call", "params", "code"),
    [
        ("create_contact", {"EmailAddress": "a@example.com"}, "AlreadyExistsException"),
        ("create_contact", {"EmailAddress": "nobody"}, "BadRequestException"),
        (
            "create_contact",
            {
                "EmailAddress": "b@example.com",
                "TopicPreferences": [{"TopicName": "none", "SubscriptionStatus": "OPT_IN"}],
            },
            "BadRequestException",
        ),
        ("get_contact", {"EmailAddress": "b@example.com"}, "NotFoundException"),
        ("update_contact", {"EmailAddress": "b@example.com"}, "NotFoundException"),
        ("delete_contact", {"EmailAddress": "b@example.com"}, "NotFoundException"),
        ("list_contacts", {"NextToken": "bogus"}, "BadRequestException"),
        ("update_contact_list", {"Topics": [WEEKLY, WEEKLY]}, "BadRequestException"),
    ],
)
def test_refused(readers: Any, call: str, params: dict[str, Any], code: str) -> None:
    """What is there already, what is not, and what is no address or topic."""
    readers.create_contact(**LIST, EmailAddress="a@example.com")
    with pytest.raises(ClientError) as error:
        getattr(readers, call)(**LIST, **params)
    assert refusal(error)[0] == code
