"""Every body that comes in and every shape that goes out: the one source for checking, for OpenAPI and for AsyncAPI. Shapes only.

What comes in refuses unknown fields and coerces nothing ("5" is no grade). What goes out may grow: readers ignore what they do not know.
"""

from .alerts import *  # noqa: F403
from .appointments import *  # noqa: F403
from .common import *  # noqa: F403
from .evaluations import *  # noqa: F403
from .figures import *  # noqa: F403
from .forecast import *  # noqa: F403
from .hall import *  # noqa: F403
from .here import *  # noqa: F403
from .journal import *  # noqa: F403
from .machines import *  # noqa: F403
from .notify import *  # noqa: F403
from .packages import *  # noqa: F403
from .people import *  # noqa: F403
from .persons import *  # noqa: F403
from .plans import *  # noqa: F403
from .referrals import *  # noqa: F403
from .rooms import *  # noqa: F403
from .tickets import *  # noqa: F403
from .voice import *  # noqa: F403
from .windows import *  # noqa: F403
