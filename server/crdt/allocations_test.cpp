#include "crdt/allocations.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <new>

namespace {

std::size_t allocated = 0;

}  // namespace

[[gnu::noinline]] void* operator new(std::size_t bytes) {
  allocated += bytes;
  if (void* memory = std::malloc(bytes)) return memory;
  std::abort();
}
void* operator new[](std::size_t bytes) { return operator new(bytes); }
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { operator delete(memory); }
void operator delete[](void* memory, std::size_t) noexcept { operator delete(memory); }

namespace atelier::crdt {

std::size_t allocated_bytes() { return allocated; }

TEST(Allocations, AreCounted) {
  const std::size_t before = allocated_bytes();
  const auto memory = std::make_unique<char[]>(12345);
  EXPECT_GE(allocated_bytes() - before, 12345u);
}

}  // namespace atelier::crdt
