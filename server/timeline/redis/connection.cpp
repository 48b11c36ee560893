#include "timeline/redis/connection.hpp"

#include <hiredis/async.h>
#include <hiredis/hiredis.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <csignal>
#include <deque>
#include <map>
#include <utility>

namespace atelier::timeline {
namespace {

namespace asio = boost::asio;
using Moment = std::chrono::steady_clock::time_point;

Reply value_of(const redisReply* reply) {
  Reply value;
  if (reply == nullptr) {
    value.kind = Reply::Kind::lost;
    return value;
  }
  switch (reply->type) {
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
      value.kind = Reply::Kind::text;
      value.text.assign(reply->str, reply->len);
      break;
    case REDIS_REPLY_ERROR:
      value.kind = Reply::Kind::error;
      value.text.assign(reply->str, reply->len);
      break;
    case REDIS_REPLY_INTEGER:
      value.kind = Reply::Kind::number;
      value.number = reply->integer;
      break;
    case REDIS_REPLY_ARRAY:
      value.kind = Reply::Kind::list;
      value.list.reserve(reply->elements);
      for (std::size_t i = 0; i < reply->elements; ++i) value.list.push_back(value_of(reply->element[i]));
      break;
    default:
      break;
  }
  return value;
}

}  // namespace

/// What hiredis's callbacks reach. It outlives the Connection until hiredis has let go of the socket.
class Connection::Wire : public std::enable_shared_from_this<Wire> {
 public:
  Wire(asio::io_context& io, Ports ports) : ports_(std::move(ports)), socket_(io), io_(io) {}

  void connect(const RedisAddress& address);
  void command(const std::vector<Bytes>& arguments, Done done);
  void subscribe(const Bytes& channel, Done done);
  void unsubscribe(const Bytes& channel);
  void abandon();
  std::vector<Done> take_pending();
  std::chrono::milliseconds oldest_wait() const;

 private:
  void attach();
  void watch_read();
  void watch_write();
  void end(const std::string& why);
  void send(redisCallbackFn* callback, const std::vector<Bytes>& arguments);
  void answered(const redisReply* reply);
  void heard(const redisReply* reply);
  static Wire* of(const redisAsyncContext* context) { return static_cast<Wire*>(context->data); }

