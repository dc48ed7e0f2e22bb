"""What Flask-Security's pages say, in our words: what to do, never whether somebody has an account. (text, tone)"""

from __future__ import annotations

MESSAGES = {
    "CONFIRM_REGISTRATION": (
        "We have sent a mail to %(email)s. Follow the link in it to confirm the address, then sign in.",
        "success",
    ),
    "CONFIRMATION_REQUEST": (
        "If %(email)s has an account that is not confirmed yet, a new link is on its way to it.",
        "success",
    ),
    "PASSWORD_RESET_REQUEST": (
        "If %(email)s has an account, a link to choose a new password is on its way to it.",
        "success",
    ),
    "GENERIC_AUTHN_FAILED": (
        "The address or the password is not right, or the address is not confirmed yet.",
        "problem",
    ),
    "EMAIL_CONFIRMED": ("Your address is confirmed. Sign in to find your listing.", "success"),
    "ALREADY_CONFIRMED": ("That address is confirmed already. Sign in.", "info"),
    "CONFIRMATION_EXPIRED": ("That link was good for %(within)s. Ask for a new one below.", "caution"),
    "INVALID_CONFIRMATION_TOKEN": ("That link is not complete or was used before. Ask for a new one below.", "caution"),
    "PASSWORD_RESET_EXPIRED": ("That link was good for %(within)s. Ask for a new one below.", "caution"),
    "INVALID_RESET_PASSWORD_TOKEN": (
        "That link is not complete or was used before. Ask for a new one below.",
        "caution",
    ),
    "PASSWORD_RESET_NO_LOGIN": ("Your password is changed. Sign in with the new one.", "success"),
    "PASSWORD_CHANGE": ("Your password is changed, and other devices are signed out.", "success"),
    "PASSWORD_INVALID_LENGTH": (
        "Choose at least %(length)s characters. Several words that nobody would put together are easy to remember.",
        "problem",
    ),
    "PASSWORD_NOT_PROVIDED": ("Enter a password.", "problem"),
    "RETYPE_PASSWORD_MISMATCH": ("Enter the same password in both boxes.", "problem"),
    "EMAIL_NOT_PROVIDED": ("Enter your e-mail address.", "problem"),
    "INVALID_EMAIL_ADDRESS": ("Enter an e-mail address such as name@practice.example.", "problem"),
    "INVALID_PASSWORD": ("That is not your current password.", "problem"),
    "PASSWORD_IS_THE_SAME": ("Choose a password that you do not have now.", "problem"),
    "CHANGE_EMAIL_SENT": (
        "A mail is on its way to %(email)s. The address changes when its link is followed.",
        "success",
    ),
    "CHANGE_EMAIL_CONFIRMED": ("Your address is changed.", "success"),
    "UNAUTHENTICATED": ("Sign in to see that page.", "info"),
    "REAUTHENTICATION_REQUIRED": ("Enter your password once more before changing this.", "info"),
}
