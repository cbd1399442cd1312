#include "connectors/cli/net_warning.h"

#include <simdjson.h>

#include <cassert>

namespace tocsin {
namespace {

// A text member; none when it is null or absent.
std::optional<std::string> text_member(const simdjson::dom::object& object, std::string_view name) {
  std::string_view text;
  if (object[name].get_string().get(text) != simdjson::SUCCESS) return std::nullopt;
  return std::string(text);
}

}  // namespace

NetWarning parse_net_warning(const std::string& json) {
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  const auto error = parser.parse(json).get_object().get(object);
  assert(error == simdjson::SUCCESS);
  static_cast<void>(error);

  NetWarning warning;
  warning.rule = text_member(object, "rule").value_or("");
  warning.key = text_member(object, "key").value_or("");
  warning.subject = text_member(object, "subject");
  warning.telling = text_member(object, "kind").has_value();
  warning.level = text_member(object, warning.telling ? "message" : "level").value_or("");
  warning.raised = text_member(object, "raised").value_or("");
  warning.cleared = text_member(object, "cleared");
  warning.json = json;
  return warning;
}

}  // namespace tocsin
