#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <random>
#include <set>

#include "session.hpp"

// Many short lives of one session and a node that takes commands by the rules of wire.proto, over
// connections that break at any moment. `--gtest_filter` and the printed seed repeat a run.
namespace atelier::client {
namespace {

/// A node: keeps one instance's log; refuses some commands before the log, for good or for the
/// moment.
class Node {
 public:
  explicit Node(std::mt19937_64& random) : random_(random) {}

  Bytes welcome() const {
    v1::ServerMessage message;
    message.add_welcome()->set_last_counter(last_);
    return message.SerializeAsString();
  }

  Bytes take(const v1::Submit& submit) {
    v1::ServerMessage message;
    v1::Ack& ack = *message.add_ack();
    ack.set_counter(submit.counter());
    const bool bad = submit.command().note_add().id() == "bad";
    if (const auto known = log_.find(submit.counter()); known != log_.end()) {
      ack.set_seq(known->second);
      ack.set_duplicate(true);
      ++duplicates;
    } else if (submit.previous() != last_) {
      ack.set_refusal(v1::REFUSAL_OUT_OF_ORDER);
      ++out_of_order;
    } else if (bad || random_() % 10 == 0) {
      ack.set_refusal(bad ? v1::REFUSAL_BAD_COMMAND : v1::REFUSAL_RATE);
    } else {
      last_ = submit.counter();
      log_[last_] = log_.size() + 1;
      ack.set_seq(log_[last_]);
    }
    return message.SerializeAsString();
  }

  const std::map<std::uint64_t, std::uint64_t>& log() const { return log_; }
  std::size_t duplicates = 0, out_of_order = 0;

 private:
  std::mt19937_64& random_;
  std::map<std::uint64_t, std::uint64_t> log_;  ///< counter -> seq
  std::uint64_t last_ = 0;
};

/// One run: the session, the node, and what is on its way between them.
class World {
 public:
  static constexpr int steps_max = 100'000;

  explicit World(std::uint64_t seed) : random_(seed), node(random_) {}

  void run(int commands) {
    int submitted = 0;
    for (int step = 0; submitted < commands || session_.waiting() > 0; ++step) {
      ASSERT_LT(step, steps_max) << "a command never gets in";
      switch (random_() % 8) {
        case 0:
        case 1:
          if (submitted < commands) submit(submitted++);
          break;
        case 2:
          if (random_() % 6 == 0) break_connection();
          break;
        case 3:
          if (held_) take(session_.retry());
          held_ = false;
          break;
        case 4:
        case 5:
          to_node();
          break;
        default:
          to_session();
      }
      if (!connected_ && random_() % 3 == 0) connect();
    }
  }

  std::map<std::uint64_t, v1::Ack> settled;  ///< counter -> fate
  std::set<std::uint64_t> bad;
  std::size_t breaks = 0;

 private:
  void submit(int number) {
    v1::Command command;
    const bool is_bad = random_() % 12 == 0;
    command.mutable_note_add()->set_id(is_bad ? "bad" : "K" + std::to_string(number));
    take(session_.submit(std::move(command), 0));
    if (is_bad) bad.insert(session_.last_counter());
  }

  void connect() {
    connected_ = true;
    take(session_.opened({}));
  }

  void break_connection() {
    if (connected_) ++breaks;
    connected_ = held_ = false;
    up_.clear();
    down_.clear();
    session_.closed();
  }

  void to_node() {
    if (up_.empty()) return;
    v1::ClientMessage message;
    ASSERT_TRUE(message.ParseFromString(up_.front()));
    up_.pop_front();
    down_.push_back(message.has_hello() ? node.welcome() : node.take(message.submit()));
  }

  void to_session() {
    if (down_.empty()) return;
    const Bytes message = down_.front();
    down_.pop_front();
    take(session_.received(message));
  }

  void take(const SessionOutput& output) {
    if (connected_) up_.insert(up_.end(), output.send.begin(), output.send.end());
    for (const SessionEvent& event : output.events) {
      if (const auto* done = std::get_if<Settled>(&event)) {
        ASSERT_TRUE(settled.emplace(done->ack.counter(), done->ack).second)
            << "settled twice: " << done->ack.counter();
      }
      if (std::holds_alternative<Held>(event)) held_ = true;
      ASSERT_FALSE(std::holds_alternative<Broken>(event));
    }
  }

  std::mt19937_64 random_;
  Session session_{InstanceId(9)};
  std::deque<Bytes> up_, down_;
  bool connected_ = false, held_ = false;

 public:
  Node node;
};

TEST(SessionSimulation, BringsEveryCommandIntoTheLogOnceAndInOrder) {
  constexpr int runs = 300, commands = 60;
  std::size_t breaks = 0, duplicates = 0, out_of_order = 0;
  for (std::uint64_t seed = 1; seed <= runs; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    World world(seed);
    world.run(commands);
    if (HasFatalFailure()) return;
    ASSERT_EQ(world.settled.size(), static_cast<std::size_t>(commands));
    std::uint64_t last_seq = 0;
    for (const auto& [counter, ack] : world.settled) {
      if (world.bad.contains(counter)) {
        ASSERT_EQ(ack.refusal(), v1::REFUSAL_BAD_COMMAND);
        continue;
      }
      ASSERT_EQ(ack.seq(), world.node.log().at(counter));
      ASSERT_GT(ack.seq(), last_seq) << "out of order";
      last_seq = ack.seq();
    }
    ASSERT_EQ(world.node.log().size(), commands - world.bad.size());
    breaks += world.breaks;
    duplicates += world.node.duplicates;
    out_of_order += world.node.out_of_order;
  }
  // The rare paths were met.
  EXPECT_GT(breaks, 100u);
  EXPECT_GT(duplicates, 100u);
  EXPECT_GT(out_of_order, 100u);
}

}  // namespace
}  // namespace atelier::client
