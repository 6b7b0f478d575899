"""The pace of one operation, with a clock that moves only when somebody sleeps."""

import pytest

from sesops.aws.pacing import Pacing, documented


def paces(clock, operation, calls, *, local=False, **options):
    """The times at which so many calls go."""
    pacing = Pacing(now=clock.now, sleep=clock.sleep, **options)
    return [pacing.wait(operation, local=local) for _ in range(calls)]


def test_a_small_burst_then_one_a_second(clock):
    """SES says nothing of bursts, and lets a few calls pass."""
    assert paces(clock, "sesv2:GetEmailIdentity", 6) == [0, 0, 0, 1, 2, 3]


def test_a_pause_gives_the_burst_back(clock):
    """What was not used is there again."""
    pacing = Pacing(now=clock.now, sleep=clock.sleep)
    for _ in range(3):
        pacing.wait("ses:ListIdentities", local=False)
    clock.time = 100.0
    assert [pacing.wait("ses:ListIdentities", local=False) for _ in range(4)] == [100, 100, 100, 101]


def test_operations_do_not_wait_for_each_other(clock):
    """SES counts each operation for itself."""
    pacing = Pacing(now=clock.now, sleep=clock.sleep)
    for operation in ("sesv2:GetEmailIdentity", "ses:ListIdentities"):
        for _ in range(3):
            pacing.wait(operation, local=False)
    assert clock.time == 0


@pytest.mark.parametrize(
    ("operation", "per_second"),
    [
        ("sesv2:PutConfigurationSetVdmOptions", 1),
        ("ses:CreateReceiptRule", 1),
        ("sesv2:BatchGetMetricData", 16),
        ("sns:CreateTopic", 30),
        ("sns:TagResource", 10),
        ("resourcegroupstaggingapi:GetResources", 5),
        ("kms:DescribeKey", 10),
    ],
)
def test_the_rate_of_an_operation(operation, per_second):
    """Documented rates; a service that the table does not name has a careful one."""
    assert documented(operation).per_second == per_second


def test_a_refusal_halves_the_rate_and_ends_the_burst(clock):
    """The next calls go every two seconds."""
    pacing = Pacing(now=clock.now, sleep=clock.sleep)
    pacing.refused("ses:X", pacing.wait("ses:X", local=False))
    assert [pacing.wait("ses:X", local=False) for _ in range(2)] == [2, 4]


def test_refusals_of_one_moment_halve_it_once(clock):
    """Calls that went before the rate was halved say nothing about the new rate."""
    pacing = Pacing(now=clock.now, sleep=clock.sleep)
    went = [pacing.wait("ses:X", local=False) for _ in range(3)]
    for time in went:
        pacing.refused("ses:X", time)
    before = clock.time
    pacing.wait("ses:X", local=False)
    again = pacing.wait("ses:X", local=False)
    assert again - before - 3 <= 2


def test_it_never_gets_slower_than_an_eighth(clock):
    """Eight seconds between two calls, not for ever more."""
    pacing = Pacing(now=clock.now, sleep=clock.sleep)
    for _ in range(10):
        pacing.refused("ses:X", pacing.wait("ses:X", local=False))
    start = pacing.wait("ses:X", local=False)
    assert pacing.wait("ses:X", local=False) - start == pytest.approx(8)


def test_answers_bring_the_rate_back(clock):
    """From half to full in eight answers, and no further."""
    pacing = Pacing(now=clock.now, sleep=clock.sleep)
    pacing.refused("ses:X", pacing.wait("ses:X", local=False))
    for _ in range(20):
        pacing.answered("ses:X")
    start = pacing.wait("ses:X", local=False)
    assert pacing.wait("ses:X", local=False) - start == pytest.approx(1)


def test_max_rate_slows_every_operation(clock):
    """--max-rate is a cap."""
    assert paces(clock, "sns:CreateTopic", 4, max_rate=2) == [0, 0.5, 1.0, 1.5]


def test_max_rate_is_no_way_past_the_documented_rate(clock):
    """A cap above it changes nothing."""
    assert paces(clock, "ses:ListIdentities", 5, max_rate=50) == [0, 0, 0, 1, 2]


def test_on_this_machine_there_is_no_pace(clock):
    """An emulator takes what it can."""
    assert paces(clock, "ses:ListIdentities", 100, local=True)[-1] == 0


def test_max_rate_holds_on_this_machine_too(clock):
    """Asked for is asked for, above SES's own rate too."""
    assert paces(clock, "ses:ListIdentities", 5, local=True, max_rate=4) == [0, 0.25, 0.5, 0.75, 1.0]


def test_on_this_machine_a_refusal_brings_the_documented_pace(clock):
    """An emulator that throttles is taken for SES."""
    pacing = Pacing(now=clock.now, sleep=clock.sleep)
    pacing.refused("ses:X", pacing.wait("ses:X", local=True))
    assert [pacing.wait("ses:X", local=True) for _ in range(2)] == [1, 2]


def test_seconds_count_the_burst(clock):
    """Thirteen calls of one a second, three of them at once."""
    assert Pacing(now=clock.now, sleep=clock.sleep).seconds("ses:X", 13, local=False) == 10


def test_a_call_to_another_region_has_a_pace_of_its_own(clock):
    """SES counts by region."""
    pacing = Pacing(now=clock.now, sleep=clock.sleep)
    for operation in ("sesv2:GetEmailIdentity", "sesv2:GetEmailIdentity@us-east-1"):
        assert [pacing.wait(operation, local=False) for _ in range(3)] == [0, 0, 0]
