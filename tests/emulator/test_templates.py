"""E-mail templates: one store behind both generations, and what they render to."""

from __future__ import annotations

import email
import email.policy
import json
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sesops.emulator import Emulator
from sesops.emulator.operations.template_rendering import RenderingError, render

from .answers import body, refusal

CONTENT = {"Subject": "Hello {{name}}", "Text": "Hi {{name}}", "Html": "<p>{{name}}</p>"}


def test_one_store_two_spellings(ses: Any, sesv2: Any) -> None:
    """Made by v2 with tags, read and rewritten by v1, which does not lose them."""
    sesv2.create_email_template(TemplateName="t", TemplateContent=CONTENT, Tags=[{"Key": "team", "Value": "mail"}])
    shown = ses.get_template(TemplateName="t")["Template"]
    assert shown == {
        "TemplateName": "t",
        "SubjectPart": CONTENT["Subject"],
        "TextPart": CONTENT["Text"],
        "HtmlPart": CONTENT["Html"],
    }
    ses.update_template(Template={"TemplateName": "t", "SubjectPart": "Bye"})
    assert body(sesv2.get_email_template(TemplateName="t")) == {
        "TemplateName": "t",
        "TemplateContent": {"Subject": "Bye"},
        "Tags": [{"Key": "team", "Value": "mail"}],
    }


def test_listing_is_newest_first_in_pages_of_ten(emulator: Emulator, ses: Any, sesv2: Any) -> None:
    """A token of one generation is good for the other; v1 serves a size out of range, v2 refuses it."""
    for number in range(12):
        sesv2.create_email_template(TemplateName=f"t{number}", TemplateContent=CONTENT)
        emulator.clock.advance(timedelta(minutes=1))
    first = sesv2.list_email_templates()
    assert [one["TemplateName"] for one in first["TemplatesMetadata"]] == [f"t{number}" for number in range(11, 1, -1)]
    second = ses.list_templates(NextToken=first["NextToken"])
    assert [one["Name"] for one in second["TemplatesMetadata"]] == ["t1", "t0"]
    assert len(ses.list_templates(MaxItems=1000)["TemplatesMetadata"]) == 12
    with pytest.raises(ClientError) as error:
        sesv2.list_email_templates(PageSize=101)
    assert refusal(error) == ("BadRequestException", "The page size must be between 1 and 100", 400)
    with pytest.raises(ClientError) as error:
        ses.list_templates(NextToken="bogus")
    assert refusal(error) == ("InvalidParameterValue", "Invalid PageToken <bogus>.", 400)


@pytest.mark.parametrize(
    ("service", "call", "params", "expected"),
    [
        ("ses", "get_template", {"TemplateName": "x"}, ("TemplateDoesNotExist", "Template x does not exist.", 400)),
        (
            "sesv2",
            "get_email_template",
            {"TemplateName": "x"},
            ("NotFoundException", "Template x does not exist.", 404),
        ),
        (
            "sesv2",
            "delete_email_template",
            {"TemplateName": "x"},
            ("NotFoundException", "Template x does not exist.", 404),
        ),
        (
            "ses",
            "update_template",
            {"Template": {"TemplateName": "t", "TextPart": "a"}},
            ("InvalidParameterValue", "The subject must be specified.", 400),
        ),
        (
            "sesv2",
            "create_email_template",
            {"TemplateName": "u", "TemplateContent": {"Subject": "", "Text": "a"}},
            ("BadRequestException", "The subject must be specified.", 400),
        ),
        (
            "ses",
            "create_template",
            {"Template": {"TemplateName": "t", "SubjectPart": "a"}},
            ("AlreadyExists", "Template t already exists.", 400),
        ),
        (
            "sesv2",
            "create_email_template",
            {"TemplateName": "t", "TemplateContent": {"Subject": "a"}},
            ("AlreadyExistsException", "Template t already exists.", 400),
        ),
    ],
)
def test_refused(
    ses: Any, sesv2: Any, service: str, call: str, params: dict[str, Any], expected: tuple[Any, ...]
) -> None:
    """Each generation in its own code."""
    sesv2.create_email_template(TemplateName="t", TemplateContent=CONTENT)
    with pytest.raises(ClientError) as error:
        getattr({"ses": ses, "sesv2": sesv2}[service], call)(**params)
    assert refusal(error) == expected


def test_a_missing_template_may_be_deleted_by_v1(ses: Any) -> None:
    """Idempotent there."""
    ses.delete_template(TemplateName="none")


