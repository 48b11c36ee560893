#include "timeline/redis/link.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <utility>

#include "timeline/redis/functions.hpp"
#include "timeline/redis/limits.hpp"

namespace atelier::timeline {
namespace {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

/// Keeps the message connection subscribed to something: hiredis 0.14 forgets what it is when nothing is left.
const Bytes nobody = "w:nobody";

const std::vector<Bytes> ask_settings = {"CONFIG",           "GET", "appendonly", "appendfsync",
                                         "maxmemory-policy", "no-appendfsync-on-rewrite"};

Reply lost() {
  Reply reply;
  reply.kind = Reply::Kind::lost;
  return reply;
}

}  // namespace

std::string wrong_settings(const Reply& settings, bool allow_everysec) {
  if (settings.failed()) return "CONFIG GET is not allowed (" + settings.text + "), so nothing can be called durable";
  std::map<Bytes, Bytes> values;
  for (std::size_t i = 0; i + 1 < settings.list.size(); i += 2) values[settings.list[i].text] = settings.list[i + 1].text;
  const std::string end = "; set it in redis.conf (ops/redis.conf) or with CONFIG SET";
  const auto wrong = [&](const Bytes& name, const Bytes& wanted) {
    return "Redis has " + name + " " + values[name] + ", but an acknowledged change is only durable with " + name + " " + wanted + end;
  };
  if (values["appendonly"] != "yes") return wrong("appendonly", "yes");
  if (values["appendfsync"] != "always" && !(allow_everysec && values["appendfsync"] == "everysec"))
    return wrong("appendfsync", "always");
  if (values["no-appendfsync-on-rewrite"] != "no") return wrong("no-appendfsync-on-rewrite", "no");
  if (values["maxmemory-policy"] != "noeviction") return wrong("maxmemory-policy", "noeviction");
  return {};
}

class Link::Core : public std::enable_shared_from_this<Core> {
 public:
  Core(asio::io_context& io, RedisOptions options, Ports ports)
      : io_(io), options_(std::move(options)), ports_(std::move(ports)), reconnect_(io), tick_(io) {}

  void start() {
    connect();
    tick();
  }
  void stop() {
    stopped_ = true;
    reconnect_.cancel();
    tick_.cancel();
    commands_.reset();
    messages_.reset();
  }
  void command(std::vector<Bytes> arguments, Done done, bool durable);
  void subscribe(const Bytes& channel, Done done) {
    if (state_ == State::ready) messages_->subscribe(channel, std::move(done));
  }
  void unsubscribe(const Bytes& channel) {
    if (state_ == State::ready) messages_->unsubscribe(channel);
  }
  void restart(const std::string& why);

 private:
  enum class State { down, preparing, ready };
  struct Waiting {
    std::vector<Bytes> arguments;
    Done done;
    bool durable;
    Clock::time_point until;
  };

  void connect();
  void tick();
  void prepare();
  void judge(const Reply& settings);
  void flush();
  void fail(Done done);
  void say(const std::string& what);
  /// `task` only while this attempt's connections and the link live.
  template <class Task>
  auto guarded(Task task) {
    return [weak = weak_from_this(), attempt = attempt_, task = std::move(task)](const auto&... arguments) {
      if (const auto core = weak.lock(); core && !core->stopped_ && core->attempt_ == attempt) task(*core, arguments...);
    };
  }

