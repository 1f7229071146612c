"""Where files are: folders and object stores, the fallback folder, file names, zips."""
