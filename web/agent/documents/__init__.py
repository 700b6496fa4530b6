"""Files on the pages of agents: lists of them, one with its versions and a look at it, what people do to it."""

from web.agent.documents import acting, folder, page, uploading

__all__ = ["acting", "folder", "page", "uploading"]
