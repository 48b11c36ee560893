#pragma once

#include <cstddef>

namespace atelier::crdt {

/// Bytes that this test program has asked of operator new so far; never counts down.
std::size_t allocated_bytes();

}  // namespace atelier::crdt
