"""What can be asked for: the table of endpoints, its rules, its prices, and the payloads it allows."""
