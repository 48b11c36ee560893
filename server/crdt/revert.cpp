#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "crdt/local.hpp"
#include "crdt/rich_text.hpp"

namespace atelier::crdt {
namespace {

std::uint64_t key_of(Stamp id) { return std::uint64_t{id.client} << 32 | id.clock; }

/// Takes back what some updates did, on a copy of the document; Yjs's UndoManager (Item.js redoItem) is the model.
class Reverter {
 public:
  explicit Reverter(Doc::Impl& impl) : impl_(impl), store_(impl.store), edit_(impl) {}

  void run(std::vector<DeleteRange> inserted, std::vector<DeleteRange> deleted) {
    inserted_ = canonical_deletes(std::move(inserted));
    deleted = canonical_deletes(std::move(deleted));
    for (const DeleteRange& range : deleted) isolate(range);
    for (const Stamp id : lost_) restore(store_.find(id));
    for (const DeleteRange& range : inserted_) impl_.transaction.remove(range);
  }

 private:
  /// Cuts the deleted items of `range` out, so that each is restored as a whole; what the same updates inserted is not.
  void isolate(const DeleteRange& range) {
    const auto client = store_.find_client(range.client);
    if (!client) return;
    const std::uint64_t end = std::min<std::uint64_t>(range.end(), store_.client(*client).state);
    for (std::uint64_t clock = range.clock; clock < end;) {
      const Handle handle = impl_.transaction.clean_start({*client, static_cast<std::uint32_t>(clock)});
      const Item& item = store_.item(handle);
      if (!item.is_gc() && end < item.end()) impl_.transaction.clean_start({*client, static_cast<std::uint32_t>(end)});
      clock = store_.item(handle).end();
      const Item& whole = store_.item(handle);
      if (!whole.is_gc() && whole.ref != Ref::deleted && whole.deleted && !was_inserted(whole)) {
        lost_.push_back(whole.id());
        restorable_.insert(key_of(whole.id()));
      }
    }
  }

  bool was_inserted(const Item& item) const {
    const std::uint64_t client = store_.client(item.client).id;
    return std::ranges::any_of(inserted_, [&](const DeleteRange& range) {
      return range.client == client && range.clock <= item.clock && item.clock < range.end();
    });
  }

  /// The item that stands for `handle` now; none if it cannot come back.
  Handle restored(Handle handle) const {
    const auto found = restored_.find(key_of(store_.item(handle).id()));
    return found == restored_.end() ? none : store_.find(found->second);
  }

  Handle restore(Handle handle) {
    if (const Handle copy = restored(handle); copy != none) return copy;
    const std::uint32_t old_parent = store_.item(handle).parent;
    std::uint32_t parent = old_parent;
    const Handle holder = store_.type(old_parent).item;
    if (holder != none && store_.item(holder).deleted) {
      Handle standing = restored(holder);
      if (standing == none && restorable_.contains(key_of(store_.item(holder).id()))) standing = restore(holder);
      if (standing == none) return none;
      parent = edit_.type_at(standing);
    }
    const Handle made = store_.item(handle).key == none ? insert_copy(handle, parent) : set_copy(handle, parent);
    restored_[key_of(store_.item(handle).id())] = store_.item(made).id();
    return made;
  }

  LocalEdit::Content content_of(const Item& item, std::string& bytes) const {
    const bool is_type = item.ref == Ref::type;
    if (!is_type) {
      bytes = store_.content(item);
    } else if (store_.type_of(item).name != none) {
      bytes = store_.name(store_.type_of(item).name);
    }
    return {item.ref, bytes, item.len, is_type ? store_.type_of(item).ref : TypeRef{}};
  }

  Handle insert_copy(Handle handle, std::uint32_t parent) {
    const Handle left = standing_neighbour(store_.item(handle).left, parent, &Item::left);
    std::string bytes;
    const LocalEdit::Content content = content_of(store_.item(handle), bytes);
    const bool same_parent = store_.item(handle).parent == parent;
    const Handle right = same_parent ? handle : standing_neighbour(store_.item(handle).right, parent, &Item::right);
    return edit_.insert_between(parent, left, right, none, content);
  }

  Handle set_copy(Handle handle, std::uint32_t parent) {
    const std::uint32_t key = store_.item(handle).key;
    std::string bytes;
    return edit_.set(parent, key, content_of(store_.item(handle), bytes));
  }

  /// Nearest neighbour, or what stands for it, that lies in `parent`.
  Handle standing_neighbour(Handle from, std::uint32_t parent, Handle Item::* direction) const {
    for (Handle at = from; at != none; at = store_.item(at).*direction) {
      if (store_.item(at).parent == parent) return at;
      if (const Handle copy = restored(at); copy != none && store_.item(copy).parent == parent) return copy;
    }
    return none;
  }

  Doc::Impl& impl_;
  Store& store_;
  LocalEdit edit_;
  std::vector<DeleteRange> inserted_;
  std::vector<Stamp> lost_;
  std::unordered_set<std::uint64_t> restorable_;
  std::unordered_map<std::uint64_t, Stamp> restored_;
};

}  // namespace

Result<Bytes, Errc> revert(const Doc& doc, const std::vector<BytesView>& updates, ClientId client) {
  std::vector<DeleteRange> inserted, deleted;
  for (const BytesView bytes : updates) {
    Update update;
    if (const auto read = decode_v1(bytes, doc.impl().options.limits, update); !read) return std::unexpected(read.error());
    for (const Struct& what : update.structs) {
      if (what.ref != Ref::skip) inserted.push_back({what.client, what.clock, what.len});
    }
    deleted.insert(deleted.end(), update.deletes.begin(), update.deletes.end());
  }
  Doc copy({.client = client, .gc = false});
  if (const auto copied = copy.apply(doc.encode_state()); !copied) return std::unexpected(copied.error());
  Doc::Impl& impl = copy.impl();
  impl.transaction.begin();
  Reverter(impl).run(std::move(inserted), std::move(deleted));
  impl.finish();
  return impl.transaction.update(Format::v1);
}

}  // namespace atelier::crdt
