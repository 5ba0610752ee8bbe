"""From a target to evidence: each source answers a request."""
