"""Between the house and the product: what handlers may ask for, and how they refuse.

Guards against a refusal that ends as a bare 500, a fault whose words reach whoever
asked or the log, and a refused write without a trace. A framework's own 500 is held
back until it is known why: Starlette and FastAPI send one and raise afterwards,
others are asked to leave what was raised in the scope.
"""

from http import HTTPStatus
from typing import Any

from litestar import Request

from strongroom.kernel import Caller, Refusal
from strongroom.middleware import App, Receive, Scope, Send
from strongroom.room import Strongroom
from strongroom.web import CALLER, Renderer

from .log_lines import place_of
from .logs import log
from .refusals import Failed, Refusals, as_refusal
from .refused_writes import READS, RefusedWrites


ROOM = "strongroom.room"
LEFT = "strongroom.left"
"""What a handler raised, where its framework lets no exception out."""


def is_for_product(caller: Caller) -> bool:
    """Say whether the product is told of *caller*.

    A key's scopes name the house's actions, and so do those open to an operator who
    acts as a customer: to the product they say nothing. Nor does whoever does not meet
    their organization's sign-in policy.
    """
    return caller.scopes is None and not (caller.barred or caller.acting)


class ProductPass:
    """Wraps the product's ASGI application."""

    def __init__(self, app: App, room: Strongroom, renderer: Renderer) -> None:
        """Lend *room* to *app*; answer its refusals as our own, by *renderer*."""
        self.app, self.room = app, room
        self._refusals = Refusals(room.audit, renderer)
        self._record = RefusedWrites(room.audit)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and answer what the product only raises."""
        scope[ROOM] = self.room
        found = scope.get(CALLER)
        if isinstance(found, Caller) and not is_for_product(found):
            scope[CALLER] = None
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        held = Held(scope, send, self._record)
        try:
            await self.app(scope, receive, held.send)
        except Exception as raised:  # noqa: BLE001 - answered, or the answer cut off.
            await self._answer(raised, held, scope, receive)
            return
        if LEFT in scope and held.waits:
            await self._answer(scope[LEFT], held, scope, receive)
        else:
            await held.release()

    async def _answer(
        self, raised: Exception, held: "Held", scope: Scope, receive: Receive
    ) -> None:
        refusal = as_refusal(raised)
        if isinstance(refusal, Failed):
            log.error("%s failed: %s", scope["path"], place_of(raised))
        if held.begun:  # Ending in silence, we let the server cut the connection.
            return
        held.forget(refusal)
        request: Any = Request(scope)  # type: ignore[arg-type]
        response = self._refusals.answer(request, refusal).to_asgi_response(
            None, request, is_head_response=scope["method"] == "HEAD"
        )
        await response(scope, receive, held.send)  # type: ignore[arg-type]


class Held:
    """An answer on its way out; a 500 waits, a refusal is put on record first."""

    def __init__(self, scope: Scope, send: Send, record: RefusedWrites) -> None:
        """Pass on to *send*; tell *record* about refusals."""
        self._scope, self._send, self._record = scope, send, record
        self._waiting: list[Any] = []
        self._refusal: Refusal | None = None
        self.begun = False

    async def send(self, message: Any) -> None:
        """Pass *message* on, or keep it while nobody knows why there is a 500."""
        if message["type"] != "http.response.start":
            if self._waiting:
                self._waiting.append(message)
            else:
                await self._send(message)
        elif message["status"] == HTTPStatus.INTERNAL_SERVER_ERROR and (
            self._refusal is None
        ):
            self._waiting.append(message)
        else:
            await self._begin(message)

    @property
    def waits(self) -> bool:
        """Whether there is a 500 that nobody has accounted for."""
        return bool(self._waiting)

    def forget(self, refusal: Refusal) -> None:
        """Drop what was kept, in favour of the answer to *refusal*."""
        self._waiting.clear()
        self._refusal = refusal

    async def release(self) -> None:
        """Send what was kept: the product meant it."""
        waiting, self._waiting = self._waiting, []
        for message in waiting:
            await self._send(message)

    async def _begin(self, message: Any) -> None:
        # A person who must sign in first gets a redirect; it is a refusal still.
        status = self._refusal.status if self._refusal else message["status"]
        code = self._refusal.code if self._refusal else f"status-{status}"
        known = self._refusal is not None and self._refusal.on_record
        if _is_refused(self._scope["method"], status) and not known:
            await self._record(self._scope, code)
        self.begun = True
        await self._send(message)


def _is_refused(method: str, status: int) -> bool:
    """Say whether an answer belongs on record: a refused write, or a forbidden read."""
    client_error = 400 <= status < 500  # noqa: PLR2004 - RFC 9110 §15.5.
    return client_error and (method not in READS or status == HTTPStatus.FORBIDDEN)
