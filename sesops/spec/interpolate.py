"""`${name}` in keys and values becomes what the variable holds; `$${` is a dollar and a brace.

Only a word in the braces is ours. Other forms, such as `${aws:username}` in a policy, belong to somebody else and stay.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from sesops.core.json_text import DEEPEST
from sesops.spec.findings import Findings, Nearest
from sesops.spec.nodes import BROKEN, Entry, Map, Node, Place, Scalar, Seq, Source
from sesops.spec.scalars import ScalarError, resolve

NAME: Final = "name"
BUILT_IN: Final = ("name", "region", "account", "target")
PREFIX: Final = "SESOPS_VAR_"
ANY_NAME: Final = ""
"""The own name of any thing of a kind: what holds `${name}` is not known."""
LONGEST: Final = 100_000
"""Characters that variables may make of a text: each of some lines may hold the one before it twice."""

_NOWHERE = Source("the command line or the environment", Path())
MARK = re.compile(r"\$\$\{|\$\{(\s*)([A-Za-z_][A-Za-z0-9_]*)(\s*)\}", re.ASCII)


def from_outside(variables: Mapping[str, str], environ: Mapping[str, str]) -> dict[str, Scalar]:
    """The variables of `--var`, and below them those of the environment whose name begins with `SESOPS_VAR_`.

    Nothing has a type there, so a value is read as YAML would read it, and is text where text is asked for.
    """
    of_environment = {key.removeprefix(PREFIX): text for key, text in environ.items() if key.startswith(PREFIX)}
    return {name: _from_outside(text) for name, text in {**of_environment, **variables}.items()}


def _from_outside(text: str) -> Scalar:
    try:
        value = resolve(text) if text else ""
    except ScalarError:
        value = text
    return Scalar(value, text, Place(_NOWHERE), weak=True, varies=True)


class Variables:
    """What `${…}` may name in one target. `used` collects the names of those from outside that were put in.

    What holds a variable that has no value becomes `BROKEN`: there is a finding, and nothing more to be said of it.
    """

    def __init__(
        self,
        built_in: Mapping[str, Scalar],
        of_spec: Mapping[str, Scalar],
        outside: Mapping[str, Scalar],
        why_not: Mapping[str, tuple[str, str]],
    ) -> None:
        self._built_in = built_in
        self._of_spec = of_spec
        self._outside = outside
        self._why_not = why_not
        """Built-in variables that have no value here, with the reason and a hint."""
        self._made: dict[str, Scalar] = {}
        self._open: list[str] = []
        self._nearest = Nearest()
        self.used: set[str] = set()

    def node(self, node: Node, own_name: str | None, findings: Findings) -> Node:
        """A node with all variables put in; the very same node where there are none."""
        if isinstance(node, Scalar):
            return self._scalar(node, own_name, findings)
        if isinstance(node, Seq):
            items = [self.node(one, own_name, findings) for one in node.items]
            changed = any(new is not old for new, old in zip(items, node.items, strict=True))
            return Seq(items, node.at) if changed else node
        return self._map(node, own_name, findings)

    def text(self, text: str, at: Place, own_name: str | None, findings: Findings) -> str | None:
        """A text with all variables put in; None with a finding."""
        if "${" not in text:
            return text
        found = self._text(text, at, own_name, findings)
        return None if found.value is BROKEN else found.text

    def _map(self, node: Map, own_name: str | None, findings: Findings) -> Map:
        entries: dict[str, Entry] = {}
        changed = False
        for key, entry in node.entries.items():
            name = self.text(key, entry.at, own_name, findings)
            value = self.node(entry.value, own_name, findings)
            changed = changed or name != key or value is not entry.value
            if name in entries:
                made = "" if name == key else f", made by `{key}`"
                message = f"the key `{name}` stands here already{made}"
                hint = "remove one of the two"
                findings.error("duplicate-key", message, entry.at, hint, related=(entries[name].at,))
            elif name is not None:
                entries[name] = Entry(entry.at, value)
        return Map(entries, node.at) if changed else node

    def _scalar(self, node: Scalar, own_name: str | None, findings: Findings) -> Scalar:
        if not isinstance(node.value, str) or "${" not in node.value:
            return node
        alone = MARK.fullmatch(node.value)
        if alone is None or not alone.group(2) or alone.group(1) or alone.group(3):
            return self._text(node.value, node.at, own_name, findings)
        found = self._value(alone.group(2), node.at, own_name, findings)
        return Scalar(found.value, found.text, node.at, weak=found.weak, varies=found.varies)

    def _text(self, text: str, at: Place, own_name: str | None, findings: Findings) -> Scalar:
        parts: list[str] = []
        is_whole, varies, end, room = True, False, 0, max(LONGEST, len(text))
        for mark in MARK.finditer(text):
            found = self._put_in(mark, at, own_name, findings)
            is_whole = is_whole and found.value is not BROKEN
            varies = varies or found.varies
            parts += (text[end : mark.start()], found.text)
            end = mark.end()
            room -= len(parts[-2]) + len(parts[-1])
            if room < len(text) - end:
                findings.error("too-long", f"with its variables this has more than {LONGEST:,} characters", at)
                return Scalar(BROKEN, "", at, varies=varies)
        whole = "".join((*parts, text[end:]))
        return Scalar(whole if is_whole else BROKEN, whole if is_whole else "", at, varies=varies)

    def _put_in(self, mark: re.Match[str], at: Place, own_name: str | None, findings: Findings) -> Scalar:
        if mark.group(2) is None:
            return Scalar("${", "${", at)
        if mark.group(1) or mark.group(3):
            message = f"`{mark.group()}` has a space in it"
            hint = f"write `${{{mark.group(2)}}}`, or `$${{` for a plain `${{`"
            findings.error("unknown-variable", message, at, hint)
            return Scalar(BROKEN, "", at)
        return self._value(mark.group(2), at, own_name, findings)

    def _value(self, name: str, at: Place, own_name: str | None, findings: Findings) -> Scalar:
        if name == NAME and own_name is not None:
            return Scalar(BROKEN if own_name == ANY_NAME else own_name, own_name, at)
        if name in self._built_in:
            return self._built_in[name]
        if name in self._why_not:
            reason, hint = self._why_not[name]
            findings.error("variable-without-value", f"`${{{name}}}` has no value: {reason}", at, hint)
            return Scalar(BROKEN, "", at)
        if name in self._outside:
            self.used.add(name)
            return self._outside[name]
        if name in self._of_spec:
            return self._of_another(name, at, findings)
        near = self._nearest(name, (*BUILT_IN, *self._of_spec, *self._outside))
        known = f"did you mean `{near}`? " if near else ""
        findings.error(
            "unknown-variable",
            f"there is no variable `{name}`",
            at,
            f"{known}set it under `vars` or with --var {name}=…, or write `$${{{name}}}` for the text",
        )
        return Scalar(BROKEN, "", at)

    def _of_another(self, name: str, at: Place, findings: Findings) -> Scalar:
        """A variable of the spec, which may itself be made of others; made once, however often it is put in."""
        if name in self._made:
            return self._made[name]
        if name in self._open:
            way = " → ".join(f"`{one}`" for one in [*self._open[self._open.index(name) :], name])
            hint = "give one of them a value of its own"
            findings.error("variable-cycle", f"these variables are made of each other: {way}", at, hint)
            return Scalar(BROKEN, "", at)
        if len(self._open) >= DEEPEST:
            message = f"`{name}` comes after {DEEPEST} variables that are made of each other, one of the next"
            findings.error("too-deep", message, at, "give it a value of its own")
            return Scalar(BROKEN, "", at)
        self._open.append(name)
        found = self._scalar(self._of_spec[name], None, findings)
        self._open.pop()
        # Whatever it is made of, `--var` may say otherwise.
        self._made[name] = Scalar(found.value, found.text, found.at, weak=found.weak, varies=True)
        return self._made[name]
