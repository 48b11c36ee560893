// Reads conformance cases, one JSON object a line (fields: README.md), plays each into the document engine, and prints one
// JSON line per case: {"case":n,"level1":bool,"level2":base64 of our v1,"level2v2":base64 of our v2,"level3":{field:bool},"why":text}
//   level 1  content, state vector and pending state are those of Yjs
//   level 2  what we encode, for Yjs to read; null where the bytes are those of Yjs
//   level 3  same bytes, per field; "differ" holds ours where a difference may be excused
#include <algorithm>
#include <boost/json.hpp>
#include <iostream>
#include <map>
#include <optional>
#include <string>

#include "crdt/edit.hpp"
#include "crdt/engine.hpp"
#include "crdt/position.hpp"
#include "crdt/rich_text.hpp"
#include "crdt/snapshot.hpp"
#include "crdt/tree.hpp"

namespace {

namespace json = boost::json;
using namespace atelier;
using namespace atelier::crdt;

constexpr std::string_view base64_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string to_base64(std::string_view bytes) {
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) group = group << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    for (std::size_t k = 0; k < 4; ++k) out += k <= bytes.size() - i ? base64_digits[group >> (18 - 6 * k) & 63] : '=';
  }
  return out;
}

std::string from_base64(std::string_view text) {
  std::string out;
  std::uint32_t group = 0;
  unsigned bits = 0;
  for (const char digit : text) {
    const std::size_t value = base64_digits.find(digit);
    if (value == std::string_view::npos) break;
    group = group << 6 | static_cast<std::uint32_t>(value);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    out += static_cast<char>(group >> bits & 255);
  }
  return out;
}

/// FNV-1a, 64 bits, in hexadecimal.
std::string fnv(std::string_view bytes) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char byte : bytes) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3u;
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out(16, '0');
  for (std::size_t i = 0; i < 16; ++i) out[15 - i] = digits[hash >> (4 * i) & 15];
  return out;
}

std::string text_in(const json::value& value) { return std::string(value.as_string()); }

json::value canonical(const Value& value) {
  switch (value.kind) {
    case Value::Kind::undefined: return json::object{{"$undefined", 1}};
    case Value::Kind::null: return nullptr;
    case Value::Kind::boolean: return value.boolean;
    case Value::Kind::number: return value.number;
    case Value::Kind::bigint: return json::object{{"$bigint", std::to_string(value.bigint)}};
    case Value::Kind::string: return json::string(value.text);
    case Value::Kind::bytes: return json::object{{"$bytes", to_base64(value.text)}};
    case Value::Kind::array: {
      json::array out;
      for (const Value& item : value.items) out.push_back(canonical(item));
      return out;
    }
    case Value::Kind::object: break;
  }
  json::object out;
  for (const auto& [key, member] : value.members) out[key] = canonical(member);
  return out;
}

json::value canonical(const Node& node);

json::object canonical_entries(const Node& node) {
  json::object out;
  for (const auto& [key, entry] : node.entries) out[key] = canonical(entry);
  return out;
}

json::array canonical_children(const Node& node) {
  json::array out;
  for (const Node& child : node.children) out.push_back(canonical(child));
  return out;
}

json::array canonical_delta(const Node& node) {
  json::array out;
  for (const DeltaOp& op : node.delta) {
    json::object made{{"insert", canonical(op.insert)}};
    json::object attributes;
    for (const auto& [key, value] : op.attributes) attributes[key] = canonical(value);
    if (!attributes.empty()) made["attributes"] = std::move(attributes);
    out.push_back(std::move(made));
  }
  return out;
}

/// As `canon` of the generator.
json::value canonical(const Node& node) {
  if (node.kind == Node::Kind::value) return canonical(node.value);
  if (node.kind == Node::Kind::document) return json::object{{"$doc", node.value.text}};
  switch (node.type) {
    case TypeRef::text: case TypeRef::xml_text: return json::object{{"$text", canonical_delta(node)}, {"$attrs", canonical_entries(node)}};
    case TypeRef::xml_element: return json::object{{"$el", node.name}, {"$attrs", canonical_entries(node)}, {"$children", canonical_children(node)}};
    case TypeRef::xml_hook: return json::object{{"$hook", node.name}, {"$map", json::object{{"$map", canonical_entries(node)}}}};
    case TypeRef::xml_fragment: return json::object{{"$children", canonical_children(node)}};
    case TypeRef::array: return json::object{{"$array", canonical_children(node)}};
    case TypeRef::map: return json::object{{"$map", canonical_entries(node)}};
  }
  return nullptr;
}

