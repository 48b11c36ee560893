#include "meeting/known.hpp"

#include <climits>
#include <google/protobuf/message.h>
#include <google/protobuf/unknown_field_set.h>

#include "meeting/limits.hpp"

namespace atelier::meeting {

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

bool has_unknown(const Message& message) {
  return !message.GetReflection()->GetUnknownFields(message).empty();
}

/// No field of `message`, at any depth, that this version has no name for?
bool all_known(const Message& message) {
  if (has_unknown(message)) return false;
  const auto* reflection = message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      if (!all_known(reflection->GetMessage(message, field))) return false;
      continue;
    }
    for (int index = 0; index < reflection->FieldSize(message, field); ++index) {
      if (!all_known(reflection->GetRepeatedMessage(message, field, index))) return false;
    }
  }
  return true;
}

bool parse(Message& message, BytesView bytes) {
  return bytes.size() <= INT_MAX && message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

}  // namespace

bool read_record(BytesView bytes, v1::Body& body, v1::Payload& payload) {
  if (!parse(body, bytes) || has_unknown(body)) return false;
  if (!parse(payload, body.payload()) || payload.kind_case() == v1::Payload::KIND_NOT_SET) return false;
  if (payload.has_created() && payload.created().rules_level() > limits::rules_level) return false;
  if (!payload.has_command()) return all_known(payload);
  const v1::Command& command = payload.command();
  if (command.kind_case() == v1::Command::KIND_NOT_SET) return false;
  if (!command.has_text_edit()) return all_known(payload);
  // By far the most records: no walk through their fields.
  return !has_unknown(payload) && !has_unknown(command) && !has_unknown(command.text_edit());
}

}  // namespace atelier::meeting
