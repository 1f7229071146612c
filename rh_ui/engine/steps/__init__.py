"""TODO rh_ui/engine/steps"""
