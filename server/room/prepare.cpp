#include "room/prepare.hpp"

#include <algorithm>
#include <vector>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/unknown_field_set.h>

#include "base/seal.hpp"
#include "crdt/doc.hpp"
#include "crdt/rich_text.hpp"
#include "meeting/state.hpp"
#include "room/limits.hpp"

namespace atelier::room {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

/// A field that this version does not know would be stored unread: a later version could read a meaning into it.
bool has_unknown_fields(const Message& message) {
  const auto* reflection = message.GetReflection();
  if (!reflection->GetUnknownFields(message).empty()) return true;
  std::vector<const FieldDescriptor*> fields;
  reflection->ListFields(message, &fields);
  return std::ranges::any_of(fields, [&](const FieldDescriptor* field) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return false;
    if (!field->is_repeated()) return has_unknown_fields(reflection->GetMessage(message, field));
    for (int at = 0; at < reflection->FieldSize(message, field); ++at) {
      if (has_unknown_fields(reflection->GetRepeatedMessage(message, field, at))) return true;
    }
    return false;
  });
}

bool has_node_field(const v1::Command& command) {
  switch (command.kind_case()) {
    case v1::Command::kTextOpen: return !command.text_open().update().empty();
    case v1::Command::kTextRevert: return !command.text_revert().update().empty();
    case v1::Command::kVoteOpen: return !command.vote_open().sealing_key().empty();
    case v1::Command::kBallotCast:
      return !command.ballot_cast().sealed().empty() || command.ballot_cast().content_refusal() != v1::REFUSAL_OK;
    default: return false;
  }
}

/// One unsigned varint of a state vector, as lib0/decoding.js readVarUint; the bytes are our own engine's.
std::uint64_t varint(BytesView& bytes) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; !bytes.empty() && shift < 64; shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    value |= std::uint64_t{byte & 0x7fu} << shift;
    if (byte < 0x80) break;
  }
  return value;
}

std::vector<std::uint64_t> clients_of(const crdt::Doc& document) {
  const Bytes state_vector = document.state_vector();
  BytesView rest = state_vector;
  std::vector<std::uint64_t> clients;
  for (auto count = varint(rest); count > 0 && !rest.empty(); --count) {
    clients.push_back(varint(rest));
    varint(rest);
  }
  return clients;
}

/// A reserved client id that has written nothing in `document` (which may be nothing yet). Random, so that two nodes that
/// prepare at once do not choose the same one.
crdt::ClientId fresh_client(const crdt::Doc* document, Random& random) {
  const auto taken = document == nullptr ? std::vector<std::uint64_t>{} : clients_of(*document);
  while (true) {
    const auto id = limits::reserved_client_min +
                    random.number() % (limits::reserved_client_max - limits::reserved_client_min + 1);
    if (std::ranges::find(taken, id) == taken.end()) return crdt::ClientId{id};
  }
}

Result<Prepared, v1::Refusal> prepare_revert(v1::TextRevert& revert, const Preparation& with) {
  const crdt::Doc* document = with.meeting.text(revert.text());
  if (document == nullptr) return Prepared{};  // The reducer tells that it does not know the text.
  std::vector<BytesView> updates;
  for (const auto record : revert.records()) {
    const auto edit = with.edits.find(Sequence{record});
    if (edit == with.edits.end() || edit->second.text != revert.text()) return std::unexpected(v1::REFUSAL_UNKNOWN_ID);
    updates.push_back(edit->second.update);
  }
  auto update = crdt::revert(*document, updates, fresh_client(document, with.random));
  if (!update) return std::unexpected(v1::REFUSAL_BAD_VALUE);
  revert.set_update(std::move(*update));
  return Prepared{};
}

Result<Prepared, v1::Refusal> prepare_vote(v1::VoteOpen& vote, const Preparation& with) {
  if (vote.secrecy() != v1::SECRECY_SEALED) return Prepared{};
  const Bytes seed = with.random.bytes(32);
  const SealKeys keys = seal_keys(seed);
  const MeetingId meeting{std::string(with.meeting.id())};
  if (!with.vault.put(meeting, vote.vote(), keys.public_key, seed)) return std::unexpected(v1::REFUSAL_STORAGE);
  vote.set_sealing_key(keys.public_key);
  return Prepared{};
}

/// Ballots of one vote must not be told apart by their length.
void pad(v1::SealedContent& content) {
  const auto size = content.ByteSizeLong() + 4;  // the padding's own tag and length, at most
  const auto step = limits::sealed_padding_step;
  content.set_padding(Bytes((size / step + 1) * step - size, '\0'));
  // The length of the padding is itself written in one or two bytes: even that out.
  while (content.ByteSizeLong() % step != 0) content.mutable_padding()->push_back('\0');
}

