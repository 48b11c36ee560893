#include "crdt/edit.hpp"

#include <gtest/gtest.h>

#include "crdt/tree.hpp"

namespace atelier::crdt {
namespace {

const TypeName text{"text", {}}, array{"array", {}}, map{"map", {}}, xml{"xml", {}};

Doc fresh() { return Doc({.client = ClientId(5)}); }
Edit::Attributes on(std::string_view key) {
  Value yes = Value::empty(Value::Kind::boolean);
  yes.boolean = true;
  return {{std::string(key), yes}};
}
Edit::Attributes off(std::string_view key) { return {{std::string(key), Value::empty(Value::Kind::null)}}; }

/// "plain[strong:bold]…" of a delta.
std::string shown(const Doc& doc) {
  std::string out;
  for (const DeltaOp& op : read_root(doc, "text", TypeRef::text).delta) {
    std::string keys;
    for (const auto& [key, value] : op.attributes) keys += key + ":";
    const std::string content = op.insert.value.kind == Value::Kind::string ? op.insert.value.text : "*";
    out += keys.empty() ? content : "[" + keys + content + "]";
  }
  return out;
}

TEST(Edit, TypesFormatsAndErasesText) {
  Doc doc = fresh();
  Edit edit(doc);
  ASSERT_TRUE(edit.insert(text, 0, "hello world"));
  ASSERT_TRUE(edit.format(text, 6, 5, on("strong")));
  ASSERT_TRUE(edit.insert(text, 8, "XX"));
  ASSERT_TRUE(edit.insert(text, 2, "i", on("em")));
  ASSERT_TRUE(edit.erase_text(text, 0, 2));
  edit.commit();
  EXPECT_EQ(shown(doc), "[em:i]llo [strong:woXXrld]");
}

TEST(Edit, SwitchingOffLeavesTheRestOn) {
  Doc doc = fresh();
  Edit edit(doc);
  ASSERT_TRUE(edit.insert(text, 0, "abcdef", on("strong")));
  ASSERT_TRUE(edit.format(text, 2, 2, off("strong")));
  ASSERT_TRUE(edit.insert_embed(text, 3, Value::object()));
  edit.commit();
  EXPECT_EQ(shown(doc), "[strong:ab]c*d[strong:ef]");
}

TEST(Edit, RemovesMarkersThatNothingIsLeftBetween) {
  Doc doc = fresh();
  Edit first(doc);
  ASSERT_TRUE(first.insert(text, 0, "abc"));
  ASSERT_TRUE(first.format(text, 1, 1, on("strong")));
  first.commit();
  Edit second(doc);
  ASSERT_TRUE(second.erase_text(text, 1, 1));
  second.commit();
  ASSERT_TRUE(Edit(doc).insert(text, 1, "x"));
  EXPECT_EQ(shown(doc), "axc");
}

TEST(Edit, EditsListsMapsAndElements) {
  Doc doc = fresh();
  Edit edit(doc);
  ASSERT_TRUE(edit.insert(array, 0, {Value::of(1.0), Value::of("two"), Value::of(3.0)}));
  const auto inner = edit.insert_type(array, 1, TypeRef::map);
  ASSERT_TRUE(inner);
  ASSERT_TRUE(edit.set(*inner, "k", Value::of("v")));
  ASSERT_TRUE(edit.erase(array, 2, 2));
  ASSERT_TRUE(edit.set(map, "a", Value::of(1.0)));
  ASSERT_TRUE(edit.set(map, "a", Value::of(2.0)));
  ASSERT_TRUE(edit.set(map, "b", Value::of(3.0)));
  ASSERT_TRUE(edit.unset(map, "b"));
  const auto paragraph = edit.insert_type(xml, 0, TypeRef::xml_element, "p");
  ASSERT_TRUE(edit.set(*paragraph, "class", Value::of("x")));
  const auto inside = edit.insert_type(*paragraph, 0, TypeRef::xml_text);
  ASSERT_TRUE(edit.insert(*inside, 0, "hi"));
  const Bytes update = edit.commit();
  Doc other;
  ASSERT_TRUE(other.apply(update));
  EXPECT_EQ(other.encode_state(), doc.encode_state());
  const Node list = read_root(other, "array", TypeRef::array);
  ASSERT_EQ(list.children.size(), 2u);
  EXPECT_EQ(list.children[1].entries[0].second.value.text, "v");
  EXPECT_EQ(read_root(other, "map", TypeRef::map).entries.size(), 1u);
  EXPECT_EQ(xml_of(read_root(other, "xml", TypeRef::xml_fragment)), "<p class=\"x\">hi</p>");
}

TEST(Edit, RefusesPlacesBeyondTheEndAndTypesThatAreNot) {
  Doc doc = fresh();
  Edit edit(doc);
  EXPECT_EQ(edit.insert(text, 1, "x").error(), Errc::over_limit);
  ASSERT_TRUE(edit.insert(text, 0, "ab"));
  EXPECT_EQ(edit.erase_text(text, 1, 2).error(), Errc::over_limit);
  EXPECT_EQ(edit.erase(array, 0, 1).error(), Errc::over_limit);
  EXPECT_EQ(edit.insert({{}, WireId{9, 9}}, 0, "x").error(), Errc::not_causal);
  EXPECT_EQ(edit.insert(text, 0, "\xff").error(), Errc::malformed);
}

}  // namespace
}  // namespace atelier::crdt
