"""TODO rh_ui/ui/guards"""
