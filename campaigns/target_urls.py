"""Addresses of the targets, below targets/."""

from django.urls import path

from campaigns.views import target_links as links
from campaigns.views import targets

urlpatterns = [
    path("", targets.targets, name="targets"),
    path("<int:pk>/", targets.target, name="target"),
    path("<int:pk>/edit/", targets.edit_target_facts, name="edit_target_facts"),
    path("<int:pk>/names/new/", targets.add_target_name, name="add_target_name"),
    path(
        "<int:pk>/names/<int:alias>/remove/", targets.remove_target_name, name="remove_target_name"
    ),
    path("<int:pk>/links/new/", links.add_target_link, name="add_target_link"),
    path("<int:pk>/links/<int:link>/", links.edit_target_link, name="edit_target_link"),
    path("<int:pk>/links/<int:link>/wrong/", links.strike_target_link, name="strike_target_link"),
    path("<int:pk>/merge/", links.merge_target, name="merge_target"),
    path("<int:pk>/merged/<int:merged>/undo/", links.unmerge_target, name="unmerge_target"),
    path("<int:pk>/home/", links.target_home, name="target_home"),
    path("<int:pk>/home/note/", links.note_target_home, name="note_target_home"),
    path("<int:pk>/home/open/", links.open_target_home, name="open_target_home"),
]
