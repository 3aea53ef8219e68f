"""Exact arithmetic and how figures are written: fractions until the end, then rounded half up (domain §6)."""

from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

HUNDRED = Fraction(100)
CENT = Decimal("0.01")


def rounded(value: Fraction, places: int = 2) -> Decimal:
    """Half up, away from zero, to so many decimal places; exact, whatever the denominator."""
    scale = 10**places
    doubled = abs(value) * scale * 2 + 1
    units = doubled.numerator // (doubled.denominator * 2)
    with localcontext() as context:
        context.prec = 50
        found = Decimal(units if value >= 0 else -units).scaleb(-places)
        return found.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def clamped(value: Decimal) -> Decimal:
    """Between 0 and 100."""
    return min(max(value, Decimal(0)), Decimal(100))


def plain(value: Decimal | Fraction) -> str:
    """As people write it: two places at most, none that are zero (“85”, “92.5”, “88.33”)."""
    number = rounded(Fraction(value)) if isinstance(value, Fraction) else value
    text = f"{number.quantize(CENT, rounding=ROUND_HALF_UP):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def signed(value: Decimal) -> str:
    """Points up or down: “+2”, “−5”, “0”."""
    if not value:
        return "0"
    return f"{'+' if value > 0 else '−'}{plain(abs(value))}"
