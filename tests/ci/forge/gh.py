"""`gh` for tests: the calls that our workflows make, answered from the forge's file."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from common import State, fetch, filtered, next_id, refuse, state

BOT = "github-actions[bot]"


def api(arguments: list[str], data: State) -> None:
    parser = ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("--method", default="GET")
    parser.add_argument("--jq", default=".")
    parser.add_argument("--field", action="append", default=[])
    parser.add_argument("--paginate", action="store_true")
    parser.add_argument("--silent", action="store_true")
    given = parser.parse_args(arguments)
    fields = dict(one.split("=", 1) for one in given.field)
    body = Path(fields["body"].removeprefix("@")).read_text(encoding="utf-8") if fields else ""
    match (given.method, urlsplit(given.url).path.split("/")[3:]):
        case ("GET", ["issues", number, "comments"]):
            sys.stdout.write(filtered(given.jq, [one for one in data["comments"] if one["pull"] == int(number)]))
        case ("POST", ["issues", number, "comments"]):
            new = {"id": next_id(data), "pull": int(number), "user": {"login": BOT}, "body": body}
            data["comments"].append(new)
        case ("PATCH", ["issues", "comments", number]):
            (found,) = (one for one in data["comments"] if one["id"] == int(number))
            found["body"] = body
        case ("GET", ["git", "ref", "heads", "main"]):
            sys.stdout.write(filtered(given.jq, {"ref": "refs/heads/main", "object": {"sha": data["newest"]}}))
        case ("GET", ["commits", commit, "pulls"]):
            sys.stdout.write(filtered(given.jq, data["pulls"].get(commit, [])))
        case ("GET", ["actions", "artifacts"]):
            (name,) = parse_qs(urlsplit(given.url).query)["name"]
            found = [one for one in data["artefacts"] if one["name"] == name]
            sys.stdout.write(filtered(given.jq, {"total_count": len(found), "artifacts": found}))
        case _:
            refuse(arguments)


def run(arguments: list[str], data: State) -> None:
    parser = ArgumentParser()
    parser.add_argument("verb", choices=["download"])
    parser.add_argument("run", type=int)
    parser.add_argument("--repo", required=True)
    parser.add_argument("--name", required=True)
    parser.add_argument("--dir", default=".")
    given = parser.parse_args(arguments)
    (found,) = (one for one in data["artefacts"] if (one["name"], one["workflow_run"]["id"]) == (given.name, given.run))
    fetch(found, Path(given.dir))


def issue(arguments: list[str], data: State) -> None:
    parser = ArgumentParser()
    parser.add_argument("verb", choices=["list", "create", "edit", "close"])
    parser.add_argument("number", nargs="?", type=int)
    for name in ("--label", "--state", "--limit", "--json", "--jq", "--title", "--body-file", "--comment"):
        parser.add_argument(name)
    given = parser.parse_args(arguments)
    if given.verb == "list":
        found = [one for one in data["issues"] if one["state"] == given.state and given.label in one["labels"]]
        sys.stdout.write(filtered(given.jq, [{"number": one["number"]} for one in found]))
    elif given.verb == "create":
        assert given.label in data["labels"], "GitHub refuses a label that is not there"
        body = Path(given.body_file).read_text(encoding="utf-8")
        new = {"number": next_id(data), "state": "open", "labels": [given.label], "title": given.title, "body": body}
        data["issues"].append(new)
    else:
        (found,) = (one for one in data["issues"] if one["number"] == given.number)
        if given.verb == "close":
            found |= {"state": "closed"}
        else:
            found |= {"body": Path(given.body_file).read_text(encoding="utf-8")}


def label(arguments: list[str], data: State) -> None:
    data["labels"].append(arguments[1])


if __name__ == "__main__":
    command, *rest = sys.argv[1:]
    with state() as held:
        {"api": api, "run": run, "issue": issue, "label": label}[command](rest, held)
