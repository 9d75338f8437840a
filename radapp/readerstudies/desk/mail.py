"""E-mail of the desk: plain text, after the transaction, through whatever backend Django is set to."""

import logging
import smtplib

from django.conf import settings
from django.core.mail import EmailMessage

logger = logging.getLogger(__name__)


def is_on() -> bool:
    """Whether this installation names a mail server (EMAIL_URL)."""
    return bool(settings.EMAIL_ON)


def send(to: str, subject: str, text: str) -> bool:
    """Hand one message to the mail server; False where it does not take it (the log says why)."""
    try:
        return EmailMessage(subject, text, settings.DEFAULT_FROM_EMAIL, [to]).send() == 1
    except (OSError, smtplib.SMTPException) as error:
        logger.warning("an e-mail was not sent: %s", error)
        return False


def address(path: str) -> str:
    """A page's address as people outside reach it."""
    return f"{settings.PUBLIC_URL}{path}"
