"""五级复合审批 (domain §2, 000): finance passes five hands in order, each of them somebody else, on every way to a successful end."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from positions.balance.chart import Chart, Step
from positions.balance.findings import Finding

HANDS = {
    "handler": gettext_lazy("handler"),
    "user_department": gettext_lazy("department that uses the money"),
    "finance_department": gettext_lazy("finance department"),
    "deputy_in_charge": gettext_lazy("deputy in charge"),
    "unit_head": gettext_lazy("unit head"),
}


def check(chart: Chart) -> Iterator[Finding]:
    """Findings of the rule five_hands."""
    steps = {hand: [s for s in chart.by_key.values() if s.hand == hand] for hand in HANDS}
    former: str | None = None
    for hand, label in HANDS.items():
        if not steps[hand]:
            yield Finding("five_hands", None, _("The hand “%(hand)s” is missing.") % {"hand": label}, _place(hand))
            continue
        around = chart.way(lambda step, hand=hand: step.hand == hand, chart.ends)  # type: ignore[misc]
        if around is not None:
            yield Finding(
                "five_hands",
                steps[hand][0].key,
                _("The matter can be closed without passing “%(hand)s”: %(way)s.") % {"hand": label, "way": chart.names(around)},
                _("Lead this way through “%(step)s” too.") % {"step": steps[hand][0].name},
            )
        if former is not None:
            yield from _order(chart, former, hand, steps[hand])
        former = hand
    yield from _persons(chart)


def _place(hand: str) -> str:
    """Where the missing hand belongs."""
    hands = list(HANDS)
    at = hands.index(hand)
    if at == 0:
        return _("Mark the step in which the matter is prepared as “%(hand)s”.") % {"hand": HANDS[hand]}
    return _("Add a step of the hand “%(hand)s” after “%(former)s”, and mark it so.") % {
        "hand": HANDS[hand],
        "former": HANDS[hands[at - 1]],
    }


def _order(chart: Chart, former: str, hand: str, steps: list[Step]) -> Iterator[Finding]:
    for step in steps:
        if chart.way(lambda s: s.hand == former, [step.key]) is not None:
            yield Finding(
                "five_hands",
                step.key,
                _("“%(step)s” (%(hand)s) can come before “%(former)s” has had the matter.")
                % {"step": step.name, "hand": HANDS[hand], "former": HANDS[former]},
                _("Put the hands in their order: %(hands)s.") % {"hands": " → ".join(str(label) for label in HANDS.values())},
            )


def _persons(chart: Chart) -> Iterator[Finding]:
    first: dict[str, Step] = {}
    for hand in HANDS:
        for step in chart.by_key.values():
            if step.hand != hand or not step.holder.strip():
                continue
            other = first.setdefault(step.holder, step)
            if other.hand != step.hand:
                yield Finding(
                    "five_hands",
                    step.key,
                    _("“%(holder)s” is both “%(one)s” and “%(two)s”: five hands are five different ones.")
                    % {"holder": step.holder_name or step.holder, "one": HANDS[other.hand], "two": HANDS[step.hand]},
                    _("Give “%(step)s” to somebody else.") % {"step": step.name},
                )
