"""Answers from workers to pages that wait for them. A page takes an answer once; one that nobody takes is deleted."""

import json
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session


def save(session: Session, user_id: int, job: str, answer: Any) -> None:
    """Save an answer as JSON; it replaces an earlier one to the same job."""
    session.execute(
        text(
            "INSERT INTO worker_answers (user_id, job, answer) VALUES (:u, :j, CAST(:a AS jsonb)) "
            "ON CONFLICT (user_id, job) DO UPDATE SET answer = excluded.answer, made_at = now()"
        ),
        {"u": user_id, "j": job, "a": json.dumps(answer)},
    )


def take(session: Session, user_id: int, job: str) -> Any:
    """Remove and return the answer to a job; None if there is none."""
    found = text("DELETE FROM worker_answers WHERE user_id = :u AND job = :j RETURNING answer")
    return session.scalar(found, {"u": user_id, "j": job})


def has(session: Session, user_id: int, job: str) -> bool:
    """Whether there is an answer to a job."""
    query = text("SELECT 1 FROM worker_answers WHERE user_id = :u AND job = :j")
    return session.scalar(query, {"u": user_id, "j": job}) is not None


def forget_old(session: Session) -> None:
    """Delete answers that nobody has taken for a day."""
    session.execute(text("DELETE FROM worker_answers WHERE made_at < now() - interval '1 day'"))