Result<Prepared, v1::Refusal> prepare_ballot(v1::BallotCast& cast, const PersonId& person, const Preparation& with) {
  const auto* vote = meeting::find(with.meeting.state().votes, cast.vote());
  const bool sealed = vote != nullptr && vote->rules.secrecy() == v1::SECRECY_SEALED;
  if (vote != nullptr && !sealed) return Prepared{};
  // What is in a ballot that is refused, or whose vote is not known here, stays out of the log.
  v1::Command command;
  *command.mutable_ballot_cast() = cast;
  const v1::Refusal verdict = vote == nullptr ? v1::REFUSAL_VOTE_UNKNOWN : with.meeting.check(person, command);
  v1::SealedContent content;
  content.mutable_ballot()->Swap(cast.mutable_ballot());
  cast.clear_ballot();
  if (verdict != v1::REFUSAL_OK) {
    cast.set_content_refusal(verdict);
    return Prepared{};
  }
  content.set_receipt(with.random.bytes(16));
  pad(content);
  auto box = seal(content.SerializeAsString(), vote->rules.sealing_key(), with.random.bytes(32));
  if (!box) return std::unexpected(v1::REFUSAL_BAD_VALUE);
  cast.set_sealed(std::move(*box));
  return Prepared{content.receipt()};
}

}  // namespace

v1::Refusal screen(const v1::Submit& submit, bool rehearsal) {
  const v1::Command& command = submit.command();
  if (command.kind_case() == v1::Command::KIND_NOT_SET || has_unknown_fields(submit)) return v1::REFUSAL_BAD_COMMAND;
  if (submit.counter() == 0 || submit.previous() >= submit.counter()) return v1::REFUSAL_BAD_COMMAND;
  if (has_node_field(command)) return v1::REFUSAL_NODE_FIELD;
  if (submit.script_ms() != 0 && !rehearsal) return v1::REFUSAL_NOT_A_REHEARSAL;
  if (submit.script_ms() < 0) return v1::REFUSAL_BAD_COMMAND;
  return v1::REFUSAL_OK;
}

bool wants_state(const v1::Command& command, const meeting::Meeting& meeting) {
  if (command.kind_case() == v1::Command::kTextRevert) return true;
  if (command.kind_case() != v1::Command::kBallotCast) return false;
  const auto* vote = meeting::find(meeting.state().votes, command.ballot_cast().vote());
  return vote == nullptr || vote->rules.secrecy() == v1::SECRECY_SEALED;
}

bool knows_subject(const v1::Command& command, const meeting::Meeting& meeting, const Edits& edits) {
  if (command.kind_case() == v1::Command::kBallotCast) {
    return meeting::find(meeting.state().votes, command.ballot_cast().vote()) != nullptr;
  }
  if (command.kind_case() != v1::Command::kTextRevert) return true;
  return std::ranges::all_of(command.text_revert().records(), [&](auto record) { return edits.contains(Sequence{record}); });
}

Result<Prepared, v1::Refusal> prepare(v1::Command& command, const PersonId& person, const Preparation& with) {
  switch (command.kind_case()) {
    case v1::Command::kTextOpen: {
      auto& open = *command.mutable_text_open();
      open.set_update(crdt::seed_rich_text(fresh_client(with.meeting.text(open.text()), with.random), open.plain()));
      return Prepared{};
    }
    case v1::Command::kTextRevert: return prepare_revert(*command.mutable_text_revert(), with);
    case v1::Command::kVoteOpen: return prepare_vote(*command.mutable_vote_open(), with);
    case v1::Command::kBallotCast: return prepare_ballot(*command.mutable_ballot_cast(), person, with);
    default: return Prepared{};
  }
}

Bytes receipt_of(std::string_view vote_id, const PersonId& person, Sequence seq, const meeting::Meeting& meeting, KeyVault& vault) {
  const auto* vote = meeting::find(meeting.state().votes, vote_id);
  if (vote == nullptr || vote->rules.secrecy() != v1::SECRECY_SEALED) return {};
  const auto cast = std::ranges::find_if(
      vote->ballots, [&](const auto& one) { return one.second.person == person.value() && one.second.seq == seq.value(); });
  if (cast == vote->ballots.end() || cast->second.sealed.empty()) return {};
  const auto seed = vault.get(MeetingId{std::string(meeting.id())}, vote_id, vote->rules.sealing_key());
  if (!seed) return {};
  const auto plain = seal_open(cast->second.sealed, seal_keys(*seed));
  v1::SealedContent content;
  return plain && content.ParseFromString(*plain) ? content.receipt() : Bytes{};
}

}  // namespace atelier::room
