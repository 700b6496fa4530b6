"""The guided case: the page of one task, and what can be done there. Nothing happens by looking (GET)."""

from web.agent.guided import (
    acting,
    choosing,
    completing,
    conflict,
    drafting,
    handing_over,
    here,
    looking,
    once,
    page,
    whole_map,
)

__all__ = [
    "acting",
    "choosing",
    "completing",
    "conflict",
    "drafting",
    "handing_over",
    "here",
    "looking",
    "once",
    "page",
    "whole_map",
]
