"""Comments on a case, and the page of those in which somebody is mentioned."""

from web.agent.comments import page

__all__ = ["page"]
