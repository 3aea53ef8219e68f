"""Signing in and out, password, second factor (allauth's, without sign-up, e-mail and reset pages); accounts for administrators."""

from allauth.account import views as account
from django.urls import include, path

from accounts import views

pages = [
    path("", views.index, name="index"),
    path("new/", views.create, name="create"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/password/", views.set_password, name="set_password"),
    path("<int:pk>/active/", views.set_active, name="set_active"),
    path("<int:pk>/role/", views.set_role, name="set_role"),
    path("<int:pk>/second-factor/", views.remove_second_factor, name="remove_second_factor"),
]

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/", account.password_change, name="account_change_password"),
    path("2fa/", include("allauth.mfa.urls")),
    path("people/", include((pages, "accounts"))),
]
