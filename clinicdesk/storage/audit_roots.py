"""Bring the chain under the root it should have: what only somebody who holds the roots can do."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from clinicdesk.domain.roles import Principal
from clinicdesk.storage import audit
from clinicdesk.storage.audit_check import keys_from_roots


def follow(
    session: Session, principal: Principal, roots: Mapping[int, bytes], at: datetime
) -> None:
    """Begin the chain, or go on under the newest root; put back a key that was lost or exchanged.

    roots: every one there ever was, by its number. Each has its place in the chain, so that none
    can be left out of it.
    """
    known = audit.epochs(session)
    newest = known[-1] if known else None
    key = keys_from_roots(known, roots).get(newest.number) if newest else None
    if newest and key and newest.key != key:
        audit.put_back(session, principal, key, at)
    for root in range(newest.root + 1 if newest else 1, max(roots, default=0) + 1):
        audit.begin_root(session, principal, root, roots[root], at)


def is_due(session: Session, roots: Mapping[int, bytes]) -> bool:
    """Whether `follow` has something to do."""
    known = audit.epochs(session)
    if not known or known[-1].root < max(roots, default=0):
        return bool(roots)
    key = keys_from_roots(known, roots).get(known[-1].number)
    return key is not None and key != known[-1].key
