#include "connectors/cli/tail_format.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <array>

#include "connectors/cli/console.h"

namespace tocsin {
namespace {

std::string text_of(const simdjson::dom::object& object, std::string_view name) {
  std::string_view text;
  return object[name].get_string().get(text) == simdjson::SUCCESS ? printable(text) : "";
}

// Colours of the usual levels; others are only set in bold.
std::string_view level_colour(std::string_view level) {
  struct Colour {
    std::string_view level;
    std::string_view sgr;
  };
  static constexpr std::array<Colour, 5> kColours{
      {{"red", "1;31"}, {"orange", "38;5;208"}, {"yellow", "33"}, {"blue", "34"}, {"green", "32"}}};
  for (const Colour& colour : kColours) {
    if (colour.level == level) return colour.sgr;
  }
  return "1";
}

}  // namespace

std::string format_message(std::string_view json, bool coloured) {
  simdjson::dom::parser parser;
  simdjson::dom::object message;
  simdjson::dom::object warning;
  if (parser.parse(simdjson::padded_string(json)).get_object().get(message) != simdjson::SUCCESS ||
      message["warning"].get_object().get(warning) != simdjson::SUCCESS) {
    return printable(json);
  }
  const std::string event = text_of(message, "event");
  std::string level = text_of(warning, "level");
  if (level.empty()) level = text_of(message, "kind");
  const std::string title = text_of(warning, "title");
  const std::string subject = text_of(warning, "subject");
  const std::string time = text_of(warning, event == "cleared" ? "cleared" : "raised");
  const bool over = event == "cleared" || event == "withdrawn";

  std::string line =
      fmt::format("{}  {} {:<9} {}", time,
                  colour(fmt::format("{:<8}", level), over ? "2" : level_colour(level), coloured),
                  event, text_of(warning, "rule"));
  if (!title.empty()) line += fmt::format(" \"{}\"", title);
  line += " · " + (subject.empty() ? std::string("–") : subject);
  const std::string text = text_of(warning, "message");
  if (!text.empty() && text != title) line += " · " + text;
  return line;
}

}  // namespace tocsin
