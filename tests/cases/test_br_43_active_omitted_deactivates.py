"""BR-43: leaving the activation out meant "off", so that an edit of a rule switched receiving off.

The case says `active_rule_set: none` for none; right is `null`, because `none` may be a rule set's name.
"""

from __future__ import annotations

import pytest
from cases.scene import active_set, allow, asks_nothing, change_of, changes, codes, make_rules, make_set, mark, writes

from sesops.core.diagnostic import Severity
from sesops.core.plan import Impact


def spec(*recipients, **receipt):
    rules = [{"name": "store", "recipients": list(recipients)}]
    return {"receipt": {**receipt, "rule_sets": {"inbound": {"rules": rules}}}}


@pytest.fixture
def there(bench):
    make_rules(bench, "inbound", {"Name": "store", "Recipients": ["a@example.com"]}, active=True)
    return bench


def test_absent_is_not_managed(there):
    """The plan has the new recipient and nothing else, and the set stays active."""
    document = spec("a@example.com", "b@example.com")
    planned = there.plan(document)
    [change] = planned.changes
    assert [one.path for one in change.fields] == ["recipients"]
    start = mark(there)
    there.apply(document)
    assert writes(there, since=start) == ["UpdateReceiptRule"]
    assert active_set(there) == "inbound"
    there.assert_clean(document)


def test_null_deactivates_and_needs_leave(there):
    """It stops all mail, and says so."""
    document = spec("a@example.com", active_rule_set=None)
    change = change_of(there.plan(document), "active_receipt_rule_set")
    assert change.impact is Impact.STOPS_MAIL
    assert "all incoming mail is refused" in change.sentence
    assert change.held
    there.make(there.plan(document))
    assert active_set(there) == "inbound"
    document |= allow("active_receipt_rule_set")
    there.apply(document)
    assert active_set(there) is None
    there.assert_clean(document)


@pytest.mark.parametrize("value", ["", False, 0, []])
def test_nothing_that_looks_like_off_is_taken_for_it(bench, value):
    assert codes(bench.findings(spec("a@example.com", active_rule_set=value)))


def test_a_key_with_nothing_after_it_is_an_error(bench):
    """`null` has to be written."""
    text = "version: 1\nstack: acme\nregion: eu-west-1\nreceipt:\n  active_rule_set:\n  rule_sets: {inbound: {}}\n"
    [error] = [one for one in bench.findings(text) if one.severity is Severity.ERROR]
    assert error.location.line == 5
    assert "`null`" in error.hint


def test_none_is_a_name_like_any_other(bench):
    """A set of that name can be made the active one."""
    make_rules(bench, "none", {"Name": "store", "Recipients": ["a@example.com"]})
    document = {"receipt": {"active_rule_set": "none", "rule_sets": {"none": {}}}}
    bench.apply(document)
    assert active_set(bench) == "none"


THREE_WAYS = {
    "delivery.tls_policy": ({"TlsPolicy": "REQUIRE"}, "OPTIONAL"),
    "delivery.max_delivery_seconds": ({"MaxDeliverySeconds": 900}, 1800),
    "delivery.sending_pool": ({"SendingPoolName": "ses-shared-pool"}, "ses-default-dedicated-pool"),
}


@pytest.mark.parametrize("path", THREE_WAYS)
def test_every_optional_field_is_read_in_the_same_three_ways(bench, path):
    """Absent: left. `null`: SES's default. A value: that value."""
    block, other = THREE_WAYS[path]
    make_set(bench, "main", DeliveryOptions=block)
    group, _, name = path.partition(".")
    held = next(iter(block.values()))

    def document(fields):
        return {"configuration_sets": {"main": {group: fields}}}

    assert asks_nothing(bench.plan(document({})))
    assert changes(bench.plan(document({name: None}))) == [f"update configuration_set/main {path}: {held!r} -> None"]
    assert changes(bench.plan(document({name: other}))) == [
        f"update configuration_set/main {path}: {held!r} -> {other!r}"
    ]
    bench.apply(document({name: None}))
    bench.assert_clean(document({name: None}))
