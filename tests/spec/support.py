"""What the tests of specs share: specs as text, loaded with the release's own kinds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

from sesops import kinds, spec
from sesops.core.address import Address
from sesops.core.diagnostic import Diagnostic
from sesops.core.kind import Registry

TODAY = date(2026, 6, 1)
ACCOUNT = "123456789012"
PLAIN = 'version: 1\nstack: acme\nregion: eu-west-1\naccount: "123456789012"\n'
TWO = (
    'version: 1\nstack: acme\ntargets:\n  eu: {region: eu-west-1, account: "123456789012"}\n  us: {region: us-east-1}\n'
)


@cache
def registry() -> Registry:
    return kinds.discover()


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files below a folder; return the folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def load(folder: Path, text: str | bytes | None = None, **more: object) -> spec.Spec:
    """Load a folder's spec, after writing `text` as its root file."""
    if text is not None:
        write(folder, {"sesops.yaml": text})
    return spec.load(folder, **{"registry": registry(), "today": TODAY, **more})


def valid(folder: Path, text: str | None = None, **more: object) -> spec.Spec:
    """Load a spec in which nothing is wrong."""
    loaded = load(folder, text, **more)
    assert not loaded.diagnostics, lines(loaded.diagnostics)
    return loaded


def codes(loaded: spec.Spec) -> list[str]:
    return [one.code for one in loaded.diagnostics]


def lines(found: tuple[Diagnostic, ...]) -> list[str]:
    return [f"{one.location}: {one.code}: {one.message} ({one.hint})" for one in found]


def fields(loaded: spec.Spec, kind: str, *name: str, target: str | None = None) -> dict[str, object]:
    """The fields of one wanted thing."""
    wanted = {one.address: one for one in loaded.target(target).wanted}
    return dict(wanted[Address(kind, name)].fields)


def addresses(loaded: spec.Spec, target: str | None = None) -> list[str]:
    return [str(one.address) for one in loaded.target(target).wanted]
