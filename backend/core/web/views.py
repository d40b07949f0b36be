"""Small pieces that views of every app are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.views import redirect_to_login
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.generic import FormView

from backend.core.errors import DomainError, InvalidInput

if TYPE_CHECKING:
    Base = FormView[BaseForm]
else:
    Base = FormView


class SignedInMixin:
    """Asks visitors to sign in first, and brings them back here after it."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]  # a mixin
        return answer


class DomainFormView(Base):
    """A form whose service may refuse: what it says stands at the field, and nothing is lost."""

    def act(self, form: Any) -> HttpResponse:
        """Call the one service this form is for, and say where to go next."""
        raise TypeError(f"{type(self).__name__} does not say what it does")

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return self.act(form)
        except DomainError as error:
            if error.status in {403, 404}:
                raise
            field = error.field if isinstance(error, InvalidInput) and error.field in form.fields else None
            form.add_error(field, str(error))
            return self.form_invalid(form, status=error.status)

    def form_invalid(self, form: Any, status: int = 422) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=status)
