#include <hiredis/hiredis.h>

#include <charconv>
#include <chrono>

#include "gateway/note.hpp"
#include "gateway/redis_registry.hpp"

namespace atelier::gateway {
namespace {

constexpr timeval answer_within{2, 0};

struct Free {
  void operator()(redisContext* context) const { redisFree(context); }
  void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
using Context = std::unique_ptr<redisContext, Free>;
using Answer = std::unique_ptr<redisReply, Free>;
using Words = std::vector<std::string>;

/// All entries in one hash, their keys once more in a sorted set for prefixes; both carry one hash tag.
class RedisRegistry final : public Registry {
 public:
  RedisRegistry(RedisPlace place, std::string space)
      : place_(std::move(place)), entries_(space + ":{r}:entries"), keys_(space + ":{r}:keys") {}

  bool write(const std::vector<Change>& changes) override {
    std::vector<Words> commands{{"MULTI"}};
    for (const auto& change : changes) {
      if (change.value) {
        commands.push_back({"HSET", entries_, change.key, *change.value});
        commands.push_back({"ZADD", keys_, "0", change.key});
      } else {
        commands.push_back({"HDEL", entries_, change.key});
        commands.push_back({"ZREM", keys_, change.key});
      }
    }
    commands.push_back({"EXEC"});
    Answer last;
    for (const auto& command : commands) {
      last = ask(command);
      if (!last) return false;
    }
    return last->type == REDIS_REPLY_ARRAY;
  }

  std::optional<std::string> read(std::string_view key) override {
    const Answer answer = ask({"HGET", entries_, std::string(key)});
    if (!answer || answer->type != REDIS_REPLY_STRING) return std::nullopt;
    return std::string(answer->str, answer->len);
  }

  std::vector<std::pair<std::string, std::string>> list(std::string_view prefix) override {
    std::vector<std::pair<std::string, std::string>> found;
    const std::string from = "[" + std::string(prefix);
    const Answer answer = ask({"ZRANGEBYLEX", keys_, from, from + "\xff"});
    if (!answer || answer->type != REDIS_REPLY_ARRAY) return found;
    for (std::size_t at = 0; at < answer->elements; ++at) {
      std::string key(answer->element[at]->str, answer->element[at]->len);
      if (auto value = read(key)) found.emplace_back(std::move(key), std::move(*value));
    }
    return found;
  }

  bool reachable() { return ask({"PING"}) != nullptr; }

 private:
  /// The answer, or nothing if Redis does not give one (then the next call connects again).
  Answer ask(const Words& words) {
    if (!context_ && !connect()) return nullptr;
    std::vector<const char*> texts;
    std::vector<std::size_t> sizes;
    for (const auto& word : words) {
      texts.push_back(word.data());
      sizes.push_back(word.size());
    }
    Answer answer(static_cast<redisReply*>(
        redisCommandArgv(context_.get(), static_cast<int>(words.size()), texts.data(), sizes.data())));
    if (!answer || answer->type == REDIS_REPLY_ERROR) {
      note("registry: ", answer ? std::string(answer->str, answer->len) : std::string(context_->errstr));
      if (!answer) context_.reset();
      return nullptr;
    }
    return answer;
  }

  bool connect() {
    context_.reset(place_.socket.empty() ? redisConnectWithTimeout(place_.host.c_str(), place_.port, answer_within)
                                         : redisConnectUnixWithTimeout(place_.socket.c_str(), answer_within));
    if (context_ && context_->err == 0 && redisSetTimeout(context_.get(), answer_within) == REDIS_OK) return true;
    note("registry: cannot reach Redis", context_ ? std::string(": ") + context_->errstr : std::string{});
    context_.reset();
    return false;
  }

  RedisPlace place_;
  std::string entries_, keys_;
  Context context_;
};

}  // namespace

std::optional<RedisPlace> read_redis_url(std::string_view url) {
  RedisPlace place;
  if (url.starts_with("unix:")) {
    place.socket = std::string(url.substr(5));
    return place.socket.empty() ? std::nullopt : std::optional(place);
  }
  if (!url.starts_with("redis://")) return std::nullopt;
  url.remove_prefix(8);
  if (url.ends_with('/')) url.remove_suffix(1);
  const auto colon = url.rfind(':');
  if (const auto host = url.substr(0, colon); !host.empty()) place.host = std::string(host);
  if (colon == std::string_view::npos) return place;
  const auto port = url.substr(colon + 1);
  const auto read = std::from_chars(port.data(), port.data() + port.size(), place.port);
  if (read.ec != std::errc{} || read.ptr != port.data() + port.size() || place.port == 0) return std::nullopt;
  return place;
}

std::unique_ptr<Registry> open_redis_registry(const RedisPlace& place, const std::string& space) {
  auto registry = std::make_unique<RedisRegistry>(place, space);
  if (!registry->reachable()) return nullptr;
  return registry;
}

}  // namespace atelier::gateway
