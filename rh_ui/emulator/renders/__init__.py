"""Real media made here: pictures, clips, sounds, models and texts that show the request they answer."""
