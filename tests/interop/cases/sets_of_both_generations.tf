# A set of the first API with tracking under a verified domain, seen through the second; destinations of both.
resource "aws_ses_domain_identity" "links" {
  domain = "links.example.com"
}

resource "aws_sns_topic" "events" {
  name = "set-events"
}

resource "aws_ses_configuration_set" "classic" {
  name                       = "classic"
  reputation_metrics_enabled = var.rev == 1
  sending_enabled            = var.rev == 2

  delivery_options {
    tls_policy = var.rev == 1 ? "Optional" : "Require"
  }

  tracking_options {
    custom_redirect_domain = "${var.rev == 1 ? "a" : "b"}.${aws_ses_domain_identity.links.domain}"
  }
}

resource "aws_ses_event_destination" "topic" {
  name                   = "topic"
  configuration_set_name = aws_ses_configuration_set.classic.name
  enabled                = true
  matching_types         = ["bounce", "complaint", "renderingFailure"]

  sns_destination {
    topic_arn = aws_sns_topic.events.arn
  }
}

resource "aws_ses_event_destination" "metrics" {
  name                   = "metrics"
  configuration_set_name = aws_ses_configuration_set.classic.name
  enabled                = var.rev == 1
  matching_types         = ["send", "open", "click"]

  cloudwatch_destination {
    default_value  = "none"
    dimension_name = "campaign"
    value_source   = "messageTag"
  }
  cloudwatch_destination {
    default_value  = "other"
    dimension_name = "client"
    value_source   = "emailHeader"
  }
}

resource "aws_sesv2_configuration_set_event_destination" "bus" {
  configuration_set_name = aws_ses_configuration_set.classic.name
  event_destination_name = "bus"

  event_destination {
    enabled              = true
    matching_event_types = var.rev == 1 ? ["REJECT"] : ["REJECT", "DELIVERY_DELAY"]
    event_bridge_destination {
      event_bus_arn = "arn:aws:events:us-east-1:123456789012:event-bus/default"
    }
  }
}

resource "aws_sesv2_configuration_set" "bare" {
  configuration_set_name = "bare"
  tags                   = var.rev == 1 ? { team = "mail" } : {}
}

data "aws_sesv2_configuration_set" "classic" {
  configuration_set_name = aws_ses_configuration_set.classic.name
}
