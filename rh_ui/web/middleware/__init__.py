"""What stands around every request: who may ask, what every answer tells browsers, what is kept in memory."""
