"""fastapi-users with its database strategy, as its documentation sets it up.

Every ``GET /me`` looks the token up in the database and loads the user.
"""

# ruff: noqa: INP001 - run from this folder, as its server's top module.
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated
from uuid import UUID

from fastapi import Depends, FastAPI
from fastapi_users import BaseUserManager, FastAPIUsers, UUIDIDMixin, schemas
from fastapi_users.authentication import (
    AuthenticationBackend,
    CookieTransport,
)
from fastapi_users.authentication.strategy.db import DatabaseStrategy
from fastapi_users.db import SQLAlchemyBaseUserTableUUID, SQLAlchemyUserDatabase
from fastapi_users_db_sqlalchemy.access_token import (
    SQLAlchemyAccessTokenDatabase,
    SQLAlchemyBaseAccessTokenTableUUID,
)
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase


URL = os.environ["DATABASE_URL"].replace("postgresql://", "postgresql+asyncpg://", 1)
DAY = 86_400

engine = create_async_engine(URL, pool_size=10, max_overflow=0)
open_session = async_sessionmaker(engine, expire_on_commit=False)


class Base(DeclarativeBase):
    """The tables."""


class User(SQLAlchemyBaseUserTableUUID, Base):
    """A user."""


class AccessToken(SQLAlchemyBaseAccessTokenTableUUID, Base):
    """A session."""


class Users(UUIDIDMixin, BaseUserManager[User, UUID]):
    """The library's manager, unchanged."""

    reset_password_token_secret = os.environ["BENCH_SECRET"]
    verification_token_secret = os.environ["BENCH_SECRET"]


async def db_session() -> AsyncIterator[AsyncSession]:
    """Yield one database session per request."""
    async with open_session() as session:
        yield session


Session = Annotated[AsyncSession, Depends(db_session)]


async def users(session: Session) -> AsyncIterator[Users]:
    """Yield the manager."""
    yield Users(SQLAlchemyUserDatabase(session, User))


async def tokens(
    session: Session,
) -> AsyncIterator[SQLAlchemyAccessTokenDatabase[AccessToken]]:
    """Yield the table of tokens."""
    yield SQLAlchemyAccessTokenDatabase(session, AccessToken)


Tokens = Annotated[SQLAlchemyAccessTokenDatabase[AccessToken], Depends(tokens)]


def strategy(table: Tokens) -> DatabaseStrategy[User, UUID, AccessToken]:
    """Return the strategy that asks the database every time."""
    return DatabaseStrategy(table, lifetime_seconds=DAY)


backend = AuthenticationBackend(
    name="cookie",
    transport=CookieTransport(cookie_max_age=DAY, cookie_secure=False),
    get_strategy=strategy,
)
library = FastAPIUsers[User, UUID](users, [backend])
signed_in = library.current_user(active=True)


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    """Make the tables."""
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    yield
    await engine.dispose()


app = FastAPI(lifespan=lifespan)
app.include_router(library.get_auth_router(backend))
app.include_router(
    library.get_register_router(schemas.BaseUser[UUID], schemas.BaseUserCreate)
)


@app.get("/me")
async def me(user: Annotated[User, Depends(signed_in)]) -> schemas.BaseUser[UUID]:
    """Return the signed-in user."""
    return schemas.BaseUser[UUID].model_validate(user)
