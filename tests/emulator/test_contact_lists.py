"""The contact list and its topics."""

from __future__ import annotations

from typing import Any

import boto3
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
    no_weekly = [{"TopicName": "weekly", "SubscriptionStatus": "OPT_OUT"}]
    readers.create_contact(**LIST, EmailAddress="a@example.com", TopicPreferences=no_weekly)
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


NAMING = "can contain up to 64 characters. Only alphanumeric characters, underscores(_) and hyphens(-) are allowed."


@pytest.mark.parametrize(
    ("wish", "text"),
    [
        ({"ContactListName": " "}, "ContactListName can't be blank."),
        ({"ContactListName": "two words"}, f"ContactListName {NAMING}"),
        ({"ContactListName": "a" * 65}, f"ContactListName {NAMING}"),
        ({"Topics": [{**WEEKLY, "TopicName": ""}]}, "TopicName can't be blank."),
        ({"Topics": [{**WEEKLY, "TopicName": "a.b"}]}, f"TopicName {NAMING}"),
        ({"Topics": [{**WEEKLY, "DisplayName": "a" * 129}]}, "Topic DisplayName can contain up to <128> characters."),
        ({"Topics": [WEEKLY, WEEKLY]}, "Duplicate topic names are not allowed within a List."),
        (
            {"Topics": [{**WEEKLY, "TopicName": f"t{number}"} for number in range(21)]},
            "Maximum of <20> topics allowed per ContactList",
        ),
        ({"Description": "a" * 501}, "List description can contain up to 500 characters."),
    ],
)
def test_lists_that_are_none(sesv2: Any, wish: dict[str, Any], text: str) -> None:
    """Names, numbers and lengths; said before there could be a second list."""
    sesv2.create_contact_list(**LIST)
    with pytest.raises(ClientError) as error:
        sesv2.create_contact_list(**{**LIST, **wish})
    assert refusal(error) == ("BadRequestException", text, 400)


@pytest.mark.parametrize("call", ["get_contact_list", "update_contact_list", "delete_contact_list", "list_contacts"])
def test_a_name_that_no_list_can_have(sesv2: Any, call: str) -> None:
    """That is said of it, and not that there is no such list."""
    with pytest.raises(ClientError) as error:
        getattr(sesv2, call)(ContactListName="a.b")
    assert refusal(error) == ("BadRequestException", f"ContactListName {NAMING}", 400)


def test_an_update_that_is_refused_changes_nothing(readers: Any) -> None:
    """Topics twice."""
    with pytest.raises(ClientError):
        readers.update_contact_list(**LIST, Topics=[WEEKLY, WEEKLY])
    assert readers.get_contact_list(**LIST)["Topics"] == [WEEKLY, DAILY]


def test_each_region_has_a_list_of_its_own(readers: Any, session: boto3.session.Session) -> None:
    """One an account means one an account and region."""
    elsewhere = session.client("sesv2", region_name="eu-west-1")
    elsewhere.create_contact_list(**LIST)
    assert elsewhere.get_contact_list(**LIST)["Topics"] == []
    assert len(readers.get_contact_list(**LIST)["Topics"]) == 2
