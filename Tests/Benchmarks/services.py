"""The peers that keep values in a service: Doppler, by the file it falls back to, and OpenBao."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from measuring import Command, Environment, check
from peers import SHELL, Age, Fnox, Peer, Sops
from projects import dotenv, values
from servers import bao_server, doppler_api
from tools import Attempt, Tool


class Doppler(Peer):
    name = "doppler, offline"

    def run(self, count: int) -> Attempt:
        folder = self.folder()
        folder.environment["DOPPLER_TOKEN"] = "dp.st.dev." + "fake" * 10
        run = [self.found(), "run", "--no-check-version", "--fallback", "fallback.enc"]
        with doppler_api(values(count)) as address:
            check([*run, "--api-host", address, "--no-liveness-ping", "--", "true"],
                  folder.path, folder.environment)
        argv = [*run, "--fallback-only", "--", "true"]
        return Command(self.name, argv, folder.path, folder.environment)

    def set_one(self, count: int) -> Attempt:
        return self.absent("in its service only")

    add_reader = remove_reader = take_over = set_one


class Bao(Peer):
    """Values as one dotenv text: its server refuses more than 1000 strings in one request."""

    name = "OpenBao"

    def __init__(self, scratch: Path, path: str, program: str, server: Environment):
        self.server = server
        super().__init__(scratch, path, program)
        self.put(
            "policy", "write", "reader", "-",
            text='path "secret/data/*" { capabilities = ["read"] }')

    def put(self, *arguments: str | Path, text: str = "") -> str:
        return check([self.found(), *arguments], self.scratch, self.server, text)

    def stored(self, count: int) -> str:
        """The name under which so many values are there."""
        name = self.home().name
        plain = self.scratch / f"{name}.env"
        plain.write_text(dotenv(count))
        self.put("kv", "put", "-mount=secret", name, f"env=@{plain}")
        return name

    def command(self, script: str, **more) -> Attempt:
        environment = self.server | {"PATH": self.path}
        return Command(self.name, [SHELL, "-c", script], self.scratch, environment, **more)

    def run(self, count: int) -> Attempt:
        read = f"bao kv get -mount=secret -field=env {self.stored(count)}"
        return self.command(f'set -a; eval "$({read})"; exec true')

    def set_one(self, count: int) -> Attempt:
        name = self.stored(count)
        return self.command(
            f"bao kv get -mount=secret -field=env {name}"
            f" | {self.edit} | bao kv put -mount=secret {name} env=-")

    def add_reader(self, count: int) -> Attempt:
        return self.command("bao token create -policy=reader")

    def remove_reader(self, count: int) -> Attempt:
        token = self.scratch / "bob.token"

        def before() -> None:
            token.write_text(
                self.put("token", "create", "-policy=reader", "-field=token"))

        return self.command(f'bao token revoke "$(cat {token})"', before=before)

    def take_over(self, count: int) -> Attempt:
        name = self.stored(count)
        return self.command(f"bao kv put -mount=secret {name} env=@{name}.env")


@contextmanager
def peers(scratch: Path, folder: str | None) -> Iterator[list[Tool]]:
    """Those that are in `folder` or in the path; a server that one needs runs meanwhile."""
    path = os.pathsep.join(filter(None, [folder, os.environ.get("PATH", os.defpath)]))

    def there(program: str) -> bool:
        return shutil.which(program, path=path) is not None

    with ExitStack() as stack:
        tools: list[Tool] = []
        if there("age-keygen"):
            of_age: dict[str, Callable[..., Tool]] = {"age": Age, "sops": Sops, "fnox": Fnox}
            tools += [kind(scratch, path, name) for name, kind in of_age.items() if there(name)]
        if there("doppler"):
            tools.append(Doppler(scratch, path, "doppler"))
        if there("bao"):
            server = stack.enter_context(bao_server(path, scratch))
            tools.append(Bao(scratch, path, "bao", server))
        yield tools
