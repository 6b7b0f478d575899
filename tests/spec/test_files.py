"""Files: the root, what it includes, what it reads beside them, and the digest of all."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from spec.support import PLAIN, addresses, codes, fields, load, valid, write

DOMAIN = "domains:\n  example.com:\n    policies: {partner: {file: partner.json}}\n"
STATEMENT = {
    "Effect": "Allow",
    "Principal": {"AWS": "111122223333"},
    "Action": "ses:SendEmail",
    "Resource": "arn:aws:ses:eu-west-1:123456789012:identity/example.com",
}
POLICY = json.dumps({"Version": "2012-10-17", "Statement": [STATEMENT]})


def test_the_root_may_be_given_as_a_file(tmp_path):
    """A folder means its `sesops.yaml`."""
    write(tmp_path, {"mail.yaml": PLAIN + "domains: {example.com: {}}\n"})
    loaded = valid(tmp_path / "mail.yaml")
    assert (loaded.root, loaded.stack, addresses(loaded)) == (tmp_path / "mail.yaml", "acme", ["domain/example.com"])


def test_a_folder_is_included_with_all_its_files_by_name(tmp_path):
    """*.yaml and *.yml, sorted; other files are nobody's."""
    write(
        tmp_path,
        {
            "parts/b.yml": "domains: {b.example: {}}\n",
            "parts/a.yaml": "domains: {a.example: {}}\n",
            "parts/notes.txt": "- no spec\n",
        },
    )
    loaded = valid(tmp_path, PLAIN + "include: [parts]\n")
    assert addresses(loaded) == ["domain/a.example", "domain/b.example"]
    assert [one.name for one in loaded.files] == ["a.yaml", "b.yml", "sesops.yaml"]


def test_the_root_in_an_included_folder_is_not_read_again(tmp_path):
    """`include: [.]` means what lies beside the root."""
    write(tmp_path, {"a.yaml": "domains: {a.example: {}}\n"})
    assert addresses(valid(tmp_path, PLAIN + "include: [.]\n")) == ["domain/a.example"]


def test_a_file_that_is_named_is_seen_from_the_file_that_names_it(tmp_path):
    """So a folder of the stack can be moved as a whole."""
    write(tmp_path, {"parts/a.yaml": DOMAIN, "parts/partner.json": POLICY})
    loaded = valid(tmp_path, PLAIN + "include: [parts/]\n")
    assert fields(loaded, "identity_policy", "example.com", "partner") == {
        "document": {"Version": "2012-10-17", "Statement": [STATEMENT]}
    }
    assert tmp_path / "parts" / "partner.json" in loaded.files


def test_a_file_that_is_read_in_stays_as_it_is(tmp_path):
    """No variables are put into it."""
    condition = {"StringLike": {"ses:FromAddress": "${region}-${nobody}@example.com"}}
    write(tmp_path, {"partner.json": json.dumps({"Statement": [{**STATEMENT, "Condition": condition}]})})
    document = fields(valid(tmp_path, PLAIN + DOMAIN), "identity_policy", "example.com", "partner")["document"]
    assert document["Statement"][0]["Condition"] == condition


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"Statement": [NaN]}', '{"Statement": ' + "[" * 90 + "]" * 90 + "}", "\xe9"]
)
def test_a_policy_that_is_no_usable_json_is_a_finding(tmp_path, text):
    """Too deep, not a number, not UTF-8: nothing is raised."""
    write(tmp_path, {"partner.json": text.encode("latin-1")})
    assert codes(load(tmp_path, PLAIN + DOMAIN)) in (["not-json"], ["not-utf8"])


@pytest.mark.parametrize("name", ["sesops.yaml/x", "a\\0b.yaml", "x" * 5_000, "loop.yaml"])
def test_a_path_that_cannot_be_is_a_finding(tmp_path, name):
    """What the system refuses is said in its words."""
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    loaded = load(tmp_path, PLAIN + f'include: ["{name}"]\n')
    assert codes(loaded) == ["unreadable-file"]
    assert codes(load(tmp_path / ("x" * 5_000))) == ["unreadable-file"]


def test_a_folder_that_cannot_be_listed_is_a_finding(tmp_path, monkeypatch):
    """Rights differ from machine to machine, so the refusal is made here."""
    write(tmp_path, {"parts/a.yaml": "domains: {}\n"})
    iterdir = Path.iterdir

    def refuse(self):
        if self.name == "parts":
            raise PermissionError(13, "Permission denied")
        return iterdir(self)

    monkeypatch.setattr(Path, "iterdir", refuse)
    (one,) = load(tmp_path, PLAIN + "include: [parts, ]\n").diagnostics
    assert (one.code, one.message) == ("unreadable-file", f"{tmp_path / 'parts'} cannot be read: Permission denied")


