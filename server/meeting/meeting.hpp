#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "atelier/v1/command.pb.h"
#include "atelier/v1/record.pb.h"
#include "atelier/v1/refusal.pb.h"
#include "atelier/v1/view.pb.h"
#include "base/bytes.hpp"
#include "base/id.hpp"
#include "base/result.hpp"
#include "crdt/doc.hpp"

namespace atelier::meeting {

/// Why a record cannot be applied at all. The meeting then stops on this node; a record is never skipped.
enum class Errc {
  unknown_record = 1,  ///< Bytes that this version does not know: a newer node wrote them, or they are damaged.
  out_of_order,        ///< Not the record after the last one.
  bad_snapshot,
};

/// What a record carries besides its bytes.
struct Header {
  Sequence seq;
  std::int64_t time_ms = 0;
};

/// The fate of one record.
struct Verdict {
  v1::Refusal refusal = v1::REFUSAL_OK;
  bool duplicate = false;  ///< This counter was applied before: nothing changed. `seq` and `refusal` are the first one's.
  Sequence seq;
};

/// An entity that looks different now to somebody. `person` is set for the private part of that person ("my-ballot/V3", "me").
struct Dirty {
  std::string key;
  PersonId person;
  auto operator<=>(const Dirty&) const = default;
};

/// A document that changed, and the Yjs update v1 that changed it (bytes of the record, as received).
struct TextChange {
  std::string text;
  Bytes update;
};

struct Applied {
  PersonId actor;
  InstanceId instance;
  std::uint64_t counter = 0;
  Verdict verdict;
  std::vector<Dirty> dirty;  ///< sorted, without doubles
  std::vector<TextChange> texts;
};

/// Whose eyes. A person's private part is asked for apart.
enum class Audience { participant, facilitator, projector };

struct State;  // state.hpp: inside this module only

/// The state of one meeting: a fold over its records, without clock, randomness, thread or file. Same records, same bytes.
class Meeting {
 public:
  Meeting();
  ~Meeting();
  Meeting(Meeting&&) noexcept;
  Meeting& operator=(Meeting&&) noexcept;

  /// Applies the next record. A rule that it breaks is in the verdict, and then nothing that anybody sees has changed.
  Result<Applied, Errc> apply(const Header& header, BytesView body);

  /// What apply() would say now to this command of this person, dry; for a node that prepares records
  /// (a ballot's content is judged here before it is sealed).
  v1::Refusal check(const PersonId& actor, const v1::Command& command) const;

  /// Deterministic bytes of everything that apply() depends on, and back.
  Bytes snapshot() const;
  static Result<Meeting, Errc> restore(BytesView snapshot);
  /// BLAKE2b-256 of what snapshot() gives: equal on every node that applied the same records.
  Bytes digest() const;

  Sequence seq() const;        ///< the last applied record
  std::int64_t time_ms() const;    ///< its time
  std::int64_t origin_ms() const;  ///< time 0 of the meeting: creation of a rehearsal, else the opening (0 before)
  std::string_view id() const;
  bool rehearsal() const;
  v1::Role role(const PersonId& person) const;  ///< ROLE_UNSPECIFIED: not known here
  /// The last counter of a client instance in the log; 0 if it never wrote.
  std::uint64_t last_counter(InstanceId instance) const;

  /// Keys of all entities that exist, sorted. Private ones are not among them.
  std::vector<std::string> keys() const;
  /// Keys of the private part of one person.
  std::vector<std::string> private_keys(const PersonId& person) const;
  /// The entity as that audience may see it now; `removed` if there is none (or it may not be seen).
  v1::Entity view(std::string_view key, Audience audience) const;
  v1::Entity private_view(std::string_view key, const PersonId& person) const;

  /// Ids of the open texts in order of opening; a text's document, or nullptr.
  std::vector<std::string> texts() const;
  const crdt::Doc* text(std::string_view id) const;

  /// What is inside, for the report (outcome) and for a node's duties (room): read only.
  const State& state() const;

 private:
  std::unique_ptr<State> state_;
};

}  // namespace atelier::meeting
