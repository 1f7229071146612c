"""What the page and other programs may ask for, one module per noun."""
