#include "outcome/entities_json.hpp"

#include <map>

#include "crdt/rich_text.hpp"
#include "outcome/facts.hpp"
#include "outcome/message_json.hpp"
#include "outcome/report.hpp"

namespace atelier::outcome {

namespace {

std::string id_of(const std::string& key) {
  const std::size_t slash = key.find('/');
  return slash == std::string::npos ? key : key.substr(slash + 1);
}

void write_text_letters(JsonWriter& json, const meeting::Meeting& meeting, const std::string& id) {
  const crdt::Doc* doc = meeting.text(id);
  if (doc == nullptr) return;
  json.key("plain").text(crdt::plain_text(*doc)).key("letters_by").open_object();
  for (const auto& [person, letters] : letters_by(meeting, id)) json.key(person).integer(letters);
  json.close();
}

}  // namespace

void write_entities(JsonWriter& json, const meeting::Meeting& meeting, meeting::Audience audience) {
  std::map<std::string, std::map<std::string, v1::Entity>> kinds;
  for (const std::string& key : meeting.keys()) {
    v1::Entity entity = meeting.view(key, audience);
    if (entity.removed() || entity.kind_case() == v1::Entity::KIND_NOT_SET || entity.has_content()) continue;
    const std::string kind = inner_name(entity);
    kinds[kind].emplace(id_of(key), std::move(entity));
  }
  json.open_object();
  for (const auto& [kind, entities] : kinds) {
    json.key(kind).open_object();
    for (const auto& [id, entity] : entities) {
      json.key(id).open_object();
      write_members(json, *inner(entity), meeting.origin_ms(), entity.seq());
      if (entity.has_text()) write_text_letters(json, meeting, id);
      json.close();
    }
    json.close();
  }
  json.close();
}

std::string entities_json(const meeting::Meeting& meeting, meeting::Audience audience) {
  JsonWriter json;
  write_entities(json, meeting, audience);
  return json.finish();
}

}  // namespace atelier::outcome
