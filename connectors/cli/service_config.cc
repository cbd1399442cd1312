#include "connectors/cli/service_config.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include "rules-dsl/syntax/diagnostic.h"

namespace tocsin {
namespace {

[[noreturn]] void fail(const std::string& path, const toml::source_region& place,
                       const std::string& what) {
  throw CLI::ConfigError(fmt::format("{}:{}: {}", path, place.begin.line, what));
}

std::string value_text(const toml::node& node, const std::string& path) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* integer = node.as_integer()) return std::to_string(integer->get());
  if (const auto* number = node.as_floating_point()) return fmt::format("{}", number->get());
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  fail(path, node.source(), "the value must be a text, a number, or an array of texts");
}

std::vector<std::string> known_names(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      if (name != "help" && name != "config") names.push_back(name);
    }
  }
  return names;
}

CLI::Option& find_option(const std::string& path, const toml::key& key, CLI::App& command) {
  const std::string name(key.str());
  const std::vector<std::string> known = known_names(command);
  if (std::find(known.begin(), known.end(), name) != known.end())
    return *command.get_option("--" + name);
  const std::string nearest = dsl::nearest_name(name, known);
  fail(path, key.source(),
       fmt::format("there is no option `{}`{}", name,
                   nearest.empty() ? "" : fmt::format("; perhaps `{}`", nearest)));
}

void apply(const std::string& path, const toml::key& key, const toml::node& node,
           CLI::App& command) {
  CLI::Option& option = find_option(path, key, command);
  if (option.count() > 0) return;  // the command line goes before the file
  if (const toml::array* list = node.as_array()) {
    for (const toml::node& item : *list) option.add_result(value_text(item, path));
  } else {
    option.add_result(value_text(node, path));
  }
  try {
    option.run_callback();
  } catch (const CLI::ParseError& error) {
    fail(path, node.source(), error.what());
  }
}

}  // namespace

void apply_config(const std::string& path, CLI::App& command) {
  try {
    const toml::table table = toml::parse_file(path);
    for (const auto& [key, node] : table) apply(path, key, node, command);
  } catch (const toml::parse_error& error) {
    const uint32_t line = error.source().begin.line;
    throw CLI::ConfigError(line == 0 ? fmt::format("cannot read {}: {}", path, error.description())
                                     : fmt::format("{}:{}: {}", path, line, error.description()));
  }
}

}  // namespace tocsin
