"""What the server is told; written anew at each start, so no edit lingers.

Guards against reaching it over the network, against signing in without a password,
and against secrets in its log: statements, parameters and error details stay out.
"""

from collections.abc import Mapping


# Scram for everybody, over the socket only; any other way in has no line here.
ACCESS = "local all all scram-sha-256\n"

NETWORK = {
    "listen_addresses": "",
    "unix_socket_directories": "socket",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "password_encryption": "scram-sha-256",
    "allow_alter_system": "off",
}
LOG = {
    "logging_collector": "on",
    "log_directory": "log",
    # One file for each day of the week; each replaces its own of a week ago.
    "log_filename": "postgresql-%a.log",
    "log_file_mode": "0600",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_truncate_on_rotation": "on",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    "log_statement": "none",
    "log_duration": "off",
    "log_min_duration_statement": "-1",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_min_error_statement": "panic",
    # A failed statement's message and detail quote values; the client has both.
    "log_min_messages": "log",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
}
# GMT is built in; UTC would need the system's time zone files, which may be absent.
PLACE = {"timezone": "GMT", "log_timezone": "GMT", "lc_messages": "C"}
MEMORY = {
    "shared_buffers": "128MB",
    "effective_cache_size": "2GB",
    "maintenance_work_mem": "64MB",
    "random_page_cost": "1.1",
    "max_parallel_workers": "2",
    "max_parallel_maintenance_workers": "1",
    "jit": "off",
}
SAFETY = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}

DURABLE = NETWORK | LOG | PLACE | MEMORY | SAFETY
# For a cluster that is thrown away: it may be lost with the machine's power.
THROWAWAY = DURABLE | {
    "shared_buffers": "16MB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


def render(settings: Mapping[str, str]) -> str:
    """Return *settings* as the text of a postgresql.conf."""
    head = "# Written at each start; edits are lost.\n"
    return head + "".join(f"{name} = '{value}'\n" for name, value in settings.items())
