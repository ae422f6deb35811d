def navigation(request) -> dict:
    """What the frame of each page shows about the signed-in person; loaded with her, so it costs no query."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    return {
        "is_lead": user.is_superuser or getattr(user, "leads_teams", False),
        "is_assessor": getattr(user, "is_assessor", False),
        "is_author": user.is_superuser or getattr(user, "is_author", False),
        "unread_notifications": getattr(user, "unread_notifications", None) or 0,
    }
