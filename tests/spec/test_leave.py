"""What a spec gives leave for, target by target."""

from __future__ import annotations

from datetime import date

from spec.support import PLAIN, TODAY, TWO, codes, load, registry, valid

from sesops import spec
from sesops.core.address import Address
from sesops.core.plan import Allow, Leave


def leave(loaded, target=None):
    """The leave without places."""
    found = loaded.target(target).leave
    return (
        [one.pattern for one in found.remove],
        [one.pattern for one in found.release],
        [(str(one.address), one.to, one.until) for one in found.allow],
    )


def test_each_target_has_its_own_lines(tmp_path):
    """Without the target's name, which the plan adds again."""
    loaded = valid(
        tmp_path,
        TWO + "remove: [eu:topic/a, us:topic/b]\nrelease: ['us:topic/${region}']\n"
        "allow: [{address: eu:domain/example.com, to: stop_mail, until: 2026-12-31}]\n",
    )
    assert leave(loaded, "eu") == (["topic/a"], [], [("domain/example.com", "stop_mail", date(2026, 12, 31))])
    assert leave(loaded, "us") == (["topic/b"], ["topic/us-east-1"], [])


def test_a_target_that_is_alone_need_not_be_named(tmp_path):
    """It may be; where there is none it cannot."""
    one = "version: 1\nstack: acme\ntargets: {eu: {region: eu-west-1}}\nremove: [eu:topic/a, topic/b]\n"
    assert leave(valid(tmp_path, one), "eu") == (["topic/a", "topic/b"], [], [])
    assert codes(load(tmp_path, PLAIN + "remove: [eu:topic/a]\n")) == ["unknown-target"]


def test_an_address_is_read_as_names_are(tmp_path):
    """`domain/Example.COM.` is `domain/example.com`, and what is no domain is no address."""
    assert leave(valid(tmp_path, PLAIN + "remove: [domain/Example.COM.]\n"))[0] == ["domain/example.com"]
    assert codes(load(tmp_path, PLAIN + "remove: ['domain/exa mple']\n")) == ["wrong-address"]
    assert codes(load(tmp_path, PLAIN + "remove: [email/ops]\n")) == ["wrong-address"]


def test_an_address_with_slashes_in_it_is_read(tmp_path):
    """An e-mail address may hold them."""
    assert leave(valid(tmp_path, PLAIN + "remove: [email/a/b@example.com]\n"))[0] == ["email/a/b@example.com"]


def test_no_other_name_has_slashes(tmp_path):
    """One part too many is no thing that is gone already."""
    assert codes(load(tmp_path, PLAIN + "remove: [configuration_set/tx/events]\n")) == ["wrong-address"]


def test_what_can_neither_go_nor_be_released_is_found_offline(tmp_path):
    """A setting is always there, and what carries no tag has none to lose."""
    assert codes(load(tmp_path, PLAIN + "remove: [account, active_receipt_rule_set]\n")) == ["not-deletable"] * 2
    assert codes(load(tmp_path, PLAIN + "release: [receipt_filter/lab]\n")) == ["nothing-to-release"]
    assert leave(valid(tmp_path, PLAIN + "remove: [receipt_filter/lab]\nrelease: [topic/a]\n"))[1] == ["topic/a"]


def test_leave_for_an_address_with_a_mark_of_globs_in_it(tmp_path):
    """What the spec names is that one thing."""
    text = PLAIN + "emails: {'what?@example.com': {}}\nallow: [{address: '%s', to: stop_mail, until: 2026-12-31}]\n"
    assert leave(valid(tmp_path, text % "email/what?@example.com"))[2][0][0] == "email/what?@example.com"
    assert codes(load(tmp_path, text % "email/wha*@example.com")) == ["wrong-address"]


def test_a_glob_is_taken_as_it_is(tmp_path):
    """What it takes is seen when SES was read, so things of the spec may look like it."""
    loaded = valid(tmp_path, PLAIN + "topics: {old-1: {}}\nremove: ['topic/old-*', '*/x']\n")
    assert leave(loaded)[0] == ["topic/old-*", "*/x"]
    assert codes(load(tmp_path, PLAIN + "remove: ['topics/old-*']\n")) == ["wrong-address"]


def test_what_only_keeps_out_may_be_removed_there(tmp_path):
    """The spec names it in the other target."""
    loaded = valid(tmp_path, TWO + "topics: {a: {only: [eu]}}\nremove: [us:topic/a]\n")
    assert leave(loaded, "us")[0] == ["topic/a"]


def test_leave_that_ended_is_a_warning_and_stays(tmp_path):
    """The plan sees that it is past; the last day itself is not."""
    line = "allow: [{address: domain/example.com, to: replace, until: %s}]\n"
    assert not load(tmp_path, PLAIN + line % TODAY).diagnostics
    loaded = load(tmp_path, PLAIN + line % "2026-05-31")
    assert [(one.code, one.severity.value) for one in loaded.diagnostics] == [("leave-ended", "warning")]
    (allow,) = loaded.target(None).leave.allow
    assert allow == Allow(Address("domain", ("example.com",)), "replace", date(2026, 5, 31), allow.place)


def test_the_day_is_todays_where_none_is_given(tmp_path):
    """In UTC."""
    text = PLAIN + "allow: [{address: domain/example.com, to: replace, until: 2001-01-01}]\n"
    (tmp_path / "sesops.yaml").write_text(text)
    assert [one.code for one in spec.load(tmp_path, registry=registry()).diagnostics] == ["leave-ended"]


def test_a_broken_line_gives_no_leave(tmp_path):
    """And no exception."""
    loaded = load(
        tmp_path,
        PLAIN + "remove: [{}, 5, '']\nrelease: topic/a\n"
        "allow: [5, {address: [], to: {}, until: 5}, {address: topic/x}, "
        "{address: topic/a, to: stop_mail, until: 20260101}]\n",
    )
    assert loaded.has_errors
    assert loaded.target(None).leave == Leave()


def ignored(loaded, target=None):
    return [one.pattern for one in loaded.target(target).leave.ignore]


def test_what_is_ignored_is_so_everywhere_or_in_one_target(tmp_path):
    """Other than what deletes, a line without a target is for each."""
    loaded = valid(tmp_path, TWO + "ignore: ['configuration_set/aws-*', us:topic/alarms]\n")
    assert ignored(loaded, "eu") == ["configuration_set/aws-*"]
    assert ignored(loaded, "us") == ["configuration_set/aws-*", "topic/alarms"]


def test_what_is_ignored_cannot_be_asked_for(tmp_path):
    """Named in the spec, removed or released: one of the two lines is wrong."""
    assert codes(load(tmp_path, PLAIN + "topics: {a: {}}\nignore: ['topic/*']\n")) == ["ignored-and-named"]
    assert codes(load(tmp_path, PLAIN + "ignore: ['topic/*']\nremove: [topic/a]\n")) == ["conflicting-leave"]
    assert codes(load(tmp_path, PLAIN + "ignore: [topic/a]\nrelease: [topic/a]\n")) == ["conflicting-leave"]
    assert codes(load(tmp_path, PLAIN + "ignore: ['topics/*']\n")) == ["wrong-address"]


def test_ownership_is_a_tag_unless_the_spec_says_no(tmp_path):
    """It says so for the whole stack."""
    assert valid(tmp_path, PLAIN).target(None).leave.ownership
    assert not valid(tmp_path, PLAIN + "ownership: false\n").target(None).leave.ownership
