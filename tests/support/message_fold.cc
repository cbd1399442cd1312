#include "tests/support/message_fold.h"

#include <simdjson.h>

#include <cstdio>

namespace tocsin::testing {
namespace {

using Object = simdjson::dom::object;

std::optional<std::string> text_of(const Object& object, std::string_view name) {
  std::string_view text;
  if (object[name].get_string().get(text) != simdjson::SUCCESS) return std::nullopt;
  return std::string(text);
}

// A text, a number with 4 places at most, or null.
std::string short_text(simdjson::dom::element value) {
  std::string_view text;
  if (value.get_string().get(text) == simdjson::SUCCESS) return std::string(text);
  double number = 0;
  if (value.get_double().get(number) != simdjson::SUCCESS) return "null";
  char digits[64];
  std::snprintf(digits, sizeof digits, "%.4f", number);
  std::string shown = digits;
  while (shown.back() == '0') shown.pop_back();
  if (shown.back() == '.') shown.pop_back();
  return shown;
}

// The members that only tellings have, as "from=B to=A score=90".
std::string values_of(const Object& object) {
  std::string values;
  for (const char* name : {"from", "to", "score", "sample", "period", "grade", "rate", "hash"}) {
    simdjson::dom::element value;
    if (object[name].get(value) != simdjson::SUCCESS) continue;
    values += (values.empty() ? "" : " ") + std::string(name) + "=" + short_text(value);
  }
  return values;
}

NetWarning read_warning(const Object& object, Kind kind, const Calendar& calendar) {
  NetWarning warning;
  warning.kind = kind;
  warning.rule = text_of(object, "rule").value();
  warning.key = text_of(object, "key").value();
  warning.subject = text_of(object, "subject");
  warning.message = text_of(object, "message").value_or("");
  if (kind != Kind::kWarning) {
    warning.subject = warning.key;
    warning.values = values_of(object);
    warning.raised = calendar.parse_time(text_of(object, "raised").value()).value();
    return warning;
  }
  warning.level = text_of(object, "level").value();
  warning.raised = calendar.parse_time(text_of(object, "raised").value()).value();
  if (const auto cleared = text_of(object, "cleared")) {
    warning.cleared = calendar.parse_time(*cleared).value();
  }
  warning.trigger = text_of(object, "trigger");
  simdjson::dom::array evidence;
  if (object["evidence"].get_array().get(evidence) == simdjson::SUCCESS) {
    for (const auto id : evidence) warning.evidence.emplace_back(std::string_view(id));
  }
  simdjson::dom::array paths;
  if (object["paths"].get_array().get(paths) == simdjson::SUCCESS) {
    for (const auto path : paths) warning.paths.emplace_back(std::string_view(path));
  }
  return warning;
}

}  // namespace

NetWarning parse_warning(const std::string& json, const Calendar& calendar) {
  simdjson::dom::parser parser;
  const Object object = parser.parse(json).get_object().value();
  const auto kind = kind_named(text_of(object, "kind").value_or("warning"));
  return read_warning(object, kind.value(), calendar);
}

void MessageFold::apply(const Message& message) {
  if (message.seq != last_seq_ + 1) {
    mistakes_.push_back("seq " + std::to_string(message.seq) + " after " +
                        std::to_string(last_seq_));
  }
  last_seq_ = message.seq;
  const auto known = warnings_.find(message.warning_id);
  check_event(message, known != warnings_.end(),
              known != warnings_.end() && !known->second.cleared.has_value());
  if (message.event == Event::kWithdrawn) {
    warnings_.erase(message.warning_id);
    return;
  }
  simdjson::dom::parser parser;
  const Object object = parser.parse(message.json)["warning"].get_object().value();
  warnings_[message.warning_id] = read_warning(object, message.kind, calendar_);
  const bool open =
      message.kind == Kind::kWarning && !warnings_[message.warning_id].cleared.has_value();
  if (open != message.open) mistakes_.push_back("`open` disagrees with `cleared`: " + message.json);
}

// A raise tells of something new, a clearing of something open, the others of something known.
void MessageFold::check_event(const Message& message, bool known, bool open) {
  const bool fits = message.event == Event::kRaised    ? !known
                    : message.event == Event::kCleared ? known && open
                                                       : known;
  if (!fits) mistakes_.push_back("out of turn: " + message.json);
}

std::vector<NetWarning> MessageFold::warnings() const {
  std::vector<NetWarning> all;
  for (const auto& [id, warning] : warnings_) all.push_back(warning);
  return all;
}

}  // namespace tocsin::testing
