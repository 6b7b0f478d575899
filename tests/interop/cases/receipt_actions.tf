# Receipt rules with every action that the provider has, in an order that changes; the bucket lets SES write.
resource "aws_ses_domain_identity" "inbound" {
  domain = "inbound.example.com"
}

resource "aws_sns_topic" "inbound" {
  name = "inbound"
}

resource "aws_s3_bucket" "inbound" {
  bucket        = "inbound-mail-of-example"
  force_destroy = true
}

resource "aws_s3_bucket_policy" "inbound" {
  bucket = aws_s3_bucket.inbound.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "ses.amazonaws.com" }
      Action    = "s3:PutObject"
      Resource  = "${aws_s3_bucket.inbound.arn}/*"
    }]
  })
}

resource "aws_ses_receipt_rule_set" "main" {
  rule_set_name = "main"
}

resource "aws_ses_receipt_rule" "store" {
  name          = "store"
  rule_set_name = aws_ses_receipt_rule_set.main.rule_set_name
  recipients    = var.rev == 1 ? ["inbound.example.com"] : ["inbound.example.com", ".inbound.example.com"]
  enabled       = true
  scan_enabled  = var.rev == 1
  tls_policy    = var.rev == 1 ? "Optional" : "Require"

  add_header_action {
    position     = 1
    header_name  = "X-Received-By"
    header_value = "revision ${var.rev}"
  }
  s3_action {
    position          = 2
    bucket_name       = aws_s3_bucket_policy.inbound.bucket
    object_key_prefix = var.rev == 1 ? "in/" : "mail/"
    topic_arn         = aws_sns_topic.inbound.arn
  }
  sns_action {
    position  = 3
    topic_arn = aws_sns_topic.inbound.arn
    encoding  = "Base64"
  }
  stop_action {
    position = 4
    scope    = "RuleSet"
  }
}

resource "aws_ses_receipt_rule" "refuse" {
  name          = "refuse"
  rule_set_name = aws_ses_receipt_rule_set.main.rule_set_name
  after         = aws_ses_receipt_rule.store.name
  enabled       = true

  bounce_action {
    position        = var.rev
    message         = "Mailbox does not exist"
    sender          = "postmaster@${aws_ses_domain_identity.inbound.domain}"
    smtp_reply_code = "550"
    status_code     = "5.1.1"
  }
  lambda_action {
    position        = 3 - var.rev
    function_arn    = "arn:aws:lambda:us-east-1:123456789012:function:refuse"
    invocation_type = "Event"
  }
  workmail_action {
    position         = 3
    organization_arn = "arn:aws:workmail:us-east-1:123456789012:organization/m-68755160c4cb4e29a2b2f8fb58f359d7"
  }
}

data "aws_ses_active_receipt_rule_set" "now" {
  depends_on = [aws_ses_active_receipt_rule_set.main]
}

resource "aws_ses_active_receipt_rule_set" "main" {
  rule_set_name = aws_ses_receipt_rule_set.main.rule_set_name
}
