"""How many decimals a currency has (ISO 4217): two, but for these."""

from decimal import Decimal

_WITHOUT = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE = "BHD IQD JOD KWD LYD OMR TND"
_DIGITS = {
    **dict.fromkeys(_WITHOUT.split(), 0),
    **dict.fromkeys(_THREE.split(), 3),
    "CLF": 4,
    "UYW": 4,
}


def digits(currency: str) -> int:
    """Of a currency's minor unit; 2 for one nobody knows."""
    return _DIGITS.get(currency.upper(), 2)


def in_major(minor: int, currency: str) -> Decimal:
    """An amount in minor units as the exact decimal people read: 1234 EUR is 12.34, 1234 JPY is 1234."""
    return Decimal(minor).scaleb(-digits(currency))
