#include "player.hpp"

#include <cassert>

#include "base/hash.hpp"
#include "content_import.hpp"
#include "cpp/typing.hpp"
#include "crdt/rich_text.hpp"
#include "meeting/opening.hpp"
#include "meeting/state.hpp"

namespace atelier::halfday {

namespace {

/// 32 bytes that no other `number` has.
Bytes seed_of(std::uint64_t number) { return Hash().update("seed").update(number).finish(); }

std::uint64_t instance_of(const std::string& person) { return std::hash<std::string>{}(person) | 1; }

}  // namespace

Player::Player(const v1::MeetingContent& content) : content_(content), keys_(seal_keys(seed_of(0))) {
  v1::Payload payload;
  payload.mutable_created()->set_meeting("m1");
  *payload.mutable_created()->mutable_content() = content;
  payload.mutable_created()->set_rehearsal(true);
  payload.mutable_created()->set_rules_level(1);
  node(payload);
}

void Player::play(const cli::Script& script, const Watch& watch) {
  for (const cli::ScriptEvent& event : script.events) {
    time_ms_ = event.second * 1000;
    watch(event, run(event));
  }
}

v1::Refusal Player::run(const cli::ScriptEvent& event) {
  if (const auto* type = std::get_if<cli::TypeText>(&event.act)) return type_text(event, *type);
  if (const auto* undo = std::get_if<cli::UndoText>(&event.act)) return undo_text(event, *undo);
  v1::Command command = std::get<v1::Command>(event.act);
  cli::complete(command, event.person, content_);
  return send(event.person, std::move(command));
}

Player::Replica& Player::replica(const std::string& person, const std::string& text) {
  auto found = replicas_.find({person, text});
  if (found == replicas_.end()) {
    crdt::Doc::Options options;
    options.client = crdt::ClientId(next_client_++);
    found = replicas_.emplace(std::pair(person, text), Replica{crdt::Doc(options), 0}).first;
  }
  Replica& own = found->second;
  const std::vector<Bytes>& updates = texts_[text].updates;
  for (; own.received < updates.size(); ++own.received) {
    [[maybe_unused]] const auto applied = own.doc.apply(updates[own.received]);
    assert(applied);
  }
  return own;
}

v1::Refusal Player::type_text(const cli::ScriptEvent& event, const cli::TypeText& type) {
  crdt::Doc& doc = replica(event.person, type.text).doc;
  const auto keys = client::keys_to_replace(crdt::plain_text(doc), type.find, type.put);
  if (!keys) return v1::REFUSAL_BAD_VALUE;
  v1::Refusal refusal = v1::REFUSAL_OK;
  for (const client::Key& key : *keys) {
    const auto update = key.insert.empty() ? crdt::delete_text(doc, key.at, key.deletes)
                                           : crdt::insert_text(doc, key.at, key.insert);
    assert(update);
    v1::Command command;
    command.mutable_text_edit()->set_text(type.text);
    command.mutable_text_edit()->set_update(*update);
    refusal = send(event.person, std::move(command));
    if (refusal == v1::REFUSAL_OK) texts_[type.text].edits[event.second].emplace_back(log_.size(), *update);
  }
  if (refusal != v1::REFUSAL_OK) replicas_.erase({event.person, type.text});  // it has what nobody has
  return refusal;
}

v1::Refusal Player::undo_text(const cli::ScriptEvent& event, const cli::UndoText& undo) {
  v1::Command command;
  v1::TextRevert& revert = *command.mutable_text_revert();
  revert.set_text(undo.text);
  revert.set_note(undo.note);
  std::vector<BytesView> updates;
  for (const auto& [seq, update] : texts_[undo.text].edits[undo.second]) {
    revert.add_records(seq);
    updates.push_back(update);
  }
  const auto update = crdt::revert(*meeting_.text(undo.text), updates, crdt::ClientId(next_reserved_++));
  assert(update);
  revert.set_update(*update);
  return send(event.person, std::move(command));
}

/// What a node fills before the log.
void Player::prepare(const std::string& person, v1::Command& command) {
  if (command.has_text_open()) {
    v1::TextOpen& open = *command.mutable_text_open();
    open.set_update(crdt::seed_rich_text(crdt::ClientId(next_reserved_++), open.plain()));
  } else if (command.has_vote_open() && command.vote_open().secrecy() == v1::SECRECY_SEALED) {
    command.mutable_vote_open()->set_sealing_key(keys_.public_key);
  } else if (command.has_ballot_cast()) {
    v1::BallotCast& cast = *command.mutable_ballot_cast();
    const meeting::Vote* vote = meeting::find(meeting_.state().votes, cast.vote());
    if (vote == nullptr || vote->rules.secrecy() != v1::SECRECY_SEALED) return;
    cast.set_content_refusal(meeting_.check(PersonId(person), command));
    v1::SealedContent content;
    *content.mutable_ballot() = cast.ballot();
    content.set_receipt(seed_of(next_receipt_++).substr(0, 16));
    cast.clear_ballot();
    if (cast.content_refusal() != v1::REFUSAL_OK) return;
    cast.set_sealed(seal(content.SerializeAsString(), keys_.public_key, seed_of(next_receipt_)).value());
  }
}

v1::Refusal Player::send(const std::string& person, v1::Command command) {
  prepare(person, command);
  v1::Payload payload;
  *payload.mutable_command() = std::move(command);
  v1::Body body;
  body.set_actor(person);
  body.set_instance(instance_of(person));
  body.set_previous(counters_[person]);
  body.set_counter(++counters_[person]);
  body.set_payload(payload.SerializeAsString());
  const meeting::Applied applied = append(body);
  for (const meeting::TextChange& change : applied.texts) texts_[change.text].updates.push_back(change.update);
  const bool closed = payload.command().has_vote_close() && applied.verdict.refusal == v1::REFUSAL_OK;
  if (closed) open_ballots(payload.command().vote_close().vote());
  return applied.verdict.refusal;
}

void Player::open_ballots(const std::string& id) {
  const meeting::Vote& vote = meeting_.state().votes.at(id);
  if (vote.rules.secrecy() != v1::SECRECY_SEALED) return;
  std::vector<meeting::UnsealedBallot> ballots;
  for (const auto& [person, cast] : vote.ballots) {
    meeting::UnsealedBallot ballot{person, {}};
    const auto bytes = seal_open(cast.sealed, keys_);
    if (v1::SealedContent content; bytes && content.ParseFromString(*bytes)) ballot.content = content;
    ballots.push_back(std::move(ballot));
  }
  v1::Payload opened, deleted;
  *opened.mutable_ballots_opened() = meeting::open_ballots(meeting_.state(), vote, ballots);
  deleted.mutable_sealing_key_deleted()->set_vote(id);
  node(opened);
  node(deleted);
}

void Player::type(const std::string& text, const std::vector<std::string>& people, std::size_t keys) {
  for (std::size_t key = 0; key < keys; ++key) {
    const std::string& person = people[key / 20 % people.size()];  // bursts of twenty letters
    crdt::Doc& doc = replica(person, text).doc;
    const std::size_t end = crdt::utf16_length(crdt::plain_text(doc));
    const auto update = crdt::insert_text(doc, end - end % 7 * (end > 100 ? 1 : 0), key % 6 == 5 ? " " : "e");
    assert(update);
    time_ms_ += 40;
    v1::Command command;
    command.mutable_text_edit()->set_text(text);
    command.mutable_text_edit()->set_update(*update);
    [[maybe_unused]] const v1::Refusal refusal = send(person, std::move(command));
    assert(refusal == v1::REFUSAL_OK);
  }
}

meeting::Applied Player::append(const v1::Body& body) {
  log_.emplace_back(meeting::Header{Sequence(log_.size() + 1), time_ms_}, body.SerializeAsString());
  auto applied = meeting_.apply(log_.back().first, log_.back().second);
  assert(applied);
  return *std::move(applied);
}

void Player::node(const v1::Payload& payload) {
  v1::Body body;
  body.set_payload(payload.SerializeAsString());
  append(body);
}

v1::MeetingContent halfday_content() {
  const auto files = cli::read_content_folder(ATELIER_TEST_DATA "/halfday");
  return cli::import_content(files.value()).value().content;
}

cli::Script halfday_script() {
  const std::string name = ATELIER_TEST_DATA "/halfday/script_halfday_";
  return cli::read_script_files({name + "1_strategy.jsonl", name + "2_action_plan.jsonl", name + "3_network_model.jsonl"})
      .value();
}

}  // namespace atelier::halfday
