"""Texts and values that somebody may mean harm with, or that nobody thought of."""

from __future__ import annotations

from typing import Any

from fuzz.room import CANARY
from hypothesis import strategies as st

CONTROLS = (
    "\0",
    "\t",
    "\x07",
    "\x08",
    f"\n{CANARY}",
    f"\r{CANARY}",
    f"\r\n{CANARY}",
    f"\x0b{CANARY}",
    f"\x85{CANARY}",
    f"\u2028{CANARY}",
    f"\u2029{CANARY}",
    "\x1b[31m",
    "\x1b]0;title\x07",
    "\x1b[2J",
    "\x7f",
    "\x9b31m",
    "\u00ad",
    "\u061c",
    "\u200b",
    "\u200d",
    "\u200f",
    "\u202e",
    "\u2066",
    "\ufeff",
    "\ufff9",
    "\ue000",
    "\U000e0041",
    "\ud800",
    "\udc80",
)
"""What a terminal or a log would act on: control sequences, breaks, marks of direction, what has no character."""
MARKUP = (
    "`",
    "```",
    "~~~",
    f"```\n{CANARY}",
    "</code>",
    "</details>",
    "<script>alert(1)</script>",
    "<!--",
    "-->",
    "[a](https://example.com)",
    "![a](https://example.com/a.png)",
    "https://example.com/a",
    "@somebody",
    "[bold]",
    "[/bold]",
    "%s%n",
    "{0}",
)
"""What Markdown, HTML or Rich would."""
NAMES = (
    "",
    " ",
    ".",
    "..",
    "../../etc/passwd",
    "/",
    "//",
    "*",
    "a/b",
    "a:b",
    "eu:domain/example.com",
    "a#b",
    "a.b[0]",
    "arn:aws:sns:eu-west-1:123456789012:x",
    "arn:aws",
    "arn:::::",
    "${name}",
    "${region}",
    "${",
    "$${x}",
    "keep",
    "all",
    "null",
    "xn--",
    "xn--a",
    "xn--bcher-kva.example",
    "bücher.example",
    "пример.рф",
    "\uff25\uff38\uff21\uff2d\uff30\uff2c\uff25\uff0ecom",
    "ß.example",
    "a\u0301.example",
    "é.example",
    "İ.example",
    ".example.com",
    "example..com",
    "example.com.",
    "-.com",
    f"{'a' * 64}.com",
    f"{'a.' * 200}com",
    "@",
    "@example.com",
    "a@b@example.com",
    '"a b"@example.com',
    "a@[127.0.0.1]",
    "x" * 10_000,
    "2026-12-31",
    "2026-13-45",
    "9999-12-31T25:00:00Z",
    "0000-00-00",
    "123456789012",
    "10.0.0.0/33",
    "::/0",
    "٣",
    "1e999",
    "{}",
    "[]",
    '{"Statement": 5}',
    '{"Statement": [{"Action": {}}]}',
    "file:///etc/passwd",
    "https://user:password@example.com/a?b#c",
    "https://[::1",
    "http://:99999",
)
"""What names, addresses, ARNs, days and documents may turn out to be."""

texts = st.one_of(
    st.sampled_from(CONTROLS),
    st.sampled_from(MARKUP),
    st.sampled_from(NAMES),
    st.text(max_size=20),
    st.lists(st.sampled_from((*CONTROLS, *MARKUP, *NAMES[:40], "a", "example.com")), max_size=4).map("".join),
)
numbers = st.sampled_from((0, 1, -1, 2**31, 2**63, 2**64, 10**400, 0.5, -0.0, 1e308))
leaves = st.one_of(st.none(), st.booleans(), numbers, texts)


def nested(levels: int, inner: Any = 0) -> Any:
    """Lists and maps in each other."""
    for one in range(levels):
        inner = [inner] if one % 2 else {"a": inner}
    return inner


values = st.one_of(
    leaves,
    st.recursive(
        leaves,
        lambda below: st.lists(below, max_size=3) | st.dictionaries(texts, below, max_size=3),
        max_leaves=6,
    ),
    st.sampled_from((nested(5), nested(63), nested(64), nested(70), nested(200))),
)
"""Any JSON; whole numbers of any size, surrogates without the other half, levels that nobody counts."""
