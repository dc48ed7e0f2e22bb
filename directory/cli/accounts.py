"""`flask --app wsgi accounts …`: the first people who moderate and operate are made here, and nowhere else.

There is no default password: whoever is made gets a link, once, to choose one.
"""

from __future__ import annotations

import json
from datetime import datetime

import click
from flask import Flask
from flask.cli import AppGroup
from flask_security.recoverable import generate_reset_password_token
from sqlalchemy import select

from directory import audit, clock
from directory.accounts import accounts
from directory.extensions import db
from directory.links import site_link
from directory.models.account import Account
from directory.rules.vocabulary import Role

OPERATOR = "operator at the command line"
ROLES = click.Choice([role.value for role in Role])

commands = AppGroup("accounts", help="People who sign in.")


def init_app(app: Flask) -> None:
    app.cli.add_command(commands)


@commands.command("create")
@click.argument("email")
@click.option("--role", "roles", type=ROLES, multiple=True, help="May be given more than once.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def create(email: str, roles: tuple[str, ...], as_json: bool) -> None:
    """Make an account and print a link by which its owner chooses a password, within four hours, once."""
    at = clock.utc_now()
    try:
        account = accounts.create_account(db.session(), email, roles=tuple(Role(role) for role in roles), at=at)
    except ValueError as problem:
        raise click.ClickException(str(problem)) from problem
    _log(account, "account created", at=at)
    db.session.commit()
    _tell(account, link=_password_link(account), as_json=as_json)


@commands.command("role")
@click.argument("email")
@click.argument("role", type=ROLES)
@click.option("--take", is_flag=True, help="Take the role away instead. It ends the account's sessions.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def change_role(email: str, role: str, take: bool, as_json: bool) -> None:
    """Let an account act as ROLE."""
    account, at = _named(email), clock.utc_now()
    change = accounts.take_role if take else accounts.give_role
    change(db.session(), account, Role(role))
    _log(account, "role taken" if take else "role given", at=at)
    db.session.commit()
    _tell(account, as_json=as_json)


@commands.command("password-link")
@click.argument("email")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def password_link(email: str, as_json: bool) -> None:
    """Print a link by which the account's owner chooses a new password, within four hours, once."""
    account = _named(email)
    _log(account, "password link printed", at=clock.utc_now())
    db.session.commit()
    _tell(account, link=_password_link(account), as_json=as_json)


@commands.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def list_accounts(as_json: bool) -> None:
    """Who acts for the site: everybody with a role."""
    people = [account for account in db.session.scalars(select(Account).order_by(Account.email)) if account.roles]
    if as_json:
        print(json.dumps([_as_json(account) for account in people]))
        return
    for account in people:
        print(f"{account.email}  {', '.join(sorted(role.name for role in account.roles))}")


def _named(email: str) -> Account:
    account = accounts.find_account(db.session(), email)
    if account is None:
        raise click.ClickException(f"nobody has an account with the address {email}")
    return account


def _log(account: Account, action: str, *, at: datetime) -> None:
    after = {"roles": sorted(role.name for role in account.roles)}
    audit.record(db.session(), actor=OPERATOR, action=action, subject=f"account:{account.id}", after=after, at=at)


def _password_link(account: Account) -> str:
    return site_link("security.reset_password", token=generate_reset_password_token(account))  # type: ignore[no-untyped-call]


def _as_json(account: Account) -> dict[str, object]:
    return {"email": account.email, "roles": sorted(role.name for role in account.roles)}


def _tell(account: Account, *, link: str = "", as_json: bool) -> None:
    if as_json:
        print(json.dumps({**_as_json(account), **({"password_link": link} if link else {})}))
        return
    roles = ", ".join(sorted(role.name for role in account.roles)) or "no role"
    print(f"{account.email}: {roles}")
    if link:
        print(f"To choose a password, within four hours: {link}")
