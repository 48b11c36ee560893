#pragma once

#include <expected>
#include <utility>

namespace atelier {

/// A value, or what is wrong. Every module names its own `Errc`; nothing of ours throws.
template <class T, class E>
using Result = std::expected<T, E>;

}  // namespace atelier
