"""The first messages between Streamlit and a stranger's browser: checks the browser's, and removes from Streamlit's
what a stranger must not learn: the program's path, its platform, and the id of this installation."""

from google.protobuf.message import DecodeError
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg


def is_beginning(message: bytes) -> bool:
    """Whether this is how Streamlit's own script begins: it asks for a page."""
    try:
        return BackMsg.FromString(message).WhichOneof("type") == "rerun_script"
    except DecodeError:
        return False


# What the login's page sends; "clear_cache" for one would empty the caches of everybody.
_OF_LOGIN = {"rerun_script", "stop_script", "app_heartbeat", "load_git_info"}


def is_of_login(message: bytes) -> bool:
    """Whether this is a message that the login needs. What cannot be read is Streamlit's to refuse."""
    try:
        return BackMsg.FromString(message).WhichOneof("type") in _OF_LOGIN
    except DecodeError:
        return True


def redacted(message: bytes) -> bytes:
    """A message for the browser of somebody who is not signed in; anything but the first kind as it is."""
    found = ForwardMsg.FromString(message)
    if found.WhichOneof("type") != "new_session":
        return message
    start = found.new_session
    start.main_script_path = ""
    start.initialize.user_info.Clear()
    version = (
        start.initialize.environment_info.streamlit_version
    )  # the browser's own script has it in its text
    start.initialize.environment_info.Clear()
    start.initialize.environment_info.streamlit_version = version
    return found.SerializeToString()