  struct Pending {
    Done done;
    Moment since;
  };
  Ports ports_;
  asio::posix::stream_descriptor socket_;
  asio::io_context& io_;
  redisAsyncContext* context_ = nullptr;  ///< null when hiredis has freed it
  std::shared_ptr<Wire> held_;            ///< itself, while hiredis may call
  std::deque<Pending> pending_;
  std::map<Bytes, Done> subscribing_;
  bool reading_ = false, writing_ = false, wants_read_ = false, wants_write_ = false;
  bool abandoned_ = false, ended_ = false;
};

void Connection::Wire::connect(const RedisAddress& address) {
  std::signal(SIGPIPE, SIG_IGN);
  context_ = address.socket.empty() ? redisAsyncConnect(address.host.c_str(), address.port)
                                    : redisAsyncConnectUnix(address.socket.c_str());
  if (context_ == nullptr || context_->err != 0) {
    const std::string why = context_ ? context_->errstr : "out of memory";
    if (context_) redisAsyncFree(std::exchange(context_, nullptr));
    return end(why);
  }
  attach();
}

void Connection::Wire::attach() {
  held_ = shared_from_this();
  context_->data = this;
  socket_.assign(context_->c.fd);
  auto& event = context_->ev;
  event.data = this;
  event.addRead = [](void* wire) { static_cast<Wire*>(wire)->wants_read_ = true, static_cast<Wire*>(wire)->watch_read(); };
  event.delRead = [](void* wire) { static_cast<Wire*>(wire)->wants_read_ = false; };
  event.addWrite = [](void* wire) { static_cast<Wire*>(wire)->wants_write_ = true, static_cast<Wire*>(wire)->watch_write(); };
  event.delWrite = [](void* wire) { static_cast<Wire*>(wire)->wants_write_ = false; };
  event.cleanup = [](void* data) {
    auto* wire = static_cast<Wire*>(data);
    wire->context_ = nullptr;
    wire->socket_.release();  // hiredis closes the descriptor itself
    // The callbacks that are running may be this object's own.
    asio::post(wire->io_, [held = std::move(wire->held_)] {});
  };
  redisAsyncSetConnectCallback(context_, [](const redisAsyncContext* context, int status) {
    if (status != REDIS_OK) return of(context)->end(context->errstr);
    if (!of(context)->abandoned_) of(context)->ports_.connected();
  });
  redisAsyncSetDisconnectCallback(context_, [](const redisAsyncContext* context, int) {
    of(context)->end(context->errstr && *context->errstr ? context->errstr : "closed");
  });
  event.addWrite(this);
}

void Connection::Wire::watch_read() {
  if (std::exchange(reading_, true)) return;
  socket_.async_wait(asio::posix::stream_descriptor::wait_read, [wire = shared_from_this()](boost::system::error_code) {
    wire->reading_ = false;
    if (wire->context_ == nullptr) return;
    if (wire->wants_read_) redisAsyncHandleRead(wire->context_);
    if (wire->context_ != nullptr && wire->wants_read_) wire->watch_read();
  });
}

void Connection::Wire::watch_write() {
  if (std::exchange(writing_, true)) return;
  socket_.async_wait(asio::posix::stream_descriptor::wait_write, [wire = shared_from_this()](boost::system::error_code) {
    wire->writing_ = false;
    if (wire->context_ == nullptr) return;
    if (wire->wants_write_) redisAsyncHandleWrite(wire->context_);
    if (wire->context_ != nullptr && wire->wants_write_) wire->watch_write();
  });
}

/// Answers what waits with `lost`, then says so, later: hiredis may be in the middle of a call.
void Connection::Wire::end(const std::string& why) {
  if (std::exchange(ended_, true)) return;
  asio::post(io_, [wire = shared_from_this(), why] {
    // Those who ask again because of that are answered by whoever takes what is pending (closed() makes a new connection).
    for (std::size_t count = wire->pending_.size(); count > 0 && !wire->abandoned_; --count) wire->answered(nullptr);
    if (!wire->abandoned_) wire->ports_.closed(why);
  });
}

void Connection::Wire::send(redisCallbackFn* callback, const std::vector<Bytes>& arguments) {
  std::vector<const char*> pieces;
  std::vector<std::size_t> lengths;
  for (const Bytes& argument : arguments) {
    pieces.push_back(argument.data());
    lengths.push_back(argument.size());
  }
  if (context_ == nullptr || redisAsyncCommandArgv(context_, callback, this, static_cast<int>(pieces.size()), pieces.data(),
                                                   lengths.data()) != REDIS_OK)
    end("closed");
}

void Connection::Wire::command(const std::vector<Bytes>& arguments, Done done) {
  pending_.push_back({std::move(done), std::chrono::steady_clock::now()});
  if (ended_) return;
  send([](redisAsyncContext*, void* reply, void* wire) {
    // Without an answer: end() tells everybody who waits.
    if (reply != nullptr) static_cast<Wire*>(wire)->answered(static_cast<redisReply*>(reply));
  }, arguments);
}

void Connection::Wire::answered(const redisReply* reply) {
  if (abandoned_ || pending_.empty()) return;
  const Done done = std::move(pending_.front().done);
  pending_.pop_front();
  done(value_of(reply));
}

void Connection::Wire::subscribe(const Bytes& channel, Done done) {
  subscribing_[channel] = std::move(done);
  send([](redisAsyncContext*, void* reply, void* wire) {
    if (reply != nullptr) static_cast<Wire*>(wire)->heard(static_cast<redisReply*>(reply));
  }, {"SUBSCRIBE", channel});
}

void Connection::Wire::unsubscribe(const Bytes& channel) {
  subscribing_.erase(channel);
  send(nullptr, {"UNSUBSCRIBE", channel});
}

void Connection::Wire::heard(const redisReply* reply) {
  const Reply value = value_of(reply);
  if (abandoned_ || value.kind != Reply::Kind::list || value.list.size() != 3) return;
  if (value.list[0].text == "message") return ports_.message(value.list[1].text, value.list[2].text);
  const auto waiting = value.list[0].text == "subscribe" ? subscribing_.find(value.list[1].text) : subscribing_.end();
  if (waiting == subscribing_.end()) return;
  const Done done = std::move(waiting->second);
  subscribing_.erase(waiting);
  done(value);
}

void Connection::Wire::abandon() {
  abandoned_ = true;
  if (context_ != nullptr) redisAsyncFree(context_);
}

std::vector<Connection::Done> Connection::Wire::take_pending() {
  std::vector<Done> dones;
  for (Pending& pending : std::exchange(pending_, {})) dones.push_back(std::move(pending.done));
  return dones;
}

std::chrono::milliseconds Connection::Wire::oldest_wait() const {
  if (pending_.empty()) return {};
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - pending_.front().since);
}

Connection::Connection(asio::io_context& io, const RedisAddress& address, Ports ports)
    : wire_(std::make_shared<Wire>(io, std::move(ports))) {
  wire_->connect(address);
}
Connection::~Connection() { wire_->abandon(); }
void Connection::command(const std::vector<Bytes>& arguments, Done done) { wire_->command(arguments, std::move(done)); }
void Connection::subscribe(const Bytes& channel, Done done) { wire_->subscribe(channel, std::move(done)); }
void Connection::unsubscribe(const Bytes& channel) { wire_->unsubscribe(channel); }
std::vector<Connection::Done> Connection::take_pending() { return wire_->take_pending(); }
std::chrono::milliseconds Connection::oldest_wait() const { return wire_->oldest_wait(); }

}  // namespace atelier::timeline
