"""Terraform with the AWS provider against an emulator.

A case is a .tf file with a variable `rev`. It is run twice over: revision 1 is applied and its plan has to be empty,
the same for revision 2, and what was made is destroyed.
"""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path

_PROVIDER = """
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
provider "aws" {
  region                      = "us-east-1"
  access_key                  = "test"
  secret_key                  = "test"
  max_retries                 = 2
  skip_credentials_validation = true
  skip_requesting_account_id  = %(anonymous)s
  skip_metadata_api_check     = true
  s3_use_path_style           = true
  endpoints {
%(endpoints)s
  }
}
variable "rev" {
  type = number
}
"""
_SERVICES = ("ses", "sesv2", "sns", "sts", "iam", "s3", "firehose")
_SECONDS = 240
_PLACES = ("/opt", "/usr/share/terraform", "/usr/local/share/terraform")


class TerraformError(AssertionError):
    """A step of a case ended otherwise than it should; the message is what Terraform said."""


@cache
def missing() -> str | None:
    """Why Terraform cannot be run here; None where it can."""
    if shutil.which("terraform") is None:
        return "terraform is not installed here"
    return None if mirror() else "no mirror of Terraform's AWS provider lies on this machine"


@cache
def mirror() -> Path | None:
    """The folder with registry.terraform.io/hashicorp/aws in it, as `terraform providers mirror` makes it."""
    homes = (Path.home() / ".terraform.d" / "plugins", *map(Path, _PLACES))
    for home in homes:
        for found in home.glob("**/registry.terraform.io/hashicorp/aws"):
            return found.parents[2]
    return None


class Terraform:
    """One case in a folder of its own."""

    def __init__(self, case: Path, folder: Path, endpoint: str, *, anonymous: bool = True) -> None:
        endpoints = "\n".join(f'    {service} = "{endpoint}"' for service in _SERVICES)
        self._folder = folder / case.stem
        self._folder.mkdir()
        shutil.copy(case, self._folder)
        provider = _PROVIDER % {"endpoints": endpoints, "anonymous": str(anonymous).lower()}
        (self._folder / "provider.tf").write_text(provider)
        (self._folder / "rc").write_text(f'provider_installation {{ filesystem_mirror {{ path = "{mirror()}" }} }}\n')

    def run(self) -> None:
        """Both revisions, each with an empty plan behind it, and the end. TerraformError: one of them was not so."""
        self._call("init", expected=0)
        for revision in (1, 2):
            self._call("apply", "-auto-approve", f"-var=rev={revision}", expected=0)
            self._call("plan", "-detailed-exitcode", f"-var=rev={revision}", expected=0)
        self._call("destroy", "-auto-approve", "-var=rev=2", expected=0)

    def _call(self, verb: str, *arguments: str, expected: int) -> None:
        environment = {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self._folder),
            "TF_CLI_CONFIG_FILE": str(self._folder / "rc"),
            "TF_IN_AUTOMATION": "1",
            "CHECKPOINT_DISABLE": "1",
        }
        ended = subprocess.run(
            ["terraform", verb, "-no-color", *arguments], cwd=self._folder, env=environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=_SECONDS, check=False,
        )  # fmt: skip
        if ended.returncode != expected:
            raise TerraformError(
                f"terraform {verb} {' '.join(arguments)} ended with {ended.returncode}:\n{ended.stdout}"
            )
