"""BR-02: SES receives mail in part of its regions only, and which ones changes."""

from __future__ import annotations

import pytest
from cases.scene import asks_nothing, make_identity, the_finding, writes
from support.bench import Bench

NOWHERE = "eu-example-1"
"""A region that is in no list."""
SENDING = {"domains": {"example.com": {}}}
RECEIVING = {
    **SENDING,
    "receipt": {
        "active_rule_set": "inbound",
        "rule_sets": {"inbound": {"rules": [{"name": "store", "recipients": "all"}]}, "spare": {"rules": []}},
    },
}


@pytest.fixture
def bench(tmp_path):
    made = Bench(tmp_path, region=NOWHERE)
    made.emulator.settings.receiving = False
    yield made
    made.emulator.close()


def receipt_calls(bench):
    return [name for service, name, _ in bench.emulator.calls if service == "ses" and "Receipt" in name]


def test_a_receipt_section_is_one_error_at_its_place(bench):
    """One finding, however many rules and sets there are, with the region and the line in the spec."""
    planned = bench.plan(RECEIVING)
    finding = the_finding(planned.findings, "not-available-here")
    assert NOWHERE in finding.message
    assert "`receipt`" in finding.message
    assert finding.location.text.strip() == "active_rule_set: inbound"
    assert len(planned.findings) == 1
    assert not planned.complete


def test_the_command_ends_with_1_and_nothing_is_applied(bench, sesops):
    """Neither plan nor apply gets past it, and the identity beside it is not made either."""
    assert sesops("plan", spec=RECEIVING).code == 1
    applied = sesops("apply", "--yes")
    assert applied.code == 1
    assert "not-available-here" in applied.out
    assert writes(bench) == []


def test_it_is_found_by_the_reads_of_the_plan_itself(bench):
    """No call is made to find it out: each set is asked for once, as in any plan, and the refusal is not retried."""
    bench.plan(RECEIVING)
    assert sorted(receipt_calls(bench)) == [
        "DescribeActiveReceiptRuleSet",
        "DescribeReceiptRuleSet",
        "DescribeReceiptRuleSet",
    ]


def test_without_the_section_no_receipt_call_is_made(bench):
    """A stack that only sends plans there as anywhere else."""
    make_identity(bench, "example.com")
    assert asks_nothing(bench.plan(SENDING))
    assert receipt_calls(bench) == []


def test_no_list_of_regions_decides(bench):
    """The same region takes the section once SES takes it."""
    bench.emulator.settings.receiving = True
    bench.apply(RECEIVING)
    bench.assert_clean(RECEIVING)
