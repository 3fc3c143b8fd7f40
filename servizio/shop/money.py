"""Amounts of money: exact decimals in a currency's smallest coin."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

_WITHOUT_COIN = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW"}
    | {"PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"}
)
_THOUSANDTHS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
_SIGNS = {
    "USD": "$", "CAD": "$", "AUD": "$", "NZD": "$", "MXN": "$", "SGD": "$", "HKD": "$",
    "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹", "KRW": "₩", "TWD": "NT$", "PHP": "₱",
}  # fmt: skip


def decimals(currency: str) -> int:
    """How many decimals amounts of a currency have (ISO 4217): 2 for most, 0 for the yen."""
    if currency in _WITHOUT_COIN:
        return 0
    return 3 if currency in _THOUSANDTHS else 2


def rounded(amount: Decimal, currency: str) -> Decimal:
    """`amount` to the smallest coin, half a coin up, with all its decimals: `5.50`."""
    return amount.quantize(Decimal(1).scaleb(-decimals(currency)), ROUND_HALF_UP)


def money_text(amount: Decimal, currency: str) -> str:
    """As it is written on a board: `$5.50`, `€3.00`, `CHF 4.20`."""
    sign = _SIGNS.get(currency, f"{currency} ")
    return f"{sign}{rounded(amount, currency)}"
