// check, test, replay, rejects, verify: what works without a running service.
#include "connectors/cli/check_command.h"
#include "connectors/cli/commands.h"
#include "connectors/cli/input_options.h"
#include "connectors/cli/option_checks.h"
#include "connectors/cli/rejects_command.h"
#include "connectors/cli/replay_command.h"
#include "connectors/cli/test_command.h"
#include "connectors/cli/verify_command.h"

namespace tocsin {

void add_check(CLI::App& app, Selected& selected) {
  CLI::App& command =
      *app.add_subcommand("check", "Find every mistake in a policy, without running it");
  auto options = std::make_shared<CheckOptions>();
  command.add_option("POLICY", options->policy, "A folder of *.rules files, or one file")
      ->required();
  command.add_flag("--json", options->json,
                   "Diagnostics as a JSON array on standard output, for editors");
  command.add_flag("--cost", options->cost, "Bounds of state and work by rule (not supported yet)");
  command.footer(
      "Example:\n  tocsin check examples/food-safety\n"
      "Exit code 1 when there is an error; warnings alone are fine.");
  command.callback([options, &selected] {
    selected.run = [options](Console& console) { return run_check(*options, console); };
  });
}

void add_test(CLI::App& app, Selected& selected) {
  CLI::App& command = *app.add_subcommand("test", "Run the `test` blocks of a policy");
  auto options = std::make_shared<TestOptions>();
  command.add_option("POLICY", options->policy, "A folder of *.rules files, or one file")
      ->required();
  command.add_option("--only", options->only, "Only tests whose title contains this")
      ->type_name("TEXT");
  command.footer(
      "Example of a test in a policy:\n"
      "  test \"two fines within a year raise orange\" {\n"
      "    2025-01-10 penalty \"A\" { amount 1000 }\n"
      "    2025-06-01 penalty \"A\" { amount 500 }\n"
      "    expect repeat_penalty for \"A\" at 2025-06-01 level orange\n"
      "  }\n"
      "Run: tocsin test examples/food-safety");
  command.callback([options, &selected] {
    selected.run = [options](Console& console) { return run_test(*options, console); };
  });
}

void add_replay(CLI::App& app, Selected& selected) {
  CLI::App& command = *app.add_subcommand(
      "replay", "Run files through a policy, in memory, and print the warnings");
  auto options = std::make_shared<ReplayOptions>();
  command.add_option("POLICY", options->policy, "A folder of *.rules files, or one file")
      ->required();
  auto input = std::make_shared<InputOptions>(command);
  command.add_flag("--net", options->net,
                   "Print the final warnings, sorted, instead of the stream of messages");
  command.add_option("--until", options->until, "Then move the clock on to this time")
      ->type_name("TIME");
  command.add_option("--threads", options->threads, "Threads; as many as cores when left out")
      ->check(whole_number(1, 1024))
      ->type_name("N");
  command
      .add_option("--batch", options->batch_lines,
                  "Records a batch; about a megabyte when left out")
      ->check(whole_number(1, 1'000'000))
      ->type_name("N");
  command
      .add_option("--shuffle", options->seed, "Shuffle all lines first; the result must not change")
      ->check(whole_number())
      ->type_name("SEED");
  command.footer(
      "Examples:\n"
      "  tocsin replay my-policy --as penalty penalties.csv.gz --as complaint complaints.csv\n"
      "  tocsin replay my-policy history.ndjson.zst --net --until 2026-01-01\n"
      "Messages go to standard output, one JSON object a line; progress and a summary to standard "
      "error.");
  command.callback([options, input, &selected] {
    const auto files = input->files();
    if (!files) throw CLI::ValidationError("--as", "must come before the files it is for");
    options->files = *files;
    selected.run = [options](Console& console) { return run_replay(*options, console); };
  });
}

void add_rejects(CLI::App& app, Selected& selected) {
  CLI::App& command =
      *app.add_subcommand("rejects", "List the lines that a service could not take");
  auto options = std::make_shared<RejectsOptions>();
  command.add_option("--data", options->data, "The service's data folder; it must not be running")
      ->required()
      ->type_name("DIR");
  CLI::Option* json = command.add_flag("--json", options->json, "One JSON object a line");
  command
      .add_flag("--lines", options->lines, "Only the lines themselves, to be mended and fed again")
      ->excludes(json);
  command.add_option("--source", options->source, "Only those of this source")->type_name("NAME");
  command.add_option("--after", options->after, "Only those with a greater number")
      ->check(whole_number())
      ->type_name("N");
  command.footer(
      "Examples:\n"
      "  tocsin rejects --data /var/lib/tocsin\n"
      "  tocsin rejects --data /var/lib/tocsin --lines > mend.ndjson   # mend, start the service, "
      "then\n"
      "  tocsin feed mend.ndjson --to 127.0.0.1:7401");
  command.callback([options, &selected] {
    selected.run = [options](Console& console) { return run_rejects(*options, console); };
  });
}

void add_verify(CLI::App& app, Selected& selected) {
  CLI::App& command =
      *app.add_subcommand("verify", "Prove that a journal is as it was written, byte for byte");
  auto options = std::make_shared<VerifyOptions>();
  command.add_option("DATA", options->data, "The folder given to tocsin run --data")->required();
  command.footer(
      "Example:\n  tocsin verify /var/lib/tocsin\n"
      "Walks the chain of hashes and prints its end: note it elsewhere, and nobody can change the "
      "past\n"
      "unseen. Changes nothing; a service may be running. Exit code 1 names the first bad place.");
  command.callback([options, &selected] {
    selected.run = [options](Console& console) { return run_verify(*options, console); };
  });
}

}  // namespace tocsin
