"""The values of the documents' examples, for the OpenAPI page."""

from typing import Any, Final

_ADDRESS: Final = {
    "city": "Anytown",
    "state": "Anystate",
    "zipcode": "12345",
    "street": "1234 Elm Street",
    "number": "5678",
    "country": "USA",
}
_CUSTOMER: Final[dict[str, Any]] = {
    "customer_id": "5ae2f659-45d2-4256-9f82-2811726a5376",
    "customer_name": "Test Customer",
    "customer_email": "test.customer@example.com",
    "customer_phone": "+19203751411",
    "customer_country": "USA",
    "customer_address": _ADDRESS,
}
OBJECT: Final[dict[str, Any]] = {
    "status": "success",
    "status_code": 200,
    "message": "Request successful",
    "data": _CUSTOMER,
}
CREATED: Final[dict[str, Any]] = {**OBJECT, "status_code": 201}
LIST: Final[dict[str, Any]] = {
    "status": "success",
    "status_code": 200,
    "message": "Records retrieved successfully",
    "data": [{**_CUSTOMER, "can_create_vc": 0, "can_create_va": 0, "customer_status": "active"}],
    "pagination": {
        "total": 1,
        "per_page": 20,
        "current_page": 1,
        "last_page": 1,
        "next_page_url": None,
        "prev_page_url": None,
    },
}
CREATE_BODY: Final[dict[str, Any]] = {
    **{name: value for name, value in _CUSTOMER.items() if name != "customer_id"},
    "customer_type": "individual",
}
UPDATE_BODY: Final[dict[str, Any]] = {"customer_phone": "+4930123456", "customer_status": "inactive"}
