"""Write what is generated, or with --check only say whether it is up to date (exit 1 where it is not)."""

from __future__ import annotations

import sys
from pathlib import Path

from reference import markdown

from sesops import kinds, spec
from sesops.view import machine

ROOT = Path(__file__).resolve().parents[1]


def generated() -> dict[Path, str]:
    """Each generated file with its text."""
    registry = kinds.discover()
    return {
        ROOT / "schemas" / "sesops.schema.json": machine.dumps(spec.schema_for_editors(registry)),
        ROOT / "docs" / "reference.md": markdown(registry),
    }


def main(arguments: list[str]) -> int:
    stale = [path for path, text in generated().items() if not path.exists() or path.read_text() != text]
    if "--check" in arguments:
        for path in stale:
            hint = "run `.venv/bin/python scripts/generate.py`"
            print(f"{path.relative_to(ROOT)} is not up to date: {hint}", file=sys.stderr)
        return 1 if stale else 0
    for path in stale:
        path.write_text(generated()[path])
        print(f"wrote {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
