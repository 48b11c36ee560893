// crdt-bench NAME JOB WORKLOAD REPS: measures server/crdt on the workloads of the workshop tools (CRDT_WL names their
// folder, default ./wl) and prints one JSON line {"times":[ms…],"adj":[ms…],"bytes":n}. `adj` is wall time without the time
// that the thread waited for a processor. Every job checks the text by its hash.
#include <malloc.h>

#include <boost/json.hpp>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "crdt/doc.hpp"
#include "crdt/engine.hpp"
#include "crdt/rich_text.hpp"
#include "crdt/snapshot.hpp"
#include "crdt/tree.hpp"

namespace {

namespace json = boost::json;
using namespace atelier;
using namespace atelier::crdt;

[[noreturn]] void fail(const std::string& why) {
  std::cerr << "error: " << why << '\n';
  std::exit(1);
}

std::string folder() {
  const char* named = std::getenv("CRDT_WL");
  return named != nullptr ? named : "wl";
}

Bytes read_file(const std::string& name) {
  std::ifstream in(folder() + "/" + name, std::ios::binary);
  if (!in) fail(folder() + "/" + name + " is not there; make it with gen.mjs");
  return Bytes(std::istreambuf_iterator<char>(in), {});
}

std::uint32_t little_endian(BytesView bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i > 0; --i) value = value << 8 | static_cast<unsigned char>(bytes[at + i - 1]);
  return value;
}

std::vector<BytesView> stream_of(BytesView bytes) {
  std::vector<BytesView> updates;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::uint32_t size = little_endian(bytes, at);
    updates.push_back(bytes.substr(at + 4, size));
    at += 4 + size;
  }
  return updates;
}

std::string fnv(std::string_view bytes) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char byte : bytes) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3u;
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out(16, '0');
  for (std::size_t i = 0; i < 16; ++i) out[15 - i] = digits[hash >> (4 * i) & 15];
  return out;
}

/// Milliseconds that this thread has waited for a processor.
double waited() {
  std::ifstream in("/proc/thread-self/schedstat");
  double ran = 0, wait = 0;
  in >> ran >> wait;
  return wait / 1e6;
}

class Bench {
 public:
  Bench(std::string workload, int repetitions) : name_(std::move(workload)), repetitions_(repetitions) {
    const std::string text = read_file("meta.json");
    meta_ = json::parse(text).as_object().at(name_).as_object();
    root_ = std::string(meta_.at("root").as_string());
  }

  void run(const std::string& job) {
    if (job == "apply") return apply();
    if (job == "load1" || job == "load2" || job == "loadtext1") return load(job == "load2" ? Format::v2 : Format::v1, job == "loadtext1");
    if (job == "encode1" || job == "encode2") return encode(job == "encode2" ? Format::v2 : Format::v1);
    if (job == "sv") return state_vectors();
    if (job == "diffdoc") return step2();
    if (job == "merge") return merge();
    if (job == "diff") return diff();
    if (job == "mem") return memory();
    if (job == "snap" || job == "snapdelta") return past();
    if (job == "blame") return blame();
    fail("no job " + job);
  }
  void print() const { std::cout << json::serialize(out_) << '\n'; }

 private:
  std::string text(const Doc& doc) const {
    if (root_ == "xml") return xml_of(read_root(doc, "prosemirror", TypeRef::xml_fragment));
    if (root_ == "text") return text_of(read_root(doc, "text", TypeRef::text));
    const Node map = read_root(doc, "map", TypeRef::map);
    Value object = Value::object();
    for (const auto& [key, entry] : map.entries) object.set(key, entry.value);
    return to_json(object);
  }
  void check(const Doc& doc) const {
    if (fnv(text(doc)) != meta_.at("textHash").as_string()) fail("wrong text");
  }

  /// Times `act` on what `prepare` makes; `after` sees the result, untimed.
  template <class Prepare, class Act, class After>
  void time(const Prepare& prepare, const Act& act, const After& after) {
    for (int i = 0; i < repetitions_; ++i) {
      auto subject = prepare();
      const double wait_before = waited();
      const auto start = std::chrono::steady_clock::now();
      auto result = act(subject);
      const double took = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
      times_.push_back(took);
      adjusted_.push_back(took - (waited() - wait_before));
      after(subject, result);
    }
    out_["times"] = json::value_from(times_);
    out_["adj"] = json::value_from(adjusted_);
  }

  Doc loaded(bool collect = true, const std::string& suffix = ".v1") const {
    Doc doc({.client = ClientId(0), .gc = collect});
    if (!doc.apply(read_file(name_ + suffix))) fail("update refused");
    return doc;
  }

