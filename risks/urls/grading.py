"""Addresses of the grading session and of grading schemes."""

from django.urls import path

from risks.views import grading, grading_decide, schemes

urlpatterns = [
    path("", grading.home, name="grading"),
    path("campaigns/<int:pk>/", grading.session, name="grading_session"),
    path("campaigns/<int:pk>/confirm/", grading.confirm, name="grading_confirm"),
    path("adjustments/<int:pk>/", grading.adjustments, name="grading_adjustments"),
    path("adjustments/<int:pk>/confirm/", grading.confirm_adjustments, name="grading_adjustments_confirm"),
    path("entries/<int:pk>/", grading_decide.entry, name="grading_entry"),
    path("entries/<int:pk>/decide/", grading_decide.change, name="grading_decide"),
    path("entries/<int:pk>/reject/", grading_decide.reject, name="grading_reject"),
    path("forms/<int:pk>/return/", grading_decide.give_back, name="grading_return"),
    path("forms/<int:pk>/none-found/", grading_decide.none_found, name="grading_none_found"),
    path("forms/<int:pk>/discussion/", grading_decide.discussion, name="grading_discussion"),
    path("forms/<int:pk>/higher/", grading_decide.send_higher, name="grading_higher"),
    path("forms/<int:pk>/higher-opinion/", grading_decide.higher_opinion, name="grading_higher_opinion"),
    path("schemes/", schemes.index, name="schemes"),
    path("schemes/new/<slug:kind>/", schemes.new, name="scheme_new"),
    path("schemes/<int:pk>/", schemes.detail, name="scheme"),
    path("schemes/<int:pk>/edit/", schemes.edit, name="scheme_edit"),
    path("schemes/<int:pk>/copy/", schemes.copy, name="scheme_copy"),
    path("schemes/<int:pk>/default/", schemes.default, name="scheme_default"),
    path("schemes/<int:pk>/close/", schemes.close, name="scheme_close"),
]
