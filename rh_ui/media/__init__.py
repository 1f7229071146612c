"""What files are and look like: measures, conversion, thumbnails, provenance."""
