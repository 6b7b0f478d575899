"""The recorded answers of SES that lie beside the repository: one file, one answer."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[4] / "shared" / "corpus" / "real-responses"


@dataclass(frozen=True)
class Record:
    """One answer, and what was asked, as far as that is known."""

    name: str
    service: str
    operation: str
    request: Mapping[str, Any] | None
    status: int | None
    response: Mapping[str, Any]
    real: bool | str
    """True: recorded from SES. "unknown": reported, or an example. False: looks recorded and is not."""

    @classmethod
    def read(cls, path: Path) -> Record:
        """The record in a file."""
        document = json.loads(path.read_text())
        return cls(
            path.stem,
            document["service"],
            document["operation"],
            document["request"],
            document["status"],
            document["response"],
            document["recorded_from_real_aws"],
        )

    @property
    def is_refusal(self) -> bool:
        return "Error" in self.response

    @property
    def code(self) -> str | None:
        """The error's code; None where there is no error, or where nobody wrote it down."""
        return self.response.get("Error", {}).get("Code")

    @property
    def text(self) -> str:
        """The error's text."""
        return self.response.get("Error", {}).get("Message") or ""

    @property
    def named(self) -> list[str]:
        """The names in the error's text: in angle brackets, else what stands behind the colon."""
        return re.findall(r"<([^>]+)>", self.text) or [self.text.rpartition(": ")[2]]

    @property
    def regions(self) -> list[str]:
        """The regions of the ARNs in request and answer."""
        return re.findall(r"arn:aws:\w+:([a-z]+-[a-z]+-\d):", json.dumps([self.request, self.response]))


def records() -> list[Record]:
    """All records there are, in order of name; none where the folder is not there."""
    return [Record.read(path) for path in sorted(FOLDER.glob("*.json"))]
