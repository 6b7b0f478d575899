"""BR-46: a role made seconds ago cannot be assumed yet. The second run worked, so the first one can wait."""

from __future__ import annotations

import pytest
from cases.scene import ended, make_set, writes
from support.bench import ACCOUNT

from sesops.core.events import Outcome, Retrying

ROLE = f"arn:aws:iam::{ACCOUNT}:role/ses-firehose"
STREAM = f"arn:aws:firehose:eu-west-1:{ACCOUNT}:deliverystream/ses"
CREATE = "CreateConfigurationSetEventDestination"
SPEC = {
    "configuration_sets": {
        "main": {
            "event_destinations": {"lake": {"events": ["SEND"], "firehose": {"stream_arn": STREAM, "role_arn": ROLE}}}
        }
    }
}


@pytest.fixture
def there(bench):
    make_set(bench, "main")
    return bench


def refuse(bench, message, times):
    bench.emulator.faults.fail("sesv2", CREATE, "BadRequestException", message, times=times)


def test_it_is_tried_again_with_growing_pauses_until_it_works(there):
    """Here the third try does; what it waits for is said each time."""
    heard = []
    there.gateway._listener = heard.append
    refuse(there, "could not assume IAM role", 2)
    there.apply(SPEC)
    assert writes(there).count(CREATE) == 3
    retries = [one for one in heard if isinstance(one, Retrying)]
    assert [one.operation for one in retries] == [f"sesv2:{CREATE}"] * 2
    assert all("could not assume IAM role" in one.why for one in retries)
    assert retries[0].seconds < retries[1].seconds
    there.assert_clean(SPEC)


def test_the_command_ends_with_0_and_says_what_it_waited_for(there, sesops):
    refuse(there, "Could not assume IAM role", 2)
    applied = sesops("apply", "--yes", "--verbose", spec=SPEC)
    assert applied.code == 0
    assert applied.err.count("Could not assume IAM role") == 2


def test_past_the_limit_the_error_says_what_is_needed(there, sesops):
    """The role, the trust that SES needs, and the right on the stream."""
    refuse(there, f"Could not assume IAM role {ROLE}", None)
    applied = sesops("apply", "--yes", spec=SPEC)
    assert applied.code == 1
    assert 3 < writes(there).count(CREATE) < 10
    for part in (ROLE, "trust policy", "ses.amazonaws.com", "sts:AssumeRole", "firehose:PutRecordBatch"):
        assert part in applied.err


@pytest.mark.parametrize("message", ["Event destination is not provided.", "The role of this account is not allowed."])
def test_another_bad_request_is_not_tried_again(there, message):
    refuse(there, message, None)
    report = there.make(there.plan(SPEC))
    assert ended(report, Outcome.FAILED) == ["event_destination/main/lake create"]
    assert writes(there).count(CREATE) == 1
