"""Upload keys for phones and scripts, on the Profile page: created, shown once, revoked."""

import streamlit as st

from milevault_core.accounts import upload_keys
from milevault_core.accounts.account import Account
from milevault_core.store.queries import uploads as queries
from milevault_core.view import dates, texts
from pages._page import require_user, server_address
from pages.parts import confirm


def upload_keys_section(user: Account) -> None:
    with st.container(border=True):
        st.subheader("Upload keys", anchor=False)
        st.caption("With a key, a phone or a script can send files to your account, and do nothing else.")
        if made := st.session_state.pop("made_key", ""):
            address = server_address() or "https://this-server"
            st.success("Here is your key. Copy it now: it is not shown again.")
            st.code(made, language=None)
            call = f'curl -H "Authorization: Bearer {made}" -F file=@ride.fit {address}/api/upload'
            st.code(call, language="bash", wrap_lines=True)
        for key in queries.tokens(user.id).itertuples():
            with st.container(horizontal=True, vertical_alignment="center"):
                used = dates.day_time(key.last_used_at, user.time_zone) if key.last_used_at == key.last_used_at and (
                    key.last_used_at is not None
                ) else "never"  # fmt: skip
                st.markdown(f"**{texts.plain(key.label)}**", width="stretch")
                st.caption(f"last used: {used}")
                what = "Apps that use this key can no longer send files."
                if confirm("Revoke", what, "Revoke the key", f"revoke-{key.id}", ":material/key_off:"):
                    upload_keys.revoke(require_user().id, int(key.id))
                    st.rerun()
        with st.form("new_key", clear_on_submit=True, border=False):
            label = st.text_input("What is it for?", placeholder="My phone", max_chars=80)
            if st.form_submit_button("Create a key", icon=":material/key:"):
                try:
                    st.session_state["made_key"] = upload_keys.make(require_user().id, label)
                    st.rerun()
                except ValueError as error:
                    st.error(str(error))
