"""Leads, where they lie and what became of them. Import models from here."""

from leads.models.catalogue import Colour, LeadLevel, Sign, SignField
from leads.models.desk import LeadDesk, LeadRecusal
from leads.models.judgement import FormalKind, Judgement, Outcome
from leads.models.lead import Channel, Lead, LeadSubject, nobody
from leads.models.reporter import IdentityOpening, LeadAttachment, LeadIdentity, LeadMessage, LeadReceipt

__all__ = [
    "Channel",
    "Colour",
    "FormalKind",
    "IdentityOpening",
    "Judgement",
    "Lead",
    "LeadAttachment",
    "LeadDesk",
    "LeadIdentity",
    "LeadLevel",
    "LeadMessage",
    "LeadReceipt",
    "LeadRecusal",
    "LeadSubject",
    "Outcome",
    "Sign",
    "SignField",
    "nobody",
]
