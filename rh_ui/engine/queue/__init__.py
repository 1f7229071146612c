"""TODO rh_ui/engine/queue"""
