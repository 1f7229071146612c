"""From a filled form to finished files: the life of a task, and the engine that moves it on."""
