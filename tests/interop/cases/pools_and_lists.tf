# Pools of both sorts, filters that are replaced, a template, a contact list that grows and shrinks.
resource "aws_sesv2_dedicated_ip_pool" "standard" {
  pool_name = "standard"
  tags      = var.rev == 1 ? { tier = "bulk" } : { tier = "bulk", owner = "mail" }
}

resource "aws_sesv2_dedicated_ip_pool" "managed" {
  pool_name    = "managed"
  scaling_mode = "MANAGED"
}

resource "aws_ses_receipt_filter" "lab" {
  name   = "lab"
  cidr   = var.rev == 1 ? "10.10.10.0/24" : "10.10.0.0/16"
  policy = "Block"
}

resource "aws_ses_receipt_filter" "office" {
  name   = "office"
  cidr   = "192.0.2.7"
  policy = var.rev == 1 ? "Allow" : "Block"
}

resource "aws_ses_template" "greeting" {
  name    = "greeting"
  subject = "Hello {{name}}"
  html    = var.rev == 1 ? "<p>{{name}}</p>" : "<h1>{{name}}</h1>"
  text    = "{{#if name}}{{name}}{{else}}friend{{/if}}"
}

resource "aws_sesv2_contact_list" "readers" {
  contact_list_name = "readers"
  description       = "Readers"
  tags              = { team = var.rev == 1 ? "news" : "press" }

  topic {
    topic_name                  = "weekly"
    display_name                = "Weekly"
    default_subscription_status = "OPT_IN"
  }

  dynamic "topic" {
    for_each = var.rev == 1 ? [] : ["daily"]
    content {
      topic_name                  = topic.value
      display_name                = "Daily"
      description                 = "Once a day"
      default_subscription_status = "OPT_OUT"
    }
  }
}

data "aws_sesv2_dedicated_ip_pool" "standard" {
  pool_name = aws_sesv2_dedicated_ip_pool.standard.pool_name
}
