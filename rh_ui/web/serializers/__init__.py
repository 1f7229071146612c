"""TODO rh_ui/web/serializers"""
