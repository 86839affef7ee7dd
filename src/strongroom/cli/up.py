"""``strongroom up``: start a server and keep it running."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from strongroom.claims import bundled_profiles
from strongroom.server import (
    LOCAL_NAMES,
    LOOPBACK,
    AppName,
    Installation,
    Options,
    Say,
    find_product,
    serve,
)

from .parameters import Number, data_option, json_option


MOST_WORKERS = 16
EVERYWHERE = "0.0.0.0"  # noqa: S104 - only when the operator names a public host.

_port = Number(1, 65_535)
_file = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@data_option
@click.option(
    "--profile",
    default="default",
    show_default=True,
    metavar="NAME",
    help="The policy and the security page: a bundled name, or your own folder.",
)
@click.option(
    "--host",
    default="localhost",
    show_default=True,
    metavar="NAME",
    help="The name under which browsers reach the server.",
)
@click.option(
    "--bind",
    metavar="ADDRESS",
    help="Where to listen.  [default: this machine only, or everywhere with --host]",
)
@click.option(
    "--port", type=_port, default=8443, show_default=True, help="The server, by HTTPS."
)
@click.option(
    "--http-port",
    type=_port,
    default=8080,
    show_default=True,
    help="Plain HTTP, which only redirects to HTTPS.",
)
@click.option(
    "--admin-port",
    type=_port,
    default=9443,
    show_default=True,
    help="The operator's pages, for this machine only.",
)
@click.option(
    "--workers",
    type=Number(1, MOST_WORKERS),
    default=2,
    show_default=True,
    help="So many processes answer.",
)
@click.option("--tls-certificate", type=_file, help="Your certificate, with its chain.")
@click.option("--tls-key", type=_file, help="The key for it.")
@click.option(
    "--app",
    metavar="MODULE:NAME",
    help="Your own ASGI app, to be guarded and proved with the rest.",
)
@json_option
def up(**given: Any) -> None:
    r"""Start a server and keep it running.

    Everything it needs is made in the data folder: keys, a certificate of its own
    authority, a Postgres. To use your own Postgres, set DATABASE_URL to the URL of a
    role that may create roles.

    \b
        strongroom up
        strongroom up --profile monqez --data /var/lib/strongroom
        strongroom up --host example.com --port 443 --http-port 80 \
            --tls-certificate fullchain.pem --tls-key privkey.pem
        strongroom up --app examples.notes:notes
        DATABASE_URL=postgresql://owner:…@db/app?sslmode=verify-full strongroom up

    Ctrl-C stops it, after the requests under way are answered.
    """
    as_json = given.pop("as_json")
    options = options_of(**given)
    find_product(options)  # An app that cannot be loaded is told before all else.
    with _progress(quiet=as_json) as say:
        show = tell_program if as_json else tell_person

        def on_ready(installation: Installation) -> None:
            say("")
            show(installation)

        def warn(words: str) -> None:
            say("")
            click.echo(words, err=True)

        asyncio.run(serve(options, say, on_ready, warn))


def options_of(
    *,
    data: Path,
    profile: str,
    host: str,
    bind: str | None,
    tls_certificate: Path | None,
    tls_key: Path | None,
    app: str | None,
    **ports_and_workers: int,
) -> Options:
    """Return what was asked for, with paths that hold in every folder.

    Raises:
        UsageError: a certificate without its key, or a key without its certificate.

    """
    if (tls_certificate is None) != (tls_key is None):
        message = "--tls-certificate and --tls-key belong together."
        raise click.UsageError(message)
    own_folder = profile not in bundled_profiles()
    return Options(
        data=str(data.resolve()),
        profile=str(Path(profile).resolve()) if own_folder else profile,
        host=host.lower(),
        bind=bind or (LOOPBACK if host in LOCAL_NAMES else EVERYWHERE),
        tls_certificate=str(tls_certificate.resolve()) if tls_certificate else None,
        tls_key=str(tls_key.resolve()) if tls_key else None,
        app=AppName(name=app, folder=str(Path.cwd())) if app else None,
        database="external" if os.environ.get("DATABASE_URL") else "embedded",
        **ports_and_workers,
    )


def tell_program(installation: Installation) -> None:
    """Write one line of JSON to standard output."""
    click.echo(msgspec.json.encode({"ready": True, **facts(installation)}).decode())


def tell_person(installation: Installation) -> None:
    """Write a short block to standard output."""
    told = facts(installation)
    add = "strongroom operators add EMAIL --by NAME"
    table = Table.grid(padding=(0, 2))
    for name, value in (
        ("Address", told["url"]),
        ("Security page", told["security_url"]),
        ("Operators", f"{told['admin_url']}/admin  (from this machine)"),
        ("", f"Add one: {add}"),
        ("Mail", f"{told['outbox_url']}  (from this machine)"),
        ("Authority", told["ca"] or "your own certificate is served"),
        ("Data", told["data"]),
    ):
        table.add_row(Text(name, "dim"), Text(str(value)))
    console = Console(soft_wrap=True, highlight=False)
    console.print()
    console.print(Text(f"{installation.service_name} is open.", "bold green"))
    console.print(table)
    if told["ca"]:
        words = "Browsers ask before they trust a new authority; trust its file once."
        console.print(Text(words, "dim"))
    console.print(Text("Ctrl-C stops it.", "dim"))
    console.print()


def facts(installation: Installation) -> dict[str, Any]:
    """Return where everything is."""
    options, authority = installation.options, installation.certificate_authority
    return {
        "url": options.public_url,
        "security_url": f"{options.public_url}/security",
        "outbox_url": f"{options.admin_url}/outbox",
        "admin_url": options.admin_url,
        "http_url": options.redirecting_url,
        "ca": str(authority) if authority else None,
        "data": options.data,
        "profile": installation.profile.name,
        "pid": os.getpid(),
    }


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Say]:
    """Lend a way to say what is going on, seen only at a terminal."""
    console = Console(stderr=True)
    with console.status("Starting", spinner="dots") as status:
        if quiet or not console.is_terminal:
            status.stop()

        def say(words: str) -> None:
            if quiet or not console.is_terminal:
                return
            if words:
                status.update(words)
                status.start()
            else:
                status.stop()

        yield say
