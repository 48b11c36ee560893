#include "outcome/message_json.hpp"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <map>
#include <vector>

#include "base/bytes.hpp"

namespace atelier::outcome {

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr std::string_view time_ending = "_ms";

bool is_time(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_INT64 && field.name().ends_with(time_ending);
}
/// What a server makes up: bytes, places in its log, its name for the meeting.
bool is_made(const FieldDescriptor& field) {
  return field.type() == FieldDescriptor::TYPE_BYTES || field.name() == "cast_seq" || field.name() == "seq" ||
         field.full_name() == "atelier.v1.MeetingView.id";
}

/// One value of a field; `index` is -1 for a single field.
class FieldWriter {
 public:
  FieldWriter(JsonWriter& json, std::int64_t origin_ms) : json_(json), origin_ms_(origin_ms) {}

  void write(const Message& message, const FieldDescriptor& field) {
    if (field.is_map()) return write_map(message, field);
    if (!field.is_repeated()) return write_one(message, field, -1);
    json_.open_array();
    for (int i = 0; i < message.GetReflection()->FieldSize(message, &field); ++i) write_one(message, field, i);
    json_.close();
  }

  void write_one(const Message& message, const FieldDescriptor& field, int index) {
    const Reflection& read = *message.GetReflection();
    const bool single = index < 0;
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE:
        json_.open_object();
        write_members(json_, single ? read.GetMessage(message, &field) : read.GetRepeatedMessage(message, &field, index),
                      origin_ms_);
        json_.close();
        break;
      case FieldDescriptor::CPPTYPE_STRING: {
        const std::string value = single ? read.GetString(message, &field) : read.GetRepeatedString(message, &field, index);
        json_.text(field.type() == FieldDescriptor::TYPE_BYTES ? to_hex(value) : value);
        break;
      }
      case FieldDescriptor::CPPTYPE_ENUM: {
        const auto* value = single ? read.GetEnum(message, &field) : read.GetRepeatedEnum(message, &field, index);
        json_.text(short_enum_name(field.enum_type()->name(), value->name()));
        break;
      }
      case FieldDescriptor::CPPTYPE_BOOL:
        json_.truth(single ? read.GetBool(message, &field) : read.GetRepeatedBool(message, &field, index));
        break;
      default: write_number(message, field, index); break;
    }
  }

 private:
  void write_number(const Message& message, const FieldDescriptor& field, int index) {
    const Reflection& read = *message.GetReflection();
    const bool single = index < 0;
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT32:
        json_.integer(std::int64_t{single ? read.GetInt32(message, &field) : read.GetRepeatedInt32(message, &field, index)});
        break;
      case FieldDescriptor::CPPTYPE_UINT32:
        json_.integer(std::uint64_t{single ? read.GetUInt32(message, &field) : read.GetRepeatedUInt32(message, &field, index)});
        break;
      case FieldDescriptor::CPPTYPE_UINT64:
        json_.integer(std::uint64_t{single ? read.GetUInt64(message, &field) : read.GetRepeatedUInt64(message, &field, index)});
        break;
      case FieldDescriptor::CPPTYPE_INT64:
        json_.integer(std::int64_t{single ? read.GetInt64(message, &field) : read.GetRepeatedInt64(message, &field, index)});
        break;
      default: json_.text(""); break;  // the views hold no floating point
    }
  }

  /// Maps have text keys here; protobuf gives them in no order.
  void write_map(const Message& message, const FieldDescriptor& field) {
    const Reflection& read = *message.GetReflection();
    const FieldDescriptor& key = *field.message_type()->map_key();
    std::map<std::string, const Message*> sorted;
    for (int i = 0; i < read.FieldSize(message, &field); ++i) {
      const Message& entry = read.GetRepeatedMessage(message, &field, i);
      sorted.emplace(entry.GetReflection()->GetString(entry, &key), &entry);
    }
    json_.open_object();
    for (const auto& [name, entry] : sorted) {
      json_.key(name);
      write_one(*entry, *field.message_type()->map_value(), -1);
    }
    json_.close();
  }

  JsonWriter& json_;
  std::int64_t origin_ms_;
};

}  // namespace

std::string seconds(std::int64_t milliseconds) {
  const bool negative = milliseconds < 0;
  const std::uint64_t size = negative ? 0 - static_cast<std::uint64_t>(milliseconds) : static_cast<std::uint64_t>(milliseconds);
  std::string text = (negative ? "-" : "") + std::to_string(size / 1000);
  if (size % 1000 == 0) return text;
  std::string fraction = std::to_string(1000 + size % 1000).substr(1);
  while (fraction.ends_with('0')) fraction.pop_back();
  return text + "." + fraction;
}

std::string short_enum_name(std::string_view enumeration, std::string_view value) {
  std::string prefix;
  for (const char c : enumeration) {
    const bool capital = c >= 'A' && c <= 'Z';
    if (capital && !prefix.empty()) prefix += '_';
    prefix += capital ? c : static_cast<char>(c - 'a' + 'A');
  }
  prefix += '_';
  if (value.starts_with(prefix)) value.remove_prefix(prefix.size());
  std::string name(value);
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return name;
}

void write_members(JsonWriter& json, const Message& message, std::int64_t origin_ms, std::uint64_t seq) {
  std::vector<const FieldDescriptor*> set;
  message.GetReflection()->ListFields(message, &set);
  FieldWriter writer(json, origin_ms);
  for (const FieldDescriptor* field : set) {
    if (is_time(*field) || is_made(*field)) continue;
    json.key(field->name());
    writer.write(message, *field);
  }
  if (std::ranges::any_of(set, [](const auto* field) { return is_time(*field); })) {
    json.key("times").open_object();
    for (const FieldDescriptor* field : set) {
      if (!is_time(*field)) continue;
      const std::int64_t time = message.GetReflection()->GetInt64(message, field);
      const bool length = field->name() == "remaining_ms";  // a duration, not a moment
      json.key(field->name().substr(0, field->name().size() - 2) + "s").decimal(seconds(length ? time : time - origin_ms));
    }
    json.close();
  }
  if (seq != 0 || std::ranges::any_of(set, [](const auto* field) { return is_made(*field); })) {
    json.key("made").open_object();
    if (seq != 0) json.key("seq").integer(seq);
    for (const FieldDescriptor* field : set) {
      if (!is_made(*field)) continue;
      json.key(field->name());
      writer.write(message, *field);
    }
    json.close();
  }
}

const Message* inner(const v1::Entity& entity) {
  std::vector<const FieldDescriptor*> set;
  entity.GetReflection()->ListFields(entity, &set);
  for (const FieldDescriptor* field : set)
    if (field->containing_oneof() != nullptr) return &entity.GetReflection()->GetMessage(entity, field);
  return nullptr;
}

std::string inner_name(const v1::Entity& entity) {
  const auto* field = entity.GetDescriptor()->FindFieldByNumber(entity.kind_case());
  return field == nullptr ? std::string() : field->name();
}

}  // namespace atelier::outcome
