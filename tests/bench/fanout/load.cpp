// A load generator that speaks three dialects over raw non-blocking sockets, so that peers are measured by one program:
//   fanout_load DIALECT PORT CLIENTS TYPISTS RATE SECONDS [SERVER_PID] < tokens
// DIALECT is atelier, hocuspocus or limit. Each typist inserts one marked word per keystroke message ("~", typist, number)
// into one rich text, from a schedule; latency counts from the scheduled moment to the arrival at every client, so a
// generator or server that falls behind is seen. Every client must get every word exactly as often as it was typed.
// Prints one JSON line.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "dialect.hpp"

namespace fanout {
namespace {

using Clock = std::chrono::steady_clock;

double now_ms() {
  return std::chrono::duration<double, std::milli>(Clock::now().time_since_epoch()).count();
}

struct Client {
  int fd = -1;
  std::string in;
  std::string out;
  bool open = false;   // upgraded
  bool ready = false;  // has the text
  std::unique_ptr<Dialect> dialect;
  std::vector<bool> seen;  // word typed by typist t, number n: t * words + n
  std::size_t words = 0;
};

struct Plan {
  std::string dialect;
  int port = 0;
  std::size_t clients = 0, typists = 0;
  double rate = 0, seconds = 0;
  int pid = 0;
  std::size_t words() const { return static_cast<std::size_t>(rate * seconds); }
};

double cpu_seconds(int pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text((std::istreambuf_iterator<char>(file)), {});
  const std::size_t end = text.rfind(')');
  if (end == std::string::npos) return 0;
  double user = 0, system = 0;
  if (std::sscanf(text.c_str() + end + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lf %lf", &user, &system) != 2) return 0;
  return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

long rss_kib(int pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("VmRSS:")) return std::atol(line.c_str() + 6);
  }
  return 0;
}

class Load {
 public:
  Load(Plan plan, std::vector<std::string> tokens) : plan_(std::move(plan)), tokens_(std::move(tokens)) {}

  int run() {
    epoll_ = epoll_create1(0);
    const long rss_before = plan_.pid ? rss_kib(plan_.pid) : 0;
    clients_.resize(plan_.clients);
    if (!connect_all()) return 2;
    const long rss_after = plan_.pid ? rss_kib(plan_.pid) : 0;
    prepare();
    type();
    report(rss_before, rss_after);
    return complete() ? 0 : 1;
  }

 private:
  bool connect_all() {
    for (std::size_t i = 0; i < clients_.size(); ++i) {
      Client& client = clients_[i];
      client.dialect = make_dialect(plan_.dialect, i);
      client.seen.resize(plan_.typists * plan_.words());
      client.fd = socket(AF_INET, SOCK_STREAM, 0);
      sockaddr_in address{};
      address.sin_family = AF_INET;
      address.sin_port = htons(static_cast<std::uint16_t>(plan_.port));
      address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      if (connect(client.fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
        std::perror("fanout_load: connect");
        return false;
      }
      const int one = 1;
      setsockopt(client.fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.u64 = i;
      epoll_ctl(epoll_, EPOLL_CTL_ADD, client.fd, &event);
      write_out(client, "GET " + client.dialect->path() + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(plan_.port) +
                            "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
                            (i < tokens_.size() ? "Authorization: Bearer " + tokens_[i] + "\r\n" : "") + "\r\n");
      const double limit = now_ms() + 10'000;
      while (!client.ready && now_ms() < limit) poll(10);
      if (!client.ready) {
        std::fprintf(stderr, "fanout_load: client %zu did not get the text in 10 s\n", i);
        return false;
      }
    }
    return true;
  }

  void prepare() {
    scheduled_.resize(plan_.typists * plan_.words());
    outgoing_.resize(plan_.typists);
    for (std::size_t t = 0; t < plan_.typists; ++t) outgoing_[t] = clients_[t].dialect->words(t, plan_.words());
  }

  void type() {
    const double start = now_ms() + 200;
    cpu_ = plan_.pid ? cpu_seconds(plan_.pid) : 0;
    std::vector<std::size_t> next(plan_.typists);
    const double interval = 1000.0 / plan_.rate;
    for (std::size_t left = plan_.typists * plan_.words(); left > 0;) {
      const double now = now_ms();
      for (std::size_t t = 0; t < plan_.typists; ++t) {
        const double offset = interval * static_cast<double>(t) / static_cast<double>(plan_.typists);
        while (next[t] < plan_.words()) {
          const double due = start + offset + interval * static_cast<double>(next[t]);
          if (due > now) break;
          scheduled_[t * plan_.words() + next[t]] = due;
          send_frame(clients_[t], outgoing_[t][next[t]++]);
          --left;
        }
      }
      poll(0);
    }
    const double limit = now_ms() + 20'000;
    while (now_ms() < limit && !complete()) poll(5);
    ended_ = now_ms() - start;
    cpu_ = plan_.pid ? cpu_seconds(plan_.pid) - cpu_ : 0;
  }

  bool complete() const {
    const std::size_t all = plan_.typists * plan_.words();
    for (std::size_t i = 0; i < clients_.size(); ++i) {
      if (clients_[i].words < all - (i < plan_.typists ? plan_.words() : 0)) return false;
    }
    return true;
  }

  void poll(int wait) {
    epoll_event events[512];
    const int count = epoll_wait(epoll_, events, 512, wait);
    for (int i = 0; i < count; ++i) {
      Client& client = clients_[events[i].data.u64];
      if (events[i].events & EPOLLOUT) write_out(client, "");
      if (events[i].events & (EPOLLIN | EPOLLHUP)) read_in(client);
    }
  }

  void read_in(Client& client) {
    static char buffer[1 << 18];
    const ssize_t got = recv(client.fd, buffer, sizeof buffer, MSG_DONTWAIT);
    if (got == 0 || (got < 0 && errno != EAGAIN)) {
      std::fprintf(stderr, "fanout_load: the server closed a connection\n");
      std::exit(2);
    }
    if (got < 0) return;
    bytes_ += static_cast<std::uint64_t>(got);
    client.in.append(buffer, static_cast<std::size_t>(got));
    if (!client.open) {
      const std::size_t end = client.in.find("\r\n\r\n");
      if (end == std::string::npos) return;
      if (!client.in.starts_with("HTTP/1.1 101")) {
        std::fprintf(stderr, "fanout_load: no upgrade: %s\n", client.in.substr(0, end).c_str());
        std::exit(2);
      }
      client.in.erase(0, end + 4);
      client.open = true;
      for (const std::string& message : client.dialect->hello()) send_frame(client, message);
    }
    std::size_t at = 0;
    while (take(client, at)) {
    }
    client.in.erase(0, at);
  }

  /// One unmasked frame off client.in at `at`.
  bool take(Client& client, std::size_t& at) {
    const auto byte = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(client.in[at + i])); };
    const std::size_t left = client.in.size() - at;
    if (left < 2) return false;
    std::size_t length = byte(1) & 127, head = 2;
    if (length == 126) {
      if (left < 4) return false;
      length = byte(2) << 8 | byte(3);
      head = 4;
    } else if (length == 127) {
      if (left < 10) return false;
      length = 0;
      for (std::size_t i = 2; i < 10; ++i) length = length << 8 | byte(i);
      head = 10;
    }
    if (left < head + length) return false;
    const std::size_t opcode = byte(0) & 15;
    const std::string_view payload(client.in.data() + at + head, length);
    if (opcode == 9) send_frame(client, std::string(payload), '\x8a');
    if (opcode == 2) received(client, payload);
    at += head + length;
    return true;
  }

  void received(Client& client, std::string_view payload) {
    if (!client.ready) {
      for (const std::string& message : client.dialect->answer(payload)) send_frame(client, message);
      client.ready = client.dialect->ready();
      return;
    }
    const double now = now_ms();
    for (std::size_t i = payload.find('~'); i != std::string_view::npos; i = payload.find('~', i + 1)) {
      const auto word = read_word(payload.substr(i));
      if (!word || word->typist >= plan_.typists || word->number >= plan_.words()) continue;
      const std::size_t index = word->typist * plan_.words() + word->number;
      if (&client == &clients_[word->typist] || client.seen[index]) continue;
      client.seen[index] = true;
      ++client.words;
      const bool editor = &client < &clients_[plan_.typists];
      (editor ? editor_ms_ : viewer_ms_).push_back(static_cast<float>(now - scheduled_[index]));
    }
  }

  void send_frame(Client& client, const std::string& payload, char opcode = '\x82') {
    std::string frame(1, opcode);
    if (payload.size() < 126) {
      frame.push_back(static_cast<char>(payload.size() | 128));
    } else {
      frame.push_back(static_cast<char>(126 | 128));
      frame.push_back(static_cast<char>(payload.size() >> 8));
      frame.push_back(static_cast<char>(payload.size() & 255));
    }
    frame.append(4, '\0');  // a mask of zeros is a mask
    write_out(client, frame + payload);
  }

  void write_out(Client& client, const std::string& bytes) {
    client.out += bytes;
    const ssize_t sent = send(client.fd, client.out.data(), client.out.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent > 0) client.out.erase(0, static_cast<std::size_t>(sent));
    epoll_event event{};
    event.events = client.out.empty() ? EPOLLIN : EPOLLIN | EPOLLOUT;
    event.data.u64 = static_cast<std::uint64_t>(&client - clients_.data());
    epoll_ctl(epoll_, EPOLL_CTL_MOD, client.fd, &event);
  }

  static double percentile(std::vector<float>& values, double share) {
    if (values.empty()) return 0;
    const auto at = values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), at, values.end());
    return static_cast<double>(*at);
  }

