"""A load balancer that knows nothing: every new connection goes to the next of its servers."""
import socket
import threading
import urllib.parse


class Balancer:
    def __init__(self, urls):
        self.targets = [(urllib.parse.urlsplit(url).hostname, urllib.parse.urlsplit(url).port) for url in urls]
        self.taken = [0] * len(urls)
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.url = "http://127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()

    def _accept(self):
        turn = 0
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            target = turn % len(self.targets)
            turn += 1
            self.taken[target] += 1
            server = socket.create_connection(self.targets[target])
            for one in (client, server):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for source, sink in ((client, server), (server, client)):
                threading.Thread(target=self._copy, args=(source, sink), daemon=True).start()

    @staticmethod
    def _copy(source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
        except OSError:
            pass
        for one in (source, sink):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
