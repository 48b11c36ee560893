#include "rehearsal.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <random>
#include <thread>

#include "json_difference.hpp"
#include "limits.hpp"

namespace atelier::cli {

namespace {

constexpr std::int64_t ms_a_second = 1000;

}  // namespace

Rehearsal::Rehearsal(const Access& access, const Script& script,
                     const std::map<std::string, std::string>& tokens, Journal& journal,
                     RehearsalOptions options)
    : access_(access),
      script_(script),
      journal_(journal),
      options_(options),
      start_timer_(context_),
      watch_timer_(context_) {
  std::mt19937_64 seeds(options.seed);
  for (const std::string& person : script.people)
    actors_[person] =
        std::make_unique<Actor>(context_, access.server, person, tokens.at(person), seeds(), *this);
}

void Rehearsal::run() {
  last_progress_ = Clock::now();
  watch();
  actors_.at(script_.events.front().person)
      ->connect();  // brings the content; then content() begins the play
  context_.run();
}

std::size_t Rehearsal::reconnects() const {
  std::size_t sum = 0;
  for (const auto& [person, actor] : actors_) sum += actor->client().reconnects();
  return sum;
}

std::uint64_t Rehearsal::bytes_received_max() const {
  std::uint64_t most = 0;
  for (const auto& [person, actor] : actors_)
    most = std::max(most, actor->client().bytes_received());
  return most;
}

void Rehearsal::content(const v1::MeetingContent& content) {
  if (content_) return;
  content_ = content;
  started_ = last_progress_ = Clock::now();
  boost::asio::post(context_, [this] { next_second(); });
}

void Rehearsal::next_second() {
  if (next_ == script_.events.size()) {
    stop("");
    return;
  }
  if (options_.speed <= 0) {
    play_second();
    return;
  }
  const std::chrono::duration<double> after(static_cast<double>(script_.events[next_].second) /
                                            options_.speed);
  const auto due = started_ + std::chrono::duration_cast<Clock::duration>(after);
  const auto behind = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - due);
  behind_max_ = std::max(behind_max_, behind);
  start_timer_.expires_at(due);
  start_timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) play_second();
  });
}

void Rehearsal::play_second() {
  second_start_ = next_;
  const std::int64_t second = script_.events[next_].second;
  while (next_ < script_.events.size() && script_.events[next_].second == second) ++next_;
  dump_before_.clear();
  if (next_ - second_start_ == 1 && script_.events[second_start_].must_be_refused) {
    reconnects_before_ = reconnects();
    dump_before_ = quiet_dump();
  }
  last_progress_ = Clock::now();
  for (std::size_t event = second_start_; event < next_; ++event) running_[event] = {};
  for (std::size_t event = second_start_; event < next_; ++event) play(event);
}

void Rehearsal::play(std::size_t index) {
  const ScriptEvent& event = script_.events[index];
  Actor& actor = *actors_.at(event.person);
  const std::int64_t script_ms = options_.script_times ? event.second * ms_a_second : 0;
  if (const auto* edit = std::get_if<TypeText>(&event.act)) {
    // Whose first key is refused stops typing: one refused event is one refused record.
    actor.type(index, *edit, script_ms, event.must_be_refused ? 1 : SIZE_MAX);
  } else if (const auto* undo = std::get_if<UndoText>(&event.act)) {
    actor.say(index, revert_of(event, *undo), script_ms);
  } else {
    v1::Command command = std::get<v1::Command>(event.act);
    complete(command, event.person, *content_);
    actor.say(index, std::move(command), script_ms);
  }
}

v1::Command Rehearsal::revert_of(const ScriptEvent& event, const UndoText& undo) {
  v1::Command command;
  v1::TextRevert& revert = *command.mutable_text_revert();
  revert.set_text(undo.text);
  revert.set_note(undo.note);
  for (const std::uint64_t record : edits_[{undo.text, undo.second}]) revert.add_records(record);
  if (revert.records().empty())
    tally_.fault(event.place() + ": there was no edit of " + undo.text +
                 " at t=" + std::to_string(undo.second) + " to take back");
  return command;
}

