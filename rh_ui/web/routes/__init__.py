"""TODO rh_ui/web/routes"""
