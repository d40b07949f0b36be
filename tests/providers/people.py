"""Who can sign in at the provider. Their subjects look like citizens' numbers, as at some brokers."""

from typing import Any

HOME = {"postal_code": "1055TK", "house_number": 12}
PEOPLE: dict[str, dict[str, Any]] = {
    "123456782": {"given_name": "Noor", "family_name": "Vos", "birthdate": "1991-02-03", "address": HOME},
    "111222333": {"given_name": "Omar", "family_name": "Vos", "birthdate": "1990-01-01", "address": HOME},
    "231456785": {
        "given_name": "Eva",
        "family_name": "Verweg",
        "birthdate": "1980-01-01",
        "address": {"postal_code": "1011AA", "house_number": 1},
    },
    "312456788": {
        "given_name": "Lars",
        "family_name": "Laag",
        "birthdate": "1980-01-01",
        "address": HOME,
        "acr": "laag",
    },
}
