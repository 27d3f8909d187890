from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "customers"
    verbose_name = "Frontdesk"

    def ready(self) -> None:
        # Registers the system checks.
        from customers import checks as checks
