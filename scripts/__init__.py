"""Tools for working on the project; the program itself never imports them."""
