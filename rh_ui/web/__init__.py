"""Our own HTTP: routes, middleware, and how records are written in answers."""
