// Checks of values on the command line. Each says in plain words what it wants, and adds nothing to
// the option's type in --help, as CLI11's own do.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/tcp/address.h"
#include "engine/store/journal_retention.h"

namespace tocsin {

inline constexpr uint64_t kSpanSecondsMax = uint64_t{200} * 366 * 86'400;

// All of `text` as a number; false when it is none, or does not fit.
template <typename Number>
bool parse_number(std::string_view text, Number& number) {
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && stop == end;
}

inline CLI::Validator whole_number(uint64_t min, uint64_t max) {
  const auto check = [min, max](std::string& text) -> std::string {
    uint64_t number = 0;
    if (!parse_number(text, number) || number < min || number > max) {
      return fmt::format("`{}` is not a whole number from {} to {}", text, min, max);
    }
    text = std::to_string(number);  // leading zeros would make it octal for CLI11
    return "";
  };
  return CLI::Validator(check, "");
}

inline CLI::Validator whole_number() {
  return whole_number(0, std::numeric_limits<uint64_t>::max());
}

inline CLI::Validator number_above_zero() {
  const auto check = [](const std::string& text) -> std::string {
    double number = 0;
    if (parse_number(text, number) && std::isfinite(number) && number > 0) return "";
    return fmt::format("`{}` is not a number above 0", text);
  };
  return CLI::Validator(check, "");
}

inline CLI::Validator one_of(std::vector<std::string> words) {
  const auto check = [words = std::move(words)](const std::string& text) -> std::string {
    if (std::find(words.begin(), words.end(), text) != words.end()) return "";
    return fmt::format("`{}` is not {}", text, fmt::join(words, " or "));
  };
  return CLI::Validator(check, "");
}

// 512m, 4g: becomes the number of bytes.
inline CLI::Validator memory_size(uint64_t min = 0) {
  const auto check = [size = CLI::AsSizeValue(false), min](std::string& text) -> std::string {
    const std::string written = text;
    const std::string refused = fmt::format("`{}` is not a size such as 512m or 4g", written);
    if (text.starts_with('-')) return refused;
    try {
      uint64_t bytes = 0;
      if (!size(text).empty() || !parse_number(text, bytes)) return refused;
      return bytes >= min ? "" : fmt::format("`{}` is less than {}m", written, min >> 20);
    } catch (const CLI::ValidationError&) {
      return refused;
    }
  };
  return CLI::Validator(check, "");
}

// 90s, 10m, 6h, 2d: becomes the number of seconds.
inline CLI::Validator time_span() {
  const auto check = [](std::string& text) -> std::string {
    static const std::map<std::string, uint64_t> kUnits = {
        {"s", 1}, {"m", 60}, {"h", 3'600}, {"d", 86'400}};
    const auto unit = text.empty() ? kUnits.end() : kUnits.find(text.substr(text.size() - 1));
    uint64_t number = 0;
    if (unit == kUnits.end() ||
        !parse_number(std::string_view(text).substr(0, text.size() - 1), number) ||
        number > kSpanSecondsMax / unit->second) {
      return fmt::format("`{}` is not a span of time such as 90s, 10m, 6h or 2d", text);
    }
    text = std::to_string(number * unit->second);
    return "";
  };
  return CLI::Validator(check, "");
}

// 400d or 50g.
inline std::optional<JournalKeep> parse_keep(std::string text) {
  const bool days = text.ends_with('d');
  const std::string refused = (days ? time_span() : memory_size())(text);
  uint64_t number = 0;
  if (!refused.empty() || !parse_number(text, number)) return std::nullopt;
  JournalKeep keep;
  if (days) {
    keep.micros = static_cast<int64_t>(number) * 1'000'000;
  } else {
    keep.bytes = number;
  }
  return keep;
}

inline CLI::Validator journal_keep() {
  const auto check = [](const std::string& text) -> std::string {
    if (parse_keep(text)) return "";
    return fmt::format("`{}` is neither days such as 400d nor a size such as 50g", text);
  };
  return CLI::Validator(check, "");
}

inline CLI::Validator network_address() {
  const auto check = [](const std::string& text) -> std::string {
    const Result<Address> address = parse_address(text);
    return address ? "" : address.error().message + "; " + address.error().remedy;
  };
  return CLI::Validator(check, "");
}

// Where a subscription begins: open, start, now, or behind a seq.
inline CLI::Validator stream_position() {
  const auto check = [](const std::string& text) -> std::string {
    uint64_t seq = 0;
    if (text == "open" || text == "start" || text == "now" || parse_number(text, seq)) return "";
    return fmt::format("`{}` is not open, start, now, or the seq of a message", text);
  };
  return CLI::Validator(check, "");
}

}  // namespace tocsin
