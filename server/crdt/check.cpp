#include <algorithm>
#include <unordered_map>

#include "crdt/engine.hpp"

// Judging an update before it is integrated: what it would do, resolved against the document and itself.
namespace atelier::crdt {
namespace {

/// Where a struct would come to lie.
struct Site {
  bool gone = true;      ///< it would become GC
  bool in_root = false;  ///< its parent is a root
  bool keyed = false;
  TypeRef parent{};
  std::size_t depth = 0;  ///< of the parent; a root has 0
  std::string_view root;
};

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return names.empty() || std::ranges::find(names, name) != names.end();
}

/// "strong" allows "strong" and "strong--hash" (y-prosemirror's overlapping marks).
bool mark_allowed(const std::vector<std::string>& marks, std::string_view key) {
  if (marks.empty()) return true;
  return std::ranges::any_of(marks, [&](const std::string& mark) {
    return key == mark || (key.starts_with(mark) && key.substr(mark.size()).starts_with("--"));
  });
}

/// The document after the update, as far as judging needs it. Integration drives it.
class Sketch {
 public:
  Sketch(const Store& store, const Update& update, const Gate& gate)
      : store_(store), update_(update), gate_(gate), sites_(update.structs.size()) {}

  std::uint64_t state(std::uint64_t client) const {
    const auto grown = grown_.find(client);
    return grown == grown_.end() ? store_.state(client) : grown->second;
  }
  std::optional<std::uint64_t> missing(const Struct& what) const {
    if (!what.is_item()) return std::nullopt;
    const auto lacks = [&](const WireId& id) { return id.client != what.client && id.clock >= state(id.client); };
    if (what.has_origin && lacks(what.origin)) return what.origin.client;
    if (what.has_right_origin && lacks(what.right_origin)) return what.right_origin.client;
    if (what.parent_kind == Parent::item && lacks(what.parent)) return what.parent.client;
    return std::nullopt;
  }
  void take(const Struct& what, std::uint64_t offset) {
    if (offset >= what.len || problem_) return;
    grown_[what.client] = what.end();
    checked_.new_units += static_cast<std::size_t>(what.len - offset);
    note_inserted(ClientId(what.client), what.clock + offset, what.len - offset);
    judge_author(what, offset);
    Site& site = sites_[static_cast<std::size_t>(&what - update_.structs.data())];
    if (what.is_item()) site = site_of(what);
    if (!site.gone && !problem_) judge_content(what, site);
  }
  void refuse(Errc problem) {
    if (!problem_) problem_ = problem;
  }
  const std::optional<Errc>& problem() const { return problem_; }
  Checked& checked() { return checked_; }

 private:
  void note_inserted(ClientId client, std::uint64_t clock, std::uint64_t length) {
    std::vector<ClockRange>& ranges = checked_.inserted;
    const auto known = std::ranges::find(ranges, client, &ClockRange::client);
    if (known == ranges.end()) return ranges.push_back({client, clock, length});
    known->length += length;  // a client's clocks come in order and without a gap
  }

  void judge_author(const Struct& what, std::uint64_t offset) {
    const ClientId author(what.client);
    if (std::ranges::find(checked_.new_clients, author) == checked_.new_clients.end()) {
      if (gate_.may_write && !gate_.may_write(author)) return refuse(Errc::foreign_client);
      if (store_.state(what.client) == 0) checked_.new_clients.push_back(author);
    }
    const bool gone = what.ref == Ref::gc || what.ref == Ref::deleted;
    if (gone && what.len - offset > deleted_units_max) refuse(Errc::over_limit);
  }

  const Struct* in_update(const WireId& id) const {
    const auto group = std::ranges::lower_bound(update_.groups, id.client, std::greater<>(), &Group::client);
    if (group == update_.groups.end() || group->client != id.client) return nullptr;
    const auto first = update_.structs.begin() + static_cast<std::ptrdiff_t>(group->first);
    const auto last = first + static_cast<std::ptrdiff_t>(group->count);
    const auto after = std::ranges::upper_bound(first, last, id.clock, std::less<>(), &Struct::clock);
    return after == first ? nullptr : &*(after - 1);
  }

  /// The site of a neighbour, from which one without a parent of its own copies it.
  Site site_of(const WireId& id) const {
    const auto client = store_.find_client(id.client);
    if (!client || id.clock >= store_.client(*client).state) {
      const Struct* found = in_update(id);
      return found == nullptr ? Site{} : sites_[static_cast<std::size_t>(found - update_.structs.data())];
    }
    const Item& item = store_.item(store_.find({*client, static_cast<std::uint32_t>(id.clock)}));
    if (item.is_gc()) return {};
    Site site = inside(store_.type(item.parent));
    site.keyed = item.key != none;
    return site;
  }

  Site inside(const Type& type) const {
    Site site;
    site.gone = false;
    site.in_root = type.item == none;
    site.parent = type.ref;
    site.depth = type.depth;
    if (site.in_root) site.root = store_.name(type.name);
    return site;
  }

