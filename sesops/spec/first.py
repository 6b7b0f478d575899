"""A first spec, for who has none: one domain, and who hears what becomes of its mail."""

from __future__ import annotations

from sesops.core.values import Json
from sesops.spec.export.text import plain, rendered

_HEAD = (
    "yaml-language-server: $schema=sesops.schema.json",
    "What is not written here is left as it is on SES. `sesops explain` says what there is to write.",
)
_ABOVE = {
    "topics": "Where SES says what bounced, and who complained; subscribe whoever should hear it.",
    "domains": "It is verified, and so is its MAIL FROM domain, once the DNS records are there that SES asks for.",
    "configuration_sets": "What holds for mail from that domain, unless whoever sends it names another set.",
}


def first_spec(stack: str, region: str, domain: str) -> str:
    """The text of a root file; names have the form that a spec takes."""
    identity: Json = {"mail_from": {"domain": f"bounce.{domain}"}, "configuration_set": "transactional"}
    destination: Json = {"events": ["BOUNCE", "COMPLAINT"], "sns": "feedback"}
    sections: dict[str, Json] = {
        "topics": {"feedback": {}},
        "domains": {domain: identity},
        "configuration_sets": {"transactional": {"event_destinations": {"feedback": destination}}},
    }
    head: dict[str, Json] = {"version": 1, "stack": stack, "region": region}
    comments: dict[tuple[str, ...], list[str]] = {(): list(_HEAD)}
    comments.update({(name,): [text] for name, text in _ABOVE.items()})
    return rendered(head, {name: plain(held) for name, held in sections.items()}, comments)
