"""Line drawings in the size of the words beside them."""

from __future__ import annotations

from collections.abc import Mapping

_PATHS: Mapping[str, str] = {
    "back": "M15 4l-8 8 8 8",
    "calendar": "M4 6h16v14H4zM4 10.5h16M8 3.5v5M16 3.5v5",
    "check": "M4.5 12.5l5 5 10-11",
    "close": "M5 5l14 14M19 5L5 19",
    "down": "M5 9l7 7 7-7",
    "error": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 7.5v6M12 16.2v.4",
    "eye": "M2 12q4-6.5 10-6.5t10 6.5q-4 6.5-10 6.5t-10-6.5M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6",
    "image": "M3.5 5h17v14h-17zM3.5 16l5-5 4.5 4.5 3-3 4.5 4.5M15.5 8.5v.3",
    "info": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 11v5.5M12 7.6v.4",
    "more": "M5 12h.1M12 12h.1M19 12h.1",
    "thumbs_down": "M17 3v10l-4 8c-1.6 0-2.6-1-2.6-2.6V15H5.3a2 2 0 0 1-2-2.3L4.5 5q.3-2 2.2-2zM17 3h3.5v10H17",
    "thumbs_up": "M7 21V11l4-8c1.6 0 2.6 1 2.6 2.6V9h5.1a2 2 0 0 1 2 2.3L19.5 19a2.2 2.2 0 0 1-2.2 2zM7 21H3.5V11H7",
    "trash": "M4 6.5h16M9 6.5V3.8h6v2.7M6 6.5l1 14h10l1-14M10 10.5v6M14 10.5v6",
    "warning": "M12 3.5L2.5 20h19zM12 10v5M12 17.2v.3",
}


def icon(name: str) -> str:
    """An icon by its name, as SVG."""
    return f'<svg class="icon {name}" viewBox="0 0 24 24"><path d="{_PATHS[name]}"/></svg>'