@pytest.mark.parametrize(
    "text",
    [
        "{{#if a}}",
        "{{/if}}",
        "{{#if a}}{{/each}}",
        "{{#if}}{{/if}}",
        "{{#nope a}}{{/nope}}",
        "{{nope a}}",
        "{{}}",
        "{{a",
        "{{{a}}",
        "{{!-- a",
        "{{else}}",
        "{{#if a}}{{else nope}}{{/if}}",
    ],
)
def test_templates_that_are_none(ses: Any, sesv2: Any, text: str) -> None:
    """Tags and blocks that do not close, or that nobody knows."""
    with pytest.raises(ClientError) as error:
        ses.create_template(Template={"TemplateName": "t", "SubjectPart": text})
    assert refusal(error)[0] == "InvalidTemplate"
    with pytest.raises(ClientError) as error:
        sesv2.create_email_template(TemplateName="t", TemplateContent={"Subject": text})
    assert refusal(error)[0] == "BadRequestException"


@pytest.mark.parametrize(
    ("text", "data", "expected"),
    [
        ("Hi {{ name }}", {"name": "Ann"}, "Hi Ann"),
        ("{{a.b}}", {"a": {"b": 7}}, "7"),
        ("{{#if a}}yes{{else}}no{{/if}}", {"a": ""}, "no"),
        ("{{#unless a}}none{{/unless}}", {}, "none"),
        ("{{#each items}}[{{this}}{{suffix}}]{{/each}}", {"items": [1, 2], "suffix": "!"}, "[1!][2!]"),
        ("{{#each items}}{{name}},{{else}}empty{{/each}}", {"items": []}, "empty"),
        ("{{#each items}}{{name}},{{/each}}", {"items": [{"name": "x"}, {"name": "y"}]}, "x,y,"),
        ('{{#*inline "who"}}{{name}}{{/inline}}Dear {{> who}}', {"name": "Ann"}, "Dear Ann"),
        ("{{! a comment }}x{{!-- {{one}} with tags --}}y", {}, "xy"),
        ("{ not a tag }", {}, "{ not a tag }"),
        ("{{#if a}}1{{else if b}}2{{else}}3{{/if}}.", {"b": True}, "2."),
        ("{{#if a}}1{{else if b}}2{{else}}3{{/if}}.", {}, "3."),
        ("{{#if a}}object{{/if}}", {"a": {}}, "object"),
        ("{{#if a}}list{{^}}empty{{/if}}", {"a": []}, "empty"),
        ("{{#each a}}{{@index}}{{#unless @last}},{{/unless}}{{/each}}", {"a": ["x", "y"]}, "0,1"),
        ("{{#each a}}{{@key}}={{this}};{{/each}}", {"a": {"x": 1, "y": 2}}, "x=1;y=2;"),
        ("{{#each a}}{{n}}{{../n}}{{@root.n}} {{/each}}", {"a": [{"n": 1}, {"n": 2}], "n": 0}, "100 200 "),
        ("{{#each a}}{{#if ../on}}{{this.b}}{{/if}}{{/each}}", {"a": [{"b": 1}], "on": True}, "1"),
        ("{{#with a}}{{b}}{{else}}none{{/with}}", {"a": {"b": 1}}, "1"),
        ("{{#a}}{{b}}{{/a}}{{^c}}no c{{/c}}", {"a": [{"b": 1}, {"b": 2}]}, "12no c"),
        ("{{a.[1].b}}{{a.0.b}}", {"a": [{"b": 1}, {"b": 2}]}, "21"),
        ("{{a}} {{b}} {{c}}", {"a": True, "b": 0, "c": [1]}, "true 0 [1]"),
        ("x {{~ a ~}} y {{~#if a~}} z {{/if}}", {"a": 1}, "x1yz "),
        ("Leave: {{amazonSESUnsubscribeUrl}}", {}, "Leave: {{amazonSESUnsubscribeUrl}}"),
    ],
)
def test_rendering(text: str, data: dict[str, Any], expected: str) -> None:
    """Values, paths, blocks, partials, comments."""
    assert render({"Text": text}, data)["Text"] == expected


