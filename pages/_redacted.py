"""The first messages between Streamlit and the browser of a visitor who is not signed in. Checks the browser's, and
removes from Streamlit's what the visitor must not learn: the program's path, its platform and the installation id."""

from google.protobuf.message import DecodeError
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg


def is_beginning(message: bytes) -> bool:
    """Whether this is the first message of Streamlit's own script: a request for a page."""
    try:
        return BackMsg.FromString(message).WhichOneof("type") == "rerun_script"
    except DecodeError:
        return False


# What the sign-in page sends. Others are refused: "clear_cache", for one, would empty the caches for everybody.
_OF_LOGIN = {"rerun_script", "stop_script", "app_heartbeat", "load_git_info"}


def is_of_login(message: bytes) -> bool:
    """Whether sign-in needs this message. Unreadable messages pass, because Streamlit itself refuses them."""
    try:
        return BackMsg.FromString(message).WhichOneof("type") in _OF_LOGIN
    except DecodeError:
        return True


def redacted(message: bytes) -> bytes:
    """The message as a browser may see it without signing in: only "new_session" messages are changed."""
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
