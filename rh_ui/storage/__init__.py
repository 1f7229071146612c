"""Where files are: folders and object stores, the spare place, names, zips."""
