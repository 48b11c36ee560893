#include "crdt/wire.hpp"

#include <gtest/gtest.h>

#include "crdt/columns.hpp"
#include "crdt/value.hpp"

namespace atelier::crdt {
namespace {

Reader over(const Bytes& bytes) { return Reader(bytes); }

// Trap 1
TEST(Wire, ReadsNumbersUpTo53Bits) {
  Writer out;
  out.varint(wire_number_max);
  EXPECT_EQ(over(out.out()).varint(), wire_number_max);
}

TEST(Wire, RefusesNumbersBeyond53BitsAndOverlongOnes) {
  Writer out;
  out.varint(wire_number_max + 1);
  Reader large = over(out.out());
  large.varint();
  EXPECT_EQ(large.error(), Errc::varint_too_long);
  const Bytes endless(12, '\x80');
  Reader overlong = over(endless);
  overlong.varint();
  EXPECT_EQ(overlong.error(), Errc::varint_too_long);
}

// Trap 2
TEST(Wire, TellsMinusZeroFromZero) {
  Writer out;
  out.signed_varint(true, 0);
  EXPECT_EQ(to_hex(out.out()), "40");
  const auto read = over(out.out()).signed_varint();
  EXPECT_TRUE(read.negative);
  EXPECT_EQ(read.magnitude, 0u);
}

TEST(Wire, RefusesTextThatIsNotUtf8) {
  for (const char* hex : {"01ff", "02c080", "03eda080", "04f4908080", "02e282"}) {
    const Bytes bytes = from_hex(hex);
    Reader in = over(bytes);
    in.var_string();
    EXPECT_FALSE(in.ok()) << hex;
  }
}

TEST(Wire, RefusesCountsLargerThanTheBytesLeft) {
  const Bytes bytes = from_hex("ffff03" "00");
  Reader in = over(bytes);
  in.count();
  EXPECT_EQ(in.error(), Errc::truncated);
}

// Trap 5; the bytes are lib0's
TEST(Any, IsWrittenAsLib0WritesIt) {
  const auto bytes_of = [](const Value& value) {
    Writer out;
    write_any(out, value);
    return to_hex(out.out());
  };
  EXPECT_EQ(bytes_of(Value{}), "7f");
  EXPECT_EQ(bytes_of(Value::of(1.0)), "7d01");
  EXPECT_EQ(bytes_of(Value::of(-0.0)), "7d40");
  EXPECT_EQ(bytes_of(Value::of(2147483648.0)), "7c4f000000");
  EXPECT_EQ(bytes_of(Value::of(0.1)), "7b3fb999999999999a");
  Value object = Value::object();
  object.set("b", Value::of("x"));
  object.set("a", Value::array());
  EXPECT_EQ(bytes_of(object), "7602" "0162" "770178" "0161" "7500");
}

TEST(Any, RefusesNestingWithoutEnd) {
  Bytes deep;
  for (int i = 0; i < 200; ++i) deep += "\x75\x01";
  Reader in = over(deep);
  skip_any(in);
  EXPECT_EQ(in.error(), Errc::over_limit);
}

// Trap 6
TEST(Json, WritesNumbersAsJavaScriptDoes) {
  EXPECT_EQ(number_text(1e21), "1e+21");
  EXPECT_EQ(number_text(1e20), "100000000000000000000");
  EXPECT_EQ(number_text(1e-7), "1e-7");
  EXPECT_EQ(number_text(0.000001), "0.000001");
  EXPECT_EQ(number_text(-12.5), "-12.5");
  EXPECT_EQ(number_text(5e-324), "5e-324");
}

TEST(Json, ReadsAndWritesBackTheSameText) {
  for (const char* json : {R"({"b":1,"a":[null,true,"x\n\u0001"]})", R"("\\\"é😀")", "[]", "-3.5", R"({"href":"https://a/?b=1"})"}) {
    EXPECT_EQ(to_json(parse_json(json)), json);
  }
  EXPECT_EQ(to_json(parse_json(R"("\ud83d\ude00\u00e9")")), "\"😀é\"");
  EXPECT_EQ(parse_json("[1,").kind, Value::Kind::undefined);
}

// Trap 14
TEST(Columns, CodeRunsAsLib0DoesAndReadThemBack) {
  NumberRunWriter numbers;
  for (const std::uint64_t value : {0u, 0u, 0u, 5u, 7u, 7u}) numbers.write(value);
  const Bytes coded = numbers.take();
  EXPECT_EQ(to_hex(coded), "4001" "05" "4700");
  NumberRunReader read{Reader(coded)};
  for (const std::uint64_t value : {0u, 0u, 0u, 5u, 7u, 7u}) EXPECT_EQ(read.read(), value);

  DifferenceRunWriter differences;
  for (const std::uint64_t value : {3u, 6u, 9u, 2u}) differences.write(value);
  const Bytes steps = differences.take();
  EXPECT_EQ(to_hex(steps), "0701" "4e");
  DifferenceRunReader back(steps);
  for (const std::uint64_t value : {3u, 6u, 9u, 2u}) EXPECT_EQ(back.read(), value);

  ByteRunWriter bytes;
  for (const int value : {4, 4, 8, 8, 8}) bytes.write(static_cast<std::uint8_t>(value));
  const Bytes run = bytes.take();
  EXPECT_EQ(to_hex(run), "0401" "08");
  ByteRunReader again(run);
  for (const int value : {4, 4, 8, 8, 8, 8}) EXPECT_EQ(again.read(), value);
}

}  // namespace
}  // namespace atelier::crdt
