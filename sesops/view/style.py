"""The one table of symbols, words and colours, and the one gate through which foreign text reaches a terminal."""

from __future__ import annotations

import json
import re
import unicodedata

from sesops.core.address import Address
from sesops.core.plan import Action, State, Whose
from sesops.core.values import Json

ACTIONS: dict[Action, tuple[str, str, str]] = {
    Action.CREATE: ("+", "create", "green"),
    Action.UPDATE: ("~", "update", "yellow"),
    Action.REPLACE: ("-/+", "replace", "red"),
    Action.DELETE: ("-", "delete", "red"),
    Action.ADOPT: ("=", "adopt", "cyan"),
    Action.RELEASE: ("=", "release", "cyan"),
}
STATES: dict[State, tuple[str, str, str]] = {
    State.READY: (" ", "ready", ""),
    State.WAITING: ("…", "waiting", "cyan"),
    State.HELD: ("!", "held back", "bold red"),
}
WHOSE: dict[Whose, str] = {
    Whose.THIS: "this change",
    Whose.BEFORE: "pending before",
    Whose.MERGED: "merged, not applied",
    Whose.BY_HAND: "moved by hand",
    Whose.BOTH: "both: this change, and pending before",
}
_PLAIN = re.compile(r"(?!(true|false|null)$)[A-Za-z/.][\w./@-]*(:[\w./@-]+)*")
"""Texts that need no quotes in a nested value."""
_COMMAND = re.compile(r"#(?=#\w*\[)|\A(\s*):(?=:[A-Za-z][\w-]*(?: |::))")
"""Where a line of a job's log begins a command: `##[` (Azure's `##vso[`) anywhere, `::NAME` behind blanks alone.

The runner looks for them in both streams, whatever writes there.
"""
DEEPEST = 20
"""Levels of a nested value that a line shows."""
LONGEST = 160
"""Characters of one value that a line shows."""


def safe(text: str) -> str:
    """Text from a spec or from SES, with everything that a terminal or a job's log would act on shown as an escape."""
    shown = text if text.isprintable() else "".join(_shown(one) for one in text)
    if "##" in shown or "::" in shown:
        shown = _COMMAND.sub(lambda found: f"{found[1] or ''}\\x{ord(found[0][-1]):02x}", shown)
    return shown


def short(text: str, longest: int = LONGEST) -> str:
    """A text cut to what a line shows, with a count."""
    return text if len(text) <= longest else f"{text[:longest]}… ({len(text)} characters)"


def named(address: Address, target: str | None) -> str:
    """An address as it is written everywhere: behind its target's name where the spec has several."""
    return safe(str(Address(address.kind, address.name, target)))


def _shown(character: str) -> str:
    # Cc and Cf hold control characters and marks that turn the reading direction, Cs lone surrogates, Zl and Zp breaks.
    if unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"):
        return character
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")


def _flow(one: Json, depth: int = 0) -> str:
    """A nested value in one line as a spec would have it, its keys sorted."""
    if depth > DEEPEST:
        return "…"
    if isinstance(one, dict):
        return "{" + ", ".join(f"{_flow(key)}: {_flow(one[key], depth + 1)}" for key in sorted(one)) + "}"
    if isinstance(one, list):
        return "[" + ", ".join(_flow(item, depth + 1) for item in one) + "]"
    return word(one) if isinstance(one, str) else json.dumps(one, ensure_ascii=False)


def word(text: str) -> str:
    """A text as a spec has it inside a list or a map: in quotes where it needs them."""
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def value(one: Json) -> str:
    """A value as a person reads it: lists with commas, `none` for nothing, long ones cut with a count."""
    if one is None:
        text = "none"
    elif isinstance(one, bool):
        text = "true" if one else "false"
    elif isinstance(one, str):
        text = one or '""'
    elif isinstance(one, list) and one and all(isinstance(item, str) for item in one):
        text = ", ".join(one)
    elif isinstance(one, dict) and isinstance(one.get("Statement"), list):
        number = len(one["Statement"])
        text = f"a policy of {number} statement{'' if number == 1 else 's'}"
    else:
        text = _flow(one)
    return short(safe(text))
