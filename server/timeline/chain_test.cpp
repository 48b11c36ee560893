#include "timeline/chain.hpp"

#include <gtest/gtest.h>

#include "atelier/v1/record.pb.h"
#include "base/hash.hpp"

namespace atelier::timeline {
namespace {

v1::Body body_of(std::uint64_t counter) {
  v1::Body body;
  body.set_actor("P18");
  body.set_instance(0x0102030405060708);
  body.set_counter(counter);
  body.set_previous(counter - 1);
  body.set_salt("0123456789abcdef");
  body.set_payload("payload");
  return body;
}

Entry entry_of(std::uint64_t seq, const v1::Body& body) {
  return {Sequence(seq), 1'700'000'000'000 + static_cast<std::int64_t>(seq), Bytes(16, 'e'), body.SerializeAsString()};
}

Bytes little_endian(std::uint64_t value) {
  Bytes bytes;
  for (int i = 0; i < 8; ++i) bytes.push_back(static_cast<char>(value >> (8 * i) & 255));
  return bytes;
}

Bytes value_after(const Entry& entry) {
  Chain chain;
  EXPECT_TRUE(chain.add(entry).has_value());
  return chain.value();
}

TEST(Chain, HasTheDocumentedLayout) {
  const Bytes expected = hash(Bytes(32, '\0') + Bytes(16, 'e') + little_endian(1) + little_endian(1'700'000'000'001) +
                              little_endian(3) + "P18" + little_endian(0x0102030405060708) + little_endian(1) +
                              little_endian(0) + little_endian(16) + hash("0123456789abcdefpayload"));
  EXPECT_EQ(value_after(entry_of(1, body_of(1))), expected);
}

TEST(Chain, HasTheSameValueInEveryRelease) {
  Chain chain;
  for (std::uint64_t seq = 1; seq <= 3; ++seq) ASSERT_TRUE(chain.add(entry_of(seq, body_of(seq))).has_value());
  EXPECT_EQ(to_hex(chain.value()), "8cd179c9cf8d0102326a31d162b64718c2401bf3086d2b3c087fb1bffee86ccb");
}

TEST(Chain, ChangesWithEveryFieldOfTheHeaderAndThePayload) {
  const Entry original = entry_of(1, body_of(1));
  const Bytes value = value_after(original);
  Entry changed = original;
  changed.time_ms += 1;
  EXPECT_NE(value_after(changed), value);
  changed = original;
  changed.epoch[0] = 'f';
  EXPECT_NE(value_after(changed), value);
  const auto with = [&](auto change) {
    v1::Body body = body_of(1);
    change(body);
    return value_after(entry_of(1, body));
  };
  EXPECT_NE(with([](auto& body) { body.set_actor("P19"); }), value);
  EXPECT_NE(with([](auto& body) { body.set_instance(8); }), value);
  EXPECT_NE(with([](auto& body) { body.set_counter(2); }), value);
  EXPECT_NE(with([](auto& body) { body.set_previous(1); }), value);
  EXPECT_NE(with([](auto& body) { body.set_salt("0123456789abcdeg"); }), value);
  EXPECT_NE(with([](auto& body) { body.set_payload("payloae"); }), value);
  EXPECT_NE(with([](auto& body) {
              body.set_salt("0123456789abcdefp");
              body.set_payload("ayload");
            }),
            value);
}

TEST(Chain, RefusesWhatIsNotTheNextEntryAndStaysAsItWas) {
  Chain chain;
  ASSERT_TRUE(chain.add(entry_of(1, body_of(1))).has_value());
  const Bytes value = chain.value();
  const Entry next = entry_of(2, body_of(2));
  std::vector<Entry> bad(6, next);
  bad[0].seq = Sequence(1);
  bad[1].seq = Sequence(3);
  bad[2].time_ms = 1'700'000'000'000;
  bad[3].epoch = "short";
  bad[4].body = "\xff";
  bad[5].body += "\x9a\x06\x01x";  // field 99
  for (const Entry& entry : bad) EXPECT_FALSE(chain.add(entry).has_value());
  EXPECT_EQ(chain.value(), value);
  EXPECT_TRUE(chain.add(next).has_value());
}

TEST(Chain, GoesOnFromAStoredValue) {
  Chain whole;
  ASSERT_TRUE(whole.add(entry_of(1, body_of(1))).has_value());
  Chain half(whole.seq(), whole.value());
  ASSERT_TRUE(whole.add(entry_of(2, body_of(2))).has_value());
  ASSERT_TRUE(half.add(entry_of(2, body_of(2))).has_value());
  EXPECT_EQ(half.value(), whole.value());
}

}  // namespace
}  // namespace atelier::timeline
