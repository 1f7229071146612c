"""HTTP of our own: routes, middleware, and how records are written in answers."""
