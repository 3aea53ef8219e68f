"""How the register's events read in a timeline."""

from django.utils.translation import gettext_lazy as _

from audit.sentences import register

register(
    {
        "risk.entered": _("{actor} entered the risk point in the register at {new}"),
        "risk.imported": _("{actor} imported {points} risk points"),
        "risk.reviewed": _("{actor} confirmed the risk point unchanged after a new finding"),
        "risk.changed": _("{actor} changed after a new finding: {changes}"),
        "risk.level_changed": _("{actor} adjusted the level from {old} to {new}"),
        "risk.followed": _("Responsibility moved: {changes}"),
        "risk.retired": _("{actor} took the risk point off the register"),
        "risk.restored": _("{actor} entered the risk point again"),
        "risk.shared": _("{actor} shared the risk point with the department"),
        "risk.unshared": _("{actor} no longer shares the risk point with the department"),
        "risk.target_set": _("{actor} set the target level to {new}"),
        "risk.holder_set": _("{actor} changed who is directly responsible from {old} to {new}"),
        "measure.added": _("{actor} added the measure “{object}”"),
        "measure.changed": _("{actor} changed the measure “{object}”: {changes}"),
        "measure.reported": _("{actor} reported the measure “{object}” done"),
        "measure.confirmed": _("{actor} confirmed the measure “{object}”"),
        "measure.rejected": _("{actor} did not accept the measure “{object}” as done"),
        "measure.dropped": _("{actor} dropped the measure “{object}”"),
        "catalogue.followed": _("The register followed the new version of the power catalogue: {points} risk points"),
        "register.exported": _("{actor} exported {rows} rows of the register"),
    },
    {"risk.retired": "warning", "risk.level_changed": "warning", "measure.confirmed": "success", "measure.rejected": "danger"},
)
