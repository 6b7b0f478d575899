"""YAML text to nodes: PyYAML's C parser gives events, which carry the place of every key and value.

Nodes are made from the events and not by PyYAML's composer, which is eight times slower and neither counts what aliases
unfold to nor sees a key twice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

import yaml

from sesops.core.json_text import DEEPEST
from sesops.spec.findings import SHARED_KEYS, Findings, did_you_mean
from sesops.spec.nodes import BROKEN, EMPTY, Entry, Map, Node, Place, Scalar, Seq, Source
from sesops.spec.scalars import ScalarError, resolve

ALIAS_BUDGET: Final = 100_000
ALIAS_FACTOR: Final = 100
"""How many nodes aliases may add to a file, and how many more for each node that is written. A block that ten thousand
domains share stays below it; a bomb of a few lines does not."""

_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")

_SECOND_COLON: Final = "mapping values are not allowed in this context"
_UNCLOSED: Final = {"{": "did not find expected ',' or '}'", "[": "did not find expected ',' or ']'"}
_WORDS = {
    _SECOND_COLON: (
        "a second `: ` on this line makes no sense here",
        "put a text that holds `: ` in quotes, or check the indentation",
    ),
    "found character that cannot start any token": (
        "this character cannot begin a value",
        "put the text in quotes",
    ),
    "did not find expected key": ("a key is expected here", "check the indentation of this line and of those above it"),
    "could not find expected ':'": ("a `:` is expected after the key", "a `:` has to be followed by a space"),
    "found unexpected end of stream": ("the file ends inside a quoted text", "close the quotes"),
    "did not find expected node content": ("a value is expected here", "write one, in quotes if it has to be text"),
    _UNCLOSED["{"]: ("this `{` is not closed", "write `,` between the keys and `}` at the end"),
    _UNCLOSED["["]: ("this `[` is not closed", "write `,` between the items and `]` at the end"),
    "did not find expected alphabetic or numeric character": (
        "`*` and `&` at the beginning of a value mean an alias and an anchor",
        "put the text in quotes",
    ),
    "block sequence entries are not allowed in this context": (
        "a list cannot begin here",
        "begin the list on a line of its own",
    ),
}


class _Stopped(Exception):  # noqa: N818 - it is no error of ours: the finding is reported already
    """The rest of the file cannot be read."""


class _Skip:
    """A key whose value is read and thrown away, because there is a finding about the key."""


@dataclass
class _Frame:
    """A map or list that is being read. `key` is the key whose value comes next; `size` counts the nodes it unfolds
    to, `height` the levels.
    """

    at: Place
    anchor: str | None
    entries: dict[str, Entry] | None = None
    items: list[Node] = field(default_factory=list)
    key: tuple[str, Place] | _Skip | None = None
    size: int = 1
    height: int = 1


@dataclass(frozen=True)
class _Anchored:
    """What an anchor stands before; `node` None while it is not complete yet."""

    node: Node | None
    size: int = 1
    height: int = 0


def compose(source: Source, findings: Findings) -> Map | None:
    """Bring a file's text to its root map, or report why there is none. None too where the file holds nothing."""
    unprintable = _UNPRINTABLE.search(source.text)
    if unprintable is not None:
        name = "a NUL byte" if unprintable.group() == "\0" else f"the character U+{ord(unprintable.group()):04X}"
        at = Place(source, unprintable.start())
        findings.error("unprintable-character", f"{name} cannot stand in YAML", at, 'write it as "\\xNN", in quotes')
        return None
    composer = _Composer(source, findings)
    try:
        root = composer.document()
    except _Stopped:
        return None
    except yaml.MarkedYAMLError as error:
        _syntax(source, findings, error, [frame.at for frame in composer.stack])
        return None
    if root is None or (isinstance(root, Scalar) and root.value is EMPTY):
        hint = "write what belongs into it, or remove it"
        findings.error("empty-file", "the file holds nothing", Place(source), hint)
        return None
    if not isinstance(root, Map):
        findings.error("not-a-map", "the file has to be a map of keys", root.at, "begin with `version: 1`")
        return None
    return root


