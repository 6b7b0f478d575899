"""Engine and gateway together, over the emulator's wire."""

import pytest

from sesops.aws.gateway import AwsGateway
from sesops.aws.session import identity, open_session
from sesops.core.address import Address
from sesops.core.events import Outcome, Retrying
from sesops.core.plan import Step
from sesops.core.values import Call, Refused, Reply
from sesops.emulator import Emulator
from sesops.engine.execute import execute
from sesops.engine.perform import LOST


@pytest.fixture
def emulator():
    made = Emulator()
    yield made
    made.close()


@pytest.fixture
def gateway(emulator, events):
    return AwsGateway(open_session(region="eu-west-1", emulator=emulator), listener=events.append)


def create_set(name):
    call = Call("sesv2", "CreateConfigurationSet", {"ConfigurationSetName": name})
    return Step(Address("set", (name,)), "create", (call,))


def test_who_we_are(gateway):
    """The emulator plays the account of the examples."""
    assert identity(gateway) == ("123456789012", "aws")


def test_a_listing_in_small_pages_is_whole(gateway):
    """Every page is followed."""
    for name in ("a", "b", "c", "d", "e"):
        gateway.call(Call("sesv2", "CreateConfigurationSet", {"ConfigurationSetName": name}))
    answer = gateway.call(Call("sesv2", "ListConfigurationSets", {"PageSize": 2}))
    assert answer.value == {"ConfigurationSets": ["a", "b", "c", "d", "e"]}
    assert dict(gateway.counts())["sesv2:ListConfigurationSets"] == 3


@pytest.mark.parametrize(
    ("call", "why"),
    [
        (Call("sesv2", "GetEmailIdentity", {"EmailIdentity": "example.com"}), Refused.MISSING),
        (Call("ses", "DescribeReceiptRuleSet", {"RuleSetName": "inbound"}), Refused.MISSING),
        (Call("sns", "GetTopicAttributes", {"TopicArn": "arn:aws:sns:eu-west-1:123456789012:x"}), Refused.MISSING),
        (Call("sesv2", "PutEmailIdentityMailFromAttributes", {"EmailIdentity": "example.com"}), Refused.MISSING),
        (
            Call("sesv2", "CreateEmailIdentity", {"EmailIdentity": "example.com", "ConfigurationSetName": "x"}),
            Refused.FAILED,
        ),
        (Call("sesv2", "GetAccount"), Refused.DENIED),
    ],
)
def test_refusals_over_the_wire(emulator, gateway, call, why):
    """In both generations, and beside SES."""
    emulator.faults.deny("sesv2", "GetAccount")
    assert gateway.call(call).why is why


def test_br_37_create_succeeded_then_already_exists(emulator, gateway, make, scope, events):
    """The answer was lost; the thing is read, and what needs it is made in the same run."""
    emulator.faults.lose_answer("CreateConfigurationSet")
    first = create_set("main")
    asked = []

    def recheck(address):
        asked.append(address)
        return ()

    report = execute([first, create_set("other")], gateway, make.registry(), scope, events.append, recheck=recheck)
    assert (report.count(Outcome.DONE), len(asked)) == (2, 1)
    assert [one.note for one in report.ended].count(LOST) == 1


def test_br_46_iam_role_propagation(emulator, gateway, events):
    """SES cannot assume the new role twice, then it can; a line says what is waited for."""
    emulator.faults.fail("sesv2", "CreateConfigurationSet", "BadRequestException", "could not assume IAM role", times=2)
    assert isinstance(gateway.call(create_set("main").calls[0]), Reply)
    assert [one.why for one in events] == ["BadRequestException: could not assume IAM role"] * 2
    assert all(isinstance(one, Retrying) for one in events)


def test_br_49_failed_read_taken_as_absent(emulator, gateway):
    """A read that goes on failing is a failure, never "not there"."""
    emulator.faults.fail("sesv2", "GetEmailIdentity", "ServiceUnavailable", "", status=503, times=None)
    answer = gateway.call(Call("sesv2", "GetEmailIdentity", {"EmailIdentity": "b.example.com"}))
    assert (answer.why, answer.code) == (Refused.FAILED, "ServiceUnavailable")


def test_br_38_delete_already_gone(gateway, make, scope, events):
    """Somebody removed it in the console: that is what was wanted."""
    call = Call("sesv2", "DeleteEmailIdentity", {"EmailIdentity": "old.example.com"})
    step = Step(Address("domain", ("old.example.com",)), "delete", (call,))
    report = execute([step], gateway, make.registry(), scope, events.append, recheck=lambda _: ())
    assert (report.ended[0].outcome, report.ended[0].note) == (Outcome.DONE, "was gone already")


def test_br_56_continue_on_error(emulator, gateway, make, scope, events):
    """One creation fails: what needs it is skipped, the rest is made."""
    emulator.faults.fail(
        "sesv2",
        "CreateConfigurationSet",
        "BadRequestException",
        "no",
        times=None,
        match={"ConfigurationSetName": "broken"},
    )
    broken, main = create_set("broken"), create_set("main")

    def defaults(name, needed):
        call = Call(
            "sesv2", "CreateEmailIdentity", {"EmailIdentity": name, "ConfigurationSetName": needed.address.last}
        )
        return Step(Address("domain", (name,)), "create", (call,), needs=(needed.id,))

    steps = [broken, main, defaults("a.example.com", broken), defaults("b.example.com", main)]
    report = execute(steps, gateway, make.registry(), scope, events.append, recheck=lambda _: ())
    assert {one.step.address.last: one.outcome for one in report.ended} == {
        "broken": Outcome.FAILED,
        "a.example.com": Outcome.SKIPPED,
        "main": Outcome.DONE,
        "b.example.com": Outcome.DONE,
    }
