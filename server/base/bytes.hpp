#pragma once

#include <string>
#include <string_view>

namespace atelier {

/// Bytes are std::string, as protobuf has them; text is UTF-8 and says so where it matters.
using Bytes = std::string;
using BytesView = std::string_view;

/// Lower-case hexadecimal.
std::string to_hex(BytesView bytes);
/// The bytes of an even number of hexadecimal digits; empty if `hex` is anything else.
Bytes from_hex(std::string_view hex);

}  // namespace atelier
