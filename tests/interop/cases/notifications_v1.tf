# Identities of the first API: every notification, verification awaited, MAIL FROM changed, a policy rewritten.
resource "aws_sns_topic" "feedback" {
  name = "feedback"
}

resource "aws_sns_topic" "deliveries" {
  name = "deliveries"
}

resource "aws_ses_domain_identity" "shop" {
  domain = "shop.example.com"
}

resource "aws_ses_domain_identity_verification" "shop" {
  domain = aws_ses_domain_identity.shop.id
}

resource "aws_ses_domain_dkim" "shop" {
  domain = aws_ses_domain_identity.shop.domain
}

resource "aws_ses_domain_mail_from" "shop" {
  domain                 = aws_ses_domain_identity_verification.shop.domain
  mail_from_domain       = var.rev == 1 ? "bounce.shop.example.com" : "mail.shop.example.com"
  behavior_on_mx_failure = var.rev == 1 ? "UseDefaultValue" : "RejectMessage"
}

resource "aws_ses_identity_notification_topic" "all" {
  for_each                 = toset(["Bounce", "Complaint", "Delivery"])
  identity                 = aws_ses_domain_identity.shop.domain
  notification_type        = each.key
  topic_arn                = var.rev == 2 && each.key == "Delivery" ? aws_sns_topic.deliveries.arn : aws_sns_topic.feedback.arn
  include_original_headers = var.rev == 1 ? each.key == "Bounce" : each.key != "Bounce"
}

resource "aws_ses_identity_policy" "shop" {
  identity = aws_ses_domain_identity.shop.arn
  name     = "partner"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::111111111111:root" }
      Action    = var.rev == 1 ? ["ses:SendEmail"] : ["ses:SendEmail", "ses:SendRawEmail"]
      Resource  = aws_ses_domain_identity.shop.arn
    }]
  })
}

resource "aws_ses_email_identity" "ops" {
  email = "Ops@example.net"
}

data "aws_ses_domain_identity" "shop" {
  domain = aws_ses_domain_identity.shop.domain
}

data "aws_ses_email_identity" "ops" {
  email = aws_ses_email_identity.ops.email
}
