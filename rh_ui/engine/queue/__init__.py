"""Who may start next: one queue an account, shared fairly between people."""
