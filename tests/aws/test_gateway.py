"""The gateway: pages, retries, refusals, counts."""

import threading
from urllib.parse import parse_qs

import pytest
from botocore.exceptions import (
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
    ReadTimeoutError,
    SSLError,
)

import sesops
from sesops.aws.gateway import PAUSES, AwsGateway, Retry
from sesops.aws.session import Session
from sesops.core.events import Retrying
from sesops.core.values import Call, Refusal, Refused, Reply

LIST = Call("sesv2", "ListEmailIdentities", {"PageSize": 2})
GET = Call("sesv2", "GetEmailIdentity", {"EmailIdentity": "example.com"})
CREATE = Call("sesv2", "CreateConfigurationSet", {"ConfigurationSetName": "tx"})
RULE = Call("ses", "CreateReceiptRule", {"RuleSetName": "inbound", "Rule": {"Name": "one"}})


def identities(*names):
    return [{"IdentityName": name} for name in names]


def test_an_answer_is_the_parsed_body_without_botocores_metadata(wire, gateway):
    """A reply holds what SES said and nothing of the transport."""
    wire.json({"ConfigurationSetName": "tx"})
    assert gateway.call(Call("sesv2", "GetConfigurationSet", {"ConfigurationSetName": "tx"})) == Reply(
        {"ConfigurationSetName": "tx"}
    )


def test_all_pages_are_joined_and_the_token_is_gone(wire, gateway):
    """A listing is one answer, however many pages it has."""
    wire.json({"EmailIdentities": identities("a", "b"), "NextToken": "1"})
    wire.json({"EmailIdentities": identities("c")})
    assert gateway.call(LIST) == Reply({"EmailIdentities": identities("a", "b", "c")})


def test_the_page_size_goes_along_with_the_token(wire, gateway):
    """The second page is asked for with the first one's parameters."""
    wire.xml("ListIdentities", "<Identities/><NextToken>t</NextToken>").xml("ListIdentities", "<Identities/>")
    gateway.call(Call("ses", "ListIdentities", {"MaxItems": 2}))
    assert parse_qs(wire.requests[1].body) == {
        "Action": ["ListIdentities"],
        "Version": ["2010-12-01"],
        "MaxItems": ["2"],
        "NextToken": ["t"],
    }


def test_an_empty_page_with_a_token_goes_on(wire, gateway):
    """Only a missing token ends a listing."""
    wire.json({"EmailIdentities": [], "NextToken": "1"}).json({"EmailIdentities": identities("c")})
    assert gateway.call(LIST).value == {"EmailIdentities": identities("c")}


def test_an_empty_token_ends_the_listing(wire, gateway):
    """The tagging API ends with an empty token."""
    wire.json({"EmailIdentities": identities("a"), "NextToken": ""})
    assert gateway.call(LIST).value == {"EmailIdentities": identities("a")}


def test_a_listing_that_breaks_off_is_a_refusal(wire, gateway):
    """A shorter list would read as things that are gone."""
    wire.json({"EmailIdentities": identities("a"), "NextToken": "1"}).error("AccessDeniedException", "no", 403)
    answer = gateway.call(LIST)
    assert (answer.why, answer.code) == (Refused.DENIED, "AccessDeniedException")


def test_a_token_that_comes_again_is_a_refusal(wire, gateway):
    """A service that pages in a circle must not hold us for ever."""
    wire.json({"EmailIdentities": identities("a"), "NextToken": "1"})
    assert gateway.call(LIST).code == "EndlessListing"


def test_v1_listings_are_joined_too(wire, gateway):
    """The query protocol pages by the same member."""
    wire.xml("ListIdentities", "<Identities><member>a</member></Identities><NextToken>t</NextToken>")
    wire.xml("ListIdentities", "<Identities><member>b</member></Identities>")
    assert gateway.call(Call("ses", "ListIdentities")).value == {"Identities": ["a", "b"]}


def test_a_caller_who_pages_by_himself_gets_his_page(wire, gateway):
    """A call with a token is one page."""
    wire.json({"EmailIdentities": identities("b"), "NextToken": "2"})
    answer = gateway.call(Call("sesv2", "ListEmailIdentities", {"NextToken": "1"}))
    assert answer.value["NextToken"] == "2"


def test_every_wire_call_is_counted(wire, gateway):
    """Pages and retries count."""
    wire.json({"EmailIdentities": [], "NextToken": "1"}).error("ThrottlingException").json({"EmailIdentities": []})
    gateway.call(LIST)
    assert gateway.counts() == (("sesv2:ListEmailIdentities", 3),)


@pytest.mark.parametrize(
    "error", [("TooManyRequestsException", "", 429), ("ThrottlingException", "Rate exceeded", 400)]
)
def test_a_throttled_call_is_made_again(wire, gateway, error):
    """A throttle is no failure."""
    wire.error(*error).json({})
    assert gateway.call(CREATE) == Reply({})


