"""Who owns what: the one listing of tags, and how an ARN leads back to a name."""

from kinds.identity_support import ARN, DENIED, SCOPE, drive

from sesops.core.thing import Unread
from sesops.core.values import Reply
from sesops.kinds._ownership import LISTING, listed_tags, stack_tags
from sesops.kinds._shared import name_in_arn, tags_in

LISTED = Reply(
    {
        "ResourceTagMappingList": [
            {
                "ResourceARN": ARN,
                "Tags": [{"Key": "sesops:stack", "Value": "acme-mail"}, {"Key": "team", "Value": "mail"}],
            }
        ]
    }
)


def test_owners_are_one_listing_of_every_stack():
    """One call asks for whatever carries a stack's tag, a hundred a page, topics included."""
    rounds, owners = drive(stack_tags(SCOPE), (LISTED,))
    assert rounds == [(LISTING,)]
    assert owners == {ARN: {"sesops:stack": "acme-mail", "team": "mail"}}
    assert LISTING.params["ResourcesPerPage"] == 100
    assert LISTING.params["ResourceTypeFilters"] == ["ses", "sns:topic"]


def test_an_empty_listing_owns_nothing():
    """An answer without the list is an empty one."""
    _, owners = drive(stack_tags(SCOPE), (Reply({}),))
    assert owners == {}


def test_a_refused_listing_is_unread():
    """Where the listing is denied, who owns what is unknown, and the reason says which call it was."""
    _, owners = drive(stack_tags(SCOPE), (DENIED,))
    assert Unread("GetResources denied: AccessDeniedException: User is not authorized") == owners


def test_a_reader_goes_on_without_the_listing():
    """A reader takes a refused listing as one that shows nothing."""
    assert listed_tags(DENIED) == {}
    assert {ARN} == listed_tags(LISTED).keys()


def test_a_name_is_read_from_its_arn():
    """The name behind the prefix, wherever the thing lies; names may hold colons' neighbours such as `@`."""
    assert name_in_arn(ARN, "ses", "identity/") == "example.com"
    assert name_in_arn("arn:aws-cn:ses:cn-north-1:1:identity/a@example.com", "ses", "identity/") == "a@example.com"


def test_another_things_arn_gives_no_name():
    """Another service, another type, no name, no ARN."""
    assert name_in_arn(ARN, "sns", "identity/") is None
    assert name_in_arn(ARN, "ses", "configuration-set/") is None
    assert name_in_arn("arn:aws:ses:eu-west-1:1:identity/", "ses", "identity/") is None
    assert name_in_arn("example.com", "ses", "identity/") is None


def test_an_answer_without_tags_has_none():
    """SES and SNS leave the member out, or give an empty list."""
    assert tags_in({}) == {}
    assert tags_in({"Tags": []}) == {}
