"""The score of the democratic appraisal: rater weights × indicator weights × points of the answers (domain §6).

score = Σ pools (weight × mean over its ballots of Σ indicators (weight × points)) ÷ (Σ pool weights × Σ indicator weights)

Levels stand in the lines only as the pools the ballots were stored in, indicators only over all ballots. What a pool came to is a result
of its own and is told only when every pool has as many ballots as a result needs: one hidden alone could be had by subtraction
(ADR 0014).
"""

from decimal import Decimal
from fractions import Fraction

from assessments.rules import GroupRules
from assessments.scoring.figures import plain, rounded
from assessments.scoring.values import Appraisal, Line, PoolValue

TOO_FEW, NOBODY = "too_few_ballots", "no_appraisal"


def appraisal_score(appraisal: Appraisal | None, rules: GroupRules) -> tuple[Decimal | None, list[Line]]:
    """The score to two places with its lines; None where it cannot be computed (nobody asked, too few ballots)."""
    if appraisal is None:
        return None, []
    turnout = Line("appraisal.turnout", {"invited": appraisal.invited, "given": appraisal.given}, "", str(appraisal.given))
    pools = [pool for pool in appraisal.pools if pool.ballots and pool.weight]
    if not appraisal.counted or not pools:
        few = Line("appraisal.too_few", {"given": appraisal.given, "minimum": rules.minimum_ballots}, "", "—")
        return None, [turnout, few]
    whole = sum((Fraction(pool.weight) for pool in pools), Fraction(0))
    lines = [turnout, *_indicator_lines(pools, whole, rules)]
    total = Fraction(0)
    products = []
    is_told = all(pool.ballots >= rules.minimum_ballots for pool in pools)
    for pool in pools:
        mean = _pool_mean(pool, rules)
        total += mean * Fraction(pool.weight) / whole
        products.append(f"{plain(mean)} × {plain(pool.weight)}")
        names = {"levels": list(pool.levels), "ballots": pool.ballots, "weight": plain(pool.weight)}
        lines.append(
            Line("appraisal.pool", names | ({} if is_told else {"hidden": rules.minimum_ballots}), "", plain(mean) if is_told else "—")
        )
    score = rounded(total)
    formula = f"({' + '.join(products)}) ÷ {plain(whole)}" if is_told else ""
    lines.append(Line("appraisal.score", {}, formula, plain(score)))
    return score, lines


def _pool_mean(pool: PoolValue, rules: GroupRules) -> Fraction:
    weights = sum((Fraction(i.weight) for i in rules.indicators), Fraction(0))
    summed = sum((Fraction(i.weight) * _mean(pool, i.key) for i in rules.indicators), Fraction(0))
    return summed / weights


def _mean(pool: PoolValue, key: str) -> Fraction:
    return Fraction(pool.points.get(key, Decimal(0))) / pool.ballots


def _indicator_lines(pools: list[PoolValue], whole: Fraction, rules: GroupRules) -> list[Line]:
    lines = []
    weights = sum((Fraction(i.weight) for i in rules.indicators), Fraction(0))
    for indicator in rules.indicators:
        mean = sum((Fraction(pool.weight) * _mean(pool, indicator.key) for pool in pools), Fraction(0)) / whole
        part = mean * Fraction(indicator.weight) / weights
        names = {"name": indicator.name, "factor": indicator.factor}
        lines.append(Line("appraisal.indicator", names, f"{plain(mean)} × {plain(indicator.weight)} %", plain(part)))
    return lines
