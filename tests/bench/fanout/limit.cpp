// The limit that fan-out is measured against: a bare epoll loop that relays every WebSocket message to all other
// connections, coalesced to one send per connection and loop round (or per tick), with no document, no check and no log.
//   fanout_limit [TICK_MS]   prints its port; ends when stdin ends.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <unordered_map>

namespace {

struct Connection {
  std::string in;
  std::string out;  // what the socket did not take
  bool open = false;
};

std::string accept_key(const std::string& request) {
  static const std::string name = "sec-websocket-key: ";
  for (std::size_t i = 0; i + name.size() < request.size(); ++i) {
    if (strncasecmp(request.data() + i, name.data(), name.size()) != 0) continue;
    const std::size_t end = request.find('\r', i);
    const std::string text = request.substr(i + name.size(), end - i - name.size()) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    unsigned char digest[SHA_DIGEST_LENGTH];
    SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
    char encoded[40];
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded), digest, sizeof digest);
    return encoded;
  }
  return "";
}

void frame(std::string& out, const std::string& payload) {
  out.push_back('\x82');
  if (payload.size() < 126) {
    out.push_back(static_cast<char>(payload.size()));
  } else if (payload.size() < 65536) {
    out.push_back(126);
    out.push_back(static_cast<char>(payload.size() >> 8));
    out.push_back(static_cast<char>(payload.size() & 255));
  } else {
    out.push_back(127);
    for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<char>(payload.size() >> shift & 255));
  }
  out += payload;
}

// Takes one masked frame off `in`; false if it is not complete. Only what our own load generator sends.
bool take(std::string& in, std::string& payload) {
  if (in.size() < 6) return false;
  std::size_t length = static_cast<unsigned char>(in[1]) & 127;
  std::size_t head = 2;
  if (length == 126) {
    if (in.size() < 8) return false;
    length = static_cast<std::size_t>(static_cast<unsigned char>(in[2])) << 8 | static_cast<unsigned char>(in[3]);
    head = 4;
  }
  if (in.size() < head + 4 + length) return false;
  payload.assign(in, head + 4, length);
  for (std::size_t i = 0; i < length; ++i) payload[i] = static_cast<char>(payload[i] ^ in[head + i % 4]);
  in.erase(0, head + 4 + length);
  return true;
}

void flush(int fd, Connection& connection, const std::string& batch, int epoll) {
  connection.out += batch;
  const ssize_t sent = send(fd, connection.out.data(), connection.out.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent > 0) connection.out.erase(0, static_cast<std::size_t>(sent));
  epoll_event event{};
  event.events = connection.out.empty() ? EPOLLIN : EPOLLIN | EPOLLOUT;
  event.data.fd = fd;
  epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event);
}

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

int main(int argc, char** argv) {
  const int tick_ms = argc > 1 ? std::atoi(argv[1]) : 0;
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address);
  socklen_t size = sizeof address;
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  listen(listener, 4096);
  std::printf("listening on http://127.0.0.1:%d\n", ntohs(address.sin_port));
  std::fflush(stdout);

  const int epoll = epoll_create1(0);
  const auto watch = [&](int fd) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
  };
  watch(listener);
  watch(0);
  std::unordered_map<int, Connection> connections;
  std::string batch;  // framed, for everybody
  std::int64_t due = 0;
  epoll_event events[512];
  char buffer[65536];
  std::string payload;
  for (;;) {
    const int wait = batch.empty() ? 1000 : static_cast<int>(std::max<std::int64_t>(0, due - now_ms()));
    const int count = epoll_wait(epoll, events, 512, wait);
    for (int i = 0; i < count; ++i) {
      const int fd = events[i].data.fd;
      if (fd == 0) {
        if (read(0, buffer, sizeof buffer) <= 0) return 0;
        continue;
      }
      if (fd == listener) {
        const int one = 1;
        for (int client; (client = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK)) >= 0;) {
          setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
          connections[client] = {};
          watch(client);
        }
        continue;
      }
      Connection& connection = connections[fd];
      const ssize_t got = recv(fd, buffer, sizeof buffer, 0);
      if (got == 0 || (got < 0 && errno != EAGAIN)) {
        close(fd);
        connections.erase(fd);
        continue;
      }
      if (got > 0) connection.in.append(buffer, static_cast<std::size_t>(got));
      if (!connection.open) {
        const std::size_t end = connection.in.find("\r\n\r\n");
        if (end == std::string::npos) continue;
        flush(fd, connection, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
                                  accept_key(connection.in) + "\r\n\r\n", epoll);
        connection.in.erase(0, end + 4);
        connection.open = true;
      }
      while (take(connection.in, payload)) {
        if (batch.empty()) due = now_ms() + tick_ms;
        frame(batch, payload);
      }
      if (events[i].events & EPOLLOUT) flush(fd, connection, "", epoll);
    }
    if (batch.empty() || now_ms() < due) continue;
    for (auto& [fd, connection] : connections) {
      if (connection.open) flush(fd, connection, batch, epoll);
    }
    batch.clear();
  }
}
