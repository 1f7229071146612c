"""Files, downloads, pictures, events and webhooks."""
