"""What the page and other programs may ask for, one module a noun."""
