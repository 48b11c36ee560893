#include "json_difference.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace atelier::cli {

namespace json = boost::json;

namespace {

constexpr std::size_t shown_characters_max = 200;

std::string shown(const json::value* value) {
  return value ? json::serialize(*value).substr(0, shown_characters_max) : "nothing";
}

std::string difference(const json::value* before, const json::value* after,
                       const std::string& path) {
  if (before && after && *before == *after) return {};
  if (before && after && before->is_object() && after->is_object()) {
    for (const auto& member : before->get_object()) {
      const std::string key(member.key());
      const std::string found =
          difference(&member.value(), after->get_object().if_contains(key), path + "/" + key);
      if (!found.empty()) return found;
    }
    for (const auto& member : after->get_object())
      if (!before->get_object().contains(member.key()))
        return path + "/" + std::string(member.key()) + ": is new";
  }
  if (before && after && before->is_array() && after->is_array() &&
      before->get_array().size() == after->get_array().size()) {
    for (std::size_t i = 0; i < before->get_array().size(); ++i) {
      const std::string found = difference(&before->get_array()[i], &after->get_array()[i],
                                           path + "[" + std::to_string(i) + "]");
      if (!found.empty()) return found;
    }
  }
  return path + ": " + shown(before) + " became " + shown(after);
}

}  // namespace

std::string json_difference(const std::string& before, const std::string& after) {
  boost::system::error_code error;
  const json::value first = json::parse(before, error);
  if (error) return "the dump before it is not JSON (" + error.message() + ")";
  const json::value second = json::parse(after, error);
  if (error) return "the dump after it is not JSON (" + error.message() + ")";
  return difference(&first, &second, "");
}

bool has_uncounted_vote(const std::string& dump) {
  boost::system::error_code error;
  const json::value all = json::parse(dump, error);
  if (error || !all.is_object()) return false;
  const json::value* entities = all.get_object().if_contains("entities");
  if (entities == nullptr || !entities->is_object()) return false;
  for (const auto& entity : entities->get_object()) {
    if (!entity.key().starts_with("vote/")) continue;
    const json::value* state = entity.value().find_pointer("/vote/state", error);
    const json::value* hidden = entity.value().find_pointer("/vote/rules/hidden_until_reveal", error);
    if (state != nullptr && *state == "STATE_CLOSED" && hidden == nullptr) return true;
  }
  return false;
}

}  // namespace atelier::cli
