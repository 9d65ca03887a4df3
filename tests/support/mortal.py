"""A keyring, and a run of `rotate_keys`, that die as the power fails: SIGKILL at the step named by DIE_AT."""

from __future__ import annotations

import os
import signal

from vault.keyring import DirectoryKeyring


def perhaps_die(step: str) -> None:
    if os.environ.get("DIE_AT") == step:
        os.kill(os.getpid(), signal.SIGKILL)


class MortalKeyring(DirectoryKeyring):
    def put(self, name: str, secret: bytes) -> None:
        perhaps_die("before-put")
        super().put(name, secret)
        perhaps_die("after-put")

    def replace(self, name: str, note: bytes) -> None:
        perhaps_die("before-mirror")
        super().replace(name, note)
        perhaps_die("after-mirror")

    def destroy(self, name: str) -> None:
        perhaps_die("before-destroy")
        if os.environ.get("DIE_AT") == "during-destroy":
            os.truncate(self.directory / name, 0)
            perhaps_die("during-destroy")
        super().destroy(name)
        perhaps_die("after-destroy")


def main() -> None:
    import django
    from django.core.management import call_command
    from django.db import connection

    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()

    def dying(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        result = execute(sql, params, many, context)
        if sql.startswith("UPDATE vault_wrappedkey"):
            perhaps_die("before-commit")
        return result

    with connection.execute_wrapper(dying):
        call_command("rotate_keys")