_CONFLICT = re.compile(r"^(<{7} |>{7} )", re.MULTILINE)
"""What git puts around the two sides of a conflict."""


def _syntax(source: Source, findings: Findings, error: yaml.MarkedYAMLError, inside: list[Place]) -> None:
    """Report what the parser stumbled over. `inside` are the maps and lists it was in, which may have gone wrong."""
    if conflict := _CONFLICT.search(source.text):
        at, chosen = Place(source, conflict.start()), "choose between the two sides, and take the marks out"
        findings.error("merge-conflict", "a merge was left unfinished here", at, chosen)
        return
    mark = error.problem_mark or error.context_mark
    at = Place(source, min(mark.index, len(source.text)) if mark else 0)
    line = source.line(at.location.line)
    if "\t" in line[: len(line) - len(line.lstrip())] or source.text[at.offset : at.offset + 1] == "\t":
        start = at.offset - at.location.column + 1
        at = Place(source, max(start, source.text.find("\t", start)))
        findings.error("yaml-tab", "a tab stands where YAML takes spaces", at, "indent with spaces")
        return
    problem = error.problem or "this is no YAML"
    message, hint = _WORDS.get(problem, (f"this is no YAML: {problem}", None))
    is_second = re.search(r":\s", line[: at.location.column - 1])
    if problem == _SECOND_COLON and not is_second:
        message = "no key can stand here"
        hint = "look at the lines above: a space has to follow each `:`, and the keys of a map begin in one column"
    context = error.context or ""
    is_at_end = not source.text[at.offset :].strip() and not context.startswith("while scanning a quoted")
    if is_at_end and inside and source.text[inside[-1].offset] in _UNCLOSED:
        message, hint = _WORDS[_UNCLOSED[source.text[inside[-1].offset]]]
        at = inside[-1]
    elif error.context_mark and context.startswith(("while parsing a flow", "while scanning a quoted")):
        begin = Place(source, error.context_mark.index)
        if re.search(r"[{\[,:]\s*\$\{", source.text[begin.offset : at.offset + 1]):
            hint = "inside `{ }` and `[ ]` a text with `${…}` has to be in quotes"
        at = begin
    findings.error("yaml-syntax", message, at, hint)


