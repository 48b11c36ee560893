#pragma once

#include <boost/multiprecision/cpp_int.hpp>
#include <cstdint>
#include <string>

/// Exact quotients and the one rounding rule: half to even, once. Inside this module only.
namespace atelier::meeting {

using Integer = boost::multiprecision::cpp_int;
using Rational = boost::multiprecision::cpp_rational;

/// The integer nearest to `value`; halves go to the even one.
inline Integer round_half_even(const Rational& value) {
  const Integer numerator = boost::multiprecision::numerator(value);
  const Integer denominator = boost::multiprecision::denominator(value);  // positive
  Integer quotient = numerator / denominator;
  Integer remainder = numerator % denominator;
  if (remainder < 0) {
    remainder += denominator;
    --quotient;
  }
  const int side = Integer(remainder * 2).compare(denominator);
  if (side > 0 || (side == 0 && quotient % 2 != 0)) ++quotient;
  return quotient;
}

/// `value` with `decimals` digits behind the point.
inline std::string decimal(const Rational& value, unsigned decimals) {
  Integer scale = 1;
  for (unsigned digit = 0; digit < decimals; ++digit) scale *= 10;
  Integer scaled = round_half_even(Rational(value * scale));
  const bool negative = scaled < 0;
  if (negative) scaled = -scaled;
  std::string digits = scaled.str();
  if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
  if (decimals > 0) digits.insert(digits.size() - decimals, 1, '.');
  return negative ? "-" + digits : digits;
}

}  // namespace atelier::meeting
