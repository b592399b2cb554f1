"""Serves an ASGI application on loopback, for the peers that are HTTP servers."""
import socket

import uvicorn


async def serve(app, path, port=0):
    """Prints the address as the first line, then serves until it is ended."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(128)
    # It listens from here on: a connection that comes early waits in the queue.
    print(f"http://127.0.0.1:{listener.getsockname()[1]}{path}", flush=True)
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1)
    await uvicorn.Server(config).serve(sockets=[listener])
