#include "connectors/cli/app.h"

#include <fmt/format.h>

#include "connectors/cli/commands.h"
#include "connectors/cli/version.h"
#include "rules-dsl/syntax/diagnostic.h"

namespace tocsin {
namespace {

constexpr char kDescription[] = "tocsin: rules over streams of records. Records in, warnings out.";
constexpr char kFooter[] =
    "A first round:\n"
    "  tocsin check  my-policy/                          is the policy sound?\n"
    "  tocsin test   my-policy/                          do its tests pass?\n"
    "  tocsin replay my-policy/ --as penalty old.csv.gz  what would it have warned of?\n"
    "  tocsin run    my-policy/ --data /var/lib/tocsin   the service\n"
    "Each command has its own --help. Completion: source <(tocsin completion bash)\n"
    "Exit codes: 0 fine, 1 the input or the policy is at fault, 2 the command line is, 3 the "
    "environment.";

// What `word`, which was not understood, can have been meant as.
std::vector<std::string> known_words(const CLI::App& place, std::string_view word) {
  std::vector<std::string> known;
  if (!word.starts_with('-')) {
    for (const CLI::App* command : place.get_subcommands(nullptr))
      known.push_back(command->get_name());
    return known;
  }
  for (const CLI::Option* option : place.get_options()) {
    for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
  }
  return known;
}

std::string unknown_word(const CLI::App& place, const std::string& word) {
  const bool option = word.starts_with('-');
  const bool command = !option && place.get_parent() == nullptr;
  const std::string nearest = dsl::nearest_name(word, known_words(place, word));
  const std::string kind = option ? "option" : command ? "command" : "place for";
  return fmt::format("there is no {} `{}`{}", kind, word,
                     nearest.empty() ? "" : fmt::format("; perhaps `{}`", nearest));
}

// What is wrong; in CLI11's words where they are plain.
std::string mistake_text(const CLI::App& app, const CLI::App& place, const CLI::ParseError& error) {
  const auto kind = static_cast<CLI::ExitCodes>(error.get_exit_code());
  const std::vector<std::string> unknown = app.remaining(true);
  if (!unknown.empty() && (kind == CLI::ExitCodes::ExtrasError || &place == &app)) {
    return unknown_word(place, unknown.front());
  }
  const std::string words = error.what();
  if (kind != CLI::ExitCodes::ArgumentMismatch) return words;
  const std::string option = words.substr(0, words.find(':'));
  return option + (words.ends_with("missing") ? " needs a value" : " may be given only once");
}

// With where to look.
ExitCode usage_error(const CLI::App& app, const CLI::ParseError& error, Console& console) {
  const CLI::App* place = &app;
  if (const auto chosen = app.get_subcommands(); !chosen.empty()) place = chosen.back();
  const std::string name = place == &app ? "tocsin" : "tocsin " + place->get_name();
  return console.usage(mistake_text(app, *place, error), name + " --help shows what there is");
}

ExitCode run_command_line(int argc, const char* const* argv, Console& console) {
  CLI::App app(kDescription, "tocsin");
  app.footer(kFooter);
  app.set_version_flag("--version", kVersion);
  app.require_subcommand(1);
  app.get_formatter()->column_width(34);

  Selected selected;
  add_check(app, selected);
  add_fmt(app, selected);
  add_test(app, selected);
  add_replay(app, selected);
  add_draw(app, selected);
  add_run(app, selected);
  add_feed(app, selected);
  add_tail(app, selected);
  add_rejects(app, selected);
  add_verify(app, selected);
  add_completion(app, selected);

  // CLI11 throws; nothing of that leaves this function.
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    console.line(app.help());
    return kExitFine;
  } catch (const CLI::CallForVersion&) {
    console.line(std::string("tocsin ") + kVersion);
    return kExitFine;
  } catch (const CLI::ParseError& error) {
    return usage_error(app, error, console);
  }
  return selected.run(console);
}

}  // namespace

int run_app(int argc, const char* const* argv, Console& console) {
  return console.finish(run_command_line(argc, argv, console));
}

}  // namespace tocsin
