#include "player.hpp"

#include <utility>
#include <variant>

#include "cpp/text_replica.hpp"
#include "meeting/refusal.hpp"

namespace atelier::play {

namespace {

constexpr std::int64_t second_ms = 1'000;
constexpr std::size_t salt_bytes = 16;
constexpr std::size_t epoch_bytes = 16;

}  // namespace

Bytes SeededRandom::bytes(std::size_t count) {
  Bytes bytes(count, '\0');
  for (char& byte : bytes) byte = static_cast<char>(engine_() >> 32);
  return bytes;
}

bool MemoryVault::put(const MeetingId&, std::string_view vote, BytesView public_key, BytesView seed) {
  seeds_.insert_or_assign(std::string(vote), std::pair{Bytes(public_key), Bytes(seed)});
  return true;
}
std::optional<Bytes> MemoryVault::get(const MeetingId&, std::string_view vote, BytesView public_key) {
  const auto found = seeds_.find(vote);
  if (found == seeds_.end() || found->second.first != public_key) return std::nullopt;
  return found->second.second;
}
bool MemoryVault::erase(const MeetingId&, std::string_view vote) {
  if (const auto found = seeds_.find(vote); found != seeds_.end()) seeds_.erase(found);
  return true;
}

Player::Player(std::uint64_t seed, std::int64_t started_ms, Sink sink)
    : random_(seed), started_ms_(started_ms), sink_(std::move(sink)), epoch_(random_.bytes(epoch_bytes)) {}

crdt::ClientId Player::fresh_client() {
  return crdt::ClientId(65'536 + random_.number() % 0xFFFE'0000);  // 32 bits as Yjs has; low ones are the server's
}

meeting::Verdict Player::append(const std::string& actor, const v1::Payload& payload, std::int64_t at_ms) {
  v1::Body body;
  body.set_actor(actor);
  if (!actor.empty()) {
    Writer& writer = writers_[actor];
    if (writer.instance == 0) writer.instance = random_.number() | 1;
    body.set_instance(writer.instance);
    body.set_previous(writer.counter);
    body.set_counter(++writer.counter);
  }
  body.set_salt(random_.bytes(salt_bytes));
  body.set_payload(payload.SerializeAsString());
  timeline::Entry entry{Sequence{meeting_.seq().value() + 1}, std::max(started_ms_ + at_ms, meeting_.time_ms()), epoch_,
                        body.SerializeAsString()};
  auto applied = meeting_.apply({entry.seq, entry.time_ms}, entry.body);
  if (!applied) {
    faults_.push_back("record " + std::to_string(entry.seq.value()) + " cannot be applied");
    return {.refusal = v1::REFUSAL_BAD_COMMAND, .duplicate = false, .seq = entry.seq};
  }
  for (meeting::TextChange& change : applied->texts) edits_[entry.seq] = std::move(change);
  if (!sink_(entry)) faults_.push_back("record " + std::to_string(entry.seq.value()) + " cannot be stored");
  return applied->verdict;
}

void Player::create(const MeetingId& id, const v1::MeetingContent& content) {
  content_ = content;
  v1::Payload payload;
  payload.mutable_created()->set_meeting(id.value());
  *payload.mutable_created()->mutable_content() = content;
  payload.mutable_created()->set_rehearsal(true);
  payload.mutable_created()->set_rules_level(1);
  append("", payload, 0);
}

v1::Refusal Player::say(const std::string& person, v1::Command command, std::int64_t at_ms) {
  const auto prepared = room::prepare(command, PersonId(person), {meeting_, edits_, random_, vault_});
  if (!prepared) return prepared.error();
  v1::Payload payload;
  *payload.mutable_command() = std::move(command);
  const v1::Refusal refusal = append(person, payload, at_ms).refusal;
  if (!payload.command().has_text_edit())  // what a node does after a vote closed
    for (auto due = duties_.due(meeting_, vault_); !due.empty(); due = duties_.due(meeting_, vault_))
      for (const v1::Payload& duty : due) append("", duty, at_ms);
  return refusal;
}

void Player::judge(const cli::ScriptEvent& event, v1::Refusal refusal) {
  const std::string why(meeting::reason(refusal));
  if (why != (event.must_be_refused ? event.why : std::string()))
    faults_.push_back(event.place() + ": " + event.verb + " by " + event.person + ": " + (why.empty() ? "accepted" : why));
}

void Player::type(const cli::ScriptEvent& event, const cli::TypeText& edit) {
  const crdt::Doc* doc = meeting_.text(edit.text);
  if (doc == nullptr) return faults_.push_back(event.place() + ": there is no text " + edit.text);
  client::TextReplica copy(edit.text, fresh_client());
  v1::TextUpdate state;
  state.set_text(edit.text);
  state.set_update(doc->encode_state());
  state.set_state(true);
  copy.take(state);
  const auto keys = copy.type(edit.find, edit.put);
  if (!keys) return faults_.push_back(event.place() + ": \"" + edit.find + "\" is not in " + edit.text);
  v1::Refusal first = v1::REFUSAL_OK;
  for (const Bytes& update : *keys) {
    v1::Command command;
    command.mutable_text_edit()->set_text(edit.text);
    command.mutable_text_edit()->set_update(update);
    const v1::Refusal refusal = say(event.person, std::move(command), event.second * second_ms);
    if (first == v1::REFUSAL_OK) first = refusal;
    if (refusal == v1::REFUSAL_OK) typed_[{edit.text, event.second}].push_back(meeting_.seq().value());
  }
  judge(event, first);
}

void Player::undo(const cli::ScriptEvent& event, const cli::UndoText& undo) {
  v1::Command command;
  command.mutable_text_revert()->set_text(undo.text);
  command.mutable_text_revert()->set_note(undo.note);
  for (const std::uint64_t record : typed_[{undo.text, undo.second}]) command.mutable_text_revert()->add_records(record);
  judge(event, say(event.person, std::move(command), event.second * second_ms));
}

void Player::play(const cli::ScriptEvent& event) {
  if (const auto* edit = std::get_if<cli::TypeText>(&event.act)) return type(event, *edit);
  if (const auto* back = std::get_if<cli::UndoText>(&event.act)) return undo(event, *back);
  v1::Command command = std::get<v1::Command>(event.act);
  cli::complete(command, event.person, content_);
  judge(event, say(event.person, std::move(command), event.second * second_ms));
}

}  // namespace atelier::play
