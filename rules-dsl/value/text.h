// Texts: the language's text functions, written numbers, and UTF-8.
//
// Numbers are exact or refused; nothing here allocates unless it returns or fills a std::string.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rules-dsl/syntax/ast.h"
#include "rules-dsl/value/calendar.h"
#include "rules-dsl/value/value.h"

namespace tocsin {

bool contains(std::string_view text, std::string_view part);
bool starts_with(std::string_view text, std::string_view part);
bool ends_with(std::string_view text, std::string_view part);
// ASCII letters only; `out` is overwritten.
void lower(std::string_view text, std::string& out);
// In code points. Requires nothing: bytes that are not UTF-8 give some number.
int64_t length(std::string_view text);

// Scaled by kDecimalScale. Exact or no value: at most 4 places that are not zero, exponents allowed
// (1.5E2).
std::optional<int64_t> parse_decimal(std::string_view text);
// The whole text must be the number, without a plus sign or blanks.
std::optional<int64_t> parse_int(std::string_view text);
std::optional<double> parse_float(std::string_view text);  // finite

bool utf8_valid(std::string_view text);
// The longest beginning of at most `bytes_max` bytes that ends between two characters; what is not
// UTF-8 is cut anywhere.
std::string_view cut_utf8(std::string_view text, size_t bytes_max);

// As shown in messages: 62.5, true, 2025-06-01, an enum's value, "–" for missing.
std::string format_value(Value value, const dsl::Type& type, const Calendar& calendar);

// The same, but exact: two values have one text only if they are equal. For keys.
std::string key_text(Value value, const dsl::Type& type, const Calendar& calendar);

}  // namespace tocsin
