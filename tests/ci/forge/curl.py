"""`curl` for tests: the calls that our GitLab pipeline makes, answered from the forge's file."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from urllib.parse import urlsplit

from common import FOLDER, State, next_id, refuse, state

BOT = "project_1_bot_0a1b"
NOT_FOUND = 22
"""How curl ends where the server refuses and --fail is given."""


def main(data: State) -> int:
    parser = ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("--header", required=True, choices=["PRIVATE-TOKEN: project-token"])
    parser.add_argument("--request", default="GET")
    parser.add_argument("--data-urlencode")
    parser.add_argument("--output")
    for name in ("--fail", "--silent", "--show-error", "--location"):
        parser.add_argument(name, action="store_true")
    given = parser.parse_args()
    name, _, file = (given.data_urlencode or "").partition("@")
    body = Path(file).read_text(encoding="utf-8") if name == "body" else ""
    match (given.request, urlsplit(given.url).path.split("/")[5:]):
        case ("GET", ["merge_requests", iid, "notes"]):
            answer = [one for one in data["comments"] if one["pull"] == int(iid)]
        case ("POST", ["merge_requests", iid, "notes"]):
            answer = {"id": next_id(data), "pull": int(iid), "author": {"username": BOT}, "body": body}
            data["comments"].append(answer)
        case ("PUT", ["merge_requests", iid, "notes", number]):
            (answer,) = (one for one in data["comments"] if (one["pull"], one["id"]) == (int(iid), int(number)))
            answer["body"] = body
        case ("GET", ["repository", "commits", commit, "merge_requests"]):
            answer = data["pulls"].get(commit, [])
        case ("GET", ["repository", "branches", "main"]):
            answer = {"name": "main", "commit": {"id": data["newest"]}}
        case ("GET", ["merge_requests", iid, "pipelines"]):
            answer = [one for one in reversed(data["pipelines"]) if one["iid"] == int(iid)]
        case ("GET", ["pipelines", number, "jobs"]):
            if all(one["id"] != int(number) or one["project_id"] != 1 for one in data["pipelines"]):
                return NOT_FOUND
            answer = [one for one in data["artefacts"] if one["pipeline"] == int(number)]
        case ("GET", ["jobs", number, "artifacts", path]):
            found = FOLDER / "artefacts" / number / path
            if not found.exists():
                return NOT_FOUND
            sys.stdout.buffer.write(found.read_bytes())
            return 0
        case _:
            refuse(sys.argv)
    if not given.output:
        json.dump(answer, sys.stdout)
    return 0


if __name__ == "__main__":
    with state() as held:
        code = main(held)
    sys.exit(code)
