"""Which upper app reacts to which announcement of a lower one. Read top to bottom, this is all of it."""


def install() -> None:
    """Called once, when all apps are loaded."""
    from positions.hooks import catalogue_published, organisation_changed
    from risks.services.following import follow_catalogue, follow_organisation

    organisation_changed.bind(follow_organisation)
    catalogue_published.bind(follow_catalogue)
