"""BR-58: removing a stack deleted addresses that people had verified by hand.

The case says `prune: managed-only`; right is `remove:`, with exact addresses for what stops mail. It wants what is not
ours listed as unmanaged; right is that only what carries our tag is listed (left over). Which rules, MAIL FROM domains
and addresses lean on an identity is for the graph of the stack to show, which comes later.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from cases.scene import change_of, changes, make_identity, mark, writes, writes_with

from sesops.core.plan import Impact

OTHERS = {"emails": {"c@example.com": {}}}


@pytest.fixture
def there(bench):
    """One address verified by hand, one that this stack carries, and one that the spec still names."""
    make_identity(bench, "a@example.com")
    make_identity(bench, "b@example.com", "c@example.com", stack="acme")
    return bench


def test_removal_from_the_spec_is_no_delete(there, sesops):
    """Ours is listed with the line to paste; the other one is nobody's business."""
    planned = there.plan(OTHERS)
    assert changes(planned) == []
    assert [str(one) for one in planned.left_over] == ["email/b@example.com"]
    shown = sesops("plan", "--detailed-exitcode", spec=OTHERS)
    assert shown.code == 0
    assert "remove: [email/b@example.com]" in shown.out
    assert "a@example.com" not in shown.out


def test_a_glob_takes_what_is_ours_alone_and_no_verified_one(there):
    planned = there.plan({**OTHERS, "remove": ["email/*"]})
    [change] = planned.changes
    assert str(change.address) == "email/b@example.com"
    assert change.held
    start = mark(there)
    there.make(planned)
    assert writes(there, since=start) == []


def test_a_glob_deletes_what_is_ours_and_stops_no_mail(bench):
    """An address that never was confirmed can go without its name."""
    bench.emulator.settings.verification = timedelta(hours=1)
    make_identity(bench, "a@example.com")
    make_identity(bench, "b@example.com", "c@example.com", stack="acme")
    start = mark(bench)
    bench.apply({**OTHERS, "remove": ["email/*"]})
    assert writes(bench, since=start) == ["DeleteEmailIdentity"]
    assert bench.client("sesv2").get_email_identity(EmailIdentity="a@example.com")


def test_the_exact_address_deletes_it_and_says_what_that_means(there):
    document = {**OTHERS, "remove": ["email/b@example.com"]}
    change = change_of(there.plan(document), "email/b@example.com")
    assert change.impact is Impact.STOPS_MAIL
    assert "its owner has to confirm it again" in change.sentence
    start = mark(there)
    there.apply(document)
    assert writes(there, since=start) == ["DeleteEmailIdentity"]


def test_one_that_is_not_ours_goes_by_its_exact_address(there):
    """Whoever writes it there means it: tagged or not."""
    start = mark(there)
    there.apply({**OTHERS, "remove": ["email/a@example.com"]})
    assert writes_with(there, since=start) == [("DeleteEmailIdentity", {"EmailIdentity": "a@example.com"})]


def test_another_stacks_one_is_held_back_even_so(bench):
    make_identity(bench, "c@example.com", stack="acme")
    make_identity(bench, "b@example.com", stack="other")
    change = change_of(bench.plan({**OTHERS, "remove": ["email/b@example.com"]}), "email/b@example.com")
    assert change.held
    assert "stack 'other'" in change.steps[0].reason


def test_a_stack_that_names_nothing_of_its_own_is_refused(there):
    """An emptied spec, or another spec under the same name: nothing is done at all."""
    [refusal] = there.plan({"topics": {"new": {}}}).refusals
    assert "another spec uses the stack name 'acme'" in refusal


def test_release_takes_the_tag_and_leaves_the_address(there):
    """The other way to let go."""
    start = mark(there)
    there.apply({**OTHERS, "release": ["email/b@example.com"]})
    assert writes(there, since=start) == ["UntagResource"]
    identity = there.client("sesv2").get_email_identity(EmailIdentity="b@example.com")
    assert identity["Tags"] == []
    assert identity["VerifiedForSendingStatus"]


def test_what_leans_on_it_is_said(bench):
    """Here a rule of the spec that bounces in its name; mail from the domain may be somebody else's, and is its risk."""
    make_identity(bench, "example.com")
    bounce = {"sender": "noreply@example.com", "message": "no", "smtp_reply_code": 550}
    rules = [{"name": "back", "recipients": "all", "actions": [{"bounce": bounce}]}]
    document = {"receipt": {"active_rule_set": None, "rule_sets": {"inbound": {"rules": rules}}}}
    bench.apply(document)
    change = change_of(bench.plan({**document, "remove": ["domain/example.com"]}), "domain/example.com")
    assert "receipt_rule/inbound/back can be used only while example.com is verified" in change.sentence
