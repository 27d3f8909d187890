from django.urls import path

from .views import CustomerView

urlpatterns = [path("tiny/<str:id>", CustomerView.as_view())]