  void report(long rss_before, long rss_after) {
    const std::size_t delivered = editor_ms_.size() + viewer_ms_.size();
    std::vector<float> all = editor_ms_;
    all.insert(all.end(), viewer_ms_.begin(), viewer_ms_.end());
    std::printf("{\"dialect\":\"%s\",\"clients\":%zu,\"typists\":%zu,\"rate\":%g,\"complete\":%s,\"delivered\":%zu,"
                "\"delivered_per_s\":%.0f,\"p50_ms\":%.2f,\"p99_ms\":%.2f,\"editors_p50_ms\":%.2f,\"editors_p99_ms\":%.2f,"
                "\"cpu_us_per_delivered\":%.2f,\"bytes_per_delivered\":%.1f,\"kib_per_connection\":%.1f}\n",
                plan_.dialect.c_str(), plan_.clients, plan_.typists, plan_.rate, complete() ? "true" : "false", delivered,
                static_cast<double>(delivered) / (ended_ / 1000), percentile(all, 0.5), percentile(all, 0.99),
                percentile(editor_ms_, 0.5), percentile(editor_ms_, 0.99),
                delivered ? cpu_ * 1e6 / static_cast<double>(delivered) : 0.0,
                delivered ? static_cast<double>(bytes_) / static_cast<double>(delivered) : 0.0,
                static_cast<double>(rss_after - rss_before) / static_cast<double>(plan_.clients));
  }

  Plan plan_;
  std::vector<std::string> tokens_;
  std::vector<Client> clients_;
  std::vector<std::vector<std::string>> outgoing_;
  std::vector<double> scheduled_;
  std::vector<float> editor_ms_, viewer_ms_;
  std::uint64_t bytes_ = 0;
  double ended_ = 0, cpu_ = 0;
  int epoll_ = -1;
};

}  // namespace
}  // namespace fanout

int main(int argc, char** argv) {
  if (argc < 7) {
    std::fprintf(stderr, "usage: fanout_load atelier|hocuspocus|limit PORT CLIENTS TYPISTS RATE SECONDS [SERVER_PID] < tokens\n");
    return 2;
  }
  fanout::Plan plan{argv[1], std::atoi(argv[2]), std::strtoul(argv[3], nullptr, 10), std::strtoul(argv[4], nullptr, 10),
                    std::atof(argv[5]), std::atof(argv[6]), argc > 7 ? std::atoi(argv[7]) : 0};
  std::vector<std::string> tokens;
  if (plan.dialect == "atelier") {
    for (std::string token; std::getline(std::cin, token);) tokens.push_back(token);
  }
  return fanout::Load(std::move(plan), std::move(tokens)).run();
}