void Rehearsal::sent(std::size_t event, std::size_t commands) {
  tally_.commands_sent += commands;
  running_[event].commands = commands;
  last_progress_ = Clock::now();
  // Also when nothing had to be typed; never inside the call that plays the second.
  boost::asio::post(context_, [this, event] { finish_if_settled(event); });
}

void Rehearsal::settled(std::size_t event, const std::string& person, InstanceId instance,
                        const v1::Ack& ack, std::chrono::nanoseconds latency) {
  journal_.write(person, instance, ack);
  newest_ = std::max(newest_, ack.seq());
  tally_.acknowledgement.add(latency);
  last_progress_ = Clock::now();
  Running& running = running_[event];
  if (ack.refusal() == v1::REFUSAL_OK) {
    ++running.fate.accepted;
    if (const auto* edit = std::get_if<TypeText>(&script_.events[event].act))
      edits_[{edit->text, script_.events[event].second}].push_back(ack.seq());
  } else {
    running.fate.refused.push_back(ack);
  }
  finish_if_settled(event);
}

void Rehearsal::finish_if_settled(std::size_t index) {
  const auto found = running_.find(index);
  if (found == running_.end()) return;
  const Running& running = found->second;
  if (!running.commands || running.fate.accepted + running.fate.refused.size() < *running.commands)
    return;
  const ScriptEvent& event = script_.events[index];
  tally_.judge(event, running.fate);
  const auto* edit = std::get_if<TypeText>(&event.act);
  if (edit && !running.fate.refused.empty()) actors_.at(event.person)->forget_text(edit->text);
  running_.erase(found);
  if (running_.empty()) boost::asio::post(context_, [this] { end_second(); });
}

void Rehearsal::end_second() {
  if (!dump_before_.empty()) compare_dumps();
  last_progress_ = Clock::now();
  next_second();
}

std::string Rehearsal::dump() {
  const auto body = ask_patiently(
      access_.server,
      {.target = "/api/meeting/" + access_.meeting + "/entities?after=" + std::to_string(newest_),
       .token = access_.organiser_token},
      options_.give_up);
  if (!body) tally_.fault("the dump of all entities did not come: " + body.error().why);
  return body.value_or("");
}

/// A sealed vote that was just closed is opened a moment later by the server itself: that is no change by the next event.
std::string Rehearsal::quiet_dump() {
  std::string text = dump();
  for (int tries = 0; tries < quiet_tries && has_uncounted_vote(text); ++tries) {
    std::this_thread::sleep_for(quiet_pause);
    text = dump();
  }
  return text;
}

void Rehearsal::compare_dumps() {
  const std::string after = dump();
  // A server that was restarted in between has seen everybody leave and return, which is a change,
  // but not by this event.
  if (reconnects() != reconnects_before_) return;
  ++tally_.dumps_compared;
  const std::string difference = json_difference(dump_before_, after);
  if (!difference.empty())
    tally_.fault(script_.events[second_start_].place() +
                 ": the refused event changed the meeting: " + difference);
}

void Rehearsal::broken(const std::string& person, const std::string& why) {
  stop(person + ": " + why);
}

void Rehearsal::stop(const std::string& fault) {
  if (!fault.empty()) tally_.fault(fault);
  for (const auto& [person, actor] : actors_)
    if (fault.empty() && actor->client().session().waiting() > 0)
      tally_.fault(person + " still waits for an acknowledgement");
  ended_ = Clock::now();
  context_.stop();
}

void Rehearsal::watch() {
  watch_timer_.expires_after(std::chrono::milliseconds(500));
  watch_timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    const bool waits = !content_ || !running_.empty();
    if (waits && Clock::now() - last_progress_ > options_.give_up) {
      stop("gave up after " + std::to_string(options_.give_up.count()) +
           " s without an acknowledgement: " + what_is_missing());
    } else {
      watch();
    }
  });
}

std::string Rehearsal::what_is_missing() const {
  const std::string loss = last_loss_.empty() ? "" : "; last lost connection: " + last_loss_;
  if (!content_) return "the meeting's content never came" + loss;
  const ScriptEvent& event = script_.events[running_.begin()->first];
  const std::string waits = actors_.at(event.person)->waits_for();
  return event.place() + ": " + event.verb + " of " + event.person +
         (waits.empty() ? "" : " waits for " + waits) + loss;
}

}  // namespace atelier::cli
