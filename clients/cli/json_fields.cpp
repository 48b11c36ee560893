#include "json_fields.hpp"

#include <boost/json/parse.hpp>

namespace atelier::cli {

namespace json = boost::json;

std::string describe(const std::vector<Problem>& problems, std::size_t shown) {
  std::string text;
  for (std::size_t i = 0; i < problems.size() && i < shown; ++i) {
    if (i > 0) text += '\n';
    text += problems[i].where + ": " + problems[i].advice;
  }
  if (problems.size() > shown)
    text += "\n… and " + std::to_string(problems.size() - shown) + " more";
  return text;
}

Fields::Fields(const json::value& value, std::string path, Problems& problems)
    : value_(&value), path_(std::move(path)), problems_(&problems) {
  if (!value.is_object()) problems.add(path_, "must be an object { … }");
}

const json::value* Fields::find(std::string_view key) const {
  const json::object* object = value_->if_object();
  if (!object) return nullptr;
  const json::value* found = object->if_contains(key);
  return found && !found->is_null() ? found : nullptr;
}

std::string Fields::path_of(std::string_view key) const {
  const bool top = path_.ends_with(": ") || path_.empty();
  return path_ + (top ? "" : path_.find(": ") == std::string::npos ? ": " : ".") + std::string(key);
}

std::string Fields::text(std::string_view key) const {
  const json::value* found = find(key);
  if (found && found->is_string()) return std::string(found->get_string());
  complain(key, found ? "must be a text in quotes" : "is missing; add this text");
  return {};
}

std::string Fields::text_or(std::string_view key, std::string_view otherwise) const {
  return find(key) ? text(key) : std::string(otherwise);
}

std::string Fields::as_text(std::string_view key) const {
  const json::value* found = find(key);
  if (!found) return {};
  if (found->is_string()) return std::string(found->get_string());
  if (found->is_int64()) return std::to_string(found->get_int64());
  if (found->is_uint64()) return std::to_string(found->get_uint64());
  if (found->is_bool()) return found->get_bool() ? "true" : "false";
  complain(key, "must be a text or a whole number");
  return {};
}

std::int64_t Fields::whole(std::string_view key, std::int64_t least, std::int64_t most) const {
  const json::value* found = find(key);
  if (found && found->is_int64() && found->get_int64() >= least && found->get_int64() <= most)
    return found->get_int64();
  complain(key, std::string(found ? "must be" : "is missing; it must be") +
                    " a whole number from " + std::to_string(least) + " to " +
                    std::to_string(most));
  return least;
}

std::int64_t Fields::whole_or(std::string_view key, std::int64_t least, std::int64_t most,
                              std::int64_t otherwise) const {
  return find(key) ? whole(key, least, most) : otherwise;
}

bool Fields::flag_or(std::string_view key, bool otherwise) const {
  const json::value* found = find(key);
  if (!found) return otherwise;
  if (!found->is_bool()) complain(key, "must be true or false");
  return found->is_bool() ? found->get_bool() : otherwise;
}

std::vector<std::string> Fields::texts(std::string_view key) const {
  if (!is_list(key)) {
    complain(key,
             find(key) ? "must be a list [ … ] of texts" : "is missing; add this list of texts");
    return {};
  }
  return text_list(key);
}

std::vector<std::string> Fields::texts_or_none(std::string_view key) const {
  return find(key) ? texts(key) : std::vector<std::string>{};
}

std::vector<std::string> Fields::text_list(std::string_view key) const {
  std::vector<std::string> list;
  for (const json::value& item : find(key)->get_array()) {
    if (item.is_string()) {
      list.emplace_back(item.get_string());
    } else {
      complain(std::string(key) + "[" + std::to_string(list.size()) + "]",
               "must be a text in quotes");
      list.emplace_back();
    }
  }
  return list;
}

std::vector<Fields> Fields::objects(std::string_view key) const {
  std::vector<Fields> list;
  if (!is_list(key)) {
    complain(key, find(key) ? "must be a list [ … ]" : "is missing; add this list");
    return list;
  }
  for (const json::value& item : find(key)->get_array())
    list.emplace_back(item, path_of(key) + "[" + std::to_string(list.size()) + "]", *problems_);
  return list;
}

Fields Fields::object(std::string_view key) const {
  static const json::value empty{json::object_kind};
  const json::value* found = find(key);
  if (found && found->is_object()) return Fields(*found, path_of(key), *problems_);
  complain(key, found ? "must be an object { … }" : "is missing; add this object");
  return Fields(empty, path_of(key), *problems_);
}

std::vector<std::pair<std::string, Fields>> Fields::members(std::string_view key) const {
  std::vector<std::pair<std::string, Fields>> list;
  const json::value* found = find(key);
  if (!found || !found->is_object()) {
    complain(key, found ? "must be an object { … }" : "is missing; add this object");
    return list;
  }
  for (const auto& member : found->get_object()) {
    const std::string name(member.key());
    list.emplace_back(name, Fields(member.value(), path_of(key) + "." + name, *problems_));
  }
  return list;
}

std::vector<std::pair<std::string, std::string>> Fields::text_members(std::string_view key) const {
  std::vector<std::pair<std::string, std::string>> list;
  const Fields inner = object(key);
  if (const json::value* found = find(key); found && found->is_object())
    for (const auto& member : found->get_object())
      list.emplace_back(member.key(), inner.text(member.key()));
  return list;
}

std::vector<std::pair<std::string, std::int64_t>> Fields::whole_members(std::string_view key,
                                                                        std::int64_t least,
                                                                        std::int64_t most) const {
  std::vector<std::pair<std::string, std::int64_t>> list;
  const Fields inner = object(key);
  if (const json::value* found = find(key); found && found->is_object())
    for (const auto& member : found->get_object())
      list.emplace_back(member.key(), inner.whole(member.key(), least, most));
  return list;
}

bool Fields::is_text(std::string_view key) const {
  const json::value* found = find(key);
  return found && found->is_string();
}

bool Fields::is_list(std::string_view key) const {
  const json::value* found = find(key);
  return found && found->is_array();
}

std::optional<json::value> parse_json(std::string_view text, const std::string& where,
                                      Problems& problems) {
  boost::system::error_code error;
  json::value value = json::parse(text, error);
  if (!error) return value;
  problems.add(where, "is not JSON (" + error.message() + "); repair it");
  return std::nullopt;
}

}  // namespace atelier::cli
