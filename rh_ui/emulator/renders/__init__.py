"""Makes real media: pictures, videos, sounds, 3D models and texts that show the request they answer."""
