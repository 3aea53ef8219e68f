"""Warnings about own, one in each state that a step starts in, drafted by the member of the discipline committee."""

from early_warnings.models import DispositionKind, Warning
from early_warnings.services import catalogue, dispositions, highest, rectifying, statements
from early_warnings.services.catalogue import KindFacts, LevelFacts
from tests.factories.warnings import advance, drafted, fresh, starter
from tests.matrix_world import World


def build(world: World) -> None:
    home, own = world.home, world.people["own"]
    committee = fresh(starter(home))
    for state in ("draft", "submitted", "approved", "issued", "acknowledged", "rectifying", "reported", "verified"):
        world.objects[f"warning_{state}"] = advance(home, drafted(home), state)
    running: Warning = world.objects["warning_rectifying"]
    by = fresh(own)
    kind = DispositionKind.objects.get(unit=None, code="criticism")
    world.objects |= {
        "warning_measure": rectifying.current(running).measures.get(),
        "warning_statement": statements.state_case(warning=running, text="本人认为与事实有出入。", by=by),
        "warning_disposition": dispositions.order(warning=running, kind=kind, by=committee),
        "warning_highest": advance(home, drafted(home, "highest"), "rectifying"),
        "warning_own_scheme": catalogue.save_scheme(
            unit=home.unit, name="本局预警等级", levels=[LevelFacts("提示", "blue", "general")], by=committee
        ),
        "warning_kind": catalogue.save_kind(
            unit=home.unit, facts=KindFacts("廉政提醒函", ["person"], ["general"], "discipline", "not_on_file"), by=committee
        ),
        "warning_file_kind": "statement",
    }
    highest.form_group(warning=world.objects["warning_highest"], members=home.deputies, by=fresh(home.head))
