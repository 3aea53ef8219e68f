"""Talks of the head of own's department with own, planned by the discipline committee; and the papers of a warning about own."""

from datetime import date, timedelta

from django.utils import timezone

from early_warnings.models import Disposition, DispositionKind, RectificationReport, Tier, Warning
from talks.models import TalkKind
from talks.services import talks
from tests.factories.talks import held, planned
from tests.factories.warnings import drafted, starter
from tests.matrix_world import World


def build(world: World) -> None:
    home, own = world.home, world.people["own"]
    soon = {"planned_at": timezone.now() + timedelta(days=2), "place": "三楼谈话室"}
    answered = held(home, kind=TalkKind.ADMONITION)
    talks.confirm(talk=answered, by=own)
    answered = talks.reply(talk=answered, text="检查如下。", by=own)
    world.objects |= {
        "planned_talk": planned(home, **soon),
        "held_talk": held(home, kind=TalkKind.ADMONITION),
        "answered_talk": answered,
    }
    # Only what the papers show is set here; the life of warnings has objects of its own.
    warning = drafted(home, Tier.IMPORTANT)
    by = starter(home)
    Warning.objects.filter(pk=warning.pk).update(number="测纪预〔2026〕99号", issued_at=timezone.now(), issued_by=by)
    kind = DispositionKind.objects.get(code="discipline-proposal")
    world.objects |= {
        "paper_warning": warning,
        "paper_report": RectificationReport.objects.create(warning=warning, round=1, causes="责任心不强"),
        "paper_advice": Disposition.objects.create(
            warning=warning, kind=kind, person=own, ordered_for="discipline", ordered_by=by, ordered_on=date(2026, 11, 21), effect="none"
        ),
    }
