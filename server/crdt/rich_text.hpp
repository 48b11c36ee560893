#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crdt/doc.hpp"

namespace atelier::crdt {

/// The root that y-prosemirror binds in our texts: a Y.XmlFragment of block elements with formatted text in them.
inline constexpr std::string_view rich_text_root = "prosemirror";

/// A rich text read and written as plain text: blocks joined by one LF, offsets in UTF-16 units of that.
std::string plain_text(const Doc& doc, std::string_view root = rich_text_root);
/// HTML of the blocks (p, h3, ul, ol, li, strong, em), everything escaped; unknown elements by their content.
std::string html(const Doc& doc, std::string_view root = rich_text_root);
std::string markdown(const Doc& doc, std::string_view root = rich_text_root);
/// Who wrote each visible run.
std::vector<AuthorRun> author_runs(const Doc& doc, std::string_view root = rich_text_root);

/// The update v1 of a new document with one paragraph for each line of `plain`, written by `client`.
Bytes seed_rich_text(ClientId client, std::string_view plain, std::string_view root = rich_text_root);

/// Local edits by `doc`'s own client, one transaction each; what they return is the Yjs update v1 of that transaction.
/// `at` and `units` count UTF-16 units of plain_text(); a LF in `text` is not allowed. Fails with over_limit when out of range.
Result<Bytes, Errc> insert_text(Doc& doc, std::size_t at, std::string_view text, std::string_view root = rich_text_root);
Result<Bytes, Errc> delete_text(Doc& doc, std::size_t at, std::size_t units, std::string_view root = rich_text_root);

/// The update v1 by which `client` takes back what `updates` (updates that `doc` has integrated) did: what they inserted and is
/// still there is deleted, what they deleted is inserted again at its place. `doc` must keep deleted content (gc = false) and is
/// not changed. Empty if nothing is left to take back.
Result<Bytes, Errc> revert(const Doc& doc, const std::vector<BytesView>& updates, ClientId client);

/// UTF-16 units of UTF-8 text; where a UTF-16 offset lies in bytes.
std::size_t utf16_length(std::string_view utf8);
std::size_t utf16_to_byte(std::string_view utf8, std::size_t units);

}  // namespace atelier::crdt
