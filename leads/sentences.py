"""How the events of leads read in a timeline. They name nobody but who acted, and repeat nothing of what was reported (ADR 0009)."""

from django.utils.translation import gettext_lazy as _

from audit.sentences import register

register(
    {
        "lead.received": _("The lead arrived"),
        "lead.taken_up": _("{actor} took the lead up"),
        "lead.passed_on": _("{actor} passed the lead on"),
        "lead.moved": _("The lead moved to the next desk, because nobody was left at the former one who may see it"),
        "lead.recused": _("{actor} recorded a recusal"),
        "lead.subject_set": _("{actor} put right whom the lead is about"),
        "lead.marked_important": _("{actor} marked the lead important"),
        "lead.judgement_proposed": _("{actor} proposed a judgement"),
        "lead.judgement_returned": _("{actor} returned the judgement"),
        "lead.judgement_confirmed": _("{actor} confirmed the judgement"),
        "lead.result_recorded": _("{actor} recorded the result"),
        "lead.closed": _("{actor} closed the lead"),
        "lead.cleared": _("{actor} closed the lead as unfounded; the person is cleared"),
        "lead.handed_over": _("{actor} handed the lead over as a clue"),
        "lead.handed_up": _("{actor} handed the lead to the higher committee outside this system"),
        "lead.reported_back": _("{actor} reported back"),
        "lead.reopened": _("{actor} opened the lead again"),
        "leads.exported": _("{actor} exported {rows} rows of the ledger of leads"),
        "sign.added": _("{actor} added the sign “{object}”"),
        "sign.changed": _("{actor} changed the sign “{object}”: {changes}"),
        "sign.switched_on": _("{actor} took the sign “{object}” into use"),
        "sign.switched_off": _("{actor} took the sign “{object}” out of use"),
        "sign.removed": _("{actor} took the sign “{object}” out of the catalogue"),
    },
    {
        "lead.judgement_returned": "warning",
        "lead.recused": "warning",
        "lead.judgement_confirmed": "success",
        "lead.closed": "success",
        "lead.cleared": "success",
    },
)
