#include "connectors/cli/app.h"

#include "connectors/cli/commands.h"
#include "connectors/cli/version.h"

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

// CLI11's words for a mistake, with where to look.
ExitCode usage_error(const CLI::App& app, const CLI::ParseError& error, Console& console) {
  const CLI::App* place = &app;
  if (const auto chosen = app.get_subcommands(); !chosen.empty()) place = chosen.back();
  const std::string name = place == &app ? "tocsin" : "tocsin " + place->get_name();
  return console.usage(error.what(), name + " --help shows what there is");
}

}  // namespace

int run_app(int argc, const char* const* argv, Console& console) {
  CLI::App app(kDescription, "tocsin");
  app.footer(kFooter);
  app.set_version_flag("--version", kVersion);
  app.require_subcommand(1);
  app.get_formatter()->column_width(34);

  Selected selected;
  add_check(app, selected);
  add_test(app, selected);
  add_replay(app, selected);
  add_run(app, selected);
  add_feed(app, selected);
  add_tail(app, selected);
  add_rejects(app, selected);
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

}  // namespace tocsin
