"""A page in a real browser: headless Chromium, driven by its command line, for that needs no library beside it: it takes
screenshots, prints what the console says and writes a log of every request.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
SHOTS = Path(__file__).parents[2] / "build" / "pages"
"""Where screenshots are kept, outside of Git."""
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--enable-logging=stderr"),
    # What the browser asks for on its own account goes nowhere.
    "--host-resolver-rules=MAP * ~NOTFOUND",
)


@dataclass(frozen=True)
class Seen:
    """What a browser made of a page: its document, what its console said, and what the page asked for."""

    document: str
    console: list[str]
    requests: list[str]


def look(page: str, shot: str, *flags: str, width: int = 1200, height: int = 1600) -> Seen:
    """Open a page, and keep a screenshot of that name."""
    assert CHROMIUM is not None
    SHOTS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        (Path(folder) / "page.html").write_text(page, encoding="utf-8")
        log = Path(folder) / "requests.json"
        done = subprocess.run(
            [
                *(CHROMIUM, *FLAGS, *flags, f"--user-data-dir={folder}/profile", f"--log-net-log={log}"),
                *(f"--window-size={width},{height}", f"--screenshot={SHOTS / shot}.png", "--dump-dom"),
                f"file://{folder}/page.html",
            ],
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        events = json.loads(log.read_text(encoding="utf-8"))["events"]
    console = re.findall(r"CONSOLE[^\]]*\] (.*)", done.stderr)
    asked = [one["params"] for one in events if "initiator" in one.get("params", {})]
    # What the browser asks for by itself has no origin.
    requests = [one["url"] for one in asked if one["initiator"] != "not an origin"]
    return Seen(done.stdout, console, requests)
