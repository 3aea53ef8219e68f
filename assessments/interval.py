"""How sure a share is: Wilson's interval. Pure arithmetic, no database."""

import math
from statistics import NormalDist


def z_of(confidence: int) -> float:
    """How many standard deviations hold so many per cent of a normal distribution (95 → 1.96). ValueError outside 50 to 99."""
    if not 50 <= confidence <= 99:
        raise ValueError("confidence must lie between 50 and 99 per cent")
    return NormalDist().inv_cdf(0.5 + confidence / 200)


def wilson(successes: int, n: int, z: float = 1.959964) -> tuple[float, float]:
    """Lower and upper bound of a share of which `successes` of `n` are known, as parts of one. Nothing known (n = 0): (0, 1).

    The share lies between them, and both between 0 and 1, also for none and all of few. ValueError for impossible numbers.
    """
    if not 0 <= successes <= n or z < 0:
        raise ValueError("0 ≤ successes ≤ n and z ≥ 0 are needed")
    if n == 0:
        return 0.0, 1.0
    share, square = successes / n, z * z
    centre = share + square / (2 * n)
    spread = z * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
    low, high = (centre - spread) / (1 + square / n), (centre + spread) / (1 + square / n)
    # The last digits of a float must not put the share outside its own interval.
    return (0.0 if successes == 0 else max(0.0, min(low, share))), (1.0 if successes == n else min(1.0, max(high, share)))
