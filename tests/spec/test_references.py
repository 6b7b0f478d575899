"""References: by name, by ARN, to what is external; and those between targets."""

from __future__ import annotations

from spec.support import PLAIN, TWO, codes, fields, load, valid
from spec.toys import envelope, kind, play, registry

from sesops import spec
from sesops.core.address import Address
from sesops.core.values import Ref

TOPIC = Address("topic", ("feedback",))


def bounce(folder, topic, head=PLAIN + "topics: {feedback: {}}\n", **more):
    """A domain's topic for bounces, and what it refers to."""
    loaded = valid(
        folder, f"{head}domains: {{example.com: {{notifications: {{bounce: {{topic: {topic}}}}}}}}}\n", **more
    )
    (domain,) = [one for one in loaded.targets[0].wanted if one.address.kind == "domain"]
    return domain.fields["notifications.bounce.topic"], [to for _, to in domain.refs]


def test_a_name_refers_to_a_thing_of_the_spec(tmp_path):
    """It stays unresolved until the account is known."""
    assert bounce(tmp_path, "feedback") == (Ref("topic", "feedback"), [TOPIC])


def test_the_arn_of_a_thing_of_the_spec_refers_to_it(tmp_path):
    """So that what needs it waits for it."""
    assert bounce(tmp_path, "arn:aws:sns:eu-west-1:123456789012:feedback") == (Ref("topic", "feedback"), [TOPIC])


def test_another_arn_stands_as_it_is(tmp_path):
    """Somebody else's topic."""
    arn = "arn:aws:sns:eu-west-1:123456789012:other"
    assert bounce(tmp_path, arn) == (arn, [])


def test_a_topic_with_an_arn_is_somebody_elses(tmp_path):
    """It is referred to by its name and never wanted."""
    head = PLAIN + "topics: {feedback: {arn: 'arn:aws:sns:${region}:${account}:x-${name}'}}\n"
    arn = "arn:aws:sns:eu-west-1:123456789012:x-feedback"
    assert bounce(tmp_path, "feedback", head) == (arn, [])
    assert bounce(tmp_path, f"'{arn}'", head) == (arn, [])
    (external,) = load(tmp_path).target(None).externals
    assert (external.address, external.arn, external.place.line) == (TOPIC, arn, 5)
    assert [one.address.kind for one in load(tmp_path).target(None).wanted] == ["domain"]


def test_what_is_external_is_named_and_no_thing_of_the_spec(tmp_path):
    """Its name decides what SES takes for it; no step of a plan makes it."""
    assert bounce(tmp_path, "{external: theirs}") == (Ref("topic", "theirs"), [])
    assert bounce(tmp_path, "{external: 'arn:aws:sns:eu-west-1:123456789012:x'}") == (
        "arn:aws:sns:eu-west-1:123456789012:x",
        [],
    )


def test_a_name_is_taken_from_an_arn_where_ses_takes_names(tmp_path):
    """Of the target's own account and region."""
    arn = "arn:aws:ses:eu-west-1:123456789012:configuration-set"
    loaded = valid(
        tmp_path,
        PLAIN + f"configuration_sets: {{tx: {{}}}}\ndomains:\n  a.example: {{configuration_set: '{arn}/tx'}}\n"
        f"  b.example: {{configuration_set: '{arn}/other'}}\n",
    )
    assert fields(loaded, "domain", "a.example") == {"configuration_set": Ref("configuration_set", "tx")}
    assert fields(loaded, "domain", "b.example") == {"configuration_set": "other"}


def test_names_that_always_exist_need_no_thing(tmp_path):
    """SES's own pools; a pool of nobody is an error, and one of somebody else's is external."""
    head = PLAIN + "configuration_sets: {tx: {delivery: {sending_pool: "
    loaded = valid(tmp_path, head + "ses-shared-pool}}}\n")
    assert fields(loaded, "configuration_set", "tx") == {"delivery.sending_pool": "ses-shared-pool"}
    loaded = valid(tmp_path, head + "{external: theirs}}}}\n")
    assert fields(loaded, "configuration_set", "tx") == {"delivery.sending_pool": Ref("ip_pool", "theirs")}
    loaded = valid(tmp_path, head + "'arn:aws:ses:eu-west-1:123456789012:dedicated-ip-pool/x'}}}\n")
    assert fields(loaded, "configuration_set", "tx") == {"delivery.sending_pool": "x"}


