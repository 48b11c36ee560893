#include "crdt/doc.hpp"

#include <algorithm>

#include "crdt/engine.hpp"
#include "crdt/format_cleanup.hpp"
#include "crdt/merge.hpp"

namespace atelier::crdt {
namespace {

/// The document as Integration sees it.
struct Live {
  Store& store;
  Transaction& transaction;
  std::uint64_t state(std::uint64_t client) const { return store.state(client); }
  std::optional<std::uint64_t> missing(const Struct& what) const { return transaction.missing(what); }
  void take(const Struct& what, std::uint64_t offset) { transaction.integrate(what, offset); }
};

void add_missing(std::vector<ClientClock>& missing, const std::vector<ClientClock>& more) {
  for (const ClientClock& needed : more) {
    const auto known = std::ranges::find(missing, needed.client, &ClientClock::client);
    if (known == missing.end()) {
      missing.push_back(needed);
    } else {
      known->clock = std::min(known->clock, needed.clock);
    }
  }
}

Bytes merge_pair(BytesView first, BytesView second) {
  return *merge_updates({first, second});  // both are our own bytes
}

}  // namespace

void Doc::Impl::apply(Update& update) {
  events.clear();
  transaction.begin();
  constexpr std::size_t many = 1000;
  if (update.structs.size() > many) store.expect_items(update.structs.size());
  apply_within(update);
  if (!needs_cleanup()) return finish(transaction);
  cleanup.begin();
  FormatCleanup(store, transaction, cleanup).run();
  finish(transaction);
  finish(cleanup);
}

bool Doc::Impl::apply_keystroke(BytesView update) {
  if (pending || !pending_deletes.empty() || options.keep_events || options.clean_formatting != CleanFormatting::never) return false;
  Struct what;
  if (!decode_keystroke(update, options.limits, what)) return false;
  transaction.begin();
  return transaction.append_to_tail(what);
}

void Doc::Impl::finish(Transaction& done) {
  done.finish(options.gc ? Transaction::Garbage::collect : Transaction::Garbage::keep);
  if (!options.keep_events) return;
  if (Bytes made = done.update(Format::v1); !made.empty()) events.push_back(std::move(made));
}

/// Did a text change that has formatting and whose type is known?
bool Doc::Impl::needs_cleanup() const {
  if (options.clean_formatting == CleanFormatting::never) return false;
  return std::ranges::any_of(transaction.changed(), [&](std::uint32_t index) {
    const Type& type = store.type(index);
    if (!type.has_formatting) return false;
    if (type.item == none) return options.clean_formatting == CleanFormatting::all;
    return !store.item(type.item).deleted && (type.ref == TypeRef::text || type.ref == TypeRef::xml_text);
  });
}

void Doc::Impl::apply_within(Update& update) {
  Live live{store, transaction};
  auto rest = Integration<Live>(update, live).run();
  bool retry = false;
  if (pending) {
    retry = std::ranges::any_of(pending->missing, [&](const ClientClock& needed) { return needed.clock < store.state(needed.client); });
  }
  if (!rest.pieces.empty()) keep_pending({encode(Format::v1, rest.pieces, {}), std::move(rest.missing)});
  if (!update.deletes.empty() || !pending_deletes.empty()) apply_deletes(update);
  if (!retry) return;
  const Bytes waiting = std::move(pending->update);
  pending.reset();
  Update again;
  [[maybe_unused]] const auto read = decode_v1(waiting, options.limits, again);
  apply_within(again);
}

void Doc::Impl::keep_pending(Pending rest) {
  if (!pending) {
    pending = std::move(rest);
    return;
  }
  pending->update = merge_pair(pending->update, rest.update);
  add_missing(pending->missing, rest.missing);
}

/// Deletes of this update, then those that were pending; what is still unknown of both stays pending.
void Doc::Impl::apply_deletes(const Update& update) {
  std::vector<DeleteRange> rest;
  const auto remove_all = [&](const std::vector<DeleteRange>& ranges) {
    for (const DeleteRange& range : ranges) {
      if (const auto unknown = transaction.remove(range)) rest.push_back(*unknown);
    }
  };
  remove_all(update.deletes);
  remove_all(pending_deletes);
  pending_deletes = canonical_deletes(std::move(rest));
}

Bytes Doc::Impl::encode_state(Format format, const std::vector<ClientClock>& known) const {
  Bytes state = store.encode_after(format, known);
  if (!pending && pending_deletes.empty()) return state;
  std::vector<Update> updates(3);
  const Limits& limits = options.limits;
  [[maybe_unused]] const auto read = decode(format, state, limits, updates[0]);
  updates[1].deletes = pending_deletes;
  Bytes waiting;
  if (pending) {
    [[maybe_unused]] const auto all = decode_v1(pending->update, limits, updates[1 + 1]);
    waiting = diff_decoded(Format::v1, updates[2], known);
    [[maybe_unused]] const auto some = decode_v1(waiting, limits, updates[2]);
  }
  return merge_decoded(format, updates);
}

Doc::Doc() : Doc(Options{}) {}
Doc::Doc(Options options) : impl_(std::make_unique<Impl>(options)) {}
Doc::~Doc() = default;
Doc::Doc(Doc&&) noexcept = default;
Doc& Doc::operator=(Doc&&) noexcept = default;

Result<void, Errc> Doc::apply(BytesView update, Format format) {
  if (format == Format::v1 && impl_->apply_keystroke(update)) return {};
  Update& scratch = impl_->scratch;
  if (const auto read = decode(format, update, impl_->options.limits, scratch); !read) return read;
  if (impl_->store.arena().size() + update.size() * 2 > stored_clock_max) return std::unexpected(Errc::over_limit);
  impl_->apply(scratch);
  constexpr std::size_t kept = 256;  // a keystroke needs one; a whole document must not leave its decoded form behind
  if (scratch.structs.capacity() > kept) scratch = {};
  return {};
}

Bytes Doc::encode_state() const { return has_pending() ? encode_state_as_yjs() : impl_->store.encode_merged(); }

Bytes Doc::encode_state_as_yjs() const { return impl_->encode_state(Format::v1, {}); }

Result<Bytes, Errc> Doc::encode_state(BytesView state_vector) const {
  const auto known = decode_state_vector(state_vector);
  if (!known) return std::unexpected(known.error());
  return impl_->encode_state(Format::v1, *known);
}

Bytes Doc::encode_state_v2() const { return impl_->encode_state(Format::v2, {}); }

Result<Bytes, Errc> Doc::encode_state_v2(BytesView state_vector) const {
  const auto known = decode_state_vector(state_vector);
  if (!known) return std::unexpected(known.error());
  return impl_->encode_state(Format::v2, *known);
}

Bytes Doc::state_vector() const { return encode_state_vector(impl_->store.state_vector()); }

bool Doc::has_pending() const { return impl_->pending.has_value() || !impl_->pending_deletes.empty(); }

std::size_t Doc::structs() const { return impl_->store.structs(); }

}  // namespace atelier::crdt
