"""TODO rh_ui/web"""
