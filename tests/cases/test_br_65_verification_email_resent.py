"""BR-65: registering an address sends it a mail, and a tool did that on every update.

The case wants a command to send the mail again; there is none.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from cases.scene import change_of, changes, make_identity, mark, writes

ADDRESS = "ops@example.com"
REGISTERS = {"CreateEmailIdentity", "VerifyEmailIdentity", "VerifyEmailAddress"}
"""The calls that send the mail."""


def spec(**fields):
    return {"emails": {ADDRESS: fields}}


@pytest.fixture
def pending(bench):
    bench.emulator.settings.verification = timedelta(hours=24)
    make_identity(bench, ADDRESS, stack="acme")
    return bench


def with_status(bench, status):
    def reports(_service, operation, answer):
        if operation == "ListEmailIdentities":
            for one in answer["EmailIdentities"]:
                one.update(VerificationStatus=status, SendingEnabled=status == "SUCCESS")
        if operation == "GetEmailIdentity":
            answer.update(VerificationStatus=status)

    bench.emulator.decorate = reports


@pytest.mark.parametrize("status", ["PENDING", "FAILED", "TEMPORARY_FAILURE", "SUCCESS"])
def test_an_update_registers_nobody_again(pending, status):
    """Whatever became of the first mail: the tag is the only change, and the only call."""
    with_status(pending, status)
    document = spec(tags={"owner": "ops"})
    assert changes(pending.plan(document)) == [f"update email/{ADDRESS} tags.owner: None -> 'ops'"]
    start = mark(pending)
    pending.apply(document)
    assert REGISTERS.isdisjoint(writes(pending, since=start))
    names = [name for _, name, _ in pending.emulator.calls[start:]]
    assert names.count("TagResource") == 1


def test_a_pending_address_is_clean(pending, sesops):
    assert sesops("plan", "--detailed-exitcode", spec=spec()).code == 0
    start = mark(pending)
    assert sesops("apply", "--yes").code == 0
    assert writes(pending, since=start) == []


def test_the_line_of_a_new_address_says_that_a_mail_goes_out(bench, sesops):
    planned = bench.plan(spec())
    assert f"a mail asking to confirm goes to {ADDRESS}" in change_of(planned, f"email/{ADDRESS}").sentence
    assert f"a mail asking to confirm goes to {ADDRESS}" in sesops("plan", spec=spec()).out


def test_one_registration_is_one_call(bench):
    bench.apply(spec(tags={"owner": "ops"}))
    assert [name for name in writes(bench) if name in REGISTERS] == ["CreateEmailIdentity"]


def test_a_delete_registers_nobody(pending):
    """The address goes, and hears nothing."""
    make_identity(pending, "c@example.com", stack="acme")
    start = mark(pending)
    pending.apply({"emails": {"c@example.com": {}}, "remove": [f"email/{ADDRESS}"]})
    assert writes(pending, since=start) == ["DeleteEmailIdentity"]


def test_there_is_no_command_that_sends_it_again(sesops):
    assert sesops("verify", ADDRESS).code == 64
    assert sesops("resend", ADDRESS).code == 64
