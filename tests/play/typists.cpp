#include "typists.hpp"

#include <string_view>
#include <utility>

#include "crdt/rich_text.hpp"

namespace atelier::play {

namespace {

constexpr std::string_view sentence = " a word that somebody tries out,";
/// Of every 20 keys at the end of a sentence so many take a letter away again, as people do.
constexpr std::uint64_t hesitation_every = 20, hesitation_keys = 6;

}  // namespace

Typists::Typists(std::vector<std::string> people, std::vector<std::string> texts, std::uint64_t keys, std::int64_t from_ms,
                 std::int64_t to_ms)
    : keys_(keys), from_ms_(from_ms), to_ms_(to_ms) {
  for (std::size_t i = 0; i < people.size(); ++i) {
    Typist typist;
    typist.person = std::move(people[i]);
    typist.text = texts[i % texts.size()];
    typist.keys_left = keys / people.size();
    typists_.push_back(std::move(typist));
  }
  keys_ = keys / typists_.size() * typists_.size();
}

void Typists::until(std::int64_t at_ms, Player& player) {
  while (struck_ < keys_) {
    const auto due = from_ms_ + static_cast<std::int64_t>(struck_ * static_cast<std::uint64_t>(to_ms_ - from_ms_) / keys_);
    if (due >= at_ms) return;
    strike(typists_[struck_ % typists_.size()], due, player);
    ++struck_;
  }
}

void Typists::strike(Typist& typist, std::int64_t at_ms, Player& player) {
  if (!std::exchange(typist.sat_down, true)) {
    typist.doc = crdt::Doc(crdt::Doc::Options{.client = player.fresh_client()});
    (void)typist.doc.apply(player.meeting().text(typist.text)->encode_state());
    typist.start = crdt::utf16_length(crdt::plain_text(typist.doc));
  }
  const bool must_leave = typist.keys_left <= typist.standing;
  const bool hesitates = typist.standing > 0 && typist.keys_left % hesitation_every < hesitation_keys;
  --typist.keys_left;
  Result<Bytes, crdt::Errc> update;
  if (must_leave || hesitates) {
    if (typist.standing == 0) return;
    --typist.standing;
    update = crdt::delete_text(typist.doc, typist.start + typist.standing, 1);
  } else {
    update = crdt::insert_text(typist.doc, typist.start + typist.standing, sentence.substr(typist.standing % sentence.size(), 1));
    ++typist.standing;
  }
  if (!update) return;
  v1::Command command;
  command.mutable_text_edit()->set_text(typist.text);
  command.mutable_text_edit()->set_update(*update);
  player.say(typist.person, std::move(command), at_ms);
}

}  // namespace atelier::play
