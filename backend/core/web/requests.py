"""What our middleware put on a request, for views that know only Django's own."""

from django.http import HttpRequest

from backend.core.actor import Actor


def actor_of(request: HttpRequest) -> Actor:
    """Who acts in this request; set by ActorMiddleware."""
    actor: Actor = vars(request)["actor"]
    return actor
