#include <algorithm>

#include "crdt/sinks.hpp"

namespace atelier::crdt {
namespace {

template <class Sink>
Bytes write_update(const std::vector<Piece>& pieces, const std::vector<DeleteRange>& deletes) {
  Sink out;
  std::uint64_t groups = 0;
  for (std::size_t i = 0; i < pieces.size(); ++i) groups += i == 0 || pieces[i].what.client != pieces[i - 1].what.client ? 1 : 0;
  out.rest.varint(groups);
  for (std::size_t i = 0; i < pieces.size();) {
    std::size_t end = i;
    while (end < pieces.size() && pieces[end].what.client == pieces[i].what.client) ++end;
    out.rest.varint(end - i);
    out.client(pieces[i].what.client);
    out.rest.varint(pieces[i].what.clock + pieces[i].offset);
    for (; i < end; ++i) write_struct(out, pieces[i].what, pieces[i].offset);
  }
  write_deletes(out, deletes);
  return out.take();
}

}  // namespace

Bytes encode(Format format, const std::vector<Piece>& pieces, const std::vector<DeleteRange>& deletes) {
  return format == Format::v1 ? write_update<SinkV1>(pieces, deletes) : write_update<SinkV2>(pieces, deletes);
}

Bytes encode_deletes(Format format, const std::vector<DeleteRange>& deletes) {
  SinkV1 v1;
  SinkV2 v2;
  if (format == Format::v1) {
    write_deletes(v1, deletes);
    return v1.take();
  }
  write_deletes(v2, deletes);
  return v2.rest.take();
}

std::vector<DeleteRange> read_deletes(Reader& in, Format format) {
  std::vector<DeleteRange> deletes;
  for (std::uint64_t clients = in.count(); clients > 0 && in.ok(); --clients) {
    const std::uint64_t client = in.varint();
    std::uint64_t at = 0;
    for (std::uint64_t left = in.count(); left > 0 && in.ok(); --left) {
      const std::uint64_t clock = in.varint() + (format == Format::v2 ? at : 0);
      const std::uint64_t len = in.varint() + (format == Format::v2 ? 1 : 0);
      at = clock + len;
      if (len == 0) in.fail(Errc::malformed);
      if (at > wire_number_max) in.fail(Errc::varint_too_long);
      if (in.ok()) deletes.push_back({client, clock, len});
    }
  }
  return deletes;
}

std::vector<DeleteRange> canonical_deletes(std::vector<DeleteRange> deletes) {
  std::ranges::sort(deletes, [](const DeleteRange& a, const DeleteRange& b) {
    return a.client != b.client ? a.client > b.client : a.clock < b.clock;
  });
  std::size_t kept = 0;
  for (const DeleteRange& range : deletes) {
    if (kept > 0 && deletes[kept - 1].client == range.client && deletes[kept - 1].end() >= range.clock) {
      DeleteRange& last = deletes[kept - 1];
      last.len = std::max(last.end(), range.end()) - last.clock;
    } else {
      deletes[kept++] = range;
    }
  }
  deletes.resize(kept);
  return deletes;
}

Struct without_front(const Struct& whole, std::uint64_t units, std::deque<std::string>& owned) {
  Struct rest = whole;
  rest.clock += units;
  rest.len -= units;
  if (!whole.is_item()) return rest;
  rest.has_origin = true;
  rest.origin = {whole.client, rest.clock - 1};
  if (whole.ref == Ref::string) {
    const Utf16Cut cut = cut_utf16(whole.content, units);
    rest.content = whole.content.substr(cut.right_start);
    if (cut.inside_pair) rest.content = owned.emplace_back(std::string(replacement_character) + std::string(rest.content));
  } else if (whole.ref == Ref::any || whole.ref == Ref::json) {
    rest.content = whole.content.substr(list_prefix_bytes(whole.ref, whole.content, units));
  }
  return rest;
}

std::size_t list_prefix_bytes(Ref ref, std::string_view content, std::uint64_t count) {
  Reader in(content);
  for (; count > 0 && in.ok(); --count) {
    if (ref == Ref::any) {
      skip_any(in);
    } else {
      in.var_bytes();
    }
  }
  return content.size() - in.left();
}

Result<std::vector<ClientClock>, Errc> decode_state_vector(BytesView bytes) {
  Reader in(bytes);
  std::vector<ClientClock> clocks;
  for (std::uint64_t left = in.count(); left > 0 && in.ok(); --left) {
    const std::uint64_t client = in.varint();
    clocks.push_back({client, in.varint()});
  }
  if (in.ok() && in.left() > 0) in.fail(Errc::malformed);
  if (!in.ok()) return std::unexpected(in.error());
  return clocks;
}

Bytes encode_state_vector(std::vector<ClientClock> clocks) {
  std::ranges::sort(clocks, [](const ClientClock& a, const ClientClock& b) { return a.client > b.client; });
  Writer out;
  out.varint(clocks.size());
  for (const ClientClock& entry : clocks) {
    out.varint(entry.client);
    out.varint(entry.clock);
  }
  return out.take();
}

}  // namespace atelier::crdt