def test_partials_as_the_guide_of_ses_writes_them() -> None:
    """With a space before `inline`, a newline behind that is not shown, and whitespace cut; a loop has its own names."""
    text = (
        '{{#* inline "fullName"}}{{firstName}}{{#if lastName}} {{lastName}}{{/if}}{{/inline}}\n'
        "Hello {{> fullName}}!{{#each friends}} {{> fullName}},{{/each}}"
    )
    data = {"firstName": "Ann", "lastName": "", "friends": [{"firstName": "Bo", "lastName": "Li"}]}
    assert render({"Text": text}, data)["Text"] == "Hello Ann! Bo Li,"
    assert render({"Text": '{{#* inline "a"}} A {{/inline~}} \n {{> a}}'}, {})["Text"] == " A "


def test_nothing_is_escaped() -> None:
    """SES says that whoever sends has to do that."""
    text = "{{a}} {{{a}}} {{&a}}"
    assert render({"Html": text, "Text": text}, {"a": "<b>"}) == {"Html": "<b> <b> <b>", "Text": "<b> <b> <b>"}


def test_partials_that_include_themselves_end() -> None:
    """An error, and no endless loop."""
    with pytest.raises(RenderingError):
        render({"Text": '{{#*inline "a"}}{{> a}}{{/inline}}{{> a}}'}, {})


def test_rendering_through_both_generations(ses: Any, sesv2: Any) -> None:
    """A message; what the data lacks is an error with a code of its own in v1."""
    sesv2.create_email_template(TemplateName="t", TemplateContent=CONTENT)
    for shown in (
        ses.test_render_template(TemplateName="t", TemplateData='{"name": "Ann"}'),
        sesv2.test_render_email_template(TemplateName="t", TemplateData='{"name": "Ann"}'),
    ):
        assert "Subject: Hello Ann" in shown["RenderedTemplate"]
    for data, code in (("{}", "MissingRenderingAttribute"), ("x", "InvalidRenderingParameter")):
        with pytest.raises(ClientError) as error:
            ses.test_render_template(TemplateName="t", TemplateData=data)
        assert refusal(error)[0] == code
        with pytest.raises(ClientError) as error:
            sesv2.test_render_email_template(TemplateName="t", TemplateData=data)
        assert refusal(error)[0] == "BadRequestException"


def test_a_template_of_a_tenant_stays(sesv2: Any) -> None:
    """Until the tenant gives it up."""
    arn = "arn:aws:ses:us-east-1:123456789012:template/t"
    sesv2.create_email_template(TemplateName="t", TemplateContent=CONTENT)
    sesv2.create_tenant(TenantName="shop")
    sesv2.create_tenant_resource_association(TenantName="shop", ResourceArn=arn)
    with pytest.raises(ClientError) as error:
        sesv2.delete_email_template(TemplateName="t")
    assert "has tenant associations" in refusal(error)[1]
    sesv2.delete_tenant_resource_association(TenantName="shop", ResourceArn=arn)
    sesv2.delete_email_template(TemplateName="t")


@pytest.mark.parametrize("data", ["[]", "1", "[" * 100_000])
def test_data_that_is_no_object(ses: Any, sesv2: Any, data: str) -> None:
    """Refused, and not an error of the server."""
    sesv2.create_email_template(TemplateName="t", TemplateContent=CONTENT)
    with pytest.raises(ClientError) as error:
        ses.test_render_template(TemplateName="t", TemplateData=data)
    assert refusal(error)[0] == "InvalidRenderingParameter"


def test_a_rendered_message_is_text_that_can_be_read(ses: Any, sesv2: Any) -> None:
    """Letters of any script as they are; no line breaks in the subject, and nothing that an XML answer cannot carry."""
    sesv2.create_email_template(TemplateName="t", TemplateContent=CONTENT)
    data = json.dumps({"name": "Zo\u00eb\r\nBcc: x\u0001\ud800"})
    shown = ses.test_render_template(TemplateName="t", TemplateData=data)["RenderedTemplate"]
    message = email.message_from_string(shown, policy=email.policy.default)
    assert message["Subject"] == "Hello Zo\u00eb  Bcc: x"
    assert message["Bcc"] is None
    assert "Hi Zo\u00eb" in shown
    assert "<p>Zo\u00eb" in shown


@pytest.mark.parametrize(("part", "kind"), [("Text", "text/plain"), ("Html", "text/html")])
def test_a_message_of_one_part(sesv2: Any, part: str, kind: str) -> None:
    """It is no multipart."""
    sesv2.create_email_template(TemplateName="t", TemplateContent={"Subject": "s", part: "hello"})
    shown = sesv2.test_render_email_template(TemplateName="t", TemplateData="{}")["RenderedTemplate"]
    message = email.message_from_string(shown)
    assert (message.get_content_type(), message.get_payload()) == (kind, "hello\n")