def test_where_no_name_is_near_the_hint_says_what_to_name(tmp_path):
    """Nor is one looked for in a folder that is not there."""
    (one,) = load(tmp_path / "nowhere" / "sesops.yaml").diagnostics
    assert (one.code, one.hint) == ("missing-file", "name the root file, or a folder that holds sesops.yaml")


def test_entries_of_include_that_are_no_text_are_found_by_the_schema(tmp_path):
    """And not looked for as files."""
    assert codes(load(tmp_path, PLAIN + "include: [1, '', {a: b}]\n")) == ["wrong-type", "too-short", "wrong-type"]


def test_the_digest_is_of_what_was_read_and_of_nothing_else(tmp_path):
    """The same files elsewhere give the same; a policy file is part of it."""
    files = {"sesops.yaml": PLAIN + DOMAIN + "    tags: {team: '${team}'}\n", "partner.json": POLICY}
    one = valid(write(tmp_path / "one", files), variables={"team": "a"}).digest
    assert one == valid(write(tmp_path / "two", files), variables={"team": "a"}).digest
    write(tmp_path / "one", {"partner.json": POLICY + "\n"})
    assert one != valid(tmp_path / "one", variables={"team": "a"}).digest


def test_the_digest_is_the_same_whatever_variables_there_are(tmp_path):
    """A plan made with `--var` is compared with the spec as it lies there, loaded without."""
    text = PLAIN + "vars: {which: a, of: '${which}'}\n" + DOMAIN.replace("partner.json", "'${of}.json'")
    files = {"sesops.yaml": text + "    tags: {team: '${team}'}\n", "a.json": POLICY, "b.json": POLICY + " "}
    one = valid(write(tmp_path, files), variables={"team": "a", "which": "b"})
    other = load(tmp_path)
    assert codes(other) == ["unknown-variable"]
    assert {path.name for path in one.files} != {path.name for path in other.files}
    assert one.digest == other.digest
    write(tmp_path, {"sesops.yaml": files["sesops.yaml"] + "#\n"})
    assert one.digest != load(tmp_path).digest


def test_a_file_that_ends_nowhere_is_not_read_to_its_end(tmp_path):
    """Such as a device."""
    (one,) = load(Path("/dev/zero")).diagnostics
    assert (one.code, one.message) == ("too-large", "/dev/zero has more than 64 MiB")


SPECIAL = ["pipe", *(one for one in ("/dev/zero", "/proc/self/environ") if Path(one).exists())]


@pytest.mark.parametrize("name", SPECIAL)
def test_a_spec_reads_no_pipe_and_nothing_of_the_system(tmp_path, name):
    """A pipe may never end, and a finding would show the environment. Given by hand, as `<(…)` is, a pipe is read."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "alias.yaml").symlink_to(name)
    for text in (
        f"include: [{name}]",
        "include: [alias.yaml]",
        f"domains: {{a.example: {{policies: {{p: {{file: {name}}}}}}}}}",
    ):
        (one,) = load(tmp_path, f"{PLAIN}{text}\n").diagnostics
        assert one.code == "unreadable-file"
        assert one.message.endswith("is no ordinary file")


def test_places_are_named_as_the_spec_was_given(tmp_path, monkeypatch):
    """A relative path stays relative, so that an editor opens it from where the tool ran."""
    write(tmp_path, {"mail/sesops.yaml": PLAIN + "include: [parts/]\n", "mail/parts/a.yaml": "domain: {}\n"})
    monkeypatch.chdir(tmp_path)
    (one,) = load(Path("mail")).diagnostics
    assert str(one.location) == f"{Path('mail') / 'parts' / 'a.yaml'}:1:1"


def test_a_file_that_several_things_name_is_read_once(tmp_path, monkeypatch):
    """One bundle for many."""
    text = (
        PLAIN
        + "domains:\n"
        + "".join(f"  {name}.example.com: {{policies: {{partner: {{file: partner.json}}}}}}\n" for name in "abc")
    )
    reads = []
    original = Path.open

    def counted(path, *arguments, **more):
        reads.append(path.name)
        return original(path, *arguments, **more)

    write(tmp_path, {"partner.json": POLICY})
    (tmp_path / "sesops.yaml").write_text(text)
    monkeypatch.setattr(Path, "open", counted)
    load(tmp_path)
    assert reads.count("partner.json") == 1