def test_v1_throttling_is_made_again(wire, gateway):
    """SES v1 throttles with status 400."""
    wire.xml_error("Throttling", "Rate exceeded").xml("CreateReceiptRule", "")
    assert gateway.call(RULE) == Reply({})


def test_a_throttle_without_end_ends(wire, gateway, clock):
    """After about two minutes of pauses the refusal stands."""
    wire.error("TooManyRequestsException", "slow", 429)
    answer = gateway.call(CREATE)
    assert (answer.code, len(wire.requests)) == ("TooManyRequestsException", 1 + len(PAUSES[Retry.THROTTLED]))


def test_a_quota_is_no_throttle(wire, gateway):
    """LimitExceededException is told at once."""
    wire.error("LimitExceededException", "too many")
    assert (gateway.call(CREATE).why, len(wire.requests)) == (Refused.FAILED, 1)


def test_a_server_fault_is_tried_a_few_times(wire, gateway, clock):
    """A service that is down is given up within half a minute."""
    wire.error("ServiceUnavailable", "", 503)
    answer = gateway.call(GET)
    assert (answer.why, len(wire.requests), clock.time < 30) == (Refused.FAILED, 6, True)


def test_concurrent_modification_is_made_again(wire, gateway):
    """Somebody else wrote the same thing at that moment."""
    wire.error("ConcurrentModificationException", "", 500).json({})
    assert gateway.call(CREATE) == Reply({})


def test_a_lost_answer_of_a_create_ends_as_exists(wire, gateway):
    """The second try meets what the first one made (the engine reads it and goes on)."""
    wire.breaks(ReadTimeoutError(endpoint_url="https://x")).error("AlreadyExistsException", "exists")
    assert gateway.call(CREATE).why is Refused.EXISTS


def test_a_connection_that_fails_for_good_is_a_refusal(wire, gateway):
    """No exception leaves the gateway for what the network does."""
    wire.breaks(EndpointConnectionError(endpoint_url="https://x"))
    answer = gateway.call(GET)
    assert (answer.why, answer.code) == (Refused.FAILED, "EndpointConnection")


def test_a_certificate_that_nobody_signed_is_not_tried_again(wire, gateway):
    """Trying again does not help there."""
    wire.breaks(SSLError(endpoint_url="https://x", error="self signed"))
    assert (gateway.call(GET).code, len(wire.requests)) == ("SSL", 1)


def test_missing_credentials_in_the_middle_are_a_refusal(wire, gateway):
    """The report of a run survives a login that runs out."""
    wire.breaks(NoCredentialsError())
    assert gateway.call(GET).why is Refused.DENIED


def test_a_body_that_is_no_json_is_a_failure(wire, gateway):
    """botocore takes a proxy's page for an empty answer; we do not."""
    wire.raw("<html>Sign in</html>")
    assert (gateway.call(GET).why, gateway.call(GET).code) == (Refused.FAILED, "UnreadableBody")


@pytest.mark.parametrize("body", ["", "[]"])
def test_an_empty_body_is_not_an_empty_answer(wire, gateway, body):
    """An answer with members has at least an object."""
    wire.raw(body)
    assert gateway.call(LIST).why is Refused.FAILED


@pytest.mark.parametrize("body", ["<html>Sign in", "<html><body>Sign in</body></html>"])
def test_a_v1_body_that_is_no_answer_is_a_failure(wire, gateway, body):
    """A page that happens to be XML is no better."""
    wire.raw(body)
    assert gateway.call(Call("ses", "ListIdentities")).code == "UnreadableBody"


def test_a_wrong_parameter_is_an_error_in_the_program(gateway):
    """botocore's own check of parameters is not turned into a refusal."""
    with pytest.raises(ParamValidationError):
        gateway.call(Call("sesv2", "GetEmailIdentity", {}))


def test_propagation_is_waited_for_with_growing_pauses(wire, gateway, clock, events):
    """A grant made seconds ago is seen at the third try."""
    text = "Could not write to bucket: inbound"
    wire.xml_error("InvalidS3Configuration", text).xml_error("InvalidS3Configuration", text).xml(
        "CreateReceiptRule", ""
    )
    assert gateway.call(RULE) == Reply({})
    assert events == [
        Retrying("ses:CreateReceiptRule", f"InvalidS3Configuration: {text}", 2),
        Retrying("ses:CreateReceiptRule", f"InvalidS3Configuration: {text}", 4),
    ]


def test_a_grant_that_never_comes_is_given_up_after_two_minutes(wire, gateway, clock):
    """The refusal is SES's own."""
    wire.error("BadRequestException", "Could not assume IAM role", 400)
    answer = gateway.call(CREATE)
    assert (answer.message, 100 < clock.time < 140) == ("Could not assume IAM role", True)


def test_calls_that_wait_for_the_same_grant_wait_together(wire, gateway, clock):
    """The second rule over the same bucket does not wait two more minutes."""
    wire.xml_error("InvalidS3Configuration", "Could not write to bucket: inbound")
    gateway.call(RULE)
    waited = clock.time
    gateway.call(RULE)
    assert clock.time - waited < 3


