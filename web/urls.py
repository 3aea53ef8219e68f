"""Start page, search, health, saved views."""

from django.urls import path

from web import deliveries, robots, saved_view_pages, views

app_name = "web"
urlpatterns = [
    path("", views.start, name="start"),
    path("search", views.search, name="search"),
    path("healthz", views.healthz, name="healthz"),
    path("deliveries/", deliveries.index, name="deliveries"),
    path("deliveries/again", deliveries.send_again, name="deliveries_again"),
    path("robots/", robots.index, name="robots"),
    path("robots/<int:pk>/", robots.edit, name="robot"),
    path("robots/<int:pk>/try", robots.try_it, name="robot_try"),
    path("robots/<int:pk>/remove", robots.remove, name="robot_remove"),
    path("views/", saved_view_pages.index, name="saved_views"),
    path("views/save", saved_view_pages.save, name="save_view"),
    path("views/columns", saved_view_pages.columns, name="choose_columns"),
    path("views/<int:pk>/open", saved_view_pages.open_view, name="open_view"),
    path("views/<int:pk>/rename", saved_view_pages.rename, name="rename_view"),
    path("views/<int:pk>/delete", saved_view_pages.delete, name="delete_view"),
]
