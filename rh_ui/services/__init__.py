"""TODO rh_ui/services"""
