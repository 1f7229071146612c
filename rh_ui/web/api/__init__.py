"""What the page asks the server: a typed HTTP API under /rh/api, one module per noun."""