/// Equal as JavaScript values: 1 and 1.0 are one number.
bool same(const json::value& a, const json::value& b) {
  if (a.is_number() && b.is_number()) return a.to_number<double>() == b.to_number<double>();
  if (a.kind() != b.kind()) return false;
  if (a.is_array()) return std::ranges::equal(a.get_array(), b.get_array(), same);
  if (!a.is_object()) return a == b;
  if (a.get_object().size() != b.get_object().size()) return false;
  return std::ranges::all_of(a.get_object(), [&](const auto& member) {
    const json::value* other = b.get_object().if_contains(member.key());
    return other != nullptr && same(member.value(), *other);
  });
}

struct Root {
  std::string_view name;
  TypeRef type;
};
constexpr Root roots[] = {{"text", TypeRef::text}, {"array", TypeRef::array}, {"map", TypeRef::map}, {"xml", TypeRef::xml_fragment}};

/// One case: the document is fed, and what it shows is compared with what Yjs showed.
class Case {
 public:
  explicit Case(const json::object& input)
      : input_(input), doc_(options_of(input)) {}

  json::object run(std::int64_t number) {
    deliver();
    compare_final();
    if (input_.contains("diffFromMid")) compare_diff(input_.at("diffFromMid").as_object());
    if (input_.contains("merge")) compare_merge(input_.at("merge").as_object());
    if (input_.contains("rel")) compare_positions(input_.at("rel").as_array());
    json::object out{{"case", number}, {"id", input_.at("id")}, {"level1", level1_}, {"level2", level2_}, {"level2v2", level2_v2_}, {"level3", level3_}};
    if (!differ_.empty()) out["differ"] = differ_;
    out["why"] = why_.empty() ? json::value(nullptr) : json::value(why_);
    return out;
  }

 private:
  static Doc::Options options_of(const json::object& input) {
    Doc::Options options;
    options.client = ClientId(4294967295u);
    options.gc = input.at("gc").as_bool();
    options.keep_events = true;
    const json::value* typed = input.if_contains("typed");
    options.clean_formatting = Doc::CleanFormatting::nested;
    if (typed != nullptr && typed->as_bool()) options.clean_formatting = Doc::CleanFormatting::all;
    return options;
  }

  void must(bool holds, const std::string& what) {
    if (holds) return;
    level1_ = false;
    if (why_.empty()) why_ = what;
  }
  void bytes(std::string_view field, bool equal) {
    const auto [place, made] = level3_.emplace(field, equal);
    if (!made && !equal) place->value() = false;
    if (!equal && why_.empty()) why_ = "bytes of " + std::string(field);
  }

  void deliver() {
    const json::array& updates = input_.at("updates").as_array();
    const json::array* checks = input_.contains("checks") ? &input_.at("checks").as_array() : nullptr;
    std::size_t next_check = 0;
    for (std::size_t i = 0; i < updates.size(); ++i) {
      const bool v2 = updates[i].is_object();
      const std::string update = from_base64(v2 ? text_in(updates[i].as_object().at("v2")) : text_in(updates[i]));
      if (!v2) v1_updates_.push_back(update);
      const auto applied = doc_.apply(update, v2 ? Format::v2 : Format::v1);
      must(applied.has_value(), "update " + std::to_string(i) + " refused: " + std::to_string(applied ? 0 : static_cast<int>(applied.error())));
      if (const json::value* emitted = input_.if_contains("emit")) compare_events(emitted->as_array()[i].as_array());
      if (checks != nullptr && next_check < checks->size() && (*checks)[next_check].at("after").to_number<std::size_t>() == i) {
        compare_check((*checks)[next_check++].as_object());
      }
      if (const json::value* mid = input_.if_contains("mid"); mid != nullptr && mid->is_object() && mid->at("after").to_number<std::size_t>() == i) {
        take_middle(mid->as_object());
      }
    }
  }

  void compare_events(const json::array& expected) {
    bool equal = expected.size() == doc_.impl().events.size();
    for (std::size_t i = 0; equal && i < expected.size(); ++i) equal = fnv(doc_.impl().events[i]) == text_in(expected[i]);
    bytes("emit", equal);
  }

  void compare_check(const json::object& check) {
    must(doc_.state_vector() == from_base64(text_in(check.at("sv"))), "state vector after " + json::serialize(check.at("after")));
    must(doc_.impl().pending.has_value() == check.at("pending").as_bool(), "pending structs after " + json::serialize(check.at("after")));
    must(!doc_.impl().pending_deletes.empty() == check.at("pendingDs").as_bool(), "pending deletes after " + json::serialize(check.at("after")));
    const std::string state = doc_.encode_state_as_yjs();
    bytes("checks", fnv(state) == text_in(check.at("v1")));
    if (fnv(state) != text_in(check.at("v1"))) differ_["checks"] = json::object{{"after", check.at("after")}, {"v1", to_base64(state)}};
  }