  asio::io_context& io_;
  RedisOptions options_;
  Ports ports_;
  asio::steady_timer reconnect_, tick_;
  std::unique_ptr<Connection> commands_, messages_;
  std::deque<Waiting> waiting_;
  State state_ = State::down;
  bool trusted_ = false, stopped_ = false;
  int prepared_ = 0;
  std::uint64_t attempt_ = 0;
  Clock::time_point since_;  ///< of this attempt
  std::chrono::milliseconds pause_ = reconnect_pause_min;
  std::string said_;
};

void Link::Core::connect() {
  ++attempt_;
  state_ = State::preparing;
  since_ = Clock::now();
  prepared_ = 0;
  const auto closed = guarded([](Core& core, const std::string& why) { core.restart(why); });
  commands_ = std::make_unique<Connection>(
      io_, options_.address, Connection::Ports{guarded([](Core& core) { core.prepare(); }), closed, [](auto&, auto&) {}});
  messages_ = std::make_unique<Connection>(
      io_, options_.address,
      Connection::Ports{guarded([](Core& core) {
                          core.messages_->subscribe(nobody, core.guarded([](Core& same, const Reply&) { same.flush(); }));
                        }),
                        closed, guarded([](Core& core, const Bytes& channel, const Bytes& message) {
                          core.ports_.message(channel, message);
                        })});
}

void Link::Core::prepare() {
  commands_->command({"FUNCTION", "LOAD", functions_code}, guarded([](Core& core, const Reply& reply) {
                       if (reply.failed() && reply.text.find("already exists") == Bytes::npos)
                         return core.restart("cannot load the functions: " + reply.text);
                       core.commands_->command(ask_settings, core.guarded([](Core& same, const Reply& settings) {
                         same.judge(settings);
                         same.flush();
                       }));
                     }));
}

void Link::Core::judge(const Reply& settings) {
  if (settings.kind == Reply::Kind::lost) return;
  const std::string wrong = wrong_settings(settings, options_.allow_everysec);
  trusted_ = wrong.empty();
  say(wrong);
}

void Link::Core::say(const std::string& what) {
  if (what != said_ && !what.empty()) options_.report(what);
  said_ = what;
}

/// Called when either connection is prepared: with both, all that waited is sent.
void Link::Core::flush() {
  if (++prepared_ < 2 || state_ == State::ready) return;
  state_ = State::ready;
  pause_ = reconnect_pause_min;
  ports_.ready();
  for (Waiting& waiting : std::exchange(waiting_, {})) command(std::move(waiting.arguments), std::move(waiting.done), waiting.durable);
}

void Link::Core::restart(const std::string& why) {
  say("Redis: " + why);
  ++attempt_;
  state_ = State::down;
  if (commands_)
    for (Done& done : commands_->take_pending()) fail(std::move(done));
  commands_.reset();
  messages_.reset();
  reconnect_.expires_after(pause_);
  pause_ = std::min(pause_ * 2, reconnect_pause_max);
  reconnect_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
    if (const auto core = weak.lock(); core && !core->stopped_ && !error) core->connect();
  });
}

void Link::Core::tick() {
  tick_.expires_after(options_.poll_every);
  tick_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
    const auto core = weak.lock();
    if (!core || core->stopped_ || error) return;
    while (!core->waiting_.empty() && core->waiting_.front().until <= Clock::now()) {
      core->fail(std::move(core->waiting_.front().done));
      core->waiting_.pop_front();
    }
    const bool never_ready = core->state_ == State::preparing && Clock::now() - core->since_ > core->options_.answer_within;
    if (core->state_ != State::down && (never_ready || core->commands_->oldest_wait() > core->options_.answer_within))
      core->restart("no answer within " + std::to_string(core->options_.answer_within.count()) + " ms");
    if (core->state_ == State::ready) {
      core->commands_->command(ask_settings, core->guarded([](Core& same, const Reply& settings) { same.judge(settings); }));
      core->ports_.poll();
    }
    core->tick();
  });
}

void Link::Core::fail(Done done) {
  asio::post(io_, [weak = weak_from_this(), done = std::move(done)] {
    if (const auto core = weak.lock(); core && !core->stopped_) done(lost());
  });
}

void Link::Core::command(std::vector<Bytes> arguments, Done done, bool durable) {
  if (state_ != State::ready) {
    waiting_.push_back({std::move(arguments), std::move(done), durable, Clock::now() + options_.answer_within});
  } else if (durable && !trusted_) {
    fail(std::move(done));
  } else {
    commands_->command(arguments, std::move(done));
  }
}

Link::Link(asio::io_context& io, RedisOptions options, Ports ports)
    : core_(std::make_shared<Core>(io, std::move(options), std::move(ports))) {
  core_->start();
}
Link::~Link() { core_->stop(); }
void Link::command(std::vector<Bytes> arguments, Done done) { core_->command(std::move(arguments), std::move(done), false); }
void Link::write(std::vector<Bytes> arguments, Done done) { core_->command(std::move(arguments), std::move(done), true); }
void Link::subscribe(const Bytes& channel, Done done) { core_->subscribe(channel, std::move(done)); }
void Link::unsubscribe(const Bytes& channel) { core_->unsubscribe(channel); }
void Link::restart(const std::string& why) { core_->restart(why); }

}  // namespace atelier::timeline
