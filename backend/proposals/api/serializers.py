"""The shape of plans and counts for machines."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class PlanSerializer(serializers.Serializer[Any]):
    """A public plan. `votes` is null while totals are hidden until the count."""

    id = serializers.CharField(source="public_id", help_text="Opaque id, stable for ever")
    title = serializers.CharField()
    what = serializers.CharField()
    why = serializers.CharField()
    version = serializers.IntegerField(help_text="1 as it was put up; one more for each change of its text")
    state = serializers.CharField()
    category = serializers.CharField(source="category.slug", allow_null=True, default=None)
    area = serializers.CharField(source="area.code", allow_null=True, default=None, help_text="CBS code")
    latitude = serializers.FloatField(allow_null=True)
    longitude = serializers.FloatField(allow_null=True)
    votes = serializers.SerializerMethodField()
    counts_taken = serializers.IntegerField()
    submitted_at = serializers.DateTimeField()
    url = serializers.SerializerMethodField()

    def get_votes(self, plan: Any) -> int | None:
        shown: int | None = self.context["shown_votes"](plan)
        return shown

    def get_url(self, plan: Any) -> str:
        address: str = self.context["address"](plan)
        return address


class RoundSerializer(serializers.Serializer[Any]):
    """A round that was counted."""

    number = serializers.IntegerField()
    opens_at = serializers.DateTimeField()
    closes_at = serializers.DateTimeField()
    counted_at = serializers.DateTimeField()
    hash = serializers.CharField(source="protocol.hash", help_text="SHA-256 of the protocol")
    winner = serializers.CharField(source="agenda_item.plan.public_id", default=None, allow_null=True)
