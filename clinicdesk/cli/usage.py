"""What argparse cannot see by itself."""

from clinicdesk.errors import UserFacingError


class WrongUsage(UserFacingError):
    """The command line is incomplete or contradicts itself: exit code 2."""