  void apply() {
    const Bytes bytes = read_file(name_ + ".stream");
    const auto updates = stream_of(bytes);
    time([] { return Doc(); },
         [&](Doc& doc) {
           for (const BytesView update : updates) static_cast<void>(doc.apply(update));
           return 0;
         },
         [&](const Doc& doc, int) { check(doc); });
    out_["us_per_update"] = adjusted_.back() * 1000 / static_cast<double>(updates.size());
  }

  void load(Format format, bool with_text) {
    const Bytes bytes = read_file(name_ + (format == Format::v2 ? ".v2" : ".v1"));
    out_["bytes"] = bytes.size();
    time([] { return 0; },
         [&](int) {
           Doc doc;
           if (!doc.apply(bytes, format)) fail("update refused");
           if (with_text) static_cast<void>(text(doc));
           return doc;
         },
         [&](int, const Doc& doc) { check(doc); });
  }

  void encode(Format format) {
    const Doc doc = loaded();
    const Bytes expected = read_file(name_ + (format == Format::v2 ? ".v2" : ".v1"));
    time([] { return 0; }, [&](int) { return format == Format::v2 ? doc.encode_state_v2() : doc.encode_state_as_yjs(); },
         [&](int, const Bytes& bytes) {
           if (bytes != expected) fail("not the bytes of Yjs");
           out_["bytes"] = bytes.size();
         });
  }

  void state_vectors() {
    const Doc doc = loaded();
    time([] { return 0; },
         [&](int) {
           std::size_t bytes = 0;
           for (int i = 0; i < 1000; ++i) bytes += doc.state_vector().size();
           return bytes;
         },
         [](int, std::size_t) {});
  }

  void step2() {
    const Doc doc = loaded();
    const Bytes known = read_file(name_ + ".midsv");
    time([] { return 0; }, [&](int) { return *doc.encode_state(known); }, [&](int, const Bytes& bytes) { out_["bytes"] = bytes.size(); });
  }

  void merge() {
    const Bytes bytes = read_file(name_ + ".stream");
    auto updates = stream_of(bytes);
    updates.resize(std::min<std::size_t>(updates.size(), 5000));
    time([] { return 0; }, [&](int) { return *merge_updates(updates); }, [&](int, const Bytes& merged) { out_["bytes"] = merged.size(); });
  }

  void diff() {
    const Bytes whole = read_file(name_ + ".v1");
    const Bytes known = read_file(name_ + ".midsv");
    time([] { return 0; }, [&](int) { return *diff_update(whole, known); }, [&](int, const Bytes& bytes) { out_["bytes"] = bytes.size(); });
  }

  void memory() {
    const Bytes bytes = read_file(name_ + ".v1");
    const auto in_use = [] { return static_cast<double>(mallinfo2().uordblks + mallinfo2().hblkhd); };
    constexpr int documents = 10;
    std::vector<Doc> keep;
    keep.reserve(documents);
    const double before = in_use();
    for (int i = 0; i < documents; ++i) {
      Doc doc;
      if (!doc.apply(bytes)) fail("update refused");
      keep.push_back(std::move(doc));
    }
    out_["heapPerDoc"] = (in_use() - before) / documents;
    out_["times"] = json::array{0};
    check(keep.back());
  }

  void past() {
    const Doc doc = loaded(false, ".nogc.v1");
    const Bytes bytes = read_file(name_ + ".midsnap");
    time([] { return 0; },
         [&](int) {
           const Snapshot snapshot = *decode_snapshot(bytes, Format::v1);
           if (root_ == "xml") return xml_of(read_root_at(doc, snapshot, "prosemirror", TypeRef::xml_fragment));
           return text_of(read_root_at(doc, snapshot, "text", TypeRef::text));
         },
         [&](int, const std::string& then) {
           if (fnv(then) != meta_.at("midTextHash").as_string()) fail("wrong text at the snapshot");
         });
  }

  void blame() {
    const Doc doc = loaded();
    time([] { return 0; }, [&](int) { return author_runs(doc, root_ == "xml" ? "prosemirror" : "text").size(); },
         [&](int, std::size_t runs) { out_["runs"] = runs; });
  }

  std::string name_;
  int repetitions_;
  json::object meta_, out_;
  std::string root_;
  std::vector<double> times_;
  std::vector<double> adjusted_;
};

}  // namespace

int main(int count, char** words) {
  if (count != 5) {
    std::cerr << "usage: crdt-bench NAME JOB WORKLOAD REPS\n"
                 "jobs: apply load1 load2 loadtext1 encode1 encode2 sv diffdoc merge diff mem snap snapdelta blame\n";
    return 2;
  }
  Bench bench(words[3], std::max(1, std::atoi(words[4])));
  bench.run(words[2]);
  bench.print();
  return 0;
}
