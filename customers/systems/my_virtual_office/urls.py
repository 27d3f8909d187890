from django.urls import path, re_path

from customers.systems.my_virtual_office.views import CustomersView, CustomerView

urlpatterns = [
    path("api/customers", CustomersView.as_view()),
    # Any text may stand where an id belongs; the view says "Customer not found".
    re_path(r"^api/customers/(?P<id>(?s:.*))\Z", CustomerView.as_view()),
]
