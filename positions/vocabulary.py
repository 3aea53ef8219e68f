"""How the trail of the organisation reads."""

from django.utils.translation import gettext_lazy as _

from audit.sentences import register

register(
    {
        "organisation.unit_created": _("{actor} entered the unit {object}"),
        "organisation.unit_changed": _("{actor} changed {object}: {changes}"),
        "organisation.department_created": _("{actor} entered the department {object}"),
        "organisation.department_changed": _("{actor} changed {object}: {changes}"),
        "organisation.department_closed": _("{actor} closed the department {object}"),
        "organisation.position_created": _("{actor} entered the position {object}"),
        "organisation.position_changed": _("{actor} changed the position {object}: {changes}"),
        "organisation.position_closed": _("{actor} closed the position {object}"),
        "organisation.appointed": _("{actor} entered the appointment {object}"),
        "organisation.appointment_ended": _("{actor} ended the appointment {object}; last day {new}"),
        "organisation.put_in_charge": _("{actor} put {person} in charge of {department} from {since}"),
        "organisation.division_ended": _("{actor} ended {person}'s being in charge of {department}; last day {until}"),
        "organisation.body_created": _("{actor} entered the body {object}"),
        "organisation.body_closed": _("{actor} closed the body {object}"),
        "organisation.member_added": _("{actor} entered the membership {object}"),
        "organisation.membership_ended": _("{actor} ended the membership {object}; last day {new}"),
        "organisation.import_removed": _("{actor} took back what an import had entered: {object}"),
        "organisation.import_set_back": _("{actor} set {object} back to what it was before an import"),
        "organisation.imported": _(
            "{actor} imported the organisation: {people} people, {departments} departments, {positions} positions, "
            "{appointments} appointments"
        ),
    }
)
