"""TODO rh_ui/catalog/comfy"""