  void take_middle(const json::object& mid) {
    const Snapshot snapshot = take_snapshot(doc_);
    bytes("snapshot", encode_snapshot(snapshot, Format::v1) == from_base64(text_in(mid.at("v1"))));
    bytes("snapshot2", encode_snapshot(snapshot, Format::v2) == from_base64(text_in(mid.at("v2"))));
    const auto read = decode_snapshot(from_base64(text_in(mid.at("v2"))), Format::v2);
    must(read && encode_snapshot(*read, Format::v1) == encode_snapshot(snapshot, Format::v1), "snapshot does not read back");
  }

  void compare_final() {
    const json::object& expected = input_.at("final").as_object();
    must(doc_.state_vector() == from_base64(text_in(expected.at("sv"))), "final state vector");
    must(doc_.impl().pending.has_value() == expected.at("pending").as_bool(), "final pending structs");
    must(!doc_.impl().pending_deletes.empty() == expected.at("pendingDs").as_bool(), "final pending deletes");
    const View now(doc_.impl().store);
    for (const Root& root : roots) {
      const json::value ours = canonical(read_root(now, root.name, root.type));
      const json::value& theirs = expected.at("canon").as_object().at(root.name);
      must(same(ours, theirs), "content of " + std::string(root.name) + ": " + json::serialize(ours) + " instead of " + json::serialize(theirs));
    }
    must(text_of(read_root(now, "text", TypeRef::text)) == text_in(expected.at("textString")), "text as a string");
    must(xml_of(read_root(now, "xml", TypeRef::xml_fragment)) == text_in(expected.at("xmlString")), "xml as a string");
    compare_past(now);
    const std::string v1 = doc_.encode_state_as_yjs();
    const std::string v2 = doc_.encode_state_v2();
    const bool same1 = v1 == from_base64(text_in(expected.at("v1")));
    const bool same2 = v2 == from_base64(text_in(expected.at("v2")));
    bytes("v1", same1);
    bytes("v2", same2);
    level2_ = to_base64(v1);
    level2_v2_ = to_base64(v2);
    reload(v1, Format::v1);
    reload(v2, Format::v2);
    if (!doc_.has_pending()) must(copy_of(doc_.encode_state()).encode_state() == doc_.encode_state(), "own bytes do not come back");
  }

  Doc copy_of(const std::string& encoded, Format format = Format::v1) {
    Doc::Options options = options_of(input_);
    options.clean_formatting = Doc::CleanFormatting::never;
    Doc copy(options);
    must(copy.apply(encoded, format).has_value(), "own bytes refused");
    return copy;
  }

  /// What is encoded reads back as Yjs reads its own bytes (`reload` of the case). Without that field: the same, and with
  /// structs or deletes waiting nothing less, since a fresh document may take at once what this one keeps waiting.
  void reload(const std::string& encoded, Format format) {
    const Doc again = copy_of(encoded, format);
    const json::value* reloads = input_.at("final").as_object().if_contains("reload");
    if (reloads == nullptr || !reloads->is_array()) {
      const bool same = again.state_vector() == doc_.state_vector() && !again.has_pending();
      return must(doc_.has_pending() ? has_all_of(again, doc_) : same, "own bytes read differently");
    }
    const json::object& theirs = reloads->as_array().at(format == Format::v1 ? 0 : 1).as_object();
    const bool waits = theirs.at("pending").as_bool() || theirs.at("pendingDs").as_bool();
    must(again.state_vector() == from_base64(text_in(theirs.at("sv"))) && again.has_pending() == waits, "own bytes read differently");
  }

  static bool has_all_of(const Doc& more, const Doc& less) {
    return std::ranges::all_of(less.impl().store.state_vector(), [&](const ClientClock& known) {
      return more.impl().store.state(known.client) >= known.clock;
    });
  }

  void compare_past(const View&) {
    const json::value* mid = input_.if_contains("mid");
    if (mid == nullptr || !mid->is_object() || !mid->as_object().contains("canon")) return;
    const auto snapshot = decode_snapshot(from_base64(text_in(mid->at("v1"))), Format::v1);
    if (!snapshot) return must(false, "snapshot not read");
    const View then(doc_.impl().store, *snapshot);
    for (const Root& root : roots) {
      const json::value ours = canonical(read_root(then, root.name, root.type));
      const json::value& theirs = mid->at("canon").as_object().at(root.name);
      must(same(ours, theirs), "past of " + std::string(root.name) + ": " + json::serialize(ours) + " instead of " + json::serialize(theirs));
    }
    const Node text = read_root(then, "text", TypeRef::text);
    must(text_of(text) == text_in(mid->at("textString")), "past of the text");
    must(same(canonical_delta(text), mid->at("delta")), "past delta: " + json::serialize(canonical_delta(text)) + " instead of " + json::serialize(mid->at("delta")));
  }

