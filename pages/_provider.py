"""The section of the Settings page about the identity provider that people may sign in with."""

import streamlit as st

from milevault_core.accounts import oidc, oidc_settings, vault
from milevault_core.accounts.oidc_settings import Provider
from milevault_core.accounts.rules import Refused
from milevault_core.view import texts
from pages._page import require_admin


def provider_section() -> None:
    st.subheader("Sign in with PocketID", anchor=False)
    now = oidc_settings.current()
    st.caption(
        "PocketID, or another OpenID Connect provider (Keycloak, Authentik …). There, enter this server's address "
        "followed by /oidc/callback as the redirect (callback) address. "
        + ("Set here." if now.is_set_here else "Set by the environment." if now.is_ready else "Not set up.")
    )
    with st.form("provider", border=False):
        issuer = st.text_input("Issuer", now.issuer, placeholder="https://id.example.org")
        client_id = st.text_input("Client ID", now.client_id)
        secret = st.text_input(
            "Client secret", type="password", autocomplete="off",
            placeholder="unchanged" if now.client_secret else "", help="Stored encrypted; it is never shown again.",
        )  # fmt: skip
        label = st.text_input("Name on the button", now.label, max_chars=40)
        creates = st.checkbox(
            "Create accounts for people who sign in for the first time", now.creates_accounts
        )
        group = st.text_input("Only for this group", now.group, max_chars=200)
        with st.container(horizontal=True):
            saved = st.form_submit_button("Save", type="primary")
            back = st.form_submit_button("Reset to the environment's settings", disabled=not now.is_set_here)
    if not (saved or back):
        return
    require_admin()
    if back:
        oidc_settings.reset()
        st.rerun()
    try:
        issuer = issuer.strip().rstrip("/")
        oidc.discover(issuer)
        oidc_settings.save(
            Provider(issuer, client_id.strip(), secret, label.strip() or "PocketID", creates, group.strip())
        )
    except oidc.NotSignedIn as error:
        st.error(texts.plain(f"Nothing was saved: {error} Is the issuer's address right?"))
    except (Refused, vault.NoKey) as error:
        st.error(texts.plain(str(error)))
    else:
        oidc.forget_endpoints()
        st.toast("Saved.", icon=":material/check:")
        st.rerun()
