"""BR-59: SES begins to return a new field, and a reconciler writes the same thing several times a second.

The case keeps unknown members in payloads where the SDK lets them through. It does not: a write would drop them, so a
block with one is held back. Nor does apply read back after a write; the next plan shows what SES did not take.
"""

from __future__ import annotations

import pytest
from cases.scene import allow, asks_nothing, change_of, ended, make_set, mark, writes

from sesops.core.events import Outcome


@pytest.fixture
def newer(bench):
    """An SES with members and a block that no SDK knows, and an empty block where there used to be none."""
    make_set(bench, "main", DeliveryOptions={"TlsPolicy": "REQUIRE"})

    def adds(_service, operation, answer):
        if operation == "GetConfigurationSet":
            answer["DeliveryOptions"]["BrandNewOption"] = {"Mode": "AUTO"}
            answer["BrandNewBlock"] = {"Enabled": True}
            answer["VdmOptions"] = {}

    bench.emulator.decorate = adds
    return bench


def spec(**fields):
    return {"configuration_sets": {"main": fields}, **allow("configuration_set/main")}


def test_only_declared_fields_are_compared(newer):
    start = mark(newer)
    assert asks_nothing(newer.plan(spec(delivery={"tls_policy": "REQUIRE"})))
    newer.apply(spec(delivery={"tls_policy": "REQUIRE"}))
    assert writes(newer, since=start) == []


def test_an_empty_block_is_an_absent_one(newer):
    """The same plan, field by field, whether SES leaves it out or gives it empty."""
    document = spec(vdm={"engagement_metrics": True})
    with_empty = change_of(newer.plan(document), "configuration_set/main").fields
    newer.emulator.decorate = None
    assert change_of(newer.plan(document), "configuration_set/main").fields == with_empty


def test_a_change_of_the_block_that_has_one_is_held_back(newer, sesops):
    """Written whole, the block would lose what we cannot say: exit 3, with the member that is in the way."""
    document = spec(delivery={"tls_policy": "REQUIRE", "max_delivery_seconds": 900}, suppressed_reasons=["BOUNCE"])
    start = mark(newer)
    applied = sesops("apply", "--yes", spec=document)
    assert applied.code == 3
    assert "does not know members that SES has here (BrandNewOption)" in applied.out
    assert writes(newer, since=start) == ["PutConfigurationSetSuppressionOptions"]


def test_a_block_without_one_is_written_as_ever(newer):
    """What is unknown beside it, in the same answer, is no reason."""
    report = newer.apply(spec(sending_enabled=False))
    assert "configuration_set/main sending" in ended(report, Outcome.DONE)


def test_what_ses_does_not_take_is_written_once_and_shown_again(bench):
    """One Put a run, and the next plan has the same line: nothing loops, nothing is called clean."""
    make_set(bench, "main")

    def forgets(_service, operation, answer):
        if operation == "GetConfigurationSet":
            answer.pop("SuppressionOptions", None)

    bench.emulator.decorate = forgets
    document = spec(suppressed_reasons=["BOUNCE"])
    for _ in range(2):
        start = mark(bench)
        bench.apply(document)
        assert writes(bench, since=start) == ["PutConfigurationSetSuppressionOptions"]
    assert change_of(bench.plan(document), "configuration_set/main")
