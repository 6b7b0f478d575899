"""Names of domains and addresses have one form."""

from __future__ import annotations

import pytest

from sesops.spec import names


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("Example.COM", "example.com"),
        ("example.com.", "example.com"),
        ("münchen.example", "xn--mnchen-3ya.example"),
        ("MÜNCHEN.Example", "xn--mnchen-3ya.example"),
        ("bücher。example", "xn--bcher-kva.example"),
        ("_dmarc.example.com", "_dmarc.example.com"),
    ],
)
def test_a_domain_is_lower_case_without_a_last_dot_as_a_labels(text, normal):
    """SES takes no other form."""
    assert names.normal_domain(text) == normal


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "example.com..",
        "a..b",
        "localhost",
        "-a.example",
        "a_.-b.example",
        f"{'a' * 64}.example",
        ".".join(["abcdefg"] * 33),
        "straße.example",
        "a\u200db.example",
        "*.example.com",
        "ops@example.com",
        "https://example.com",
        "exa mple.com",
        "a\u00a0b.example",
        "\u2488.example",
    ],
)
def test_what_is_no_domain_is_refused(text):
    """Also what two standards write differently."""
    with pytest.raises(names.NameFault):
        names.normal_domain(text)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("Ops@Example.COM", "Ops@Example.COM"),
        ("ops+tag@example.com", "ops+tag@example.com"),
        ("ops@münchen.example", "ops@xn--mnchen-3ya.example"),
    ],
)
def test_an_address_keeps_its_case(text, normal):
    """SES compares addresses letter by letter, the domain too."""
    assert names.normal_address(text) == normal


@pytest.mark.parametrize(
    "text",
    [
        "example.com",
        "@example.com",
        "a b@example.com",
        "a@b@example.com",
        "a\x7f@example.com",
        "Ops <ops@example.com>",
        "jörg@example.com",
        f"{'a' * 65}@b.example",
        "a@b.example.",
        "a@b",
    ],
)
def test_what_is_no_address_is_refused(text):
    """The local part is ASCII and short, the domain a domain."""
    with pytest.raises(names.NameFault):
        names.normal_address(text)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("Example.com.", "example.com"),
        (".Example.com", ".example.com"),
        ("Ops@Example.com", "Ops@example.com"),
        ("*@example", "*@example"),
    ],
)
def test_a_recipient_has_its_domain_in_one_form(text, normal):
    """What is none is left for the rule's own checks."""
    assert names.normal_recipient(text) == normal
