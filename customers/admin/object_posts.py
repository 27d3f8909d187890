"""Buttons on the page of one object that do something at once: each a POST of its own.

Nothing that changes data is a link, and none of it is part of the page's form.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from customers.admin.scoping import SellerScoped
from customers.exceptions import Refusal


class ObjectPosts(SellerScoped):
    """A ModelAdmin whose objects have buttons: `posts` names them, method `do_<name>` does it.

    Such a method returns what to tell the user, and may raise a Refusal. The address is that of the
    object with `do/<name>/` behind it; the field `back` says which page of the site comes next.
    """

    posts: ClassVar[tuple[str, ...]] = ()
    #: Whose roles may press them, a key of `roles`.
    posts_need: ClassVar[str] = "change"

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(require_POST(self.do))
        name = f"{self.opts.app_label}_{self.opts.model_name}_do"
        return [path("<path:object_id>/do/<slug:name>/", view, name=name), *super().get_urls()]

    def do(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        obj = self.get_object(request, unquote(object_id))
        if obj is None or name not in self.posts:
            raise Http404
        if not self.may(request, self.posts_need, obj):
            raise PermissionDenied
        try:
            self.message_user(request, getattr(self, f"do_{name}")(request, obj), messages.SUCCESS)
        except Refusal as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        return HttpResponseRedirect(self.next_page(request, obj))

    def next_page(self, request: HttpRequest, obj: Any) -> str:
        back = request.POST.get("back", "")
        if back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None):
            return back
        if not self.model.objects.filter(pk=obj.pk).exists():
            return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=(obj.pk,))

    def post_urls(self, obj: Any) -> dict[str, str]:
        """Return the addresses of the buttons of `obj`, by name."""
        view = f"admin:{self.opts.app_label}_{self.opts.model_name}_do"
        return {name: reverse(view, args=(obj.pk, name)) for name in self.posts}
