"""Addresses of reporting."""

from django.urls import path

from reporting.integrity.views import files, requests
from reporting.views import assessments, dashboard, documents, imports, packs

app_name = "reporting"
urlpatterns = [
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("dashboard/wide/", dashboard.wide, name="wide"),
    path("dashboard/units/", dashboard.subtree, name="subtree"),
    path("dashboard/rows/<slug:kind>/", dashboard.rows, name="dashboard_rows"),
    path("imports/", imports.index, name="imports"),
    path("imports/new/", imports.new, name="import_new"),
    path("imports/template/", imports.template, name="import_template"),
    path("imports/<int:pk>/", imports.detail, name="import"),
    path("imports/<int:pk>/mapping/", imports.mapping, name="import_mapping"),
    path("imports/<int:pk>/remap/", imports.remap, name="import_remap"),
    path("imports/<int:pk>/confirm/", imports.confirm, name="import_confirm"),
    path("imports/<int:pk>/undo/", imports.undo, name="import_undo"),
    path("imports/<int:pk>/discard/", imports.discard, name="import_discard"),
    path("imports/<int:pk>/findings/", imports.findings, name="import_findings"),
    path("forms/<int:pk>/document/", documents.form_document, name="form_document"),
    path("talks/<int:pk>/document/", documents.talk_document, name="talk_document"),
    path("eligibility/<int:pk>/document/", assessments.eligibility_opinion, name="eligibility_opinion"),
    path("eligibility/people/<int:pk>/document/", assessments.eligibility_certificate, name="eligibility_certificate"),
    path("results/<int:pk>/document/", assessments.result_sheet, name="result_sheet"),
    path("warnings/<int:pk>/notice/", documents.warning_notice, name="warning_notice"),
    path("warnings/advice/<int:pk>/", documents.warning_advice, name="warning_advice"),
    path("warnings/reports/<int:pk>/", documents.rectification_report, name="rectification_report"),
    path("campaigns/<int:pk>/forms/", packs.campaign_forms, name="campaign_forms"),
    path("integrity-files/", requests.index, name="file_requests"),
    path("integrity-files/new/", requests.new, name="file_request_new"),
    path("integrity-files/looks/", requests.looks, name="file_looks"),
    path("integrity-files/settings/", requests.settings, name="file_settings"),
    path("integrity-files/own/", files.own, name="own_file"),
    path("integrity-files/own/document/", files.own_document, name="own_file_document"),
    path("integrity-files/own/sign/", files.sign, name="own_file_sign"),
    path("integrity-files/<int:pk>/", requests.detail, name="file_request"),
    path("integrity-files/<int:pk>/approve/", requests.approve, name="file_approve"),
    path("integrity-files/<int:pk>/reject/", requests.reject, name="file_reject"),
    path("integrity-files/<int:pk>/withdraw/", requests.withdraw, name="file_withdraw"),
    path("integrity-files/<int:pk>/end/", requests.end, name="file_end"),
    path("integrity-files/<int:pk>/file/", files.read, name="file"),
    path("integrity-files/<int:pk>/file/document/", files.document, name="file_document"),
]
