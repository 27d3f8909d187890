from django.urls import path, re_path

from customers.systems.yativo.views import CustomersView, CustomerView, ShortCustomersView, ShortCustomerView

urlpatterns = [
    path("customer", ShortCustomersView.as_view()),
    path("api/v1/customer", CustomersView.as_view()),
    # Any text may stand where an id belongs; the view says that there is no such customer.
    re_path(r"^customer/(?P<id>(?s:.*))\Z", ShortCustomerView.as_view()),
    re_path(r"^api/v1/customer/(?P<id>(?s:.*))\Z", CustomerView.as_view()),
]
