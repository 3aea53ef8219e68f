"""Addresses of the desk: what is reported by staff, the board, a lead and its steps. A lead is known by an address nobody can guess."""

from django.urls import path

from leads.views import acts, desk, report

urlpatterns = [
    path("", desk.board, name="board"),
    path("report/", report.report, name="report"),
    path("enter/", report.enter, name="enter"),
    path("<uuid:public_id>/", desk.lead, name="lead"),
    path("<uuid:public_id>/take-up/", acts.take_up, name="take_up"),
    path("<uuid:public_id>/important/", acts.important, name="important"),
    path("<uuid:public_id>/pass-on/", acts.pass_on, name="pass_on"),
    path("<uuid:public_id>/recuse/", acts.recuse, name="recuse"),
    path("<uuid:public_id>/subject/<int:pk>/", acts.subject, name="subject"),
    path("<uuid:public_id>/judgement/", acts.judgement, name="judgement"),
    path("<uuid:public_id>/judgement/confirm/", acts.confirm, name="confirm"),
    path("<uuid:public_id>/judgement/return/", acts.give_back, name="return"),
    path("<uuid:public_id>/result/", acts.result, name="result"),
    path("<uuid:public_id>/end/", acts.end, name="end"),
    path("<uuid:public_id>/hand-up/", acts.hand_up, name="hand_up"),
    path("<uuid:public_id>/answered/", acts.answered, name="answered"),
    path("<uuid:public_id>/reopen/", acts.reopen, name="reopen"),
]