  void compare_diff(const json::object& expected) {
    const std::string known = from_base64(text_in(expected.at("sv")));
    bytes("diff", *doc_.encode_state(known) == from_base64(text_in(expected.at("doc"))));
    const auto diff = diff_update(from_base64(text_in(input_.at("final").at("v1"))), known);
    bytes("diffUpdate", diff && *diff == from_base64(text_in(expected.at("diffUpdate"))));
  }

  void compare_merge(const json::object& expected) {
    if (expected.contains("throws")) return;
    const std::vector<BytesView> views(v1_updates_.begin(), v1_updates_.end());
    const auto merged = merge_updates(views);
    bytes("merge", merged && fnv(*merged) == text_in(expected.at("fnv")));
    if (merged && fnv(*merged) != text_in(expected.at("fnv"))) differ_["merge"] = to_base64(*merged);
    const auto clocks = merged ? state_vector_of(*merged) : std::unexpected(merged.error());
    bytes("mergeSv", clocks && *clocks == from_base64(text_in(expected.at("sv"))));
  }

  void compare_positions(const json::array& positions) {
    for (const json::value& expected : positions) {
      const auto position = relative_position(doc_, {"text", {}}, expected.at("index").to_number<std::uint64_t>(), expected.at("assoc").to_number<std::int64_t>());
      bytes("rel", position && encode_position(*position) == from_base64(text_in(expected.at("rel"))));
      const auto read = decode_position(from_base64(text_in(expected.at("rel"))));
      const auto place = read ? absolute_position(doc_, *read) : std::nullopt;
      const json::value ours = place ? json::value(place->index) : json::value(nullptr);
      must(same(ours, expected.at("abs")), "position " + json::serialize(expected) + " resolves to " + json::serialize(ours));
    }
  }

  const json::object& input_;
  Doc doc_;
  std::vector<std::string> v1_updates_;
  bool level1_ = true;
  json::object level3_, differ_;
  std::string level2_, level2_v2_;  ///< what Yjs is to read
  std::string why_;
};

Value value_of(const json::value& value) {
  return parse_json(json::serialize(value));
}

/// A case of local edits: {"edits":[[kind, at, …], …]}; answers the update of each, for Yjs to read.
class LocalCase {
 public:
  explicit LocalCase(const json::object& input) : input_(input), doc_(Doc::Options{.client = ClientId(5), .gc = input.at("gc").as_bool()}) {}

  json::object run(std::int64_t number) {
    json::array updates;
    for (const json::value& step : input_.at("edits").as_array()) {
      const auto update = make(step.as_array());
      updates.push_back(update ? json::value(to_base64(*update)) : json::value(nullptr));
    }
    return {{"case", number}, {"updates", updates}, {"plain", plain_text(doc_, "xml")}};
  }

 private:
  Result<Bytes, Errc> make(const json::array& step) {
    const std::string kind = text_in(step[0]);
    const auto at = step[1].to_number<std::uint64_t>();
    if (kind == "rich_insert") return insert_text(doc_, at, text_in(step[2]), "xml");
    if (kind == "rich_delete") return delete_text(doc_, at, step[2].to_number<std::size_t>(), "xml");
    const TypeName text{"text", {}};
    Edit edit(doc_);
    Result<void, Errc> done;
    if (kind == "insert" && step.size() == 3) done = edit.insert(text, at, text_in(step[2]));
    if (kind == "insert" && step.size() == 4) done = edit.insert(text, at, text_in(step[2]), attributes(step[3]));
    if (kind == "embed") done = edit.insert_embed(text, at, value_of(step[2]));
    if (kind == "format") done = edit.format(text, at, step[2].to_number<std::uint64_t>(), attributes(step[3]));
    if (kind == "erase") done = edit.erase_text(text, at, step[2].to_number<std::uint64_t>());
    if (!done) return std::unexpected(done.error());
    return edit.commit();
  }

  static Edit::Attributes attributes(const json::value& object) {
    Edit::Attributes out;
    for (const auto& member : object.as_object()) out.emplace_back(std::string(member.key()), value_of(member.value()));
    return out;
  }

  const json::object& input_;
  Doc doc_;
};

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  std::int64_t number = 0;
  for (std::string line; std::getline(std::cin, line);) {
    if (line.empty()) continue;
    boost::system::error_code error;
    const json::value input = json::parse(line, error);
    if (error || !input.is_object()) {
      std::cerr << "line " << number << " is no case\n";
      return 1;
    }
    const json::object& read = input.as_object();
    std::cout << (read.contains("edits") ? LocalCase(read).run(number) : Case(read).run(number)) << '\n';
    ++number;
  }
  return 0;
}
