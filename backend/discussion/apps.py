from django.apps import AppConfig


class DiscussionConfig(AppConfig):
    name = "backend.discussion"
