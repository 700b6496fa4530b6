"""Who may call what. A view without a rule is nobody's: it answers 403, and a test finds it.

These rules are about roles and scopes; whether somebody may see this case or settle that task, commands and
queries decide on the object.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from cpm.errors import Forbidden, Unauthorized
from cpm.model import Role
from web.visitor import Visitor, visitor_or_none

View = TypeVar("View", bound=Callable[..., Any])
#: All that somebody may call before they have chosen a password that nobody else knows.
_WITHOUT_OWN_PASSWORD = frozenset(
    {
        "static",
        "account.password_form",
        "account.change_password",
        "account.sign_out",
        "account.choose_language",
    }
)


@dataclass(frozen=True, slots=True)
class Rule:
    """Nobody in particular (`public`), whoever signed in, one of the roles, or a token with the scope."""

    public: bool = False
    roles: frozenset[Role] | None = None
    scope: str | None = None

    def lets(self, who: Visitor | None) -> bool:
        if self.public:
            return True
        if who is None:
            return False
        if self.scope is not None:
            return who.scopes is not None and self.scope in who.scopes
        return who.scopes is None and (self.roles is None or bool(self.roles & who.roles))


def public(view: View) -> View:
    return _ruled(view, Rule(public=True))


def signed_in(view: View) -> View:
    return _ruled(view, Rule())


def granted(*roles: Role) -> Callable[[View], View]:
    """For pages: whoever signed in and has one of these roles."""
    return lambda view: _ruled(view, Rule(roles=frozenset(roles)))


def scoped(scope: str) -> Callable[[View], View]:
    """For REST: whoever brings a token with this scope."""
    return lambda view: _ruled(view, Rule(scope=scope))


def needs(scope: str) -> None:
    """For REST, where what is asked for decides which scope that takes. Forbidden without it."""
    who = visitor_or_none()
    if not Rule(scope=scope).lets(who):
        raise _without_scope(scope, who)


def rule_of(view: Callable[..., Any] | None, method: str) -> Rule | None:
    """The rule of a view, or of the method that a class-based view has for this request."""
    kind = getattr(view, "view_class", None)
    if kind is not None:
        view = getattr(kind, "get" if method == "HEAD" else method.lower(), None)
    found: Rule | None = getattr(view, "cpm_access", None)
    return found


def register(app: Flask) -> None:
    app.before_request(_check)
    app.view_functions["static"] = public(app.view_functions["static"])


def _check() -> ResponseReturnValue | None:
    """Raises Unauthorized when signing in might help, Forbidden when it would not."""
    if request.endpoint is None:
        return None  # no such page, or not this method; Flask says so, to everybody alike
    rule = rule_of(current_app.view_functions[request.endpoint], request.method)
    who = visitor_or_none()
    if rule is not None and rule.scope is not None and not rule.lets(who):
        raise _without_scope(rule.scope, who)
    if rule is None or (who is not None and not rule.lets(who)):
        raise Forbidden("Expected you to be allowed to see this, but your roles do not include it")
    if not rule.lets(who):
        raise Unauthorized("Please sign in: you are not, or no longer, signed in.")
    if who is not None and who.must_change and request.endpoint not in _WITHOUT_OWN_PASSWORD:
        return redirect(url_for("account.password_form"), 303)
    return None


def _ruled(view: View, rule: Rule) -> View:
    view.cpm_access = rule  # type: ignore[attr-defined]
    return view


def _without_scope(scope: str, who: Visitor | None) -> Unauthorized | Forbidden:
    """What a program lacks, in its own words: nobody signs in there."""
    if who is None:
        return Unauthorized(
            "Expected a token, as in “Authorization: Bearer cpm_...”, but there is none",
            de="Hier fehlt ein Zugangs-Token: „Authorization: Bearer cpm_...“.",
        )
    return Forbidden(
        f"Expected a token with the scope {scope}, but this one does not have it",
        de=f"Dem Zugangs-Token fehlt das Recht {scope}.",
    )
