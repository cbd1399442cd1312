// check, fmt, test, replay, draw, rejects, verify: what works without a running service.
#include "connectors/cli/check_command.h"
#include "connectors/cli/commands.h"
#include "connectors/cli/cost_report.h"
#include "connectors/cli/draw_command.h"
#include "connectors/cli/fmt_command.h"
#include "connectors/cli/input_options.h"
#include "connectors/cli/option_checks.h"
#include "connectors/cli/rejects_command.h"
#include "connectors/cli/replay_command.h"
#include "connectors/cli/test_command.h"
#include "connectors/cli/verify_command.h"
#include "rules-dsl/plan/kind.h"

namespace tocsin {
namespace {

CLI::Validator record_rate() {
  const auto check = [](const std::string& text) -> std::string {
    plan::CostRates rates;
    if (read_rate(text, rates)) return "";
    return fmt::format("`{}` is not a rate such as penalty=3/365d", text);
  };
  return CLI::Validator(check, "");
}

}  // namespace

void add_kinds(CLI::App& command, std::vector<std::string>& kinds) {
  command
      .add_option("--kinds", kinds,
                  "What to show: warning (when left out), grade, assessment, draw; with commas")
      ->delimiter(',')
      ->check(CLI::IsMember(std::vector<std::string>(kKindNames.begin(), kKindNames.end())))
      ->type_name("KIND,…");
}

void add_check(CLI::App& app, Selected& selected) {
  CLI::App& command =
      *app.add_subcommand("check", "Find every mistake in a policy, without running it");
  auto options = std::make_shared<CheckOptions>();
  command.add_option("POLICY", options->policy, "A folder of *.rules files, or one file")
      ->required();
  command.add_flag("--json", options->json,
                   "Diagnostics as a JSON array on standard output, for editors");
  command.add_flag(
      "--cost", options->cost,
      "What each rule keeps of a key and looks at for a record, and whether that has a bound");
  command
      .add_option("--rate", options->rates,
                  "With --cost: how many records of a type come for one key, such as "
                  "penalty=3/365d; may be repeated")
      ->check(record_rate())
      ->type_name("TYPE=N/SPAN")
      ->allow_extra_args(false);
  command.footer(
      "Example:\n  tocsin check examples/food-safety\n"
      "Exit code 1 when there is an error; warnings alone are fine.");
  command.callback([options, &selected] {
    selected.run = [options](Console& console) { return run_check(*options, console); };
  });
}

void add_fmt(CLI::App& app, Selected& selected) {
  CLI::App& command = *app.add_subcommand("fmt", "Lay out the text of a policy anew");
  auto options = std::make_shared<FmtOptions>();
  command
      .add_option("POLICY", options->policy,
                  "A folder of *.rules files, one file, or - for standard input")
      ->required();
  command.add_flag("--check", options->check,
                   "Change nothing; list what would be changed, with exit code 1 if that is any");
  command.footer(
      "Examples:\n"
      "  tocsin fmt my-policy\n"
      "  tocsin fmt --check my-policy          # before a commit\n"
      "Comments, names and values stay as they are; only the space between them changes.");
  command.callback([options, &selected] {
    selected.run = [options](Console& console) { return run_fmt(*options, console); };
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
  command
      .add_option("--key", options->key,
                  "Key of private fields, as tocsin run makes one; a new one each time when left "
                  "out")
      ->type_name("FILE");
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
  add_kinds(command, options->kinds);
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

void add_draw(CLI::App& app, Selected& selected) {
  CLI::App& command = *app.add_subcommand(
      "draw", "Repeat the draws of a sample that were published: was it honest?");
  auto options = std::make_shared<DrawOptions>();
  command
      .add_option("FILE", options->files,
                  "Published messages, as tail --json and replay print them; - is standard input")
      ->required();
  CLI::Option* policy =
      command.add_option("--policy", options->policy, "The policy that the samples stand in")
          ->type_name("POLICY");
  CLI::Option* sample = command
                            .add_option("--sample", options->sample,
                                        "Without the policy: the sample's name, with its")
                            ->type_name("NAME")
                            ->excludes(policy);
  command.add_option("--seed", options->seed, "seed")->type_name("TEXT")->needs(sample);
  command.add_option("--rate", options->rates, "rate, as 5%, or for each grade as A=1%")
      ->type_name("RATE")
      ->needs(sample);
  command.add_option("--score", options->score, "and the score whose grades those are")
      ->type_name("NAME")
      ->needs(sample);
  command.add_option("--subjects", options->subjects, "Those who take part, one a line")
      ->type_name("FILE");
  command.footer(
      "Examples:\n"
      "  tocsin tail 127.0.0.1:7402 --json --once --from start --kinds draw,assessment > told\n"
      "  tocsin draw told --policy my-policy\n"
      "  tocsin draw told --sample monthly --seed 'drawn on 2026-11-01' --rate 5%\n"
      "Finds wrong hashes and rates, who was drawn and must not be, and, of those who are known "
      "to\n"
      "take part, who was left out. Exit code 1 when something is wrong.");
  command.callback([options, &selected] {
    selected.run = [options](Console& console) { return run_draw(*options, console); };
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
