#include "connectors/cli/cost_report.h"

#include <fmt/format.h>

#include <cmath>
#include <string_view>

#include "connectors/cli/option_checks.h"
#include "engine/record/json_text.h"

namespace tocsin {
namespace {

using plan::KeptRecords;
using plan::LookedAt;

std::string size_text(double bytes) {
  if (bytes < 1'000) return fmt::format("{:.0f} bytes", bytes);
  if (bytes < 1'000'000) return fmt::format("{:.1f} kB", bytes / 1'000);
  return fmt::format("{:.1f} MB", bytes / 1'000'000);
}

std::string count_text(double records) {
  return records < 10 ? fmt::format("{:.1f}", records) : fmt::format("{:.0f}", std::ceil(records));
}

std::string span_text(double days) {
  if (days >= 2 * plan::kDaysAYear) return fmt::format("{:.0f} years", days / plan::kDaysAYear);
  if (days >= 1) return fmt::format("{:.0f} days", days);
  if (days * 24 >= 1) return fmt::format("{:.0f} hours", days * 24);
  return fmt::format("{:.0f} seconds", days * 86'400);
}

std::string kept_line(const KeptRecords& kept) {
  std::string what;
  switch (kept.until) {
    case KeptRecords::Until::kSpan:
      what = kept.days > 0 ? fmt::format("every {} of the last {}: about {}, {}", kept.type,
                                         span_text(kept.days), count_text(kept.records),
                                         size_text(kept.bytes))
                           : fmt::format("each {} only as it comes", kept.type);
      break;
    case KeptRecords::Until::kDeadline:
      what = fmt::format("every {} until the deadline: {} for each year that it is ahead",
                         kept.type, size_text(kept.bytes));
      break;
    case KeptRecords::Until::kNever:
      what = fmt::format("every {}, for ever: {} more each year", kept.type, size_text(kept.bytes));
      break;
    case KeptRecords::Until::kReplaced:
      what = fmt::format("the latest {}: {}", kept.type, size_text(kept.bytes));
      break;
  }
  return fmt::format("  keeps     {}  ({})", what, kept.cause);
}

std::string look_line(const LookedAt& look) {
  const std::string most = look.records ? fmt::format("up to {}", count_text(*look.records))
                                        : std::string("more and more");
  std::string what;
  switch (look.way) {
    case LookedAt::Way::kOne:
      what = fmt::format("the {} that comes or leaves the window, and no other", look.type);
      break;
    case LookedAt::Way::kAll:
      what = fmt::format("all of the window: {} of {}", most, look.type);
      break;
    case LookedAt::Way::kFromEnd:
      what = fmt::format("{} of {}, as far as one fits", most, look.type);
      break;
    case LookedAt::Way::kChoices:
      what = fmt::format("{} choices of {} and what follows it", most, look.type);
      break;
  }
  return fmt::format("  looks at  {}  ({})", what, look.cause);
}

void number_member(std::string& out, std::string_view name, double value) {
  append_json_name(out, name);
  out += fmt::format("{:.6g}", value);
}

void text_member(std::string& out, std::string_view name, std::string_view text) {
  append_json_name(out, name);
  append_json_string(out, text);
}

std::string kept_json(const KeptRecords& kept) {
  static constexpr const char* kUntil[] = {"span", "deadline", "never", "replaced"};
  std::string out = "{";
  text_member(out, "type", kept.type);
  text_member(out, "until", kUntil[static_cast<size_t>(kept.until)]);
  number_member(out, "days", kept.days);
  number_member(out, "records", kept.records);
  number_member(out, "bytes", kept.bytes);
  text_member(out, "cause", kept.cause);
  return out + '}';
}

std::string look_json(const LookedAt& look) {
  static constexpr const char* kWays[] = {"one", "all", "from_end", "choices"};
  std::string out = "{";
  text_member(out, "type", look.type);
  text_member(out, "way", kWays[static_cast<size_t>(look.way)]);
  append_json_name(out, "records");
  out += look.records ? fmt::format("{:.6g}", *look.records) : std::string("null");
  text_member(out, "cause", look.cause);
  return out + '}';
}

template <class List, class Write>
void list_member(std::string& out, std::string_view name, const List& list, Write write) {
  append_json_name(out, name);
  out += '[';
  for (size_t i = 0; i < list.size(); ++i) out += (i > 0 ? "," : "") + write(list[i]);
  out += ']';
}

std::string quoted(const std::string& text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

std::string rule_json(const plan::RuleCost& rule) {
  std::string out = "{";
  text_member(out, "rule", rule.rule);
  text_member(out, "key", rule.key);
  list_member(out, "keeps", rule.kept, kept_json);
  list_member(out, "looks_at", rule.looks, look_json);
  list_member(out, "unbounded", rule.unbounded, quoted);
  return out + '}';
}

std::string key_json(const plan::KeyCost& key) {
  std::string out = "{";
  text_member(out, "key", key.key);
  number_member(out, "records", key.records);
  number_member(out, "bytes", key.bytes);
  number_member(out, "bytes_a_year", key.bytes_a_year);
  return out + '}';
}

}  // namespace

bool read_rate(const std::string& text, plan::CostRates& rates) {
  const size_t equals = text.find('=');
  const size_t slash = text.find('/');
  if (equals == text.npos || slash == text.npos || equals == 0 || slash < equals) return false;
  double records = 0;
  double seconds = 0;
  std::string span = text.substr(slash + 1);
  if (!parse_number(std::string_view(text).substr(equals + 1, slash - equals - 1), records)) {
    return false;
  }
  if (!std::isfinite(records) || records < 0 || !time_span()(span).empty()) return false;
  if (!parse_number(span, seconds) || seconds == 0) return false;
  rates.by_type[text.substr(0, equals)] = records * 86'400 / seconds;
  return true;
}

std::vector<std::string> cost_lines(const plan::PolicyCost& cost, const plan::CostRates& rates) {
  std::vector<std::string> lines;
  lines.push_back(fmt::format(
      "For one key, with texts of {:.0f} bytes and one record of each type every {} (--rate "
      "TYPE=N/SPAN says otherwise):",
      plan::kTextBytesAssumed, span_text(1 / rates.records_a_day)));
  for (const auto& [type, rate] : rates.by_type) {
    lines.push_back(fmt::format("  {}: {:.4g} a day", type, rate));
  }
  for (const plan::RuleCost& rule : cost.rules) {
    lines.push_back("");
    lines.push_back(fmt::format("rule {}, by {}", rule.rule, rule.key));
    for (const KeptRecords& kept : rule.kept) lines.push_back(kept_line(kept));
    for (const LookedAt& look : rule.looks) lines.push_back(look_line(look));
    for (const std::string& text : rule.unbounded) lines.push_back("  no bound  " + text);
  }
  lines.push_back("");
  for (const plan::KeyCost& key : cost.keys) {
    std::string line = fmt::format("all rules by {}: about {} records, {} a key", key.key,
                                   count_text(key.records), size_text(key.bytes));
    if (key.bytes_a_year > 0) {
      line += fmt::format(", and {} more each year", size_text(key.bytes_a_year));
    }
    lines.push_back(line);
  }
  return lines;
}

std::string cost_json(const plan::PolicyCost& cost, const plan::CostRates& rates) {
  std::string out = "{";
  number_member(out, "records_a_day", rates.records_a_day);
  list_member(out, "rules", cost.rules, rule_json);
  list_member(out, "keys", cost.keys, key_json);
  return out + '}';
}

}  // namespace tocsin
