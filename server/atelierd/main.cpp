#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/program_options.hpp>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>

#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "gateway/access.hpp"
#include "gateway/api.hpp"
#include "gateway/host.hpp"
#include "gateway/limits.hpp"
#include "gateway/note.hpp"
#include "gateway/redis_registry.hpp"
#include "gateway/registry.hpp"
#include "gateway/server.hpp"
#include "gateway/system.hpp"
#include "timeline/memory_log.hpp"
#include "timeline/redis/redis_log.hpp"
#include "timeline/sqlite/sqlite_log.hpp"

namespace {

namespace asio = boost::asio;
namespace options = boost::program_options;
using namespace atelier;

constexpr int exit_usage = 2;
constexpr int exit_data = 3;
constexpr int exit_listen = 4;
constexpr std::chrono::milliseconds drain_patience{5'000};

struct Flags {
  std::string address, port;
  std::filesystem::path data;
  std::string store;
  std::optional<gateway::RedisPlace> redis, redis_registry, redis_keys;
};

/// The flags, or the exit code after what there was to say has been said.
std::expected<Flags, int> read_flags(int count, char** arguments) {
  options::options_description known("atelierd: the server of live workshops.\n\n  atelierd --listen HOST:PORT --data DIR\n\nOptions");
  known.add_options()("listen", options::value<std::string>()->default_value("127.0.0.1:8080"), "HOST:PORT; port 0 picks a free one")(
      "data", options::value<std::string>(), "folder of the meetings; made if it is missing. The token for creating meetings is "
      "written to DIR/organiser-token at the first start")(
      "store", options::value<std::string>()->default_value("sqlite"), "sqlite, or memory: nothing is kept, for measurements")(
      "redis", options::value<std::string>(), "redis://HOST:PORT or unix:PATH: meetings live in this Redis, shared by all nodes that "
      "name it; also the registry of people, unless --redis-registry says another")(
      "redis-registry", options::value<std::string>(), "a Redis of its own for people, tokens and join codes")(
      "redis-keys", options::value<std::string>(), "a Redis of its own for the keys of sealed votes; without it they are in DIR, and "
      "only the node that opened a vote can open its ballots")(
      "help", "this text")("version", "which version this is");
  options::variables_map given;
  try {
    options::store(options::parse_command_line(count, arguments, known), given);
  } catch (const options::error& error) {
    std::cerr << "atelierd: " << error.what() << ". See atelierd --help.\n";
    return std::unexpected(exit_usage);
  }
  if (given.contains("help")) {
    std::cout << known;
    return std::unexpected(0);
  }
  if (given.contains("version")) {
    std::cout << "atelierd " << ATELIER_VERSION << '\n';
    return std::unexpected(0);
  }
  Flags flags;
  const auto listen = given["listen"].as<std::string>();
  const auto colon = listen.rfind(':');
  if (colon == std::string::npos || !given.contains("data")) {
    std::cerr << "atelierd: --listen takes HOST:PORT and --data a folder. See atelierd --help.\n";
    return std::unexpected(exit_usage);
  }
  flags.address = listen.substr(0, colon);
  if (flags.address.starts_with('[') && flags.address.ends_with(']')) flags.address = flags.address.substr(1, flags.address.size() - 2);
  flags.port = listen.substr(colon + 1);
  flags.data = given["data"].as<std::string>();
  flags.store = given["store"].as<std::string>();
  const std::pair<const char*, std::optional<gateway::RedisPlace>&> places[] = {
      {"redis", flags.redis}, {"redis-registry", flags.redis_registry}, {"redis-keys", flags.redis_keys}};
  for (const auto& [name, place] : places) {
    if (!given.contains(name)) continue;
    place = gateway::read_redis_url(given[name].as<std::string>());
    if (place) continue;
    std::cerr << "atelierd: --" << name << " takes redis://HOST:PORT or unix:PATH.\n";
    return std::unexpected(exit_usage);
  }
  if (!flags.redis_registry) flags.redis_registry = flags.redis;
  if (flags.store != "sqlite" && flags.store != "memory") {
    std::cerr << "atelierd: --store is sqlite or memory.\n";
    return std::unexpected(exit_usage);
  }
  return flags;
}

/// The organiser's token of this server, made at the first start; empty if it can be neither read nor made.
std::string organiser_token(const std::filesystem::path& path, Random& random) {
  std::string token;
  if (std::ifstream file(path); file >> token) return token;
  token = gateway::base64url(random.bytes(32));
  const std::string line = token + "\n";
  const std::string fresh = path.string() + ".new";
  const int file = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0) return {};
  const bool written = ::write(file, line.data(), line.size()) == static_cast<ssize_t>(line.size()) && ::fsync(file) == 0;
  ::close(file);
  return written && ::rename(fresh.c_str(), path.c_str()) == 0 ? token : std::string{};
}

/// As many sockets as the system lets this process have.
void raise_descriptors() {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
}

struct Store {
  std::unique_ptr<timeline::EventLog> log;
  gateway::Api::CopyFile copy_file;
};
Store open_store(const Flags& flags, asio::io_context& io, const Clock& clock, Random& random, const timeline::Post& post);

int serve(const Flags& flags) {
  asio::io_context io(1);
  gateway::SystemClock clock;
  gateway::SystemRandom random;
  const auto registry = flags.redis_registry ? gateway::open_redis_registry(*flags.redis_registry, "atelier:registry")
                                             : gateway::open_sqlite_registry(flags.data / "registry.sqlite3", gateway::limits::lock_patience);
  const auto keys = flags.redis_keys ? gateway::open_redis_registry(*flags.redis_keys, "atelier:keys")
                                     : gateway::open_sqlite_registry(flags.data / "keys.sqlite3", gateway::limits::lock_patience);
  const std::string token = organiser_token(flags.data / "organiser-token", random);
  if (!registry || !keys || token.empty()) {
    std::cerr << "atelierd: cannot use the folder " << flags.data << ": it must be writable, with free space, and used by no other server"
              << (flags.redis ? "; or a Redis does not answer.\n" : ".\n");
    return exit_data;
  }
  const auto [log, copy_file] = open_store(flags, io, clock, random, [&io](std::function<void()> work) { asio::post(io, std::move(work)); });
  if (!log) return exit_data;
  gateway::RegistryVault vault(*keys);
  gateway::Access access(*registry, random, clock);
  gateway::Round round(io.get_executor());
  gateway::Host host({io, *log, random, clock, vault, round, [&access](const MeetingId& meeting) { return access.names(meeting); }});
  gateway::Api api(host, access, {to_hex(hash(token))}, copy_file);
  gateway::Server server(host, api);

  const auto listening = server.listen(flags.address, flags.port);
  if (!listening) {
    std::cerr << "atelierd: " << listening.error() << ".\n";
    return exit_listen;
  }
  host.open_all([](bool) {});
  asio::signal_set signals(io, SIGTERM, SIGINT);
  signals.async_wait([&](const boost::system::error_code& failed, int) {
    if (!failed) server.drain(drain_patience, [&] { io.stop(); });
  });
  // Only now: who has read the line may send SIGTERM at once.
  std::cout << "listening on http://" << *listening << std::endl;
  while (!io.stopped()) {
    try {
      io.run();
    } catch (const std::exception& error) {
      // A handler's exception ends what it handled, not the process.
      gateway::note("a handler ended: ", error.what());
    }
  }
  return 0;
}

Store open_store(const Flags& flags, asio::io_context& io, const Clock& clock, Random& random, const timeline::Post& post) {
  if (flags.store == "memory") {
    auto store = std::make_shared<timeline::MemoryStore>(random.bytes(16));
    return {std::make_unique<timeline::MemoryLog>(store, clock, post), [](auto, auto, auto then) { then(false); }};
  }
  if (flags.redis) {
    timeline::RedisOptions options;
    options.address = {flags.redis->socket, flags.redis->host, flags.redis->port};
    options.report = [](const std::string& sentence) { gateway::note(sentence); };
    return {std::make_unique<timeline::RedisLog>(std::move(options), io, random), [](auto, auto, auto then) { then(false); }};
  }
  timeline::SqliteOptions options;
  options.directory = flags.data / "meetings";
  options.report = [](const std::string& sentence) { gateway::note(sentence); };
  options.patience = gateway::limits::lock_patience;
  auto log = timeline::SqliteLog::open(std::move(options), clock, random, post);
  if (!log) {
    std::cerr << "atelierd: cannot open " << flags.data / "meetings" << ": " << log.error().message << ".\n";
    return {};
  }
  timeline::SqliteLog& files = **log;
  return {std::move(*log), [&files](const MeetingId& meeting, const std::string& path, std::function<void(bool)> then) {
            files.copy_to(meeting, path, [then = std::move(then)](Result<void, timeline::Errc> copied) { then(copied.has_value()); });
          }};
}

}  // namespace

int main(int count, char** arguments) {
  const auto flags = read_flags(count, arguments);
  if (!flags) return flags.error();
  std::signal(SIGPIPE, SIG_IGN);
  ::umask(S_IRWXG | S_IRWXO);
  raise_descriptors();
  std::error_code failed;
  std::filesystem::create_directories(flags->data, failed);
  if (failed) {
    std::cerr << "atelierd: cannot make the folder " << flags->data << ": " << failed.message() << ".\n";
    return exit_data;
  }
  return serve(*flags);
}
