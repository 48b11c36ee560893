#include "load_run.hpp"

#include <algorithm>
#include <map>

#include "crdt/rich_text.hpp"
#include "limits.hpp"

namespace atelier::cli {

namespace {

constexpr std::size_t connecting_at_once = 50;  // a server admits handshakes at a bounded rate
constexpr std::size_t faults_max = 20;
constexpr std::chrono::milliseconds start_pause{500};
constexpr std::chrono::milliseconds watch_pause{50};

}  // namespace

LoadRun::LoadRun(const LoadMeeting& meeting, LoadPlan plan, int pid)
    : meeting_(meeting),
      plan_(plan),
      pid_(pid),
      random_(std::random_device{}()),
      watch_(context_),
      connections_(plan.connections) {
  const std::size_t units = crdt::utf16_length(meeting.plain);
  for (std::size_t i = 0; i < plan.typists; ++i) {
    const crdt::ClientId client(
        std::uniform_int_distribution<std::uint64_t>(65'536, 0xFFFF'FFFF)(random_));
    typists_.push_back(
        std::make_unique<Typist>(InstanceId(random_() | 1), client, meeting.text, context_));
    typists_.back()->at = std::uniform_int_distribution<std::size_t>(0, units)(random_);
  }
}

LoadResult LoadRun::run() {
  result_.before = process_use(pid_);
  for (std::size_t i = 0; i < std::min(connecting_at_once, plan_.connections); ++i) connect(i);
  context_.run();
  result_.letters = letters_.total();
  check_copies();
  return std::move(result_);
}

void LoadRun::connect(std::size_t index) {
  connections_[index].socket = std::make_unique<client::LiveSocket>(
      context_, meeting_.access.server, "/ws", meeting_.seats[index].token,
      client::LiveSocket::Handlers{
          .opened =
              [this, index] {
                v1::TextFollow follow;
                follow.set_text(meeting_.text);
                client::Session viewer(InstanceId(random_() | 1));
                client::Session& session =
                    index < typists_.size() ? typists_[index]->session : viewer;
                take(index, session.opened({follow}));
              },
          .message = [this, index](BytesView message) { received(index, message); },
          .closed =
              [this, index](const std::string& why) {
                fault(meeting_.seats[index].person + " lost the connection: " + why);
              }});
}

void LoadRun::take(std::size_t index, const client::SessionOutput& output) {
  for (const Bytes& message : output.send) connections_[index].socket->send(message);
  for (const client::SessionEvent& event : output.events) {
    Typist& typist = *typists_[index];
    if (const auto* changed = std::get_if<client::TextChanged>(&event)) {
      if (!typist.copy.take(changed->update))
        fault("an update does not fit the copy of " + meeting_.seats[index].person);
    } else if (const auto* done = std::get_if<client::Settled>(&event)) {
      settled(typist, done->ack);
    } else if (const auto* broken = std::get_if<client::Broken>(&event)) {
      fault(broken->why);
    } else if (std::holds_alternative<client::Held>(event)) {
      fault("the server limits what a typist sends; a load needs a rehearsal");
    }
  }
}

void LoadRun::settled(Typist& typist, const v1::Ack& ack) {
  const auto sent = typist.sent.find(ack.counter());
  if (sent == typist.sent.end()) return;
  result_.acknowledgement.add(Clock::now() - sent->second);
  typist.sent.erase(sent);
  if (ack.refusal() != v1::REFUSAL_OK) fault("a letter was refused: " + ack.reason());
}

void LoadRun::received(std::size_t index, BytesView message) {
  Connection& connection = connections_[index];
  const std::uint32_t number = frames_.number_of(message);
  const LoadFrame& frame = frames_.frame(number);
  if (!frame.readable) fault("a message of the server cannot be read");
  if (!frame.updates.empty() && index >= typists_.size()) connection.frames.push_back(number);
  if (typing_) {
    ++result_.messages;
    result_.bytes += message.size();
  }
  note_letters(index, frame);
  if (index < typists_.size()) take(index, typists_[index]->session.received(message));
  if (frame.state && !std::exchange(connection.open, true)) {
    ++open_;
    if (const std::size_t next = open_ + connecting_at_once - 1; next < plan_.connections)
      connect(next);
    start_if_all_open();
  }
}

void LoadRun::note_letters(std::size_t index, const LoadFrame& frame) {
  const auto now = Clock::now();
  Connection& connection = connections_[index];
  const bool types = index < typists_.size();
  for (const ClockRange& range : frame.letters) {
    std::uint64_t& seen = connection.seen[range.client];
    for (std::uint64_t clock = std::max(range.first, seen); clock < range.first + range.count;
         ++clock) {
      const auto* due = letters_.due(range.client, clock);
      const bool own = types && typists_[index]->client == range.client;
      if (!due || own) continue;
      ++result_.deliveries;
      (types ? result_.typists : result_.viewers).add(now - *due);
    }
    seen = std::max(seen, range.first + range.count);
  }
}

void LoadRun::start_if_all_open() {
  if (open_ < plan_.connections) return;
  result_.joined = process_use(pid_);
  typing_ = true;
  start_ = Clock::now() + start_pause;
  end_ = start_ + std::chrono::seconds(plan_.seconds);
  std::uniform_real_distribution<double> phase(0, 1 / plan_.letters_a_second);
  for (std::size_t i = 0; i < typists_.size(); ++i) {
    typists_[i]->first_due = start_ + std::chrono::duration_cast<Clock::duration>(
                                          std::chrono::duration<double>(phase(random_)));
    schedule(i);
  }
  watch_the_end();
}

void LoadRun::schedule(std::size_t index) {
  Typist& typist = *typists_[index];
  const std::chrono::duration<double> after(static_cast<double>(typist.struck) /
                                            plan_.letters_a_second);
  const auto due = typist.first_due + std::chrono::duration_cast<Clock::duration>(after);
  if (due >= end_) return;
  typist.timer.expires_at(due);
  typist.timer.async_wait([this, index](const boost::system::error_code& error) {
    if (!error) strike(index);
  });
}

void LoadRun::strike(std::size_t index) {
  Typist& typist = *typists_[index];
  const auto due = typist.timer.expiry();
  const auto update =
      typist.copy.insert(typist.at, std::string(1, static_cast<char>('a' + typist.struck % 26)));
  if (!update) {
    fault("a typist cannot find its place");
    return;
  }
  ++typist.at;
  ++typist.struck;
  letters_.typed(typist.client, due);
  v1::Command command;
  command.mutable_text_edit()->set_text(meeting_.text);
  command.mutable_text_edit()->set_update(*update);
  const auto now = Clock::now();
  result_.late.add(now - due);
  typist.sent[typist.session.last_counter() + 1] = now;
  const auto since_start =
      std::chrono::duration_cast<std::chrono::milliseconds>(due - start_).count();
  take(index, typist.session.submit(std::move(command), 10'000 + since_start));
  schedule(index);
}

bool LoadRun::everybody_has_all() const {
  for (std::size_t i = 0; i < connections_.size(); ++i) {
    for (const auto& typist : typists_) {
      if (i < typists_.size() && typists_[i] == typist) continue;
      const auto seen = connections_[i].seen.find(typist->client);
      if ((seen == connections_[i].seen.end() ? 0 : seen->second) < letters_.count(typist->client))
        return false;
    }
  }
  return std::ranges::all_of(typists_,
                             [](const auto& typist) { return typist->session.waiting() == 0; });
}

void LoadRun::watch_the_end() {
  watch_.expires_at(std::max(end_, Clock::now() + watch_pause));
  watch_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    const bool over = everybody_has_all();
    if (!over && Clock::now() < end_ + load_settle_max) {
      watch_the_end();
      return;
    }
    result_.after = process_use(pid_);
    result_.typing_seconds = std::chrono::duration<double>(Clock::now() - start_).count();
    context_.stop();
  });
}

void LoadRun::fault(const std::string& what) {
  if (result_.faults.size() < faults_max) result_.faults.push_back(what);
  if (!typing_) context_.stop();
}

/// Builds what each connection has got into a document and holds it against the first typist's
/// copy. Those who look have mostly got the same messages in the same order: one document stands
/// for them.
void LoadRun::check_copies() {
  if (typists_.empty() || !typing_) return;
  const Bytes expected = typists_.front()->copy.doc().encode_state();
  std::map<std::vector<std::uint32_t>, bool> known;
  for (std::size_t i = 0; i < connections_.size(); ++i) {
    bool same = false;
    if (i < typists_.size()) {
      same = typists_[i]->copy.doc().encode_state() == expected;
    } else if (const auto found = known.find(connections_[i].frames); found != known.end()) {
      same = found->second;
    } else {
      crdt::Doc doc;
      bool fits = true;
      for (const std::uint32_t number : connections_[i].frames)
        for (const Bytes& update : frames_.frame(number).updates)
          fits = fits && (update.empty() || doc.apply(update));
      same = fits && doc.encode_state() == expected;
      known[connections_[i].frames] = same;
    }
    if (same) ++result_.complete;
  }
}

}  // namespace atelier::cli
