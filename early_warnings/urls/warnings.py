"""Addresses of warnings and their steps."""

from django.urls import path

from early_warnings.views import lists, parts, steps, warnings

urlpatterns = [
    path("", lists.board, name="board"),
    path("approvals/", lists.approvals, name="approvals"),
    path("rectifications/", lists.rectifications, name="rectifications"),
    path("mine/", lists.mine, name="mine"),
    path("ledger/", lists.ledger, name="ledger"),
    path("ledger/export/", lists.export, name="export"),
    path("ledger/export/later/", lists.export_later, name="export_later"),
    path("new/", warnings.new, name="new"),
    path("<int:pk>/", warnings.detail, name="detail"),
    path("<int:pk>/edit/", warnings.edit, name="edit"),
    path("<int:pk>/submit/", warnings.submit, name="submit"),
    path("<int:pk>/decide/", steps.decide, name="decide"),
    path("<int:pk>/issue/", warnings.issue, name="issue"),
    path("<int:pk>/acknowledge/", warnings.acknowledge, name="acknowledge"),
    path("<int:pk>/plan/", steps.plan, name="plan"),
    path("<int:pk>/measure/", steps.add_measure, name="add_measure"),
    path("<int:pk>/report/", steps.report, name="report"),
    path("<int:pk>/verify/", steps.verify, name="verify"),
    path("<int:pk>/again/", steps.re_rectify, name="re_rectify"),
    path("<int:pk>/raise/", steps.escalate, name="escalate"),
    path("<int:pk>/close/", steps.close, name="close"),
    path("<int:pk>/withdraw/", steps.withdraw, name="withdraw"),
    path("<int:pk>/statement/", steps.statement, name="statement"),
    path("<int:pk>/disposition/", parts.disposition, name="disposition"),
    path("<int:pk>/talk/", parts.talk, name="talk"),
    path("<int:pk>/group/", parts.group, name="group"),
    path("<int:pk>/meeting/", parts.meeting, name="meeting"),
    path("<int:pk>/monitoring/", parts.monitoring, name="monitoring"),
    path("<int:pk>/committee-report/", parts.committee_report, name="committee_report"),
    path("<int:pk>/recuse/", parts.recuse, name="recuse"),
    path("measures/<int:pk>/", steps.measure, name="measure"),
    path("statements/<int:pk>/answer/", steps.answer, name="answer"),
    path("dispositions/<int:pk>/done/", parts.disposition_done, name="disposition_done"),
    path("dispositions/<int:pk>/judge/", parts.disposition_judge, name="disposition_judge"),
    path("dispositions/<int:pk>/cancel/", parts.disposition_cancel, name="disposition_cancel"),
    path("files/<slug:kind>/<int:pk>/", parts.file, name="file"),
]
