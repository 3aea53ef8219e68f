"""Addresses of surveys and questionnaires, and of the public page on which a survey is answered."""

from django.urls import path, re_path

from assessments.views import questionnaires, survey_codes, survey_public, surveys

urlpatterns = [
    path("surveys/", surveys.surveys, name="surveys"),
    path("surveys/compare/", surveys.compare, name="surveys_compare"),
    path("surveys/new/", surveys.new, name="survey_new"),
    path("surveys/questionnaires/", questionnaires.questionnaires, name="questionnaires"),
    path("surveys/questionnaires/new/", questionnaires.new, name="questionnaire_new"),
    path("surveys/questionnaires/<int:pk>/", questionnaires.questionnaire, name="questionnaire"),
    path("surveys/questionnaires/<int:pk>/preview/", questionnaires.preview, name="questionnaire_preview"),
    path("surveys/<int:pk>/", surveys.survey, name="survey"),
    path("surveys/<int:pk>/edit/", surveys.edit, name="survey_edit"),
    path("surveys/<int:pk>/preview/", surveys.preview, name="survey_preview"),
    path("surveys/<int:pk>/open/", surveys.open_survey, name="survey_open"),
    path("surveys/<int:pk>/close/", surveys.close, name="survey_close"),
    path("surveys/<int:pk>/cancel/", surveys.cancel, name="survey_cancel"),
    path("surveys/<int:pk>/codes/", survey_codes.codes, name="survey_codes"),
    path("surveys/<int:pk>/codes/withdraw/", survey_codes.withdraw, name="survey_codes_withdraw"),
    path("surveys/<int:pk>/poster/", survey_codes.poster, name="survey_poster"),
    path("surveys/<int:pk>/export/", survey_codes.export, name="survey_export"),
    # Below one of settings.UNWATCHED_PATHS.
    re_path(r"^answer/(?P<key>[A-Z0-9]{6,16})/$", survey_public.answer, name="answer"),
]
