"""What stands on the page: each part is a class that says by its name what a person sees there."""
