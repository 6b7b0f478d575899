"""The lock that keeps two pipelines from applying at once: an S3 object, and who holds it.

What stands in the object is JSON: `format`, `owner` (user@host), `run` (the address of a pipeline's run, or null),
`stack`, `since` (UTC) and `token`, which tells one run's lock from another's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sesops.core import json_text
from sesops.core.values import Call

FORMAT = 1
_PLACE = re.compile(r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/(?P<key>[^/].{0,1023})")
_RUNS = ("CI_JOB_URL", "BUILDKITE_BUILD_URL", "CIRCLE_BUILD_URL", "TRAVIS_BUILD_WEB_URL", "BUILD_URL")
"""Where GitLab, Buildkite, CircleCI, Travis and Jenkins have the address of the run."""
_COMPOSED = (
    ("{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}/actions/runs/{GITHUB_RUN_ID}"),
    ("{SYSTEM_COLLECTIONURI}{SYSTEM_TEAMPROJECT}/_build/results?buildId={BUILD_BUILDID}"),
    ("{BITBUCKET_GIT_HTTP_ORIGIN}/pipelines/results/{BITBUCKET_BUILD_NUMBER}"),
)
"""Of what GitHub, Azure and Bitbucket have it put together."""


@dataclass(frozen=True)
class Place:
    """Where a lock lies."""

    bucket: str
    key: str

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.key}"

    def calls(self, *, writes: bool) -> Iterator[Call]:
        """What looking at the lock calls, and with `writes` what taking it and giving it back does: for the rights."""
        for operation in ("GetObject", *(("PutObject", "DeleteObject") if writes else ())):
            yield Call("s3", operation, {"Bucket": self.bucket, "Key": self.key})


def place(text: str) -> Place:
    """Read `s3://BUCKET/KEY`.

    Raises:
        ValueError: it is not of that form.

    """
    found = _PLACE.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is not of the form s3://BUCKET/KEY, with the name of a bucket that there can be")
    return Place(found["bucket"], found["key"])


@dataclass(frozen=True)
class Holder:
    """Who holds a lock."""

    owner: str
    run: str | None
    stack: str
    since: datetime
    token: str

    def written(self) -> str:
        """The text of the object."""
        fields = {**vars(self), "format": FORMAT, "since": self.since.isoformat()}
        return json.dumps(fields, indent=2, sort_keys=True) + "\n"

    def sentence(self, now: datetime) -> str:
        """Who, since when and for what: "held by ci@runner (https://…) since 2026-03-01 12:00 UTC, 3 minutes, …"."""
        run = f" ({self.run})" if self.run else ""
        since = self.since.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
        return f"held by {self.owner}{run} since {since}, {age(now - self.since)}, for stack {self.stack}"


def read(text: bytes) -> Holder | None:
    """Who holds the lock of which this is the text; None where it is the text of something else."""
    try:
        held = json_text.loads(text)
        since = datetime.fromisoformat(held["since"])
        run = None if held["run"] is None else str(held["run"])
        aware = since.astimezone(UTC) if since.tzinfo else since.replace(tzinfo=UTC)
        return Holder(str(held["owner"]), run, str(held["stack"]), aware, str(held["token"]))
    except (ValueError, TypeError, KeyError, OverflowError):
        return None


def run_of(environ: Mapping[str, str]) -> str | None:
    """The address of the pipeline's run that we are in, as its variables have it; None outside of one."""
    for form in _COMPOSED:
        if all(environ.get(name) for name in re.findall(r"{(\w+)}", form)):
            return form.format_map(environ)
    return next((environ[name] for name in _RUNS if environ.get(name)), None)


def age(passed: timedelta) -> str:
    """A span in the one unit that fits: "40 seconds", "3 minutes", "5 hours", "2 days"."""
    seconds = max(0, int(passed.total_seconds()))
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if (count := seconds // length) > 0:
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return f"{seconds} second{'' if seconds == 1 else 's'}"
