"""A create whose answer was lost, in a run of a whole spec."""

from __future__ import annotations

from support.bench import Bench

from sesops.core.events import Outcome
from sesops.engine.perform import LOST


def test_a_lost_answer_beside_a_removal(tmp_path):
    """The thing is read again by itself: what the spec removes is no part of that."""
    bench = Bench(tmp_path)
    bench.client("sesv2").create_configuration_set(ConfigurationSetName="old")
    spec = {"configuration_sets": {"tx": {}}, "remove": ["configuration_set/old"]}
    bench.emulator.faults.lose_answer("CreateConfigurationSet")
    report = bench.apply(spec)
    assert [one.note for one in report.ended if one.step.facet == "create"] == [LOST]
    assert {one.outcome for one in report.ended} == {Outcome.DONE}
    assert bench.client("sesv2").list_configuration_sets()["ConfigurationSets"] == ["tx"]
    assert [one.message for one in bench.plan(spec).findings] == ["configuration_set/old is not there any more"]
