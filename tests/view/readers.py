"""How others read what we write: a terminal its characters, a browser its tags, GitHub its Markdown."""

from __future__ import annotations

import re
import unicodedata
from html.parser import HTMLParser

from markdown_it import MarkdownIt

ACTING = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
"""Categories of characters that a terminal acts on, or that turn or break a line."""
COMMAND = re.compile(r"::(error|warning|notice) ((?:(?:file|line|col|title)=[^,:\n\r]*,?)+)::([^\n\r]*)")
"""A workflow command: its level, its properties, its message."""
JOB = re.compile(r"^\s*::[A-Za-z][\w-]*( |::)|##\w*\[", re.MULTILINE)
"""What a job's runner takes for a command: at the beginning of a line, or in its older form (and Azure's) anywhere."""
VOID = {"meta", "br"}


def acting(text: str) -> set[str]:
    """The characters of a text that act on who shows it."""
    return {one for one in text if unicodedata.category(one) in ACTING}


class Reader(HTMLParser):
    """What a page is made of: its tags with their attributes, in order; every one closed where it has to be."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        # The style sheet and the room between tags are ours.
        if self.open[-1:] != ["style"]:
            self.text += data.replace("\n", " ")

    def values(self, attribute: str) -> list[str]:
        return [values[attribute] or "" for _, values in self.tags if attribute in values]


READER = MarkdownIt("gfm-like", {"html": True})
TAGS = re.compile(r"</?(details|summary|code|b|i)( open)?>|<!-- sesops-plan ([A-Za-z0-9._]|-(?!-))* -->\n?|\s|[^<>]")


def tokens(text):
    """Every token that a reader of GitHub's Markdown sees, those inside others too."""
    for one in READER.parse(text):
        yield one
        yield from one.children or ()


def foreign_markup(text):
    """What a reader would take for a link, an image, or HTML other than ours."""
    found = [one.type for one in tokens(text) if one.type in ("link_open", "image", "em_open", "strong_open")]
    # Strong text is ours: the totals, and what is missing.
    found = [one for one in found if one != "strong_open"]
    markup = "".join(one.content for one in tokens(text) if one.type in ("html_block", "html_inline"))
    return found, TAGS.sub("", markup)
