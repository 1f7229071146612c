"""TODO rh_ui/web/middleware"""
