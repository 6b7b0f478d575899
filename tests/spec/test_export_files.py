"""The names of the files that policies are written to."""

from __future__ import annotations

from sesops.spec.export.said import Document
from sesops.spec.export.text import Files


def names(*paths):
    files = Files()
    return [files.document(("domains", *path), Document()) for path in paths]


def test_a_policy_lies_under_the_name_of_what_it_is_of():
    """The section and the key above all policies say nothing."""
    assert names(("example.com", "policies", "partner")) == ["policies/example.com/partner.json"]


def test_names_that_some_machine_takes_for_one_are_told_apart():
    """By a number; the same export gives the same names."""
    assert names(("a", "p"), ("A", "P"), ("a", "P")) == [
        "policies/a/p.json",
        "policies/A/P-2.json",
        "policies/a/P-3.json",
    ]


def test_a_name_leads_out_of_no_folder_and_is_not_too_long():
    """Whatever SES lets an identity be called."""
    assert names(("..", "p"), ("a/../b@example.com", "p")) == [
        "policies/_/p.json",
        "policies/a_.._b@example.com/p.json",
    ]
    [long] = names(("x" * 300, "p"))
    assert max(map(len, long.split("/"))) == 100