def test_a_later_grant_is_waited_for_anew(wire, gateway, clock):
    """The one before came; what is refused in the same words an hour later waits for another."""
    text = "Could not write to bucket: inbound"
    wire.xml_error("InvalidS3Configuration", text).xml("CreateReceiptRule", "")
    assert gateway.call(RULE) == Reply({})
    clock.time += 3600
    wire.xml_error("InvalidS3Configuration", text).xml("CreateReceiptRule", "")
    assert gateway.call(RULE) == Reply({})


def test_other_bad_requests_are_told_at_once(wire, gateway):
    """Only the texts of a missing grant are waited for."""
    wire.error("BadRequestException", "SendingPool <tx> doesn't exist")
    assert (gateway.call(CREATE).why, len(wire.requests)) == (Refused.FAILED, 1)


def test_the_first_calls_go_at_once_and_the_next_one_a_second(wire, gateway, clock):
    """SES's own pace, from the first call on."""
    wire.json({})
    for _ in range(5):
        gateway.call(CREATE)
    assert clock.time == pytest.approx(2.0)


def test_an_ses_in_this_process_is_not_paced(wire, local_gateway, clock):
    """Trying it out costs no waiting."""
    wire.json({})
    for _ in range(20):
        local_gateway.call(CREATE)
    assert (clock.time, local_gateway.seconds((CREATE,) * 20)) == (0.0, 0.0)


def test_an_ses_in_this_process_is_paced_once_it_refuses(wire, local_gateway, clock):
    """An emulator that is asked to throttle is obeyed."""
    wire.error("TooManyRequestsException", "", 429).json({})
    for _ in range(5):
        local_gateway.call(CREATE)
    assert clock.time > 3.0


def test_a_loopback_endpoint_is_not_paced(boto, wire, clock):
    """The same holds for a server on this machine."""
    wire.json({})
    gateway = AwsGateway(Session(boto, "eu-west-1", "http://127.0.0.1:5000"), now=clock.now, sleep=clock.sleep)
    for _ in range(20):
        gateway.call(CREATE)
    assert clock.time == 0.0


def test_seconds_are_those_of_the_slowest_operation(gateway):
    """Operations run side by side."""
    assert gateway.seconds((GET,) * 13 + (CREATE,) * 5) == 10.0


def test_seconds_of_nothing_are_none(gateway):
    """A plan of an empty spec reads nothing."""
    assert gateway.seconds(()) == 0.0


def test_a_stopped_gateway_sends_nothing(wire, gateway):
    """A run that is being left makes no more calls."""
    gateway.stop()
    assert (gateway.call(GET).code, wire.requests) == ("Interrupted", [])


def test_stop_ends_a_wait(boto, wire):
    """Threads that sleep between tries do not hold the program."""
    wire.error("ServiceUnavailable", "", 503)
    waiting = threading.Event()
    gateway = AwsGateway(
        Session(boto, "eu-west-1"), listener=lambda _: waiting.set(), pauses=dict.fromkeys(Retry, (600.0,))
    )
    answers = []
    thread = threading.Thread(target=lambda: answers.append(gateway.call(GET)))
    thread.start()
    waiting.wait(10)
    gateway.stop()
    thread.join(10)
    assert isinstance(answers[0], Refusal)


def test_a_client_is_made_once_for_all_threads(wire, boto):
    """boto3 makes clients slowly, and not from two threads."""
    wire.json({})
    made = []

    class Counting(Session):
        def client(self, service, region=None):
            made.append(service)
            return super().client(service, region)

    gateway = AwsGateway(Counting(boto, "eu-west-1", in_process=True))
    threads = [threading.Thread(target=gateway.call, args=(CREATE,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == ["sesv2"]


def test_the_user_agent_says_who_calls(wire, gateway):
    """An administrator can find our calls in CloudTrail."""
    wire.json({})
    gateway.call(CREATE)
    assert f"sesops/{sesops.__version__}".encode() in wire.requests[0].headers["User-Agent"]


def test_unknown_members_come_with_the_reply(wire, gateway):
    """What botocore drops is named."""
    wire.json({"ConfigurationSetName": "tx", "DeliveryOptions": {"TlsPolicy": "REQUIRE", "NewOption": 1}})
    answer = gateway.call(Call("sesv2", "GetConfigurationSet", {"ConfigurationSetName": "tx"}))
    assert answer.unknown == ("DeliveryOptions.NewOption",)


def test_unknown_members_of_later_pages_are_numbered_on(wire, gateway):
    """The number is the item's place in the joined list."""
    wire.json(
        {"EmailIdentities": [{"IdentityName": "a", "New": 1}, {"IdentityName": "b"}], "NextToken": "1", "Also": 1}
    )
    wire.json({"EmailIdentities": [{"IdentityName": "c", "New": 1}], "Also": 1})
    assert gateway.call(LIST).unknown == ("EmailIdentities.0.New", "Also", "EmailIdentities.2.New")