class _Composer:
    def __init__(self, source: Source, findings: Findings) -> None:
        self.source = source
        self.findings = findings
        self.loader = yaml.CSafeLoader(source.text)
        self.anchors: dict[str, _Anchored] = {}
        self.unfolded = 0
        self.written = 0
        self.stack: list[_Frame] = []
        self.root: Node | None = None

    def document(self) -> Node | None:
        """The one document of the file."""
        documents = 0
        while not isinstance(event := self.loader.get_event(), yaml.StreamEndEvent):
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self.findings.error(
                        "several-documents",
                        "a second document begins here, and a spec is one",
                        self._place(event),
                        "remove the `---`, or move the rest into a file of its own and `include` that",
                    )
                    raise _Stopped
                self.anchors.clear()
            elif isinstance(event, yaml.NodeEvent):
                self._node(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                self._end()
        return self.root

    def _place(self, event: yaml.Event) -> Place:
        mark = event.start_mark
        return Place(self.source, min(mark.index if mark else 0, len(self.source.text)))

    def _node(self, event: yaml.NodeEvent) -> None:
        at = self._place(event)
        self.written += 1
        if isinstance(event, yaml.AliasEvent):
            self._alias(event.anchor or "", at)
        elif isinstance(event, yaml.ScalarEvent):
            one = self._scalar(event, at)
            if event.anchor:
                self.anchors[event.anchor] = _Anchored(one)
            self._add(one, at)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._tag(event, at)
            if len(self.stack) >= DEEPEST:
                self._too_deep(at)
            if event.anchor:
                self.anchors[event.anchor] = _Anchored(None)
            is_map = isinstance(event, yaml.MappingStartEvent)
            self.stack.append(_Frame(at, event.anchor, {} if is_map else None))

    def _end(self) -> None:
        frame = self.stack.pop()
        node: Node = Seq(frame.items, frame.at) if frame.entries is None else Map(frame.entries, frame.at)
        if frame.anchor:
            self.anchors[frame.anchor] = _Anchored(node, frame.size, frame.height)
        self._add(node, frame.at, frame.size, frame.height)

    def _add(self, node: Node, at: Place, size: int = 1, height: int = 0) -> None:
        if not self.stack:
            self.root = node
            return
        frame = self.stack[-1]
        frame.size += size
        frame.height = max(frame.height, height + 1)
        if frame.entries is None:
            frame.items.append(node)
        elif frame.key is None:
            frame.key = self._key(frame.entries, node, at)
        else:
            if not isinstance(frame.key, _Skip):
                text, place = frame.key
                frame.entries[text] = Entry(place, node)
            frame.key = None

    def _key(self, entries: dict[str, Entry], node: Node, at: Place) -> tuple[str, Place] | _Skip:
        """A key is the text as it is written, whatever it would be as a value: JSON has no other keys."""
        if not isinstance(node, Scalar):
            self.findings.error(
                "complex-key", "a map or a list cannot be a key", at, "put a text with braces in quotes"
            )
        elif not node.text:
            self.findings.error("empty-key", "the key is missing", at, "write a name before the `:`")
        elif node.text == "<<":
            hint = "use `defaults`, or an alias for a whole value; YAML 1.2 has no merge keys"
            self.findings.error("merge-key", "`<<` is not read", at, hint)
        elif node.text in entries:
            first = entries[node.text].at
            message = f"the key `{node.text}` stands here twice"
            hint = SHARED_KEYS.get(node.text, "remove one of the two")
            self.findings.error("duplicate-key", message, at, hint, related=(first,))
        else:
            return node.text, at
        return _Skip()

    def _scalar(self, event: yaml.ScalarEvent, at: Place) -> Scalar:
        try:
            value = resolve(event.value, event.tag, is_plain=event.implicit[0])
        except ScalarError as error:
            self.findings.error("yaml-scalar", str(error), at, "put it in quotes if it is meant as text")
            value = BROKEN
        return Scalar(value, event.value, at)

    def _tag(self, event: yaml.CollectionStartEvent, at: Place) -> None:
        if event.tag not in (None, "!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"):
            self.findings.error("yaml-scalar", f"the tag {event.tag} means nothing in a spec", at, "remove the tag")

    def _alias(self, name: str, at: Place) -> None:
        anchored = self.anchors.get(name)
        if anchored is None:
            message = f"no anchor `&{name}` stands before this alias"
            hint = did_you_mean(name, self.anchors) or "put a text that begins with `*` in quotes"
            self.findings.error("unknown-alias", message, at, hint)
            self._add(Scalar(BROKEN, f"*{name}", at), at)
            return
        if anchored.node is None:
            message = f"`*{name}` stands inside the very value it means"
            self.findings.error("recursive-alias", message, at, "write the value out")
            raise _Stopped
        if len(self.stack) + anchored.height > DEEPEST:
            self._too_deep(at)
        self.unfolded += anchored.size
        if self.unfolded > ALIAS_BUDGET + ALIAS_FACTOR * self.written:
            message = f"the aliases of this file unfold to {self.unfolded:,} values and more"
            self.findings.error("alias-bomb", message, at, "use `defaults` for what many things share")
            raise _Stopped
        self._add(anchored.node, at, anchored.size, anchored.height)

    def _too_deep(self, at: Place) -> None:
        message = f"maps and lists lie in each other more than {DEEPEST} levels deep"
        self.findings.error("too-deep", message, at, "nothing in a spec is that deep: check the brackets")
        raise _Stopped
