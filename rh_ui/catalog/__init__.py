"""The table of endpoints, its rules, its prices, and the payloads that it allows."""
