#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fanout {

/// A word that a typist types in one message: "~", 2 letters for the typist, 4 for the number, base 36.
struct Word {
  std::size_t typist = 0;
  std::size_t number = 0;
};
std::string write_word(Word word);
/// The word at the start of `bytes`, if there is one.
std::optional<Word> read_word(std::string_view bytes);

/// How one client of a peer talks: what it sends after the upgrade, until it has the text; then its keystrokes.
class Dialect {
 public:
  virtual ~Dialect() = default;
  virtual std::string path() const = 0;
  virtual std::vector<std::string> hello() = 0;
  virtual std::vector<std::string> answer(std::string_view message) = 0;
  virtual bool ready() const = 0;
  /// The messages of `count` words of typist `typist`, in order.
  virtual std::vector<std::string> words(std::size_t typist, std::size_t count) = 0;
};

/// `name` is atelier, hocuspocus or limit; `index` the client's number (0 brings the text where the peer has none).
std::unique_ptr<Dialect> make_dialect(const std::string& name, std::size_t index);

}  // namespace fanout
