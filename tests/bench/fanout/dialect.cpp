#include "dialect.hpp"

#include <cstdlib>

#include "atelier/v1/wire.pb.h"
#include "crdt/doc.hpp"
#include "crdt/rich_text.hpp"

namespace fanout {
namespace {

namespace crdt = atelier::crdt;
namespace v1 = atelier::v1;

constexpr std::string_view letters = "0123456789abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view seed_text = "Every teacher has, each year, an occasion to learn from a colleague elsewhere.";

void put_varint(std::string& out, std::size_t value) {
  for (; value >= 128; value >>= 7) out.push_back(static_cast<char>((value & 127) | 128));
  out.push_back(static_cast<char>(value));
}

void put_bytes(std::string& out, std::string_view bytes) {
  put_varint(out, bytes.size());
  out += bytes;
}

/// Yjs updates of a typist who types word after word at the start of the text, from the state `seed`.
std::vector<std::string> type_words(const std::string& seed, std::size_t typist, std::size_t count) {
  crdt::Doc doc({.client = crdt::ClientId(1'000'000 + typist)});
  if (!doc.apply(seed)) std::abort();
  std::vector<std::string> updates;
  for (std::size_t n = 0; n < count; ++n) {
    auto update = crdt::insert_text(doc, n * 7, write_word({typist, n}));
    if (!update) std::abort();
    updates.push_back(std::move(*update));
  }
  return updates;
}

class Limit final : public Dialect {
 public:
  std::string path() const override { return "/"; }
  std::vector<std::string> hello() override {
    ready_ = true;
    return {"hello"};
  }
  std::vector<std::string> answer(std::string_view) override { return {}; }
  bool ready() const override { return ready_; }
  std::vector<std::string> words(std::size_t typist, std::size_t count) override {
    return type_words(crdt::seed_rich_text(crdt::ClientId(1), seed_text), typist, count);
  }

 private:
  bool ready_ = false;
};

/// Document name, then 0 sync (0 step 1, 1 step 2, 2 update), 2 auth (0 token): as @hocuspocus/provider frames them.
class Hocuspocus final : public Dialect {
 public:
  explicit Hocuspocus(std::size_t index) : index_(index) {}
  std::string path() const override { return "/text"; }
  std::vector<std::string> hello() override {
    std::string auth;
    put_bytes(auth, "text");
    auth += '\2';
    auth += '\0';
    put_bytes(auth, "");
    put_bytes(auth, "");
    std::string step1;
    put_bytes(step1, "text");
    step1 += '\0';
    step1 += '\0';
    put_bytes(step1, std::string_view("\0", 1));
    if (index_ != 0) return {auth, step1};
    return {auth, sync(2, crdt::seed_rich_text(crdt::ClientId(1), seed_text)), step1};
  }
  std::vector<std::string> answer(std::string_view message) override {
    const std::string step2 = std::string("\4text\0\1", 7);
    if (message.starts_with(step2)) {
      std::size_t at = step2.size();
      while (static_cast<unsigned char>(message[at]) & 128) ++at;
      state_ = message.substr(at + 1);
    }
    return {};
  }
  bool ready() const override { return !state_.empty(); }
  std::vector<std::string> words(std::size_t typist, std::size_t count) override {
    std::vector<std::string> messages;
    for (const std::string& update : type_words(state_, typist, count)) messages.push_back(sync(2, update));
    return messages;
  }

 private:
  static std::string sync(char kind, std::string_view bytes) {
    std::string message;
    put_bytes(message, "text");
    message += '\0';
    message += kind;
    put_bytes(message, bytes);
    return message;
  }
  std::size_t index_;
  std::string state_;
};

class Atelier final : public Dialect {
 public:
  explicit Atelier(std::size_t index) : index_(index) {}
  std::string path() const override { return "/ws"; }
  std::vector<std::string> hello() override {
    v1::ClientMessage hello;
    hello.mutable_hello()->set_instance(instance());
    hello.mutable_hello()->add_texts()->set_text("A1");
    v1::ClientMessage join;
    join.mutable_submit()->set_counter(++counter_);
    join.mutable_submit()->mutable_command()->mutable_join()->set_mode("room");
    return {hello.SerializeAsString(), join.SerializeAsString()};
  }
  std::vector<std::string> answer(std::string_view bytes) override {
    v1::ServerMessage message;
    if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return {};
    for (const auto& update : message.text_update()) {
      if (update.state()) state_ = update.update();
    }
    for (const auto& ack : message.ack()) joined_ = joined_ || ack.counter() == 1;
    return {};
  }
  bool ready() const override { return joined_ && !state_.empty(); }
  std::vector<std::string> words(std::size_t typist, std::size_t count) override {
    std::vector<std::string> messages;
    for (const std::string& update : type_words(state_, typist, count)) {
      v1::ClientMessage message;
      message.mutable_submit()->set_previous(counter_);
      message.mutable_submit()->set_counter(++counter_);
      auto* edit = message.mutable_submit()->mutable_command()->mutable_text_edit();
      edit->set_text("A1");
      edit->set_update(update);
      messages.push_back(message.SerializeAsString());
    }
    return messages;
  }

 private:
  std::uint64_t instance() const { return 0x5eed'0000'0000ull + index_; }
  std::size_t index_;
  std::uint64_t counter_ = 0;
  std::string state_;
  bool joined_ = false;
};

}  // namespace

std::string write_word(Word word) {
  std::string text = "~......";
  for (std::size_t i = 2, value = word.typist; i > 0; --i, value /= 36) text[i] = letters[value % 36];
  for (std::size_t i = 6, value = word.number; i > 2; --i, value /= 36) text[i] = letters[value % 36];
  return text;
}

std::optional<Word> read_word(std::string_view bytes) {
  if (bytes.size() < 7 || bytes[0] != '~') return std::nullopt;
  Word word;
  for (std::size_t i = 1; i < 7; ++i) {
    const std::size_t digit = letters.find(bytes[i]);
    if (digit == std::string_view::npos) return std::nullopt;
    std::size_t& value = i < 3 ? word.typist : word.number;
    value = value * 36 + digit;
  }
  return word;
}

std::unique_ptr<Dialect> make_dialect(const std::string& name, std::size_t index) {
  if (name == "hocuspocus") return std::make_unique<Hocuspocus>(index);
  if (name == "atelier") return std::make_unique<Atelier>(index);
  return std::make_unique<Limit>();
}

}  // namespace fanout
