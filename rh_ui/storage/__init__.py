"""TODO rh_ui/storage"""
