"""A toolkit for faces: routes, refusals as answers, pages. It knows no domain."""

from litestar.di import NamedDependency as Given

from .arrival import Arrived, SessionOpened, answer_arrival, go_on
from .body import Answered, Wanted
from .cookies import find_cookie
from .forms import (
    AnyRequest,
    FormPage,
    beside,
    find_form_page,
    form_of,
    id_of,
    if_refused,
    own_path,
    see_other,
    with_cookies,
)
from .outermost import BEFORE_ANY_FACE, ProblemType
from .problem import MEDIA_TYPE, Problem, answer_problem, plain_problem, problem_body
from .render import Renderer, moment
from .routing import (
    CALLER,
    NONCE,
    ORIGIN,
    PROBLEM,
    SERVICE,
    ActionMissing,
    change,
    create,
    find_caller,
    find_service,
    provide_caller,
    provide_origin,
    provide_service,
    read,
    remove,
    replace,
    require_declared_actions,
    show,
    submit,
)


__all__ = [
    "BEFORE_ANY_FACE",
    "CALLER",
    "MEDIA_TYPE",
    "NONCE",
    "ORIGIN",
    "PROBLEM",
    "SERVICE",
    "ActionMissing",
    "Answered",
    "AnyRequest",
    "Arrived",
    "FormPage",
    "Given",
    "Problem",
    "ProblemType",
    "Renderer",
    "SessionOpened",
    "Wanted",
    "answer_arrival",
    "answer_problem",
    "beside",
    "change",
    "create",
    "find_caller",
    "find_cookie",
    "find_form_page",
    "find_service",
    "form_of",
    "go_on",
    "id_of",
    "if_refused",
    "moment",
    "own_path",
    "plain_problem",
    "problem_body",
    "provide_caller",
    "provide_origin",
    "provide_service",
    "read",
    "remove",
    "replace",
    "require_declared_actions",
    "see_other",
    "show",
    "submit",
    "with_cookies",
]
