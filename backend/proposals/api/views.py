"""Reading plans and counts as JSON. Reading only: what changes something is done by a person on a page."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.core.actor import Actor
from backend.core.errors import require_found
from backend.core.web.requests import actor_of
from backend.places.web.requests import portal_of

from ..permissions import visible_plans
from ..selectors.plans import PlanFilter, list_plans
from ..selectors.rounds import get_protocol, list_counted_rounds, standing_of
from ..states import PUBLIC_STATES
from ..web.presenting import plan_url, shown_votes
from .serializers import PlanSerializer, RoundSerializer


class Pages(PageNumberPagination):
    page_size = 50
    max_page_size = 200
    page_size_query_param = "size"


class PortalData(APIView):
    """What every answer needs: the portal of the hostname, and what is public there now."""

    def context(self) -> dict[str, Any]:
        portal = portal_of(self.request._request)
        standing = standing_of(portal.pk, at=timezone.now())
        return {
            "shown_votes": partial(shown_votes, totals_hidden=standing.totals_hidden),
            "address": lambda plan: self.request.build_absolute_uri(plan_url(plan)),
        }

    @property
    def actor(self) -> Actor:
        return actor_of(self.request._request)


@extend_schema(
    parameters=[
        OpenApiParameter("state", str, description="Only plans in this state"),
        OpenApiParameter("q", str),
    ]
)
class PlanList(PortalData, ListAPIView[Any]):
    """All public plans of this portal, newest first."""

    serializer_class = PlanSerializer
    pagination_class = Pages

    def get_queryset(self) -> Any:
        state = self.request.query_params.get("state", "")
        chosen = PlanFilter(
            state=state if state in PUBLIC_STATES else "",
            words=self.request.query_params.get("q", ""),
            sort="new",
        )
        return list_plans(actor=self.actor, chosen=chosen).defer(None)

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), **self.context()}


class PlanDetail(PortalData):
    """One public plan."""

    @extend_schema(responses=PlanSerializer)
    def get(self, request: Request, public_id: str) -> Response:
        plans = visible_plans(self.actor).filter(state__in=PUBLIC_STATES).select_related("category", "area")
        plan = require_found(plans.filter(public_id=public_id).first())
        return Response(PlanSerializer(plan, context=self.context()).data)


class RoundList(PortalData, ListAPIView[Any]):
    """All rounds that were counted, latest first."""

    serializer_class = RoundSerializer
    pagination_class = Pages

    def get_queryset(self) -> Any:
        return list_counted_rounds(self.actor)


class ProtocolDetail(PortalData):
    """The protocol of one count, as it was hashed."""

    @extend_schema(responses={200: dict})
    def get(self, request: Request, number: int) -> Response:
        return Response(get_protocol(actor=self.actor, number=number).body)
