"""Secrets in a spec: always a reference to one, `{env: NAME}`, `{file: PATH}` or `{secretsmanager: ARN}`."""

from __future__ import annotations

from typing import Final

from sesops.core.values import SECRET_SOURCES, Secret
from sesops.spec.findings import Findings
from sesops.spec.nodes import Map, Node, Scalar

HOW_TO_REFER: Final = "write {env: NAME}, {file: PATH} or {secretsmanager: ARN}"


def secret_in(node: Node, form: str = "text") -> Secret | None:
    """What a map refers to; None where it is no reference, which validation finds.

    A path is seen from the file it is written in, as an include is.
    """
    if not isinstance(node, Map) or len(node.entries) != 1:
        return None
    ((source, entry),) = node.entries.items()
    if source not in SECRET_SOURCES or not isinstance(entry.value, Scalar) or not isinstance(entry.value.value, str):
        return None
    name = entry.value.value
    if source == "file":
        name = (entry.value.at.source.path.parent / name).as_posix()
    return Secret(source, name, form)


def insist_on_reference(node: Node, findings: Findings) -> bool:
    """Whether a value is no secret in clear; else there is a finding that shows nothing of it."""
    if isinstance(node, Map):
        return True
    message = "a secret is never written in the spec: it only says where to find it"
    findings.error("secret-in-spec", message, node.at, HOW_TO_REFER, secret=True)
    return False
