# Identities of the second API: a subdomain and an address with sets of their own, a policy, tags that come and go.
resource "aws_sesv2_configuration_set" "own" {
  for_each               = toset(["first", "second"])
  configuration_set_name = each.key
}

resource "aws_sesv2_email_identity" "domain" {
  email_identity         = "news.example.org"
  configuration_set_name = aws_sesv2_configuration_set.own[var.rev == 1 ? "first" : "second"].configuration_set_name
  tags                   = var.rev == 1 ? { team = "mail", cost = "7" } : { team = "" }
}

resource "aws_sesv2_email_identity" "address" {
  email_identity         = "Desk@news.example.org"
  configuration_set_name = aws_sesv2_configuration_set.own["first"].configuration_set_name
}

resource "aws_sesv2_email_identity_feedback_attributes" "address" {
  email_identity           = aws_sesv2_email_identity.address.email_identity
  email_forwarding_enabled = var.rev == 1
}

resource "aws_sesv2_email_identity_mail_from_attributes" "domain" {
  email_identity         = aws_sesv2_email_identity.domain.email_identity
  behavior_on_mx_failure = var.rev == 1 ? "USE_DEFAULT_VALUE" : "REJECT_MESSAGE"
  mail_from_domain       = "mail.${aws_sesv2_email_identity.domain.email_identity}"
}

resource "aws_sesv2_email_identity_policy" "domain" {
  email_identity = aws_sesv2_email_identity.domain.email_identity
  policy_name    = "partner"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = ["arn:aws:iam::111111111111:root"] }
      Action    = ["ses:SendEmail"]
      Resource  = aws_sesv2_email_identity.domain.arn
      Condition = { StringLike = { "ses:FromAddress" = var.rev == 1 ? "a@*" : "b@*" } }
    }]
  })
}

data "aws_sesv2_email_identity" "domain" {
  email_identity = aws_sesv2_email_identity.domain.email_identity
}

data "aws_sesv2_email_identity_mail_from_attributes" "domain" {
  email_identity = aws_sesv2_email_identity_mail_from_attributes.domain.email_identity
}
