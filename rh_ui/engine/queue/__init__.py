"""Who may start next: one queue per account, shared fairly between people."""
