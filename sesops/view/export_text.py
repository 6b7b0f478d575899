"""What is said of an export on stderr: what is in it, and what could not be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from rich.text import Text

from sesops.view.style import safe


def lines(stack: str, counts: Mapping[str, int], gaps: Iterable[str], folder: str | None) -> Iterator[Text]:
    """What could not be read, what was written, and the next step."""
    yield from (Text(safe(one), style="yellow") for one in gaps)
    held = ", ".join(f"{kind} {count:,}" for kind, count in counts.items()) or "nothing"
    where = f" to {safe(folder)}" if folder else ""
    yield Text(f"exported as stack {safe(stack)}{where}: {held}")
    if folder:
        yield Text(f"  hint: `sesops plan {safe(folder)}` shows what is to be adopted", style="cyan")
