"""Messages between their parts and their text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses
from typing import Any, NamedTuple

from sesops.emulator.context import ServiceError
from sesops.emulator.operations.sending import Outgoing

_RECIPIENTS = ("To", "Cc", "Bcc")


class Parts(NamedTuple):
    """What a message says."""

    subject: str
    text: str | None
    html: str | None
    headers: Mapping[str, str]


def recipients(destination: Mapping[str, Sequence[str]]) -> list[str]:
    """All recipients of a Destination of either generation."""
    return [one for kind in _RECIPIENTS for one in destination.get(f"{kind}Addresses", [])]


def outgoing(source: str, to: list[str], parts: Parts, **common: Any) -> Outgoing:
    """A message made of its parts. Blind copies are not told from others, for nobody reads it."""
    headers = {"From": source, "To": ", ".join(to), "Subject": " ".join(parts.subject.split("\n")), **parts.headers}
    message = EmailMessage(policy=policy.SMTP)
    for name, value in headers.items():
        message[name] = " ".join(value.splitlines())
    message.set_content(parts.text or "")
    if parts.html is not None:
        message.add_alternative(parts.html, subtype="html")
    return Outgoing(source, to, parts.subject, message.as_string(), headers, **common)


def parsed(data: bytes) -> EmailMessage:
    """A message given whole."""
    message = message_from_bytes(data, policy=policy.default)
    if not isinstance(message, EmailMessage):
        raise ServiceError("InvalidParameterValue", "The message cannot be read.")
    return message


def outgoing_raw(message: EmailMessage, source: str | None, to: list[str], **common: Any) -> Outgoing:
    """A message given whole; its own headers say whatever the request does not."""
    headers = {name: str(value) for name, value in message.items()}
    named = [address for kind in _RECIPIENTS for _, address in getaddresses(message.get_all(kind, []))]
    del message["Bcc"]
    sender = source or headers.get("From", "")
    return Outgoing(sender, to or named, headers.get("Subject", ""), message.as_string(), headers, **common)
