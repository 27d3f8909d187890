from django.urls import re_path

from customers.systems.pexip_engage.views import CustomerView

urlpatterns = [
    # Any text may stand where an id belongs; the view says that there is no such customer.
    re_path(r"^enterprises/(?P<enterprise>[^/]+)/customers/(?P<id>[^/]+)\Z", CustomerView.as_view()),
]
