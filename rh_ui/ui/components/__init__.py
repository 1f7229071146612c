"""The parts of the page, one class each, named after what a person sees there."""