  Site inside(const WireId& holder) const {
    const auto client = store_.find_client(holder.client);
    if (client && holder.clock < store_.client(*client).state) {
      const Item& item = store_.item(store_.find({*client, static_cast<std::uint32_t>(holder.clock)}));
      return item.ref == Ref::type ? inside(store_.type_of(item)) : Site{};
    }
    const Struct* found = in_update(holder);
    if (found == nullptr || found->ref != Ref::type) return {};
    Site site = sites_[static_cast<std::size_t>(found - update_.structs.data())];
    site.in_root = false;
    site.parent = found->type_ref;
    site.depth += 1;
    site.root = {};
    return site;
  }

  Site site_of(const Struct& what) const {
    if (what.parent_kind == Parent::copied) {
      const Site left = what.has_origin ? site_of(what.origin) : Site{};
      const Site right = what.has_right_origin ? site_of(what.right_origin) : Site{};
      if ((what.has_origin && left.gone) || (what.has_right_origin && right.gone)) return {};
      return what.has_origin ? left : right;
    }
    Site site;
    if (what.parent_kind == Parent::root) {
      site.gone = false;
      site.in_root = true;
      site.root = what.root;
    } else {
      site = inside(what.parent);
    }
    site.keyed = what.has_key;
    return site;
  }

  void judge_content(const Struct& what, const Site& site) {
    if (site.in_root && !contains(gate_.roots, site.root)) return refuse(Errc::not_allowed);
    if (what.ref == Ref::type && site.depth + 1 > gate_.limits.nesting_max) return refuse(Errc::over_limit);
    if (what.ref == Ref::format) {
      Reader in(what.content);
      if (!mark_allowed(gate_.marks, in.var_bytes())) return refuse(Errc::not_allowed);
    }
    if (!gate_.nodes.empty() && !fits_schema(what, site)) refuse(Errc::not_allowed);
  }

  /// A document of nodes holds elements of those names, texts in them, and attributes; anything else breaks its editors.
  bool fits_schema(const Struct& what, const Site& site) const {
    const bool in_text = !site.in_root && site.parent == TypeRef::xml_text;
    const bool in_element = !site.in_root && site.parent == TypeRef::xml_element;
    switch (what.ref) {
      case Ref::deleted: return true;
      case Ref::string: case Ref::format: return in_text && !site.keyed;
      case Ref::any: return site.keyed && (in_element || in_text);
      case Ref::type:
        if (site.keyed || in_text) return false;
        if (what.type_ref == TypeRef::xml_text) return true;
        return what.type_ref == TypeRef::xml_element && contains(gate_.nodes, what.content);
      default: return false;
    }
  }

  const Store& store_;
  const Update& update_;
  const Gate& gate_;
  std::vector<Site> sites_;  ///< of the update's structs that were taken
  std::unordered_map<std::uint64_t, std::uint64_t> grown_;
  Checked checked_;
  std::optional<Errc> problem_;
};

/// Adds the parts of `range` that are not deleted yet; what the document does not have yet counts as such.
void add_undeleted(const Store& store, const DeleteRange& range, std::vector<ClockRange>& parts) {
  const auto add = [&](std::uint64_t from, std::uint64_t to) {
    if (from >= to) return;
    const bool joins = !parts.empty() && parts.back().client.value() == range.client &&
                       parts.back().clock + parts.back().length == from;
    if (joins) {
      parts.back().length += to - from;
    } else {
      parts.push_back({ClientId(range.client), from, to - from});
    }
  };
  const auto client = store.find_client(range.client);
  const std::uint64_t state = client ? store.client(*client).state : 0;
  if (range.clock < state) {
    const RunIndex& runs = store.client(*client).runs;
    for (RunIndex::Position at = runs.find(static_cast<std::uint32_t>(range.clock));; at = runs.next(at)) {
      const Item& item = store.item(runs.at(at));
      if (item.clock >= range.end()) break;
      const std::uint64_t end = std::uint64_t{item.clock} + item.len;
      if (!item.deleted) add(std::max<std::uint64_t>(item.clock, range.clock), std::min(end, range.end()));
      if (runs.is_last(at)) break;
    }
  }
  add(std::max(range.clock, state), range.end());
}

}  // namespace

Result<Checked, Errc> Doc::check(BytesView bytes, const Gate& gate) const {
  Update update;
  if (const auto read = decode_v1(bytes, gate.limits, update); !read) return std::unexpected(read.error());
  const Store& store = impl_->store;
  Sketch sketch(store, update, gate);
  auto rest = Integration<Sketch>(update, sketch).run();
  if (sketch.problem()) return std::unexpected(*sketch.problem());
  if (!rest.pieces.empty()) return std::unexpected(Errc::not_causal);
  Checked& checked = sketch.checked();
  for (const DeleteRange& range : canonical_deletes(update.deletes)) {
    if (range.end() > sketch.state(range.client)) return std::unexpected(Errc::not_causal);
    add_undeleted(store, range, checked.deleted);
  }
  checked.changes_nothing = checked.new_units == 0 && checked.deleted.empty();
  return std::move(checked);
}

}  // namespace atelier::crdt
