"""TODO rh_ui/catalog/importer"""
