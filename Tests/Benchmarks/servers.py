"""The two servers that peers need, on loopback ports, as long as a `with` lasts."""

import contextlib
import http.server
import json
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from measuring import Environment

TOKEN = "fake-root"
LOOPBACK = "127.0.0.1"


@contextlib.contextmanager
def doppler_api(values: dict[str, str]) -> Iterator[str]:
    """The address of a service that gives Doppler's answer to who asks for all values."""
    answer = json.dumps(values).encode()

    class Service(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.send_header("ETag", '"fake"')
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_) -> None:
            pass

    with http.server.ThreadingHTTPServer((LOOPBACK, 0), Service) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://{LOOPBACK}:{server.server_port}"
        server.shutdown()


@contextlib.contextmanager
def bao_server(path: str, home: Path) -> Iterator[Environment]:
    """The variables by which OpenBao's CLI finds a development server of its own, in memory."""
    with socket.socket() as free:
        free.bind((LOOPBACK, 0))
        address = f"{LOOPBACK}:{free.getsockname()[1]}"
    program = shutil.which("bao", path=path) or "bao"
    argv = [program, "server", "-dev", "-dev-no-store-token",
            f"-dev-root-token-id={TOKEN}", f"-dev-listen-address={address}"]
    environment = {
        "PATH": "/usr/bin:/bin", "HOME": str(home),
        "BAO_ADDR": f"http://{address}", "BAO_TOKEN": TOKEN,
    }
    server = subprocess.Popen(
        argv, cwd=home, env=environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until_open(server, [program, "status"], environment)
        yield environment
    finally:
        server.terminate()
        server.wait()


def wait_until_open(server: subprocess.Popen, status: list[str], environment: Environment) -> None:
    for _ in range(200):
        if server.poll() is not None:
            break
        if subprocess.run(status, env=environment, capture_output=True).returncode == 0:
            return
        time.sleep(0.1)
    server.terminate()
    sys.exit("bao server -dev does not come up")
