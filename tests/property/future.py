"""Members that a newer SES has and the installed botocore does not know, laid into the emulator's answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

from hypothesis import strategies as st
from property.live import State
from property.reads import Picture

MEMBER = "FromTheFuture"
_OF_SENDING = (("ReputationOptions", "LastFreshStart"), ("ReputationOptions", "SendingEnabled"))


@dataclass(frozen=True)
class Future:
    """Where such members are: in blocks of configuration sets, in event destinations and in rules of these names."""

    blocks: frozenset[tuple[str, str]]
    destinations: frozenset[str]
    rules: frozenset[str]

    def decorate(self, _service: str, operation: str, answer: Any) -> None:
        """What `Emulator.decorate` takes."""
        if operation == "GetConfigurationSet":
            for name, block in self.blocks:
                if name == answer["ConfigurationSetName"]:
                    answer.setdefault(block, {})[MEMBER] = "x"
        elif operation == "GetConfigurationSetEventDestinations":
            for one in answer["EventDestinations"]:
                if one["Name"] in self.destinations:
                    one[MEMBER] = "x"
        elif operation == "DescribeReceiptRuleSet":
            for rule in answer.iterfind(".//{*}Rules/{*}member"):
                if rule.findtext("{*}Name") in self.rules:
                    ET.SubElement(rule, MEMBER).text = "x"

    def part(self, picture: Picture) -> Picture:
        """What of a picture lies in a block that has such a member."""
        found: Picture = {}
        for address, leaves in picture.items():
            kind, *name = address.split("/")
            for leaf, value in leaves.items():
                # Whether sending is on is a block of its own, which v1 shows in this one, with the day it was switched on.
                if leaf[1:] not in _OF_SENDING and (
                    (kind == "configuration_set" and (name[0], *leaf[1:2]) in self.blocks)
                    or (kind == "event_destination" and name[1] in self.destinations)
                    or (kind == "receipt_rule" and name[1] in self.rules)
                ):
                    found.setdefault(address, {})[leaf] = value
        return found


@st.composite
def futures(draw, state: State) -> Future:
    """Some of the blocks, destinations and rules of a state, and no tags: SES writes those one by one."""
    blocks = [(name, block) for name, one in state.sets.items() for block in one.answer if block != "Tags"]
    destinations = [one["Name"] for each in state.sets.values() for one in each.destinations]
    rules = [one["Name"] for each in state.rule_sets.values() for one in each]
    return Future(*(frozenset(draw(_some(of))) for of in (blocks, destinations, rules)))


def _some(of: list[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.sampled_from(of)) if of else st.just([])