def test_references_lie_deep_in_lists(tmp_path):
    """The field that holds them is the one that waits."""
    loaded = valid(
        tmp_path,
        PLAIN
        + "topics: {feedback: {}}\nreceipt: {active_rule_set: a, rule_sets: {a: {rules: [{name: r, recipients: all, "
        "actions: [{sns: {topic: feedback}}, {stop: {topic: feedback}}]}]}}}\n",
    )
    rule = next(one for one in loaded.target(None).wanted if one.address.kind == "receipt_rule")
    assert rule.refs == (("actions", TOPIC),)


def test_a_file_that_cannot_be_read_hides_no_names(tmp_path):
    """A name that is missing may well stand there: no finding is made of it."""
    (tmp_path / "topics.yaml").write_text("topics: {feedback: {}\n")
    text = PLAIN + "include: [topics.yaml]\ndomains: {example.com: {notifications: {bounce: {topic: feedback}}}}\n"
    assert codes(load(tmp_path, text)) == ["yaml-syntax"]


def test_without_an_account_every_account_may_be_ours(tmp_path):
    """An ARN's account is compared with what the target says."""
    head = PLAIN.replace('account: "123456789012"\n', "topics: {feedback: {}}\n")
    arn = "arn:aws:sns:eu-west-1:999999999999:feedback"
    assert bounce(tmp_path, arn, head) == (arn, [])


def test_an_arn_stands_for_nothing_of_a_kind_that_this_release_lacks(tmp_path):
    """SES takes the name, which nobody here can tell from the ARN."""
    props = {"p": {"type": "string", "x-ref": "gate"}}
    (one,) = play(tmp_path, "{p: 'arn:aws:ses:eu-west-1:123456789012:gate/a'}", properties=props).diagnostics
    assert (one.code, one.hint) == ("wrong-arn", "write `{external: NAME}`, the name in the ARN")
    assert not play(tmp_path, "{p: {external: a}}", properties=props).diagnostics


def test_an_arn_of_a_service_without_a_form_is_compared_too(tmp_path):
    """A new kind needs nothing but its module and its fragment."""
    fragments = {
        "envelope": envelope(),
        "toy": {"type": "object", "description": "A toy.", "properties": {"of": {"type": "string", "x-ref": "toy"}}},
    }
    toys = kind("toy", "toys.*", fields=("of",))
    by_arn = registry(type(toys)(**{**vars(toys), "from_arn": lambda arn: (arn.rpartition("/")[2],)}))
    (tmp_path / "sesops.yaml").write_text(
        PLAIN + "toys: {a: {of: 'arn:aws:toys:eu-west-1:123456789012:toy/b'}, b: {of: a}}\n"
    )
    loaded = spec.load(tmp_path, registry=by_arn, fragments=fragments)
    assert [one.fields["of"] for one in loaded.target(None).wanted] == [Ref("toy", "b"), Ref("toy", "a")]


def test_one_mail_from_domain_in_two_regions_is_an_error(tmp_path):
    """Its one MX record points to one region; two targets of one region may share it."""
    domain = "domains: {example.com: {mail_from: {domain: bounce.example.com}}}\n"
    assert codes(load(tmp_path, TWO + domain)) == ["one-region"]
    same = TWO.replace("us-east-1", "eu-west-1, account: '999999999999'")
    assert codes(load(tmp_path, same + domain)) == []


def test_two_targets_of_one_place_are_an_error(tmp_path):
    """The account may stand in the role alone."""
    role = "role_arn: 'arn:aws:iam::123456789012:role/apply'"
    assert codes(load(tmp_path, TWO.replace("us-east-1", f"eu-west-1, {role}"))) == ["same-place"]
    assert codes(load(tmp_path, TWO.replace("us-east-1", "eu-west-1"))) == []


def test_a_target_says_which_roles_to_take(tmp_path):
    """One for writing, one for reading."""
    roles = "role_arn: 'arn:aws:iam::123456789012:role/w', read_role_arn: 'arn:aws:iam::123456789012:role/r'"
    eu = valid(tmp_path, TWO.replace('"123456789012"', f'"123456789012", {roles}')).target("eu")
    assert (eu.region, eu.account) == ("eu-west-1", "123456789012")
    assert (eu.role_arn, eu.read_role_arn) == ("arn:aws:iam::123456789012:role/w", "arn:aws:iam::123456789012:role/r")
